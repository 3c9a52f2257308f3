"""Skin and neutrals that a map leaves as they are in hue and saturation, while their brightness follows it.

What counts is asked of the colour alone, softly, in OKLab, so the protection is part of the one map: it exports, and no mask
flickers. Skin of every shade lies within a narrow hue; its lightness differs, so that is not asked.
"""

from __future__ import annotations

import torch

from ..image.colour import oklab_to_srgb, srgb_to_oklab
from ..image.grade import grade_pixels
from ..wires.check import number
from ..wires.grade import Grade

_NODES = 65
_SKIN_HUE, _SKIN_WIDTH = 50.0, 18.0  # degrees in OKLab
_SKIN_CHROMA = (0.02, 0.05, 0.13, 0.18)  # from where it begins to count, counts wholly, less again, no more
_NEUTRAL = 0.025  # chroma at which the weight has fallen to 0.6


def _step(value: torch.Tensor, low: float, high: float) -> torch.Tensor:
    at = ((value - low) / (high - low)).clamp(0, 1)
    return at * at * (3 - 2 * at)


def skin_weight(oklab: torch.Tensor) -> torch.Tensor:
    """How much a colour (…, 3) is like skin, 0..1."""
    _, a, b = oklab.unbind(-1)
    off = (torch.rad2deg(torch.atan2(b, a)) - _SKIN_HUE + 180) % 360 - 180
    chroma, (start, whole, less, end) = torch.hypot(a, b), _SKIN_CHROMA
    return torch.exp(-0.5 * (off / _SKIN_WIDTH) ** 2) * _step(chroma, start, whole) * (1 - _step(chroma, less, end))


def neutral_weight(oklab: torch.Tensor) -> torch.Tensor:
    """How much a colour (…, 3) is grey, 0..1."""
    return torch.exp(-0.5 * (torch.hypot(oklab[..., 1], oklab[..., 2]) / _NEUTRAL) ** 2)


def protect(grade: Grade, skin: float, neutrals: float) -> Grade:
    """The map with skin and neutrals held, as a table of 65 nodes; the grade itself where nothing is to be held.

    Args:
        grade: A map of encoded values, the same for all frames.
        skin: 0: skin goes with the map; 1: its hue and saturation stay, brightness follows.
        neutrals: The same for greys.

    Raises:
        ValueError: A share that is not 0 to 1, or a grade that changes over the clip.
    """
    number(skin, "protect_skin", 0, 1)
    number(neutrals, "protect_neutrals", 0, 1)
    if grade.refused or not (skin or neutrals):
        return grade
    if grade.keys:
        raise ValueError("expected one map for the clip to protect colours in, got one that changes: turn per_frame off, or "
                         "set protect_skin and protect_neutrals to 0")
    line = torch.linspace(0, 1, _NODES, dtype=torch.float64)
    blue, green, red = torch.meshgrid(line, line, line, indexing="ij")
    nodes = torch.stack((red, green, blue), dim=-1)
    before, after = srgb_to_oklab(nodes), srgb_to_oklab(grade_pixels(nodes, grade))
    stay = torch.maximum(skin * skin_weight(before), neutrals * neutral_weight(before))[..., None]
    held = torch.cat((after[..., :1], torch.lerp(after[..., 1:], before[..., 1:], stay)), dim=-1)
    kept = [name for name, share in (("skin", skin), ("neutrals", neutrals)) if share]
    return Grade(f"{grade.model}, {' and '.join(kept)} held", "encoded", source=grade.source, table=oklab_to_srgb(held).float())
