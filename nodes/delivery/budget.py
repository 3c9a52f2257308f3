"""The best quality of a still that stays within a number of bytes, in at most five encodes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from .. import runtime

MOST_ENCODES = 5
_LEAST_SHARE, _AIM = 0.95, 0.975
_SLOPE = 0.028  # ln(bytes) per step of quality, typical of all three formats in the middle of their scale


@dataclass(frozen=True, slots=True)
class Fit:
    """A still that was encoded, the quality it took, how often it was encoded, and whether it is within the budget."""

    data: bytes
    quality: int
    encodes: int
    fits: bool


def _between(known: dict[int, int], budget: int, low: int, high: int) -> int:
    """Quality at which ln(bytes), a line between the nearest known points, meets the aim."""
    goal = math.log(budget * _AIM)
    points = sorted((q, math.log(size)) for q, size in known.items())
    under = [p for p in points if p[1] <= math.log(budget)]
    over = [p for p in points if p[1] > math.log(budget)]
    if under and over:
        (q0, s0), (q1, s1) = under[-1], over[0]
        guess = q0 + (goal - s0) * (q1 - q0) / max(s1 - s0, 1e-9)
        return min(max(round(guess), q0 + 1), q1 - 1)
    near = points[-1] if under else points[0]
    other = points[-2] if len(points) > 1 and under else points[1] if len(points) > 1 else None
    slope = (near[1] - other[1]) / (near[0] - other[0]) if other else _SLOPE
    guess = near[0] + (goal - near[1]) / max(slope, _SLOPE / 3)
    return min(max(round(guess), low), high)


def search_quality(encode: Callable[[int], bytes], budget: int, *, start: int = 60, low: int = 20, high: int = 94) -> Fit:
    """Find the quality whose file weighs 95 to 100 % of `budget`.

    Args:
        encode: Takes a quality, gives the file.
        budget: Most bytes, metadata included.
        start: Quality to try first.
        low: Lowest quality that is still worth showing; when even that is too heavy, it is what comes back.
        high: Highest quality that still shows; a light picture stays below 95 % there.

    Returns:
        The heaviest file found within the budget, else the lightest found.
    """
    files: dict[int, bytes] = {}
    quality = min(max(start, low), high)
    while len(files) < MOST_ENCODES:
        runtime.check_cancelled()
        files[quality] = encode(quality)
        size = len(files[quality])
        if _LEAST_SHARE * budget <= size <= budget or (quality == high and size <= budget) or (quality == low and size > budget):
            break
        quality = _between({q: len(d) for q, d in files.items()}, budget, low, high)
        if len(files) == MOST_ENCODES - 1 and all(len(d) > budget for d in files.values()):
            quality = low  # the last try must not miss
        if quality in files:
            break
    fitting = {q: d for q, d in files.items() if len(d) <= budget}
    best = max(fitting) if fitting else min(files)
    return Fit(files[best], best, len(files), bool(fitting))
