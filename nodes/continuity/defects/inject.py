"""Known defects put into a clip on purpose: a source to test a continuity check with.

A clip is cut at a join into two parts; the defect sits at the join, unless its name says another place. Severity 1 is the amount
that the contract names, and the defect scales with it. Values are encoded sRGB 0..1, as the defects of real clips are seen on
display values.
"""

from __future__ import annotations

import torch

from ...image.layout import check_image
from ...wires.check import number, one_of
from ...wires.zone import Zone, parse_fractions
from .picture import change_pictures
from .time import TIME, Injected, change_frames

DEFECTS = ("exposure", "flash", "temperature", "saturation", "contrast", "blur", "grain", "duplicate", "freeze", "echo",
           "dropped", "speed", "reverse", "shift", "zoom", "local colour", "local warp", "hard cut",
           "black frame", "garbage frame", "frozen tail", "drift", "light gradient", "hidden cut", "keyframe offset")
_FLASH = 3  # frames


def split_and_inject(images: torch.Tensor, join: int, defect: str, severity: float = 1.0, other: torch.Tensor | None = None,
                     placement: str = "") -> Injected:
    """Cut `images` at `join` and put one defect between the parts.

    Args:
        images: (B, H, W, 3|4), encoded sRGB 0..1, not changed.
        join: First frame of the second part, 1 to B - 1.
        defect: One of `DEFECTS`, or `none`.
        severity: 1 is the amount that the contract names; above 0.
        other: Clip to cut to, for the cuts; without one the second part is mirrored and played backwards.
        placement: `x y w h` in fractions of the frame: where a defect of light, detail or place lies. Empty: everywhere, the
            local ones in a square of 48 px in the middle.

    Raises:
        ValueError: An unknown defect, a join outside the clip, or a placement outside the frame.
    """
    check_image(images)
    if not 1 <= join < len(images):
        raise ValueError(f"expected a join between 1 and {len(images) - 1}, got {join}: give a clip of at least 2 frames"
                         if len(images) > 1 else "expected a clip of at least 2 frames, got 1: give a longer clip")
    one_of(defect, (*DEFECTS, "none"), "defect")
    number(severity, "severity", 0, 1000)
    before, after = images[:join], images[join:]
    if defect == "none":
        return Injected(before, after, "nothing", (join - 1, join))
    if defect in TIME:
        return change_frames(before, after, defect, severity, other)
    height, width = images.shape[1:3]
    box = Zone("", *parse_fractions(placement, "placement")).box(width, height) if placement.strip() else None
    changed, amount, box = change_pictures(after, defect, severity, box)
    last = join + (min(_FLASH, len(after)) if defect == "flash" else len(after)) - 1
    return Injected(before, changed, amount, (join, last), box=box)


def truth_of(injected: Injected, defect: str, severity: float) -> dict:
    """What was done, as plain values, frames counted in the joined clip: `join` is the first one behind the join."""
    return {"defect": defect, "severity": severity, "amount": injected.amount, "join": len(injected.before),
            "frames": injected.frames, "count": injected.count, "box": injected.box}
