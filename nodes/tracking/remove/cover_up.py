"""One marker taken out of one frame, its texture known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from ..markers.ink import to_rgb, to_ycc
from .ground import Lit
from .settle import Under
from .spot import Spot, slope
from .under import paint_on
from .wash import Paint, fine

_EXACT = 3.5  # times as loud as the ground: by then the paint is not exactly what is fitted
_SURE = 0.5
_LEAST_THROUGH = 0.08
_RIM = 0.2  # of the steepest slope of the paint
_ERRS = 1.5  # times what to expect: more is an error of the paint, not of the surface
_NEAR = (1.2, 3.0)  # pixels: around a place, in the fine and in the coarse band
_LEAST = (0.5 / 255) ** 2
_HALO, _SOFT = 7, 1.0  # pixels beside the paint that it may have spread to, and the softness of that border


@dataclass(frozen=True, slots=True)
class Painted:
    """A known surface with the paint that was fitted to a frame.

    Attributes:
        spot: The marker on the frame.
        known: The surface (h, w, 3).
        noted: Whether it was noted before any paint was on it.
        cover: Where paint is (h, w).
        through: Share of the surface that shows (h, w, 3).
        left: What the frame shows beyond the painted surface (h, w, 3).
        rim: Where the paint's rims are (h, w) bool.
    """

    spot: Spot
    known: np.ndarray
    noted: bool
    cover: np.ndarray
    through: np.ndarray
    left: np.ndarray
    rim: np.ndarray

    @classmethod
    def on(cls, spot: Spot, under: Under, known: Lit, start: Paint) -> Painted:
        """Fit the paint; `known` is the texture in the frame's light, softness and place, `start` the paint to expect."""
        paint = paint_on(spot, start, known.values, own=under.own)
        main, counter = spot.drawn(paint.shift, paint.soft)
        through = np.maximum(1 - paint.hides[0] * main - paint.hides[1] * counter, _LEAST_THROUGH).astype(np.float32)
        left = (spot.pixels - known.values - paint.acts(main, counter, known.values)).astype(np.float32)
        cover = (main + counter)[..., 0]
        steep = slope(cover) + slope(main[..., 0])
        rim = (steep > _RIM * max(float(steep.max()), 1e-3)) & ~spot.beside
        return cls(spot, known.values, under.noted, cover, through, left, rim)

    @property
    def misfit(self) -> float:
        """How many times as loud as the ground the paint's rims are once it is calculated off."""
        off = fine(self.left)[..., 0]
        return _loud((off / self.through[..., 0])[self.rim]) / max(_loud(off[self.spot.ground]), _LEAST)


def cover_up(one: Painted, exact: float) -> tuple[np.ndarray, np.ndarray]:
    """Encoded RGB (h, w, 3) of the box without the marker, and where it counts (h, w).

    A frame shows the known surface, painted, and something more: the surface's own change, grain, codec, and errors of the
    paint. What lay under the paint comes back as much louder as the paint dimmed it; what came later (the grain of a generator
    that painted the marker along) comes back as it is; what is louder than beside the marker is an error and counts as little
    as that says (after Wiener).

    Args:
        one: The marker on the frame.
        exact: 0..1, how sure it is that each frame's own surface lies under paint just like that of the stamp.
    """
    detail, out = fine(one.left), one.known.copy()
    beside_rim = np.minimum(cv2.GaussianBlur(one.rim.astype(np.float32), (0, 0), _NEAR[0]) * 2, 1)
    for c in range(3):
        fine_trust = _trust(detail[..., c], one, c, exact, (1 - exact) * beside_rim, _NEAR[0])
        coarse = one.left[..., c] - detail[..., c]
        coarse_trust = _trust(coarse, one, c, exact, (1 - exact) * np.ones_like(beside_rim), _NEAR[1])
        out[..., c] += detail[..., c] * fine_trust + coarse * coarse_trust
    amount = (one.cover > 0.004).astype(np.float32) if exact > _SURE else _amount(one.cover)
    amount, seen = amount * ~one.spot.beside, to_rgb(one.spot.pixels)
    return (seen + (to_rgb(out).clip(0, 1) - seen) * amount[..., None]).astype(np.float32), amount > 0


def _amount(cover: np.ndarray) -> np.ndarray:
    """1 on the paint and next to it, softly 0 a few pixels away."""
    wide = cv2.dilate((cover > 0.004).astype(np.float32), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_HALO, _HALO)))
    soft = cv2.GaussianBlur(wide, (0, 0), _SOFT)
    return np.where(soft > 0.01, np.maximum(soft, cover > 0.004), 0).astype(np.float32)


def _trust(left: np.ndarray, one: Painted, channel: int, exact: float, wrong: np.ndarray, near: float) -> np.ndarray:
    """Factor (h, w) for what a frame shows beyond the painted surface; `wrong`: how much its errors there count."""
    through, beside = one.through[..., channel], max(_loud(left[one.spot.ground]), _LEAST)
    core, later = (one.cover > 0.97) & ~one.rim, 0.0
    if core.any() and near < _NEAR[1]:
        dims = float(np.square(through[core]).mean())
        later = float(np.clip((_loud(left[core]) / beside - dims) / max(1 - dims, 0.1), 0, 1))
    dimmed = exact * (1 - later)
    signal, power = 1 - dimmed + dimmed * through, 1 - dimmed + dimmed * through**2
    errs = np.maximum(cv2.GaussianBlur(np.square(left), (0, 0), near) - _ERRS * beside * power, 0)
    return (beside * signal / (beside * power + wrong * errs)).astype(np.float32)


def _loud(values: np.ndarray) -> float:
    """Variance, whatever a few are."""
    return float(np.median(np.square(values))) / 0.4549 if values.size else 0.0


def sureness(misfits: list[float]) -> float:
    """How sure it is (0..1) that the paint is fitted exactly, by the misfits of markers: then it was laid on each frame."""
    return 1 / (1 + (float(np.median(misfits)) / _EXACT) ** 8) if misfits else 0.0


def outline(one: Painted, done: np.ndarray) -> float:
    """How much steeper the result (h, w, 3) is along the paint's rims than the frame beside the marker: 1 when nothing is left.

    Both without the edges that the surface had before it was stamped, if somebody noted them; less than one level of 8 bits
    does not count.
    """
    off = to_ycc(done)[..., 0] - (one.known[..., 0] if one.noted else 0)
    steep = np.square(np.diff(off, axis=1, append=off[:, -1:])) + np.square(np.diff(off, axis=0, append=off[-1:]))
    rim = cv2.dilate(one.rim.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    rim, ground = rim & ~one.spot.beside, one.spot.ground
    if not rim.any() or not ground.any():
        return 1.0
    return float(np.sqrt(max(float(steep[rim].mean()), _LEAST) / max(float(steep[ground].mean()), _LEAST)))
