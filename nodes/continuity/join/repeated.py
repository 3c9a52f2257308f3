"""Frames that come twice at a join: one duplicated, a freeze, a run played again, a run played backwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..profile import Limit
from .pair import Proxy
from .rhythm import Rhythm
from .window import Window, difference_matrix, small, usual_change

REACH = 16


@dataclass(frozen=True, slots=True)
class Repetition:
    """What the frames round a join repeat.

    Attributes:
        usual: Usual change from frame to frame, levels; below `still` nothing can be told.
        still: Whether the shot hardly moves.
        own: Longest run of repeats inside the clips themselves.
        period: Distance of the clip's own repeats where it is constant, else 0.
        in_phase: Whether a repeat at the join would be in step with them.
        hold: Frames that the clips hold each picture for, where it is the same throughout, else 0.
        excess: Frames by which the picture at the join is held longer than that.
        head: Frames at the head of the second clip that are the first clip's last frame.
        exact: Of these, how many are much nearer to it than the clip's own repeats are to each other.
        head_run: Frames at the head of the second clip that do not change, whatever they are.
        tail: Repeats of a frame at the end of the first clip.
        echo: Frames at the head of the second clip that are the last ones of the first, in order.
        mirrored: Frames at the head of the second clip that are the last ones of the first, backwards.
    """

    usual: float
    still: bool
    own: int
    period: int
    in_phase: bool
    hold: int
    excess: int
    head: int
    exact: int
    head_run: int
    tail: int
    echo: int
    mirrored: int

    @property
    def again(self) -> int:
        """Frames at the head of the second clip that show the first one's last frame once too often."""
        if self.hold:
            return self.excess if self.head else 0
        too_many = self.head > self.own or self.exact or (self.head and self.period and not self.in_phase)
        return (self.exact or self.head) if too_many else 0


def _leading(flags: np.ndarray) -> int:
    return int(np.argmin(flags)) if not flags.all() else len(flags)


def _longest(flags: np.ndarray) -> int:
    best = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        best = max(best, run)
    return best


def find_repetition(window: Window, limit: Limit, rhythm: Rhythm) -> Repetition:
    """Look for repeated frames round the join; `limit.fail` is the share of the usual change below which frames are the same."""
    before, after = window.before[-REACH:], window.after[:REACH]
    left, right = window.repeats[:window.seam], window.repeats[window.seam + 1:]
    tail, head_run = _leading(left[::-1]), _leading(right)
    inner = np.concatenate([left[:len(left) - tail], [False], right[head_run:]])
    steps = np.concatenate([np.abs(np.diff(s, axis=0)).mean((1, 2)) if len(s) > 1 else np.zeros(0) for s in (small(before),
        small(after))])
    usual = usual_change(steps) if len(steps) else 0.0
    still = usual < limit.floor
    off = difference_matrix(before, after)
    same = off < max(0.02, limit.fail * usual)
    period, in_phase = _beat(window.repeats, window.seam)
    changes = [p.plain for p, again in zip(window.pairs, _without(window), strict=True) if again]
    exact = 0 if rhythm.period else _leading(off[-1] < 0.4 * min([limit.fail * usual, *changes]))
    mirrored = 0 if still else _mirrored(same, before, usual)
    head = max(exact, _leading(same[-1]) if window.repeats[window.seam] else 0)  # alike, and nothing moves
    apart = still or mirrored >= 3  # a clip that runs backwards shows its last frames again, and repeats none
    return Repetition(usual, still, rhythm.period - 1 if rhythm.period else _longest(inner), period, in_phase, rhythm.period,
                      0 if apart else rhythm.excess, 0 if apart else head, 0 if apart else exact, head_run, tail,
                      0 if apart else _echo(off, same, before, usual), mirrored)


def _without(window: Window) -> np.ndarray:
    """The repeats inside the clips, the join and what adjoins it left out."""
    out = window.repeats.copy()
    out[max(0, window.seam - 1):window.seam + 2] = False
    return out


def _beat(repeats: np.ndarray, seam: int) -> tuple[int, bool]:
    """Largest distance that the repeats before the join keep (0: none); whether the join is in step with them or those behind."""
    left, right = np.flatnonzero(repeats[:seam]), seam + 1 + np.flatnonzero(repeats[seam + 1:])
    periods = [int(np.gcd.reduce(np.diff(side))) if len(side) > 1 else 0 for side in (left, right)]
    in_step = [bool(p > 1 and (seam - side[0]) % p == 0) for p, side in zip(periods, (left, right), strict=True)]
    return (periods[0] if periods[0] > 1 else 0), any(in_step)


def _echo(off: np.ndarray, same: np.ndarray, before: Sequence[Proxy], usual: float) -> int:
    """Longest run of at least two moving frames that comes again at the head of the next clip.

    It moves as the clips usually do, or at least by far more than the frames differ from their repetition.
    """
    lumas = small(before)
    for count in range(min(same.shape), 1, -1):
        steps = np.abs(np.diff(lumas[-count:], axis=0)).mean((1, 2))
        moves = steps.max() > 0.5 * usual or steps.min() > max(0.5, 4 * np.diagonal(off[-count:, :count]).max())
        if moves and np.diagonal(same[-count:, :count]).all():
            return count
    return 0


def _mirrored(same: np.ndarray, before: Sequence[Proxy], usual: float) -> int:
    """Frames of the next clip that go back over the last ones: the first is the last but one, and so on."""
    back = same[-2::-1] if len(same) > 1 else same[:0]
    count = _leading(np.diagonal(back)) if len(back) and same.shape[1] else 0
    moves = np.abs(np.diff(small(before[-count - 1:]), axis=0)).mean((1, 2)).max() > 0.5 * usual if count else False
    return count if moves else 0


def overlap_of(before: Sequence[Proxy], after: Sequence[Proxy], stated: int) -> tuple[float, int]:
    """How far frames that ought to be the same differ, and the overlap that fits better.

    Args:
        before: Last frames of the first clip.
        after: First frames of the second.
        stated: Frames that both are said to hold.

    Returns:
        Mean difference of the stated pairs as a share of the usual change from frame to frame (0 where the shot is still or the
        overlap is longer than what is looked at), and the overlap with the smallest difference.
    """
    off = difference_matrix(before, after)
    steps = np.abs(np.diff(small(before), axis=0)).mean((1, 2)) if len(before) > 1 else np.zeros(1)
    usual, longest = float(np.percentile(steps, 70)), min(off.shape)
    if usual < 0.5 or not 1 <= stated <= longest:
        return 0.0, stated
    fits = [float(np.diagonal(off[-count:, :count]).mean()) for count in range(1, longest + 1)]
    return fits[stated - 1] / usual, int(np.argmin(fits)) + 1
