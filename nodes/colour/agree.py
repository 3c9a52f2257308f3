"""How well the colours that are seen agree with a plate's under any cast, and which patches show something else.

What counts is the error at patches left out of an affine map of the others: a map of 12 numbers explains much of 12 patches
of anything.
"""

from __future__ import annotations

import numpy as np

SURE = 0.92  # agreement above which nothing else is looked at; charts reach 0.93, other grids stay under 0.5
CLEAR = 0.75  # agreement above which no patch needs to be left aside to know a plate
_FAR, _NEVER_FAR = 20.0, 0.02  # squared error against its median from which a patch shows something else, and what never does


def left_out_errors(seen: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Error (…, N, 3) at each patch of an affine map fitted to all the others; `seen` (N, 3), `wanted` (…, N, 3)."""
    design = np.concatenate((seen, np.ones((len(seen), 1))), axis=1)
    ridge = 1e-5 * len(seen) * np.diag((1.0, 1.0, 1.0, 0.0))
    hat = design @ np.linalg.solve(design.T @ design + ridge, design.T)
    return (wanted - hat @ wanted) / np.maximum(1 - np.diag(hat), 0.05)[:, None]


def score(seen: np.ndarray, wanted: np.ndarray, *, hidden: int = 0) -> tuple[float, np.ndarray]:
    """How much of the variance of `wanted` (N, 3) is explained at patches left out, and which patches (N,) count.

    Up to `hidden` patches are left aside: those that the map of the others misses by far. What covers patches mostly covers
    neighbours, so the map is also begun from the first and the last patches, from the odd and the even, and so on, and from
    the start that explains most patches well it is settled (least trimmed squares: Rousseeuw 1984).
    """
    used = np.ones(len(seen), bool)
    value, errors = _explained(seen, wanted, used)
    if not hidden or (value > SURE and errors.max() < max(_FAR * np.median(errors), _NEVER_FAR)):
        return value, used
    used = _trimmed(seen, wanted, len(seen) - hidden)
    for _ in range(4):
        value, inside = _explained(seen, wanted, used)
        errors = (_map_errors(seen, wanted, used[None].astype(float))[0] ** 2).sum(1)
        fits = used | (errors < max(_FAR * np.median(inside), _NEVER_FAR))
        if (fits == used).all():
            break
        used = fits
    return value, used


def _explained(seen: np.ndarray, wanted: np.ndarray, used: np.ndarray) -> tuple[float, np.ndarray]:
    """Share of the variance of the patches that are used, and their squared errors (M,), each left out in turn."""
    errors = (left_out_errors(seen[used], wanted[used]) ** 2).sum(1)
    spread = ((wanted[used] - wanted[used].mean(0)) ** 2).sum()
    return float(1 - errors.sum() / max(spread, 1e-9)), errors


def _map_errors(seen: np.ndarray, wanted: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Error (S, N, 3) at every patch of the affine map fitted to the patches of each row of `weight` (S, N)."""
    design = np.concatenate((seen, np.ones((len(seen), 1))), axis=1)
    ridge = 1e-5 * len(seen) * np.diag((1.0, 1.0, 1.0, 1e-3))
    weighted = weight[..., None] * design
    maps = np.linalg.solve(np.swapaxes(weighted, 1, 2) @ design + ridge, np.swapaxes(weighted, 1, 2) @ wanted)
    return wanted - design @ maps


def _trimmed(seen: np.ndarray, wanted: np.ndarray, count: int) -> np.ndarray:
    """The `count` patches (N,) that one affine map explains best, of what several starts settle on."""
    rng, size = np.random.default_rng(0), len(seen)
    start = np.arange(size) < size // 2
    drawn = np.stack([rng.permutation(size) < max(6, size // 3) for _ in range(16)])
    weight = np.concatenate((np.ones((1, size)), start[None], ~start[None], drawn)).astype(float)
    errors = np.empty_like(weight)
    for _ in range(4):
        errors = (_map_errors(seen, wanted, weight) ** 2).sum(-1)
        least = np.argpartition(errors, count - 1, axis=1)[:, :count]
        weight = np.zeros_like(weight)
        np.put_along_axis(weight, least, 1.0, axis=1)
    best = int(np.argmin((errors * weight).sum(1)))
    return weight[best].astype(bool)


def shining(seen: np.ndarray, wanted: np.ndarray, used: np.ndarray) -> np.ndarray:
    """Patches (N,) to which `seen` (N, 3) adds much the same in every channel, over what a map of the `used` others makes."""
    extra = _map_errors(wanted, seen, used[None].astype(float))[0]
    return (extra.min(-1) > 0) & (extra.min(-1) > 0.35 * extra.max(-1))
