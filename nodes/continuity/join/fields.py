"""Motion round a join as fields of cells: what each pair of frames does beside what its neighbours let expect.

Pairs that repeat a frame are left out; how many frames a pair spans stands in `span`. A cell counts by how well its own motion
can be foretold inside the clips: where the background stands still a jump of a pixel cannot be motion, where water runs it can.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rhythm import Rhythm
from .window import Window

_SURE = 0.1  # pixels at working size: no cell is known better
_STILL = 0.15  # pixels: below it a direction means nothing
_REACH = 3  # pairs on each side that foretell a pair


@dataclass(frozen=True, slots=True)
class Fields:
    """Pairs round a join that are no repeats.

    Attributes:
        at: The join's pair among them, or the first new one behind it where the picture is held over the join.
        flow: Motion of the cells (pairs, rows, columns, 2), pixels at working size.
        weight: How far each can be believed (pairs, rows, columns), 0..1.
        noise: How far the motion of a cell usually lies off what its neighbours in time foretell (rows, columns), pixels.
        span: Frames that each pair spans.
        frames: Numbers of the frames before the first and behind each pair.
    """

    at: int
    flow: np.ndarray
    weight: np.ndarray
    noise: np.ndarray
    span: np.ndarray
    frames: np.ndarray

    def __len__(self) -> int:
        return len(self.flow)

    def near(self, place: int, reach: int = _REACH) -> tuple[list[int], list[int]]:
        """Pairs before and behind `place`, the nearest first; beside another place than the join on its own side only."""
        low = 0 if place <= self.at else self.at + 1
        high = len(self) if place >= self.at else self.at
        return list(range(place - 1, max(low, place - reach) - 1, -1)), list(range(place + 1, min(high, place + 1 + reach)))

    def elsewhere(self, least: int = 1) -> list[int]:
        """Places inside the clips with at least `least` pairs on each side."""
        return [p for p in range(len(self)) if p != self.at and min(map(len, self.near(p))) >= least]


def find_fields(window: Window, rhythm: Rhythm) -> Fields:
    """Lay out the pairs of `window`."""
    moving = window.moving()
    at = int(np.searchsorted(moving, window.seam))
    if (window.repeats[window.seam] or rhythm.held) and at + 1 < len(moving):
        moving = np.delete(moving, at)  # the motion goes on with the next frame that is new
    flow = np.stack([window.pairs[i].flow for i in moving]).astype(float)
    weight = np.stack([window.pairs[i].weight for i in moving])
    span = np.diff(moving, prepend=moving[0] - 1).astype(float)
    if len(span) > 1:
        span[0] = np.median(span[1:])
    bare = Fields(at, flow, weight, np.zeros(flow.shape[1:3]), span, np.concatenate((moving[:1], moving + 1)))
    off = [np.linalg.norm(flow[p] - expected(bare, p), axis=-1) for p in bare.elsewhere()]
    noise = 1.4826 * np.median(off, axis=0) if off else np.full(flow.shape[1:3], 3 * _SURE)
    return Fields(at, flow, weight, noise, span, bare.frames)


def expected(f: Fields, place: int) -> np.ndarray:
    """Motion of the cells at `place` by the pairs next to it: their mean was a better guide on real clips than a cubic."""
    left, right = f.near(place)
    sides = [f.flow[side[0]] for side in (left, right) if side]
    return np.mean(sides, axis=0)


@dataclass(frozen=True, slots=True)
class Jump:
    """What the whole picture does at once, beyond what is expected.

    Attributes:
        size: Median over the cells, pixels at working size.
        share: Share of the picture that takes part, 0..1.
        shift: Pixels to the right and down.
        zoom: Growth, 0.02 for 2 %.
    """

    size: float
    share: float
    shift: tuple[float, float]
    zoom: float


def jumps(f: Fields, window: Window, rhythm: Rhythm) -> tuple[Jump, list[Jump]]:
    """How the whole picture jumps at the join, and at other places.

    Where the picture is held over the join nothing is expected to move, and it is judged beside the other held frames.
    """
    width = window.before[-1].luma.shape[1]
    if not rhythm.held and not (rhythm.period and window.repeats[window.seam]):
        return _jump(f, f.at, width), [_jump(f, place, width) for place in f.elsewhere()]
    sure = np.full(f.noise.shape, _SURE)
    pairs = [window.pairs[int(i)] for i in (window.seam, *(i for i in np.flatnonzero(window.repeats) if i != window.seam))]
    here, *others = [_whole(p.flow.astype(float), p.weight, sure, width) for p in pairs]
    return here, others


def _jump(f: Fields, place: int, width: int) -> Jump:
    left, right = f.near(place)
    weight = f.weight[[place, *left[:2], *right[:2]]].min(0)
    return _whole(f.flow[place] - expected(f, place), weight, np.hypot(f.noise, _SURE), width)


def _whole(off: np.ndarray, weight: np.ndarray, sure: np.ndarray, width: int) -> Jump:
    whole = fit_whole(off, weight / sure**2, 1.5 * sure)
    size = np.linalg.norm(whole, axis=-1)
    follows = np.linalg.norm(off - whole, axis=-1) < np.maximum(0.5 * size, 2 * sure)
    shift, columns = whole.mean((0, 1)), whole.shape[1]
    grown = float((whole[:, -1, 0] - whole[:, 0, 0]).mean()) / (width * (columns - 1) / columns)
    return Jump(float(np.median(size)), float((weight * follows).sum() / max(float(weight.sum()), 1e-6)),
                (float(shift[0]), float(shift[1])), grown)


def turn_at(f: Fields, place: int) -> float:
    """Degrees by which the motion of the faster cells turns from the pairs before `place` to those behind it."""
    left, right = f.near(place)
    before, behind = (np.median(f.flow[side], axis=0) for side in (left or right, right or left))
    weight = np.median(f.weight[[*left, *right]], axis=0)
    speed = (np.linalg.norm(before, axis=-1) + np.linalg.norm(behind, axis=-1)) / 2 * weight
    w = (weight * (speed >= np.quantile(speed, 0.7)))[..., None]
    total = max(float(w.sum()), 1e-6)
    least = min(float((w[..., 0] * np.linalg.norm(side, axis=-1)).sum() / total) for side in (before, behind))
    cosine = float((w * before * behind).sum() / np.sqrt((w * before**2).sum() * (w * behind**2).sum() + 1e-9))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))) * min(1.0, least / (2 * _STILL))


def camera_share(f: Fields, pairs: list[int]) -> float:
    """Share of the motion in `pairs` that a shift, turn and zoom of the whole picture explains, 0..1."""
    mean, weight = f.flow[pairs].mean(0), f.weight[pairs].mean(0)
    left = mean - fit_whole(mean, weight, np.full(weight.shape, 0.5))
    energy = float((weight * (mean**2).sum(-1)).sum())
    return max(0.0, 1 - float((weight * (left**2).sum(-1)).sum()) / max(energy, 1e-6))


def fit_whole(flow: np.ndarray, weight: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Shift, turn and zoom of the whole picture in `flow` (rows, columns, 2).

    Cells count by `weight` / (1 + (residual / `scale`)²), so that what moves by itself loses its say.
    """
    rows, columns = weight.shape
    y, x = np.mgrid[:rows, :columns].astype(float)
    x, y = (x.ravel() - (columns - 1) / 2) / columns, (y.ravel() - (rows - 1) / 2) / columns
    one, zero = np.ones_like(x), np.zeros_like(x)
    terms = np.concatenate([np.stack([one, zero, x, -y], 1), np.stack([zero, one, y, x], 1)])
    wanted, base = flow.reshape(-1, 2).T.ravel().astype(float), np.tile(weight.ravel() + 1e-6, 2)
    fitted, say = np.zeros_like(wanted), base
    for _ in range(6):
        weighted = terms * say[:, None]
        fitted = terms @ np.linalg.solve(weighted.T @ terms + 1e-9 * np.eye(4), weighted.T @ wanted)
        off = np.linalg.norm((wanted - fitted).reshape(2, -1), axis=0) / scale.ravel()
        say = base / np.tile(1 + off**2, 2)
    return fitted.reshape(2, rows, columns).transpose(1, 2, 0)
