"""What a join does to motion: jumps, missing frames, speed, direction."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..wires.report import Finding
from .place import Place
from .profile import Profile
from .repeated import Repetition
from .standing import Standing, finding


def judge_motion(s: Mapping[str, Standing], place: Place, profile: Profile, r: Repetition, repeated: bool) -> list[Finding]:
    """Findings of position, missing frames, speed and direction; beside `repeated` frames none of them can be told."""
    if repeated:
        words = "Not judged beside repeated frames: drop them first, then measure again."
        names = ("position", "dropped", "velocity", "direction")
        return [Finding(f"seam.{name}", "not tested", words, frames=place.frames()) for name in names]
    frames, second = place.frames(), place.second_name
    step, position, residual = s["step"], s["position"], float(np.exp(s["residual"].value))
    jump = finding("seam.position", profile["seam.position"], position.value, position.z, f"Nothing jumps at {place.name}.",
                    f"The picture jumps by {position.value:.1f} px (at 480 px width) at {place.name}.", frames,
                    f"Shift or stabilise the {second} onto the frame before the join, or regenerate it from that frame.")
    if jump.verdict == "pass":
        jump = finding("seam.position", profile["seam.residual"], residual, s["residual"].z, jump.message,
                        f"Shapes change {residual:.1f} times as much as usual at {place.name}.", frames,
                        f"Regenerate the {second} from the last frame before the join.") if residual > 1 else jump
    missing = max(1, round(step.value) - 1)
    dropped = finding("seam.dropped", profile["seam.dropped"], step.value, step.z, f"No frame is missing at {place.name}.",
                       f"Motion leaps {step.value:.1f} times its usual step at {place.name}: about {missing} "
                       f"frame{'s' * (missing > 1)} missing.", frames,
                       f"Put back {missing} frame{'s' * (missing > 1)}, or interpolate over the join.")
    ratio = float(np.exp(abs(s["velocity"].value)))
    faster = "faster" if s["velocity"].value > 0 else "slower"
    speed = finding("seam.velocity", profile["seam.velocity"], ratio, s["velocity"].z, f"Speed goes on over {place.name}.",
                     f"Motion is {ratio:.1f} times {faster} behind {place.name}.", frames,
                     f"Retime the {second} to {np.exp(-s['velocity'].value):.2f} of its speed, or regenerate it.")
    return [jump, dropped, speed, _direction(s["direction"], place, profile, r)]


def _direction(s: Standing, place: Place, profile: Profile, r: Repetition) -> Finding:
    if r.mirrored >= 3:
        words = f"Time runs backwards behind {place.name}: its first {r.mirrored} frames are the last ones before it in reverse."
        return Finding("seam.direction", "fail", words, 180.0, "degrees", profile["seam.direction"].fail, place.frames(),
                       suggestion=f"Reverse the {place.second_name}, or regenerate it.")
    return finding("seam.direction", profile["seam.direction"], s.value, s.z, f"Motion keeps its direction over {place.name}.",
                    f"Motion turns by {s.value:.0f} degrees at {place.name}.", place.frames(),
                    f"Regenerate the {place.second_name} with the motion before the join in its prompt or context frames.")
