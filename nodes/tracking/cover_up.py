"""One marker taken out of one frame, its texture known."""

from __future__ import annotations

import numpy as np

from ..image.opencv import cv2
from .ground import Lit, lit
from .ink import to_rgb
from .spot import Spot
from .under import SHOWS, Under, paint_on, start_of
from .wash import Paint, fine, wash

_LOUDER = 1.15  # than the ground's: then the washed values are noisy
_LOUDEST = 2.5  # grains of the ground
_RIM, _MORE_DETAIL = 0.2, 1.5
_CODED = 0.1  # colour softened: a codec was there
_VISIBLE_GRAIN = 1 / 255
_SOFT_RIM = 5


def cover_up(spot: Spot, under: Under, strength: float, seed: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Encoded RGB (h, w, 3) of the box without the marker and where it counts (h, w); None where the frame does not show it.

    Through thin paint the frame's own values are kept as far as they are not louder than the ground's grain: below that the
    texture of many frames speaks. Under paint that hides, the texture is laid over with the frame's light, softness and grain.
    """
    known = lit(under.texture, under.flat, spot)
    if known is None:
        return None
    start, shows = start_of(spot, under.paint, known.values, strength)
    if abs(shows) < SHOWS:
        return None
    paint = paint_on(spot, start, known.values, own=under.own)
    return _through(spot, paint, known) if under.thin else _over(spot, paint, known, seed)


def _through(spot: Spot, paint: Paint, known: Lit) -> tuple[np.ndarray, np.ndarray]:
    washed = wash(spot, paint)
    off = fine(washed.values - known.values)
    coarse = washed.values - known.values - off
    covered = (washed.through[..., 0] < 0.9) & ~spot.beside
    for c in range(3):
        off[..., c] = _no_louder(off[..., c], 1 / washed.through[..., c] ** 2, covered, spot.ground)
    values = known.values + coarse + off
    if paint.soft[1] > _CODED:
        values = _without_rim(values, washed.through, spot.ground)
    return to_rgb(values).clip(0, 1), (washed.through < 0.999).any(-1)


def _without_rim(values: np.ndarray, through: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """Values whose detail along the marker's rim, where a codec errs most, is no stronger than the ground's."""
    out = values.copy()
    for c in range(3):
        slope = np.hypot(*np.gradient(through[..., c]))
        rim = (slope > _RIM * max(float(slope.max()), 1e-3)).astype(np.float32)
        detail = np.square(cv2.Laplacian(values[..., c], cv2.CV_32F, ksize=1))
        if not rim.any() or not ground.any():
            continue
        there, beside = float(detail[rim > 0].mean()), float(detail[ground].mean())
        if there > _MORE_DETAIL * beside:
            trust = (1 - 0.9 * rim).astype(np.float32)
            smooth = cv2.GaussianBlur(values[..., c] * trust, (0, 0), 1.2) / cv2.GaussianBlur(trust, (0, 0), 1.2)
            amount = rim * (1 - np.sqrt(beside / there))
            out[..., c] += (smooth - values[..., c]) * amount
    return out


def _no_louder(off: np.ndarray, aloud: np.ndarray, covered: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """Differences from the known texture, made as loud under the paint as beside it; `aloud`: by what noise grew there."""
    if not covered.any() or not ground.any():
        return off
    beside, inside = float(np.mean(np.square(off[ground]))), float(np.mean(np.square(off[covered])))
    if inside <= _LOUDER**2 * beside:
        return off
    noise = min((inside - beside) / max(float(aloud[covered].mean()) - 1, 0.1), beside)
    most = _LOUDEST * np.sqrt(beside)
    return (off * np.sqrt((beside + 1e-12) / (beside - noise + aloud * noise + 1e-12))).clip(-most, most)


def _over(spot: Spot, paint: Paint, known: Lit, seed: int) -> tuple[np.ndarray, np.ndarray]:
    main, counter = spot.drawn(paint.shift, paint.soft)
    wide = cv2.dilate(((main + counter)[..., 0] > 0.05).astype(np.float32), np.ones((_SOFT_RIM, _SOFT_RIM), np.uint8))
    amount = (cv2.GaussianBlur(wide, (0, 0), 0.7) * ~spot.beside)[..., None]
    missing = np.sqrt(max(0.0, _grain(spot.pixels, spot.ground) ** 2 - _grain(known.values, spot.ground) ** 2))
    laid = to_rgb(known.values)
    if missing > _VISIBLE_GRAIN:
        laid = laid + np.random.default_rng(seed).normal(0, missing, laid.shape)
    seen = to_rgb(spot.pixels)
    return (seen + (laid.clip(0, 1) - seen) * amount).astype(np.float32), amount[..., 0] > 0


def _grain(values: np.ndarray, where: np.ndarray) -> float:
    """Standard deviation of luma's difference from pixel to pixel (after Immerkaer, 1996)."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6
    if not where.any():
        return 0.0
    return 1.4826 * float(np.median(np.abs(cv2.filter2D(values[..., 0], cv2.CV_32F, kernel)[where])))
