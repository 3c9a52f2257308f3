"""Numbers that say how far one pair of frames stands out from those round it; each can be taken at any pair.

A join is judged by the same numbers taken inside the clips that it joins, where nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .pair import Pair

REACH = 4  # pairs of context on each side
_STILL = 0.15  # pixels at working size: below it a direction means nothing
NAMES = ("exposure", "chroma", "contrast", "saturation", "sharpness", "grain", "residual", "position", "step", "velocity",
         "direction", "tile", "valid")
LIGHT = ("exposure", "chroma", "contrast", "saturation", "sharpness", "grain", "tile", "valid")  # the others are about motion


class Stack:
    """Pairs as arrays, so that a number can be taken at every place."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        """Stack at least one pair."""
        self.flow, self.weight = np.stack([p.flow for p in pairs]), np.stack([p.weight for p in pairs])
        self.tiles, self.seen = np.stack([p.tiles for p in pairs]), np.stack([p.seen for p in pairs])
        self.chroma = np.stack([p.chroma for p in pairs])
        self.gain, self.contrast = np.array([p.gain for p in pairs]), np.array([p.contrast for p in pairs])
        self.saturation, self.sharpness = np.array([p.saturation for p in pairs]), np.array([p.sharpness for p in pairs])
        self.grain, self.residual = np.array([p.grain for p in pairs]), np.array([p.residual for p in pairs])
        self.valid = np.array([p.valid for p in pairs])
        self.count = len(pairs)

    def context(self, at: int, reach: int = REACH, wall: int | None = None) -> tuple[list[int], list[int]]:
        """Pairs before and behind `at`, on its own side of the pair `wall`."""
        low = 0 if wall is None or at < wall else wall + 1
        high = self.count if wall is None or at > wall else wall
        return list(range(max(low, at - reach), at)), list(range(at + 1, min(high, at + 1 + reach)))


def features_at(stack: Stack, at: int, wall: int | None = None) -> dict[str, float]:
    """Take every number of `NAMES` at pair `at`, with the pairs round it, up to `wall`, as context."""
    left, right = stack.context(at, wall=wall)
    near = left + right
    out: dict[str, float] = {}
    for name, source in (("exposure", stack.gain), ("contrast", stack.contrast), ("saturation", stack.saturation),
                         ("sharpness", stack.sharpness), ("grain", stack.grain)):
        out[name] = float(source[at] - np.median(source[near]))
    out["chroma"] = float(np.abs(stack.chroma[at] - np.median(stack.chroma[near], axis=0)).max())
    out["residual"] = float(np.log((stack.residual[at] + 0.3) / (np.median(stack.residual[near]) + 0.3)))
    out["valid"] = float(stack.valid[at] - np.median(stack.valid[near]))
    out |= _motion(stack, at, left, right)
    out["tile"] = patch_colour(stack, at, near)[0]
    return out


def _mean_flow(stack: Stack, pairs: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return np.median(stack.flow[pairs], axis=0), np.median(stack.weight[pairs], axis=0)


def _motion(stack: Stack, at: int, left: list[int], right: list[int]) -> dict[str, float]:
    (before, wa), (behind, wb) = _mean_flow(stack, left[-3:] or right[:3]), _mean_flow(stack, right[:3] or left[-3:])
    weight = np.sqrt(wa * wb)
    here = stack.weight[at]
    expected = (before + behind) / 2
    whole = fit_whole(stack.flow[at] - expected, np.minimum(weight, here))
    out = {"position": float(np.median(np.linalg.norm(whole, axis=-1)))}
    speed = (np.linalg.norm(before, axis=-1) + np.linalg.norm(behind, axis=-1)) / 2 * weight
    w = (weight * (speed >= np.quantile(speed, 0.7)))[..., None]
    here_w = np.minimum(w, here[..., None])
    power = float((w * expected**2).sum() / max(float(w.sum()), 1e-6))
    along = float((here_w * stack.flow[at] * expected).sum() / max(float(here_w.sum()), 1e-6))
    out["step"] = (along + _STILL**2) / (power + _STILL**2)
    sizes = [float((w[..., 0] * np.linalg.norm(side, axis=-1)).sum() / max(float(w.sum()), 1e-6)) for side in (before, behind)]
    cosine = float((w * before * behind).sum() / np.sqrt((w * before**2).sum() * (w * behind**2).sum() + 1e-9))
    gate = min(1.0, min(sizes) / (2 * _STILL))
    out["direction"] = float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))) * gate
    out["velocity"] = _speed_ratio(stack, left or right, right or left)
    return out


def _speed_ratio(stack: Stack, left: list[int], right: list[int]) -> float:
    """Logarithm of the speed behind over the speed before: median over the moving half of the cells, each beside itself."""
    (before, wa), (behind, wb) = _mean_flow(stack, left), _mean_flow(stack, right)
    a, b = np.linalg.norm(before, axis=-1), np.linalg.norm(behind, axis=-1)
    weight = np.sqrt(wa * wb)
    speed = (a + b) * weight
    return _weighted_median(np.log((b + _STILL) / (a + _STILL)), weight * (speed >= np.quantile(speed, 0.5)))


def fit_whole(flow: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Motion of the whole picture in `flow` (rows, columns, 2): shift, turn, zoom (weights 1 / (1 + residual / 0.5 px))."""
    rows, columns = weight.shape
    y, x = np.mgrid[:rows, :columns].astype(float)
    x, y = (x.ravel() - columns / 2) / columns, (y.ravel() - rows / 2) / rows
    one, zero = np.ones_like(x), np.zeros_like(x)
    terms = np.concatenate([np.stack([one, zero, x, -y], 1), np.stack([zero, one, y, x], 1)])
    wanted, base = flow.reshape(-1, 2).T.ravel().astype(float), np.tile(weight.ravel() + 1e-4, 2)
    fitted, scale = np.zeros_like(wanted), base
    for _ in range(6):
        weighted = terms * scale[:, None]
        fitted = terms @ np.linalg.solve(weighted.T @ terms + 1e-9 * np.eye(4), weighted.T @ wanted)
        off = np.linalg.norm((wanted - fitted).reshape(2, -1), axis=0)
        scale = base / np.tile(1 + off / 0.5, 2)
    return fitted.reshape(2, rows, columns).transpose(1, 2, 0)


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values, axis=None)
    total = np.cumsum(weights.reshape(-1)[order] + 1e-6)
    return float(values.reshape(-1)[order][np.searchsorted(total, total[-1] / 2)])


