"""The quality of a still whose file weighs what it may, in at most five encodes.

ln(bytes) over a format's quality has nearly the same shape for every picture: steps of the quantiser double the weight where they
do. So each try moves along that shape, shifted and stretched through what was measured, not along a straight line.
The shapes are means over eleven pictures (illustrations of 1024 × 1024, photographs of 1440 × 1920), tests/bench/channel_rows.py;
a JPEG's is the picture's own (`media/jpeg_weight.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .. import runtime
from ..media.jpeg_weight import weight_curve
from ..media.stills import qualities

MOST_ENCODES = 5
LEAST_SHARE = {"jpeg": 0.92, "avif": 0.92, "webp": 0.85}  # of the budget; a step of WebP is up to 16 %
_AIM = 0.965
Curve = tuple[tuple[float, ...], tuple[float, ...]]  # qualities, and ln(bytes) at each up to a constant
_SHAPES: dict[str, Curve] = {
    "jpeg": ((1, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 100, 110),
             (-2.0, -1.48, -1.09, -0.86, -0.68, -0.55, -0.44, -0.27, -0.13, 0, 0.18, 0.27, 0.4, 0.55, 0.79, 1.12, 1.71, 2.03)),
    "webp": ((1, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 100, 101),
             (-1.02, -0.89, -0.74, -0.54, -0.37, -0.22, -0.11, 0, 0.13, 0.22, 0.41, 0.6, 0.86, 1.21, 1.47, 2.85)),
    "avif": ((1, 10, 22, 34, 40, 46, 52, 58, 64, 70, 76, 82, 88, 94, 100, 101),
             (-1.85, -1.59, -1.25, -0.9, -0.67, -0.45, -0.2, 0, 0.2, 0.39, 0.57, 0.74, 1.03, 1.28, 2.05, 2.4)),
}
_TYPICAL_BITS = {"jpeg": 0.6, "webp": 0.35, "avif": 0.38}  # a pixel, where the shape is 0


@dataclass(frozen=True, slots=True)
class Fit:
    """A still that was encoded, the quality it took, how often it was encoded, and whether it is within the budget."""

    data: bytes
    quality: float
    encodes: int
    fits: bool


def curve_of(form: str, picture: np.ndarray) -> Curve:
    """Qualities of a format and ln(bytes) of (H, W, 3) uint8 at each, as far as it is known before anything is encoded."""
    pixels = picture.shape[0] * picture.shape[1]
    if form == "jpeg" and min(picture.shape[:2]) >= 16:
        return weight_curve(picture)
    known, shape = _SHAPES[form]
    typical = math.log(_TYPICAL_BITS[form] * pixels / 8)
    return known, tuple(value + typical for value in shape)


def _along(curve: Curve, quality: float) -> float:
    return float(np.interp(quality, *curve))


def _back(curve: Curve, value: float) -> float:
    return float(np.interp(value, curve[1], curve[0]))


def _nearest(guess: float, choices: list[float]) -> float:
    """The choice next to a guess; a whole number where there is one, since those are the format's own steps."""
    whole = [q for q in choices if q == int(q)]
    return min(whole or choices, key=lambda q: abs(q - guess))


def _next_quality(curve: Curve, choices: list[float], sizes: dict[float, int], budget: int, whole: bool) -> float | None:
    """Quality at which the curve, laid through the nearest known points, meets the aim; None where there is nothing between."""
    goal = math.log(budget * _AIM)
    points = [(q, _along(curve, q), math.log(size)) for q, size in sorted(sizes.items())]
    under, over = [p for p in points if p[2] <= math.log(budget)], [p for p in points if p[2] > math.log(budget)]
    if under and over:
        (low, s0, w0), (high, s1, w1) = under[-1], over[0]
        guess = _back(curve, s0 + (goal - w0) * (s1 - s0) / max(w1 - w0, 1e-9))
        latest = list(sizes)[-2:]
        if len(sizes) > 2 and (set(latest) <= {p[0] for p in over} or set(latest) <= {p[0] for p in under}):
            guess = (guess + (low + high) / 2) / 2  # twice on one side: the curve has a cliff, so halve as well
        left = [q for q in choices if low < q < high]
    else:
        near, other = (points[-1], points[-2:-1]) if under else (points[0], points[1:2])
        slope = (near[2] - other[0][2]) / (near[1] - other[0][1]) if other and other[0][1] != near[1] else 1.0
        guess = _back(curve, near[1] + (goal - near[2]) / min(max(slope, 0.6), 2.0))
        left = [q for q in choices if (q > near[0] if under else q < near[0])]
    if not left:
        return None
    return _nearest(guess, left) if whole else min(left, key=lambda q: abs(q - guess))


def search_quality(encode: Callable[[float], bytes], budget: int, *, form: str = "jpeg", picture: np.ndarray | None = None,
                   start: float | None = None, low: float = 20, high: float = 94) -> Fit:
    """Find the quality whose file weighs 92 (WebP 85) to 100 % of `budget`.

    Args:
        encode: Takes a quality, one of `media.stills.qualities`, gives the file.
        budget: Most bytes, metadata included.
        form: `jpeg`, `webp` or `avif`, whose shape is followed.
        picture: (H, W, 3) uint8 that is encoded, to begin near; None begins at 60.
        start: Quality to try first instead.
        low: Lowest quality to go to; when even that is too heavy, it is what comes back.
        high: Highest quality to go to; a light picture stays below the budget there.

    Returns:
        The best file found within the budget, else the lightest found.
    """
    choices = [q for q in qualities(form) if low <= q <= high]
    curve = _SHAPES[form] if picture is None else curve_of(form, picture)
    whole = form != "jpeg"  # whose tables have no steps of their own
    first = 60.0 if picture is None else _back(curve, math.log(max(budget * _AIM, 1)))
    files: dict[float, bytes] = {}
    quality: float | None = _nearest(first if start is None else start, choices)
    while quality is not None and quality not in files and len(files) < MOST_ENCODES:
        runtime.check_cancelled()
        files[quality] = encode(quality)
        if LEAST_SHARE[form] * budget <= len(files[quality]) <= budget:
            break
        quality = _next_quality(curve, choices, {q: len(d) for q, d in files.items()}, budget, whole)
        if len(files) == MOST_ENCODES - 1 and all(len(d) > budget for d in files.values()):
            quality = choices[0]  # the last try must not miss
    fitting = {q: d for q, d in files.items() if len(d) <= budget}
    best = max(fitting) if fitting else min(files, key=lambda q: len(files[q]))  # drawings are lighter without loss
    return Fit(files[best], best, len(files), bool(fitting))
