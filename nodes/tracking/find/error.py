"""The corner error that is expected of a surface before it is tracked: gradient energy, noise and lever arm."""

from __future__ import annotations

import numpy as np

from ...image.warp import moves_with_corners
from ..track.solve import worst_corner
from .detail import CELL, Detail

RESAMPLED = 0.25  # pixels: drawing a frame back blurs it a little, an error that grows with the slope of what it draws
ABOVE_BOUND = 1.5  # what the tracker really misses by, over what the covariance, a lower bound, says: tests/bench/tracking.py
DOUBT_OF_NOISE = 1.2  # noise looks like detail; a little more of it is taken off than is expected of it


def cells_in(detail: Detail, corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the cells whose middle lies in the quad `corners` (4, 2)."""
    rows, columns = detail.usable.shape
    low = np.clip(np.floor(corners.min(0) / CELL), 0, (columns, rows)).astype(int)
    high = np.clip(np.ceil(corners.max(0) / CELL), 0, (columns, rows)).astype(int)
    y, x = (g.reshape(-1) for g in np.mgrid[low[1] : high[1], low[0] : high[0]])
    inside = lies_in(corners, (np.stack([x, y], axis=1) + 0.5) * CELL)
    return y[inside], x[inside]


def lies_in(corners: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Which `points` (N, 2) lie in the convex quad `corners` (4, 2), whichever way round it goes."""
    edges = np.roll(corners, -1, axis=0) - corners
    away = points[:, None] - corners
    turns = edges[:, 0] * away[..., 1] - edges[:, 1] * away[..., 0]
    with np.errstate(invalid="ignore"):
        return np.asarray((turns > 0).all(1) | (turns < 0).all(1))


def corner_error(detail: Detail, corners: np.ndarray) -> float:
    """Expected error of the worst corner in pixels of the frame when the quad is tracked as a plane of eight freedoms.

    The covariance is σ² (Σ Mᵀ T M)⁻¹: T the structure tensor of a cell without what noise adds to it, M (2, 8) its lever
    arms, σ² the noise of two frames and of drawing one into the other. The tracker's own expectation (`solve`) is the same
    with the noise that it meets.

    Args:
        detail: The frame.
        corners: (4, 2) at working size, TL TR BR BL.

    Returns:
        Pixels; infinite where the picture does not hold the quad in place.
    """
    y, x = cells_in(detail, corners)
    if len(x) < 4:
        return float("inf")
    moves = moves_with_corners(corners, (np.stack([x, y], axis=1) + 0.5) * CELL)
    xx, xy, yy = detail.tensor[y, x].T
    own = DOUBT_OF_NOISE * detail.own * detail.usable[y, x]
    along_x, along_y = moves[:, 0], moves[:, 1]
    cross = (along_x * xy[:, None]).T @ along_y
    information = (along_x * (xx - own)[:, None]).T @ along_x + (along_y * (yy - own)[:, None]).T @ along_y + cross + cross.T
    values, vectors = np.linalg.eigh(information)
    if values[0] <= 1e-6 * max(values[-1], 1e-9):
        return float("inf")
    slope = max(0.0, float((xx + yy - 2 * own).sum())) / (2 * CELL**2 * len(x))
    covariance = (2 * detail.noise**2 + RESAMPLED**2 * slope) * (vectors / values) @ vectors.T
    return ABOVE_BOUND * worst_corner(covariance) / detail.scale
