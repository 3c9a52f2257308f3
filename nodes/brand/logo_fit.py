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
from .logo_search import Sight
from .logo_shape import Grid, softened, stacked

_ROUNDS = (3, 4, 6)  # of each of the grid's movements
_DAMPED = 0.02
_DISAGREES = 0.35
_LONGEST_STEP = 3.0
_STILL = 0.03
_LEAST_INNER = 0.08


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A mark on its way: the picture's channels around it, where in the level that is, where it began and is now there."""

    maps: np.ndarray
    level: int
    origin: np.ndarray
    begun: np.ndarray
    now: np.ndarray

    @property
    def corners(self) -> np.ndarray:
        """Corners (4, 2) in pixel areas of level 0."""
        return (self.now + self.origin) * 2**self.level


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Corners (4, 2) in pixel areas of level 0 and how well the mark agrees with the picture there.

    `colours` and `edges` are correlations, -1..1; `outline` is the share of the mark's edges that the picture has, 0..1, `inside`
    how like the mark's colours the picture is where the mark is, 0..1, `inner` the share of the edges that lie within
    the mark.
    """

    corners: np.ndarray
    colours: float
    edges: float
    outline: float
    inside: float
    inner: float

    @property
    def agreement(self) -> float:
        """All three together, 0..1 or below."""
        return (self.colours + self.edges + self.outline) / 3

    @property
    def width(self) -> float:
        """Mean of the upper and the lower edge in pixels of level 0."""
        top, low = self.corners[1] - self.corners[0], self.corners[2] - self.corners[3]
        return float(np.hypot(*top) + np.hypot(*low)) / 2


def area_of(corners: np.ndarray) -> float:
    """Area of a quadrilateral (4, 2), negative where it is mirrored."""
    (ax, ay), (bx, by) = (corners[2] - corners[0]).tolist(), (corners[3] - corners[1]).tolist()
    return 0.5 * (ax * by - ay * bx)


def begin(sight: Sight, grid: Grid, corners: np.ndarray) -> Start:
    """A start at corners (4, 2) in pixel areas of level 0."""
    level, corners = _level_for(sight, grid, corners), np.asarray(corners, float)
    window = _window(sight, level, corners)
    here = corners / 2**level - window[:2]
    return Start(stacked(*_around(sight, level, window)), level, window[:2], here, here)


def moved(start: Start, grid: Grid, which: int) -> Start | None:
    """Fit by the grid's movements number `which`; None where the mark runs away, folds or shrinks to nothing."""
    here, moves = start.now, grid.moves[which]
    for _ in range(_ROUNDS[which]):
        matrix = _matrix(grid.corners, here)
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
    seen = _drawn(start.maps, _matrix(grid.corners, start.now), grid)
    own, seen = grid.channels - grid.channels.mean((0, 1)), seen - seen.mean((0, 1))
    return float((own * seen).sum() / np.sqrt((own * own).sum() * (seen * seen).sum() + 1e-6))


def fit(sight: Sight, grid: Grid, corners: np.ndarray) -> Fit | None:
    """Fit from corners (4, 2) in pixel areas of level 0; None where the mark runs away, folds or shrinks to nothing."""
    start: Start | None = begin(sight, grid, corners)
    for which in range(len(grid.moves)):
        start = moved(start, grid, which) if start else None
    return agreement(sight, grid, start.corners) if start else None


def agreement(sight: Sight, grid: Grid, corners: np.ndarray) -> Fit:
    """How well the mark agrees with the picture at corners (4, 2) in pixel areas of level 0."""
    level = _level_for(sight, grid, corners)
    window = _window(sight, level, corners)
    like, edges = _around(sight, level, window)
    matrix = _matrix(grid.corners, corners / 2**level - window[:2])
    like, edges = softened(_drawn(like, matrix, grid), 0.5), softened(_drawn(edges, matrix, grid), 0.7)
    own, seen = grid.cover - grid.cover.mean((0, 1)), like - like.mean((0, 1))
    colours = float((own * seen).sum() / np.sqrt((own**2).sum() * (seen**2).sum() + 1e-6))
    there = np.linalg.norm(grid.edges, axis=-1)
    lines = softened(grid.edges, 0.7)
    strength = np.einsum("hwk,hwk->hw", edges, edges)[there > 0.3].sum()
    agreeing = float((lines * edges).sum() / np.sqrt((lines**2).sum() * strength + 1e-6))
    outline = float((grid.edges * edges).sum() / max(there.sum(), 20.0))
    inside = float((grid.cover * like).sum() / (grid.cover**2).sum())
    return Fit(np.asarray(corners, float), colours, agreeing, outline, inside, _inner(grid, edges, there, outline))


