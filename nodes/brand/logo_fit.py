"""Lay a mark exactly onto a picture from a rough start, and say how well it agrees there.

The mark's channels (its colours, its edges) are fitted to the picture's by Gauss-Newton over its four corners, inverse
compositional: place and size first, then what is parallel, then perspective (Baker and Matthews 2004, "Lucas-Kanade 20 years
on"). What does not look like the mark, such as a ground of its own colour, counts less the more it disagrees; what the picture
does not tell, such as the turn of a disc, stays as it was: a symmetric mark reads upright.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from ..image.opencv import cv2
from .logo_agree import Fit, agreement, area_of, around, drawn_by, level_for, matrix_of, window_of
from .logo_search import Sight
from .logo_seen import Levels
from .logo_shape import Grid, stacked

_ROUNDS = {3: 3, 6: 4, 8: 6}  # by how many movements are free
_DAMPED = 0.02
_DISAGREES = 0.35
_LONGEST_STEP = 3.0
_STILL = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A mark on its way: the picture's channels around it, where in the level that is, where it began and is now there."""

    maps: np.ndarray
    levels: Levels
    level: int
    origin: np.ndarray
    begun: np.ndarray
    now: np.ndarray

    @property
    def corners(self) -> np.ndarray:
        """Corners (4, 2) in pixel areas of level 0."""
        return (self.now + self.origin) * 2**self.level

    @property
    def outside(self) -> np.ndarray:
        """Corners (4, 2) in pixel areas of the picture."""
        return self.levels.outside(self.corners)


def begin(sight: Sight, grid: Grid, corners: np.ndarray) -> Start:
    """A start at corners (4, 2) in pixel areas of level 0."""
    level, corners = level_for(sight, grid, corners), np.asarray(corners, float)
    window = window_of(sight, level, corners)
    here = corners / 2**level - window[:2]
    return Start(stacked(*around(sight, level, window)), sight.levels, level, window[:2], here, here)


def moved(start: Start, grid: Grid, which: int) -> Start | None:
    """Fit by the grid's movements number `which`; None where the mark runs away, folds or shrinks to nothing."""
    here, moves = start.now, grid.moves[which]
    for _ in range(_ROUNDS[moves.shape[1]]):
        matrix = matrix_of(grid.corners, here)
        step = _step(start.maps, grid, which, matrix)
        if step is None:
            return None
        change = np.clip(moves @ step, -_LONGEST_STEP, _LONGEST_STEP).reshape(4, 2)
        here = cv2.perspectiveTransform((grid.corners - 0.5 - change)[None], matrix)[0] + 0.5
        if not _sound(here, start.begun):
            return None
        if np.abs(change).max() < _STILL:
            break
    return replace(start, now=here)


def alike(start: Start, grid: Grid) -> float:
    """How like the mark the picture is where a start is now, a correlation of what is fitted: to choose among starts."""
    seen = drawn_by(start.maps, matrix_of(grid.corners, start.now), grid)
    own, seen = grid.channels - grid.channels.mean((0, 1)), seen - seen.mean((0, 1))
    return float((own * seen).sum() / np.sqrt((own * own).sum() * (seen * seen).sum() + 1e-6))


def fit(sight: Sight, grid: Grid, corners: np.ndarray) -> Fit | None:
    """Fit from corners (4, 2) in pixel areas of level 0; None where the mark runs away, folds or shrinks to nothing."""
    start: Start | None = begin(sight, grid, corners)
    for which in range(len(grid.moves)):
        start = moved(start, grid, which) if start else None
    return agreement(sight, grid, start.corners) if start else None


def _sound(corners: np.ndarray, start: np.ndarray) -> bool:
    """Whether corners are convex, not mirrored, and about as large as at the start."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners.tolist()
    turns = ((bx - ax) * (cy - by) - (by - ay) * (cx - bx), (cx - bx) * (dy - cy) - (cy - by) * (dx - cx),
             (dx - cx) * (ay - dy) - (dy - cy) * (ax - dx), (ax - dx) * (by - ay) - (ay - dy) * (bx - ax))
    return min(turns) > 0 and 0.4 < area_of(corners) / max(area_of(start), 1e-6) < 2.5


def _step(maps: np.ndarray, grid: Grid, which: int, matrix: np.ndarray) -> np.ndarray | None:
    """One step of the free movements, damped so that what cannot be seen does not move."""
    slope, squares = grid.slopes[which], grid.squares[which]
    off = drawn_by(maps, matrix, grid) - grid.channels
    weight = 1 / (1 + np.einsum("hwk,hwk->hw", off, off) * (1 / _DISAGREES**2))
    # PyTorch's products stay on their core; NumPy's spread over all, though each has a picture of its own
    weighted = torch.from_numpy(weight.reshape(1, -1)) @ torch.from_numpy(squares)
    normal = weighted.double().numpy().reshape(slope.shape[3], -1)
    normal = normal + np.eye(len(normal)) * (_DAMPED * np.trace(normal) / len(normal) + 1e-6)
    pulled = torch.from_numpy((off * weight[..., None]).reshape(1, -1)) @ torch.from_numpy(slope.reshape(-1, slope.shape[3]))
    found, step = cv2.solve(normal, pulled.double().numpy().T, flags=cv2.DECOMP_CHOLESKY)
    return step[:, 0] if found else None
