"""In which rhythm the clips at a join repeat their own frames, and whether the join keeps it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long each frame is held.

    Attributes:
        period: Frames that each picture is held for on both sides, where it is the same throughout; else 0.
        before: Mean frames a picture is held for before the join, 0 where that changes or is not known.
        behind: The same behind the join.
        excess: Frames by which the picture at the join is held longer than the period.
        missing: Frames by which the pictures at the join are held shorter.
        held: Whether the join lies within a picture that the rhythm holds, so that nothing may move there.
    """

    period: int = 0
    before: float = 0.0
    behind: float = 0.0
    excess: int = 0
    missing: int = 0
    held: bool = False

    @property
    def rate(self) -> float:
        """New pictures a frame behind the join by those before it; 1 where one of them is not known."""
        return self.before / self.behind if self.before and self.behind else 1.0


def _runs(repeats: np.ndarray) -> list[int]:
    """Lengths of the runs of equal frames that the pairs `repeats` make."""
    new = np.flatnonzero(~repeats)
    return np.diff(np.concatenate(([-1], new, [len(repeats)]))).tolist()


def _hold(inner: list[int]) -> float:
    """Mean length of runs that are alike, as a change of rate makes them: 1 2 1 2, 3 3 3; 0 where they are not."""
    return float(np.mean(inner)) if len(inner) >= 2 and max(inner) - min(inner) <= 1 else 0.0


def find_rhythm(repeats: np.ndarray, seam: int) -> Rhythm:
    """Look for the rhythm round a join.

    Args:
        repeats: Of each pair whether its second frame repeats its first.
        seam: The join's pair.
    """
    left, right = _runs(repeats[:seam]), _runs(repeats[seam + 1:])
    inner = left[1:-1], right[1:-1]  # the outermost runs are cut off by what is looked at, the innermost belong to the join
    before, behind = _hold(inner[0]), _hold(inner[1])
    lengths = {*inner[0], *inner[1]}
    if len(lengths) != 1 or not (inner[0] and inner[1]) or lengths == {1}:
        return Rhythm(before=before, behind=behind)
    period, tail, head = lengths.pop(), left[-1], right[0]
    if max(left[0], right[-1]) > period:
        return Rhythm(before=before, behind=behind)
    if repeats[seam]:
        off = tail + head - period
        return Rhythm(period, before, behind, max(off, 0), max(-off, 0))
    excess = max(tail - period, 0) + max(head - period, 0)
    missing = max(period - tail, 0) + max(period - head, 0)
    if tail + head == period or (excess and missing):
        return Rhythm(period, before, behind, held=not excess)
    return Rhythm(period, before, behind, excess, missing)
