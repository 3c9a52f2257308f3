"""What a join does to motion, in words: cuts, jumps, missing frames, speed, direction."""

from __future__ import annotations

import numpy as np

from ...wires.report import Finding
from ..place import Place
from ..profile import Profile
from .motion import CERTAIN, Motion
from .repeated import Repetition
from .standing import finding


def judge_cut(m: Motion, place: Place, profile: Profile) -> Finding | None:
    """Another picture: most of the frame has no counterpart any more. None where there is no cut."""
    limit, s = profile["seam.cut"], m.standings["cut"]
    if limit.judge(s.value, s.z) != "fail":
        return None
    message = f"{place.name.capitalize()} is a cut: {s.value:.0%} of the picture has no counterpart in the frame before."
    edge = "previous_edge" if place.which == "previous" else "next_edge"
    return Finding("integrity.cut", "fail", message, round(s.value, 3), "share", limit.fail, place.frames(),
                   suggestion=f"If the cut is meant, set {edge} to `hard cut`; if not, regenerate the second clip from the "
                              f"first one's last frame.")


def judge_motion(m: Motion, place: Place, profile: Profile, r: Repetition, repeated: bool) -> list[Finding]:
    """Findings of position, missing frames, speed and direction; beside `repeated` frames none of them can be told."""
    if repeated:
        words = "Not judged beside repeated frames: drop them first, then measure again."
        names = ("position", "dropped", "velocity", "direction")
        return [Finding(f"seam.{name}", "not tested", words, frames=place.frames()) for name in names]
    return [_jump(m, place, profile), _dropped(m, place, profile), _speed(m, place, profile), _direction(m, place, profile, r)]


def _jump(m: Motion, place: Place, profile: Profile) -> Finding:
    s, residual, second = m.standings["position"], m.standings["residual"], place.second_name
    who = "The whole picture" if m.jump.share >= 0.5 else "Part of the picture"
    (x, y), zoom = m.jump.shift, 100 * m.jump.zoom
    ways = ["to the right" if x > 0 else "to the left", "down" if y > 0 else "up"]
    how = f"{abs(x):.1f} px {ways[0]}, {abs(y):.1f} px {ways[1]}" + (f", {zoom:+.1f} % in size" if abs(zoom) >= 0.3 else "")
    jump = finding("seam.position", profile["seam.position"], s.value, s.z, f"Nothing jumps at {place.name}.",
                   f"{who} jumps by {s.value:.1f} px at {place.name} ({how}, at {m.width} px width), beyond its own motion.",
                   place.frames(), f"Shift or stabilise the {second} onto the frame before the join, or regenerate it from "
                                   f"that frame.")
    changed = finding("seam.position", profile["seam.residual"], residual.value, residual.z, jump.message,
                      f"Shapes change {residual.value:.1f} times as much as usual at {place.name}.", place.frames(),
                      f"Regenerate the {second} from the last frame before the join.")
    return changed if jump.verdict == "pass" else jump


def _dropped(m: Motion, place: Place, profile: Profile) -> Finding:
    s, r, missing = m.standings["step"], m.rhythm, m.missing
    value, z = (1.0 + missing, CERTAIN) if r.missing else (s.value, s.z)
    few = f"{missing} frame{'s' * (missing > 1)}"
    bad = f"Motion leaps {value:.1f} times its usual step at {place.name}: about {few} missing."
    if r.missing:
        bad = f"Each picture is held for {r.period} frames, at {place.name} for fewer: {few} missing."
    return finding("seam.dropped", profile["seam.dropped"], value, z, f"No frame is missing at {place.name}.", bad,
                   place.frames(), f"Put back {few}, or interpolate over the join.")


def _speed(m: Motion, place: Place, profile: Profile) -> Finding:
    s, r = m.standings["velocity"], m.rhythm
    ratio, faster = float(np.exp(abs(s.value))), "faster" if s.value > 0 else "slower"
    who = "The camera moves" if m.camera >= 0.6 else "Things in the picture move" if m.camera < 0.3 else "The picture moves"
    bad = f"{who} {ratio:.1f} times {faster} behind {place.name}, from one frame to the next."
    if s.z >= CERTAIN:
        bad = (f"Motion is {ratio:.1f} times {faster} behind {place.name}: pictures are held for {r.behind:.2g} frames each, "
               f"before it for {r.before:.2g}.")
    return finding("seam.velocity", profile["seam.velocity"], ratio, s.z, f"Speed goes on over {place.name}.", bad,
                   place.frames(), f"Retime the {place.second_name} to {np.exp(-s.value):.2f} of its speed, or regenerate it.")


def _direction(m: Motion, place: Place, profile: Profile, r: Repetition) -> Finding:
    s = m.standings["direction"]
    if r.mirrored >= 3:
        words = f"Time runs backwards behind {place.name}: its first {r.mirrored} frames are the last ones before it in reverse."
        return Finding("seam.direction", "fail", words, 180.0, "degrees", profile["seam.direction"].fail, place.frames(),
                       suggestion=f"Reverse the {place.second_name}, or regenerate it.")
    return finding("seam.direction", profile["seam.direction"], s.value, s.z, f"Motion keeps its direction over {place.name}.",
                   f"Motion turns by {s.value:.0f} degrees at {place.name}.", place.frames(),
                   f"Regenerate the {place.second_name} with the motion before the join in its prompt or context frames.")
