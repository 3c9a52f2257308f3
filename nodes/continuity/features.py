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


class Stack:
    """Pairs as arrays, so that a number can be taken at every place."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        """Stack at least one pair."""
        self.flow, self.weight, self.tiles, self.seen = (
            np.stack([getattr(p, name) for p in pairs]) for name in ("flow", "weight", "tiles", "seen"))
        self.chroma = np.stack([p.chroma for p in pairs])
        for name in ("gain", "contrast", "saturation", "sharpness", "grain", "residual", "valid", "plain"):
            setattr(self, name, np.array([getattr(p, name) for p in pairs], float))
        self.count = len(pairs)

    def context(self, at: int, reach: int = REACH, without: int | None = None) -> tuple[list[int], list[int]]:
        """Pairs before and behind `at`, `without` left out."""
        left = [i for i in range(max(0, at - reach), at) if i != without]
        right = [i for i in range(at + 1, min(self.count, at + 1 + reach)) if i != without]
        return left, right


def features_at(stack: Stack, at: int, without: int | None = None) -> dict[str, float]:
    """Take every number of `NAMES` at pair `at`, with the pairs round it as context."""
    left, right = stack.context(at, without=without)
    near = left + right
    out: dict[str, float] = {}
    for name, source in (("exposure", stack.gain), ("contrast", stack.contrast), ("saturation", stack.saturation),
                         ("sharpness", stack.sharpness), ("grain", stack.grain)):
        out[name] = float(source[at] - np.median(source[near]))
    out["chroma"] = float(np.abs(stack.chroma[at] - np.median(stack.chroma[near], axis=0)).max())
    out["residual"] = float(np.log((stack.residual[at] + 0.3) / (np.median(stack.residual[near]) + 0.3)))
    out["valid"] = float(stack.valid[at] - np.median(stack.valid[near]))
    out |= _motion(stack, at, left, right)
    out["tile"] = _tile(stack, at, near)[0]
    return out


def _mean_flow(stack: Stack, pairs: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return np.median(stack.flow[pairs], axis=0), np.median(stack.weight[pairs], axis=0)


def _motion(stack: Stack, at: int, left: list[int], right: list[int]) -> dict[str, float]:
    (before, wa), (behind, wb) = _mean_flow(stack, left[-3:] or right[:3]), _mean_flow(stack, right[:3] or left[-3:])
    weight = np.sqrt(wa * wb)
    here = stack.weight[at]
    expected = (before + behind) / 2
    error = np.linalg.norm(stack.flow[at] - expected, axis=-1)
    out = {"position": _weighted_median(error, np.minimum(weight, here))}
    speed = (np.linalg.norm(before, axis=-1) + np.linalg.norm(behind, axis=-1)) / 2 * weight
    fast = speed >= np.quantile(speed, 0.7)
    w = (weight * fast)[..., None]
    here_w = (np.minimum(weight, here) * fast)[..., None]
    power = float((w * expected**2).sum() / max(float(w.sum()), 1e-6))
    along = float((here_w * stack.flow[at] * expected).sum() / max(float(here_w.sum()), 1e-6))
    out["step"] = (along + _STILL**2) / (power + _STILL**2)
    sizes = [np.sqrt(float((w * stack.flow[side] ** 2).sum((1, 2, 3)).mean() / max(float(w.sum()), 1e-6))) for side in (left or right, right or left)]
    out["velocity"] = float(np.log((sizes[1] + _STILL) / (sizes[0] + _STILL)))
    cosine = float((w * before * behind).sum() / np.sqrt((w * before**2).sum() * (w * behind**2).sum() + 1e-9))
    gate = min(1.0, min(sizes) / (2 * _STILL))
    out["direction"] = float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))) * gate
    return out


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values, axis=None)
    total = np.cumsum(weights.reshape(-1)[order] + 1e-6)
    return float(values.reshape(-1)[order][np.searchsorted(total, total[-1] / 2)])


def _tile(stack: Stack, at: int, near: list[int]) -> tuple[float, tuple[int, int]]:
    """Largest change of colour of a cell beside what its neighbourhood does in the pairs near; and the cell."""
    here = np.abs(stack.tiles[at]).max(-1) * np.clip(stack.seen[at] * 1.25, 0, 1)
    usual = np.abs(stack.tiles[near]).max(-1).max(0)
    wide = np.pad(usual, 1, mode="edge")
    usual = np.max([wide[y:y + usual.shape[0], x:x + usual.shape[1]] for y in range(3) for x in range(3)], axis=0)
    over = here - 1.5 * usual
    place = np.unravel_index(int(over.argmax()), over.shape)
    return float(over[place]), (int(place[0]), int(place[1]))
