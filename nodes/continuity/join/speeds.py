"""How fast things move, pair by pair, and whether the speed steps at a join rather than changing steadily.

Speed is measured by flow and by how much the picture itself changes, coarse enough to grow with the motion where flow fails.
Both are read at quantiles over the cells that move: a clip that runs faster is faster in all of them, while something that leaves
the picture or enters it takes the mean along and leaves the quantiles where they were.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from .fields import Fields
from .window import Window, small

_STILL = 0.15  # pixels: slower than this is as good as still
_CHANGE = 0.1  # levels: likewise
_SIDES = (24, 12)  # pixels a side of the coarse pictures
_NOISE = 0.05  # spread of a logarithm of speed that is always there
_LAGS = 6
_SHARES, _SHARE = (0.5, 0.75), 0.75  # quantiles over the cells that speed by flow and by change is read at
_PART = 0.2  # of what the busiest cells change by, reached in a fifth of the pairs: a cell that takes part
_STEADY = (4, 8)  # pairs on each side that a step is told from a steady change by: the clearer of the two counts
_CONTEXT = 3  # pairs on each side that its size is taken from


@dataclass(frozen=True, slots=True)
class Speeds:
    """Logarithms of speed by several measures.

    Attributes:
        at: The join's pair.
        flow: By flow, at two quantiles over the cells (measures, pairs).
        change: By the change of coarse pictures (measures, pairs).
        lags: Change over 1, 2, … frames inside the clips, as a logarithm (measures, lags).
        span: Logarithm of the frames that each pair spans, in terms of their median.
    """

    at: int
    flow: np.ndarray
    change: np.ndarray
    lags: np.ndarray
    span: np.ndarray


@dataclass(frozen=True, slots=True)
class Step:
    """A step of speed: its logarithm, and how much better a step than a steady change explains the speeds, times its size."""

    size: float
    evidence: float


def find_speeds(f: Fields, window: Window) -> Speeds:
    """Measure the speeds of the pairs of `f`."""
    seen = small([*window.before, *window.after])[f.frames]
    change, lags = [], []
    for side in _SIDES:
        pictures = np.stack([cv2.resize(s, (side, side), interpolation=cv2.INTER_AREA) for s in seen])
        pictures = (pictures - pictures.mean((1, 2), keepdims=True)).reshape(len(pictures), -1)
        busy = np.quantile(np.abs(np.diff(pictures, axis=0)), 0.8, axis=0)
        pictures = pictures[:, busy >= _PART * np.quantile(busy, 0.95)]
        change.append(_log(pictures, 1, np.arange(len(f))))
        # inside one clip: pairs that do not reach over the join
        inside = [[i for i in range(len(f) + 1 - lag) if i + lag <= f.at or i > f.at] for lag in range(1, _LAGS + 1)]
        lags.append([float(np.mean(_log(pictures, lag, np.array(i)))) if i else np.nan for lag, i in enumerate(inside, 1)])
    return Speeds(f.at, np.log(_quantiles(f) + _STILL), np.array(change), np.array(lags), np.log(f.span / np.median(f.span)))


def _quantiles(f: Fields) -> np.ndarray:
    """Speeds at `_SHARES` of the weight of the cells that move at all (measures, pairs)."""
    size, weight = np.linalg.norm(f.flow, axis=-1).reshape(len(f), -1), f.weight.reshape(len(f), -1)
    weight = weight * (np.quantile(size * (weight > 0.1), 0.8, axis=0) > _STILL) + 1e-6
    order = np.argsort(size, 1)
    size, passed = (np.take_along_axis(v, order, 1) for v in (size, weight))
    passed = np.cumsum(passed, 1)
    return np.stack([np.take_along_axis(size, (passed < share * passed[:, -1:]).sum(1, keepdims=True), 1)[:, 0]
                     for share in _SHARES])


def _log(pictures: np.ndarray, lag: int, at: np.ndarray) -> np.ndarray:
    return np.log(np.quantile(np.abs(pictures[at + lag] - pictures[at]), _SHARE, axis=1) + _CHANGE)


def step_of(s: Speeds) -> Step:
    """Compare the speeds before the join with those from it on; flow and change must agree on which side is the faster.

    The join's pair counts as behind it: a clip that was made to go on from a frame leaves it at its own speed.
    """
    if min(s.at, len(s.span) - s.at) < 2:
        return Step(0.0, 0.0)
    both = (s.flow - s.span, s.change - s.span)
    sizes = [np.mean([_difference(row, s.at) for row in rows]) for rows in both]
    better = [sum(np.mean([_better(row, s.at, reach) for row in rows]) for rows in both) for reach in _STEADY]
    agree = np.sign(sizes[0]) == np.sign(sizes[1])
    return Step(float(sizes[0]), float(abs(sum(sizes)) * max(0.0, *better)) if agree else 0.0)


def _difference(row: np.ndarray, at: int) -> float:
    return float(row[at:at + _CONTEXT].mean() - row[max(0, at - _CONTEXT):at].mean())


def _better(row: np.ndarray, at: int, reach: int) -> float:
    """Logarithm of how much less a step at the join leaves over than a steady change does."""
    low, high = max(0, at - reach), min(len(row), at + reach + 1)
    off, left = row[low:high] - row[low:high].mean(), []
    for shape in (np.arange(low, high) >= at, np.arange(low, high)):
        shape = shape - shape.mean()
        left.append(float(((off - (off @ shape) / (shape @ shape) * shape) ** 2).mean()))
    return float(np.log((left[1] + _NOISE**2) / (left[0] + _NOISE**2)))


def leap_of(s: Speeds) -> tuple[float, float]:
    """How many usual steps the join's pair makes, and how many times as far it goes as the longest step near it."""
    before, behind = range(max(0, s.at - _CONTEXT), s.at), range(s.at + 1, min(len(s.span), s.at + 1 + _CONTEXT))
    rows = np.concatenate((s.flow, s.change)) - s.span
    beyond = rows[:, s.at] - rows[:, [*before, *behind]].max(1)
    usual = np.mean([s.change[:, list(side)].mean(1) for side in (before, behind) if side], axis=0)
    steps = [_lag(row, here - u + row[0]) for row, here, u in zip(s.lags, s.change[:, s.at], usual, strict=True)]
    return float(np.mean(steps)), float(np.exp(beyond.mean()))


def _lag(lags: np.ndarray, change: float) -> float:
    """Frames over which the picture changes as much, by the changes over 1, 2, … frames; beyond them as they grow at last."""
    known = lags[np.isfinite(lags)]
    rising = np.maximum.accumulate(known) + 1e-6 * np.arange(len(known))
    steps = np.log(np.arange(1, len(known) + 1))
    if change > rising[-1] or change < rising[0]:
        slope = max(rising[-1] - rising[0], 0.2) / max(steps[-1], 0.5)
        end = -1 if change > rising[-1] else 0
        return float(np.exp(min(steps[end] + (change - rising[end]) / max(slope, 0.2), 3.0)))
    return float(np.exp(np.interp(change, rising, steps)))
