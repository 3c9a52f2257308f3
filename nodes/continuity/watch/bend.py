"""Whether a change of a watched detail stands out beside the pairs of frames near it, in colour and in shape.

A detail that is another one behind a join, or bent, moves for one pair of frames as neither the pair before nor the one behind
does. What the flow has beyond theirs is fitted with a plane of motion and a bump over the detail: edges of things that go on
moving as they did are in all three and fall out; what bursts, turns or comes into sight leaves more than a bump behind, and is
told by that. The rest is what the same number does elsewhere in the clip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..profile import Limit
from .detail import CELLS, Change

NEAR = 12  # changes on each side that say what is usual for one
_AGAIN = 0.25  # share of the usual change below which a frame is a repeat
_SEEN = 0.75  # share of a detail that must be found again for its shape to be judged: elsewhere the flow guesses
_NOISE = 0.3  # pixels that a flow is off wherever it is measured
_SURE = 2.5  # largest variance of a bump, in those of one cell: nothing moves visibly where all is flat
# how far a bump must stand off what it leaves unexplained, and off the bumps of the other pairs: at a join that is asked for, and
# where the worst of all pairs is taken
_CLEAR, _USUAL = (1.4, 2.2), (0.5, 1.2)
_ANYWHERE, _FOUND = 4.0, 0.5  # by how much more a colour must stand out there, and the share of it that must be found again


@dataclass(frozen=True, slots=True)
class Bend:
    """How far the middle of a detail goes another way than before and behind.

    Attributes:
        value: Pixels.
        clear: The same in parts of what a bump leaves unexplained.
        sure: Whether enough of the detail is seen and textured to say so.
        again: Whether the frame is a repeat.
    """

    value: float
    clear: float
    sure: bool
    again: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a change lies off those near, and by how many of their spreads."""

    value: float
    z: float


def bends_of(changes: Sequence[Change]) -> list[Bend]:
    """Measure each of consecutive changes beside the one before and the one behind it, repeats beside nothing."""
    plain = np.array([c.plain for c in changes])
    again = np.array([p < _AGAIN * np.percentile(plain[max(0, i - NEAR):i + NEAR + 1], 85) for i, p in enumerate(plain)], bool)
    moving, out = np.flatnonzero(~again), []
    for i, change in enumerate(changes):
        beside = [*moving[moving < i][-1:], *moving[moving > i][:1]]
        out.append(_bend(change, [] if again[i] else [changes[k] for k in beside], bool(again[i])))
    return out


def stand_out(changes: Sequence[Change], bends: Sequence[Bend], at: int, colour: Limit, *,
              anywhere: bool = False) -> tuple[Standing, Standing]:
    """How far the change `at` stands out in colour and in shape beside the others near, repeats beside repeats.

    Args:
        changes: Consecutive changes.
        bends: Theirs.
        at: Which one.
        colour: Limit of the colour; its floor is the smallest spread that is believed.
        anywhere: Whether `at` is one of many places that are tried, not the one that is asked for.
    """
    near = range(max(0, at - NEAR), min(len(changes), at + NEAR + 1))
    peers = [i for i in near if bends[i].again == bends[at].again]
    place = peers.index(at)
    others = [i for i in peers if i != at]
    tints = np.array([c.tint for c in changes])
    middle = np.median(tints[others], axis=0) if others else np.zeros(2)
    beside = np.abs(tints - middle).max(-1)
    # the neighbours of a moving pair are measured against it
    rest = [bends[i].clear for k, i in enumerate(peers) if abs(k - place) > (not bends[at].again)]
    usual = _usual(beside[others]) + colour.floor
    need = max(_CLEAR[anywhere], _USUAL[anywhere] * _usual(np.array(rest)))
    bent = Standing(bends[at].value, bends[at].clear / need if bends[at].sure else 0.0)
    tint = float(beside[at]) / usual
    if anywhere:  # where the detail is lost for a pair, the colour is that of something else
        tint = tint / _ANYWHERE if changes[at].seen >= _FOUND else 0.0
    return Standing(float(beside[at]), tint), bent


def _usual(others: np.ndarray) -> float:
    return float(np.median(others) + np.percentile(others, 90)) if len(others) else 0.0


def _bend(change: Change, beside: Sequence[Change], again: bool) -> Bend:
    wanted, weight = change.flow, change.weight
    if beside:
        wanted = wanted - np.mean([c.flow for c in beside], axis=0)
        weight = np.min([weight, *(c.weight for c in beside)], axis=0)
    terms, inner = _terms(*change.part)
    wanted, base = wanted.reshape(-1, 2), weight.ravel().astype(float)
    say, height, off, held = base, np.zeros((4, 2)), np.zeros(len(base)), terms
    for _ in range(6):
        held = terms * say[:, None]
        height = np.linalg.solve(held.T @ terms + 1e-4 * np.eye(4), held.T @ wanted)
        off = np.linalg.norm(wanted - terms @ height, axis=1)
        say = base / (1 + (off / max(_NOISE, 1.5 * float(np.median(off[base > 0]) if base.any() else 0))) ** 2) ** 2
    variance = float(np.linalg.inv(held.T @ terms + 1e-4 * np.eye(4))[3, 3])
    left = float(np.sqrt((base * off**2)[inner].sum() / max(base[inner].sum(), 1e-3)))
    value = float(np.linalg.norm(height[3]))
    return Bend(value, value / (left + _NOISE), change.seen >= _SEEN and variance < _SURE, again)


@lru_cache(maxsize=16)
def _terms(wide: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """A plane and a bump over the middle `wide` and `high` parts of the cells, (cells, 4), and which cells the bump lies on."""
    at = (np.arange(CELLS) + 0.5) / CELLS - 0.5
    across, down = (np.where(np.abs(at) < part / 2, np.cos(np.pi * at / part) ** 2, 0) for part in (wide, high))
    y, x = np.meshgrid(at, at, indexing="ij")
    bump = np.outer(down, across)
    return np.stack([np.ones_like(x), x, y, bump], -1).reshape(-1, 4), bump.ravel() > 0