Place = tuple[float, tuple[int, int]]


def _wide(values: np.ndarray) -> np.ndarray:
    """Largest of each cell and its eight neighbours."""
    padded = np.pad(values, 1, mode="edge")
    return np.max([padded[y:y + values.shape[0], x:x + values.shape[1]] for y in range(3) for x in range(3)], axis=0)


def _above(here: np.ndarray, usual: np.ndarray) -> Place:
    over = here - 1.5 * _wide(usual)
    row, column = np.unravel_index(int(over.argmax()), over.shape)
    return float(over[row, column]), (int(row), int(column))


def patch_colour(stack: Stack, at: int, near: list[int]) -> Place:
    """Largest change of tint of two by two cells beyond what their neighbourhood does in the pairs near, levels; and the cell.

    Tint, not light: what warping leaves over at moving edges is mostly light.
    """
    sure = np.clip(stack.seen[at] * 2 - 1, 0, 1)
    changes = _tints(stack, [at, *near])
    return _above(changes[0] * sure, changes[1:].max(0))


def _tints(stack: Stack, pairs: list[int]) -> np.ndarray:
    tiles = stack.tiles[pairs]
    tint = tiles[..., ::2] - (tiles @ np.array((0.2126, 0.7152, 0.0722)))[..., None]
    wide = np.pad(tint, ((0, 0), (0, 1), (0, 1), (0, 0)), mode="edge")
    mean = (wide[:, :-1, :-1] + wide[:, 1:, :-1] + wide[:, :-1, 1:] + wide[:, 1:, 1:]) / 4
    return np.abs(mean).max(-1) / (1 + np.linalg.norm(stack.flow[pairs], axis=-1) / 4)  # fast cells are warped less well