def _inner(grid: Grid, edges: np.ndarray, there: np.ndarray, outline: float) -> float:
    """`outline` of the edges between the mark's own colours; a mark with few of them has only its outline."""
    whole = cv2.erode((grid.cover.sum(-1) > 0.6).astype(np.uint8), np.ones((3, 3), np.uint8))
    filled = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)).astype(np.float32) * there
    if filled.sum() < max(_LEAST_INNER * there.sum(), 8.0):
        return outline
    return float(((grid.edges * edges).sum(-1) * (filled > 0)).sum() / filled.sum())


def _matrix(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Homography between OpenCV coordinates that takes four corners to four, in pixel areas."""
    return cv2.getPerspectiveTransform((source - 0.5).astype(np.float32), (target - 0.5).astype(np.float32))


def _sound(corners: np.ndarray, start: np.ndarray) -> bool:
    """Whether corners are convex, not mirrored, and about as large as at the start."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners.tolist()
    turns = ((bx - ax) * (cy - by) - (by - ay) * (cx - bx), (cx - bx) * (dy - cy) - (cy - by) * (dx - cx),
             (dx - cx) * (ay - dy) - (dy - cy) * (ax - dx), (ax - dx) * (by - ay) - (ay - dy) * (bx - ax))
    return min(turns) > 0 and 0.4 < area_of(corners) / max(area_of(start), 1e-6) < 2.5


def _level_for(sight: Sight, grid: Grid, corners: np.ndarray) -> int:
    """The level at which the mark is about as large as in the grid."""
    ratio = np.sqrt(max(area_of(corners), 1e-6) / area_of(grid.corners))
    return int(np.clip(round(np.log2(ratio)), 0, len(sight.like) - 1))


def _window(sight: Sight, level: int, corners: np.ndarray) -> np.ndarray:
    """x, y, right, low of the level around the corners with room to move."""
    lines, columns = sight.like[level].shape[:2]
    low, high = corners.min(0) / 2**level, corners.max(0) / 2**level
    room = 8 + 0.4 * (high - low)
    first, last = np.floor(low - room).astype(int), np.ceil(high + room).astype(int)
    x, y = np.clip(first, 0, [max(columns - 2, 0), max(lines - 2, 0)])
    right, bottom = np.clip(last, [x + 2, y + 2], [max(columns, x + 2), max(lines, y + 2)])
    return np.array([x, y, right, bottom])


def _around(sight: Sight, level: int, window: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y, right, low = window
    return sight.like[level][y:low, x:right], sight.levels.levels[level].edges[y:low, x:right]


def _drawn(maps: np.ndarray, matrix: np.ndarray, grid: Grid) -> np.ndarray:
    """Maps as the grid sees them; outside the picture there is nothing."""
    lines, columns = grid.cover.shape[:2]
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    parts = [cv2.warpPerspective(np.ascontiguousarray(maps[..., k:k + 4]), matrix, (columns, lines), flags=how)
             for k in range(0, maps.shape[2], 4)]
    return np.concatenate([part.reshape(lines, columns, -1) for part in parts], -1)


def _step(maps: np.ndarray, grid: Grid, which: int, matrix: np.ndarray) -> np.ndarray | None:
    """One step of the free movements, damped so that what cannot be seen does not move."""
    slope = grid.slopes[which]
    off = _drawn(maps, matrix, grid) - grid.channels
    weight = 1 / (1 + np.einsum("hwk,hwk->hw", off, off) * (1 / _DISAGREES**2))
    # PyTorch's products stay on their core; NumPy's spread over all, though each has a picture of its own
    rows = torch.from_numpy((slope * weight[..., None, None]).reshape(-1, slope.shape[3])).T
    normal = (rows @ torch.from_numpy(slope.reshape(-1, slope.shape[3]))).double().numpy()
    normal += np.eye(len(normal)) * (_DAMPED * np.trace(normal) / len(normal) + 1e-6)
    try:
        return np.linalg.solve(normal, (rows @ torch.from_numpy(off.reshape(-1))).numpy())
    except np.linalg.LinAlgError:
        return None
