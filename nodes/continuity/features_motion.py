"""Numbers that say how the motion of one pair of frames stands out from that of the pairs round it."""

from __future__ import annotations

import numpy as np

from .stack import Stack

MOTION = ("position", "step", "velocity", "direction", "residual")
_STILL = 0.15  # pixels at working size: below it a direction means nothing


def motion_at(stack: Stack, at: int, left: list[int], right: list[int]) -> dict[str, float]:
    """Take every number of `MOTION` at pair `at`, with the pairs before and behind it as context."""
    residual = float(np.log((stack.residual[at] + 0.3) / (np.median(stack.residual[left + right]) + 0.3)))
    return {**_motion(stack, at, left, right), "residual": residual}


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
