"""Track files of After Effects, 3DEqualizer, SynthEyes and mmSolver.

Each application has its own origin, direction and first frame; they are turned here and nowhere else.
"""

from __future__ import annotations

import json

from .tracks_keys import CORNER_NAMES, Keys, number

_AE_PIN = ((0, "Upper Left #2"), (1, "Upper Right #3"), (3, "Lower Left #4"), (2, "Lower Right #5"))
_AE_POWER = ((0, "CC Power Pin-0002"), (1, "CC Power Pin-0003"), (3, "CC Power Pin-0004"), (2, "CC Power Pin-0005"))


def _ae(keys: Keys, effect: str, channels: tuple[tuple[int, str], ...], layer: bool) -> str:
    rate = number(float(keys.track.fps), 6)
    lines = [
        "Adobe After Effects 9.0 Keyframe Data",
        "",
        f"\tUnits Per Second\t{rate}",
        f"\tSource Width\t{keys.size[0]}",
        f"\tSource Height\t{keys.size[1]}",
        "\tSource Pixel Aspect Ratio\t1",
        "\tComp Pixel Aspect Ratio\t1",
        "",
    ]
    lines += ["Layer"] if layer else []
    for corner, name in channels:
        lines += [f"Effects\t{effect} #1\t{name}", "\tFrame\tX pixels\tY pixels\t"]
        lines += [
            f"\t{f}\t{number(c[corner][0])}\t{number(c[corner][1])}\t"
            for f, c in zip(keys.frames, keys.corners, strict=True)
        ]
        lines.append("")
    if not all(keys.visible):  # a key on every frame, so that nothing fades across the ends of a gap
        lines += [
            "Transform\tOpacity",
            "\tFrame\tpercent\t",
            *(f"\t{i}\t{100 * seen}\t" for i, seen in enumerate(keys.visible)),
            "",
        ]
    return "\r\n".join([*lines, "End of Keyframe Data", ""])


def ae_corner_pin(keys: Keys) -> str:
    """After Effects' Corner Pin; frames from 0 of the comp, y down, for a layer of the clip's size."""
    return _ae(keys, "Corner Pin", _AE_PIN, layer=True)


def ae_power_pin(keys: Keys) -> str:
    """After Effects' CC Power Pin, with a header that other importers take too."""
    return _ae(keys, "CC Power Pin", _AE_POWER, layer=False)


def equalizer4(keys: Keys) -> str:
    """3DEqualizer 4: frames from 1 of the clip, pixels from the lower left corner; a gap is missing frames."""
    lines = [str(len(CORNER_NAMES))]
    for corner, name in enumerate(CORNER_NAMES):
        points = keys.up(corner)
        lines += [f"{keys.label}_{name}", "0", str(len(points)), *(f"{f + 1} {x:.15f} {y:.15f}" for f, x, y in points)]
    return "\n".join(lines) + "\n"


def syntheyes(keys: Keys) -> str:
    """SynthEyes' 2-D paths: frames from 0, -1..1 between the centres of the outer pixels, v down; 15 begins a run of keys."""
    width, height = (max(n - 1, 1) for n in keys.size)
    lines, known = [], set(keys.frames)
    for corner, name in enumerate(CORNER_NAMES):
        for frame, at in zip(keys.frames, keys.corners, strict=True):
            u, v = ((at[corner][0] - 0.5) / width - 0.5) * 2, ((at[corner][1] - 0.5) / height - 0.5) * 2
            lines.append(f"Corner{name} {frame} {u:.9f} {v:.9f} {7 if frame - 1 in known else 15}")
    return "\n".join(lines) + "\n"


def mmsolver(keys: Keys) -> str:
    """JSON of mmSolver of version 2: 0..1 from the lower left, shot frames, weight = confidence; missing frames are off."""
    points = []
    for corner, name in enumerate(CORNER_NAMES):
        frames = [
            {"frame": keys.start_frame + f, "pos": [x / keys.size[0], y / keys.size[1]], "weight": round(w, 4)}
            for (f, x, y), w in zip(keys.up(corner), keys.confidence, strict=True)
        ]
        points.append({"name": f"{keys.label}_{name}", "id": corner, "set_name": keys.label, "per_frame": frames})
    document = {"version": 2, "num_points": len(points), "is_undistorted": False, "points": points}
    return json.dumps(document, indent=1) + "\n"
