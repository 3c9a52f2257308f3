"""The quality of a still whose file weighs what it may, in at most five encodes.

ln(bytes) over a format's quality has nearly the same shape for every picture: steps of the quantiser double the weight where they
do. So each try moves along that shape, shifted and stretched through what was measured, not along a straight line.
The shapes are means over eleven pictures (illustrations of 1024 × 1024, photographs of 1440 × 1920), tests/bench/channel_rows.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .. import runtime

MOST_ENCODES = 5
LEAST_SHARE = {"jpeg": 0.92, "avif": 0.92, "webp": 0.85}  # of the budget; a step of WebP is up to 16 %
_AIM = 0.965
_SHAPES = {
    "jpeg": ((1, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 100),
             (-2.0, -1.48, -1.09, -0.86, -0.68, -0.55, -0.44, -0.27, -0.13, 0, 0.18, 0.27, 0.4, 0.55, 0.79, 1.12, 1.71)),
    "webp": ((1, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 100),
             (-1.02, -0.89, -0.74, -0.54, -0.37, -0.22, -0.11, 0, 0.13, 0.22, 0.41, 0.6, 0.86, 1.21, 1.47)),
    "avif": ((1, 10, 22, 34, 40, 46, 52, 58, 64, 70, 76, 82, 88, 94, 100),
             (-1.85, -1.59, -1.25, -0.9, -0.67, -0.45, -0.2, 0, 0.2, 0.39, 0.57, 0.74, 1.03, 1.28, 2.05)),
}
_TYPICAL_BITS = {"jpeg": 0.6, "webp": 0.35, "avif": 0.38}  # a pixel, where the shape is 0


@dataclass(frozen=True, slots=True)
class Fit:
    """A still that was encoded, the quality it took, how often it was encoded, and whether it is within the budget."""

    data: bytes
    quality: float
    encodes: int
    fits: bool


def _shape(form: str, quality: float) -> float:
    return float(np.interp(quality, *_SHAPES[form]))


def first_quality(form: str, pixels: int, budget: int) -> int:
    """Where to begin: the quality of a typical picture of so many pixels at `budget` bytes."""
    qualities, shape = _SHAPES[form]
    return round(float(np.interp(math.log(max(budget, 1) * 8 / (_TYPICAL_BITS[form] * pixels)), shape, qualities)))


def _next_quality(form: str, sizes: dict[float, int], budget: int) -> float:
    """Quality at which the shape, laid through the nearest known points, meets the aim; between neighbours the half step."""
    goal = math.log(budget * _AIM)
    points = [(q, _shape(form, q), math.log(size)) for q, size in sorted(sizes.items())]
    under, over = [p for p in points if p[2] <= math.log(budget)], [p for p in points if p[2] > math.log(budget)]
    qualities, shape = _SHAPES[form]
    if under and over:
        (low, s0, w0), (high, s1, w1) = under[-1], over[0]
        if high - low <= 1:
            return low + 0.5
        guess = float(np.interp(s0 + (goal - w0) * (s1 - s0) / max(w1 - w0, 1e-9), shape, qualities))
        latest = list(sizes)[-2:]
        if len(sizes) > 2 and (set(latest) <= {p[0] for p in over} or set(latest) <= {p[0] for p in under}):
            guess = (guess + (low + high) / 2) / 2  # twice on one side: the curve has a cliff, so halve as well
        return min(max(round(guess), math.floor(low) + 1), math.ceil(high) - 1)
    near, other = (points[-1], points[-2:-1]) if under else (points[0], points[1:2])
    slope = (near[2] - other[0][2]) / (near[1] - other[0][1]) if other and other[0][1] != near[1] else 1.0
    guess = round(float(np.interp(near[1] + (goal - near[2]) / min(max(slope, 0.6), 2.0), shape, qualities)))
    return max(guess, near[0] + 1) if under else min(guess, near[0] - 1)


def search_quality(encode: Callable[[float], bytes], budget: int, *, form: str = "jpeg", start: int = 60, low: int = 20,
                   high: int = 94) -> Fit:
    """Find the quality whose file weighs 92 (WebP 85) to 100 % of `budget`.

    Args:
        encode: Takes a quality, in steps of a half, gives the file.
        budget: Most bytes, metadata included.
        form: `jpeg`, `webp` or `avif`, whose shape is followed.
        start: Quality to try first.
        low: Lowest quality to go to; when even that is too heavy, it is what comes back.
        high: Highest quality to go to; a light picture stays below the budget there.

    Returns:
        The heaviest file found within the budget, else the lightest found.
    """
    files: dict[float, bytes] = {}
    quality: float = min(max(start, low), high)
    while len(files) < MOST_ENCODES:
        runtime.check_cancelled()
        files[quality] = encode(quality)
        size = len(files[quality])
        if LEAST_SHARE[form] * budget <= size <= budget or (quality == high and size <= budget) or (
                quality == low and size > budget):
            break
        quality = min(max(_next_quality(form, {q: len(d) for q, d in files.items()}, budget), low), high)
        if len(files) == MOST_ENCODES - 1 and all(len(d) > budget for d in files.values()):
            quality = low  # the last try must not miss
        if quality in files:
            break
    fitting = {q: d for q, d in files.items() if len(d) <= budget}
    best = max(fitting, key=lambda q: len(fitting[q])) if fitting else min(files, key=lambda q: len(files[q]))
    return Fit(files[best], best, len(files), bool(fitting))
