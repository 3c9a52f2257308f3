"""The texture under a marker, and how it is known: seen without it, through its paint, from before the stamping, or made up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from ..markers.ink import to_rgb, to_ycc
from .fill import fill
from .noted import Noted
from .spot import Flat
from .under import Learnt
from .wash import Paint

_SEEN_OFTEN = 3
_FLAT, _LEAST_FINE = 0.0015, 0.3
SEEN, THROUGH, FILLED = "seen without the marker", "seen through the paint", "filled in"


def lets_through(learnt: list[Learnt]) -> bool:
    """Whether the paint is thin: the surfaces' fine detail goes on under it. All markers answer together, they are one paint."""
    inside, beside = [], []
    for one in learnt:
        tone = np.ascontiguousarray(one.through[..., 0])
        core, ground = (cv2.erode(where.astype(np.uint8), np.ones((3, 3), np.uint8)) for where in (one.covered, one.ground))
        if core.sum() > 20 and ground.sum() > 20:
            inside.append(_detail(tone, core))
            beside.append(_detail(tone, ground))
    return not inside or float(np.mean(beside)) < _FLAT or float(np.sum(inside)) > _LEAST_FINE * float(np.sum(beside))


def _detail(tone: np.ndarray, where: np.ndarray) -> float:
    """How much a part of a picture differs from its own middle tones; nothing beside it counts."""
    part = where.astype(np.float32)
    fine, coarse = (cv2.GaussianBlur(tone * part, (0, 0), sigma) / np.maximum(cv2.GaussianBlur(part, (0, 0), sigma), 1e-3)
                    for sigma in (1.0, 4.0))
    return float(np.abs(fine - coarse)[where > 0].mean())


@dataclass(frozen=True, slots=True)
class Under:
    """What to take for the place under a marker.

    Attributes:
        flat: The view of the texture.
        texture: (h, w, 3).
        paint: On it, where it was stamped.
        own: Whether it is the paint of Stamp Markers itself.
        how: How the texture is known.
        thin: Whether the paint lets it through.
        noted: Whether the texture is from before the stamping.
    """

    flat: Flat
    texture: np.ndarray
    paint: Paint
    own: bool
    how: str
    thin: bool
    noted: bool


def settle(one: Learnt, thin: bool, before: Noted | None) -> Under:
    """Decide on the texture: the place without the marker, else before it was stamped, else what came through, else a fill."""
    def under(texture: np.ndarray, how: str, flat: Flat = one.flat) -> Under:
        is_noted = before is not None and texture is before.texture
        return Under(flat, np.asarray(texture, np.float32), one.paint, one.own, how, thin, is_noted)

    if len(one.bare) >= _SEEN_OFTEN:
        return under(np.median(one.bare, axis=0), SEEN)
    if before is not None:
        return under(before.texture, THROUGH if thin else before.how, before.flat)
    if thin:
        return under(one.through, THROUGH)
    hole = cv2.dilate((~one.ground).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return under(to_ycc(fill(to_rgb(one.through).clip(0, 1), hole)), FILLED)
