"""How well a mark agrees with a picture at four corners: in its colours, its edges and its outline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..image.opencv import cv2
from .logo_search import Sight
from .logo_shape import Grid, softened

_LEAST_INNER = 0.08


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Corners (4, 2) in pixel areas of level 0 and how well the mark agrees with the picture there.

    `colours` and `edges` are correlations, -1..1; `outline` is the share of the mark's edges that the picture has, 0..1, `inside`
    how like the mark's colours the picture is where the mark is, 0..1, `inner` the share of the edges that lie within
    the mark; `drawn` how like its drawing at that size the picture is, where that was enough to believe it.
    """

    corners: np.ndarray
    colours: float
    edges: float
    outline: float
    inside: float
    inner: float
    drawn: float | None = None

    @property
    def agreement(self) -> float:
        """All together, 0..1 or below."""
        return (self.colours + self.edges + self.outline) / 3 if self.drawn is None else self.drawn

    @property
    def width(self) -> float:
        """Mean of the upper and the lower edge in pixels of level 0."""
        top, low = self.corners[1] - self.corners[0], self.corners[2] - self.corners[3]
        return float(np.hypot(*top) + np.hypot(*low)) / 2


def area_of(corners: np.ndarray) -> float:
    """Area of a quadrilateral (4, 2), negative where it is mirrored."""
    (ax, ay), (bx, by) = (corners[2] - corners[0]).tolist(), (corners[3] - corners[1]).tolist()
    return 0.5 * (ax * by - ay * bx)


def agreement(sight: Sight, grid: Grid, corners: np.ndarray) -> Fit:
    """How well the mark agrees with the picture at corners (4, 2) in pixel areas of level 0."""
    level = level_for(sight, grid, corners)
    window = window_of(sight, level, corners)
    like, edges = around(sight, level, window)
    matrix = matrix_of(grid.corners, corners / 2**level - window[:2])
    like, edges = softened(drawn_by(like, matrix, grid), 0.5), softened(drawn_by(edges, matrix, grid), 0.7)
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


def matrix_of(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Homography between OpenCV coordinates that takes four corners to four, in pixel areas."""
    return cv2.getPerspectiveTransform((source - 0.5).astype(np.float32), (target - 0.5).astype(np.float32))


def level_for(sight: Sight, grid: Grid, corners: np.ndarray) -> int:
    """The level at which the mark is about as large as in the grid."""
    ratio = np.sqrt(max(area_of(corners), 1e-6) / area_of(grid.corners))
    return int(np.clip(round(np.log2(ratio)), 0, len(sight.like) - 1))


def window_of(sight: Sight, level: int, corners: np.ndarray) -> np.ndarray:
    """x, y, right, low of the level around the corners with room to move."""
    lines, columns = sight.like[level].shape[:2]
    low, high = corners.min(0) / 2**level, corners.max(0) / 2**level
    room = 8 + 0.4 * (high - low)
    first, last = np.floor(low - room).astype(int), np.ceil(high + room).astype(int)
    x, y = np.clip(first, 0, [max(columns - 2, 0), max(lines - 2, 0)])
    right, bottom = np.clip(last, [x + 2, y + 2], [max(columns, x + 2), max(lines, y + 2)])
    return np.array([x, y, right, bottom])


def around(sight: Sight, level: int, window: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Colours and edges of a level inside a window."""
    x, y, right, low = window
    return sight.like[level][y:low, x:right], sight.levels.levels[level].edges[y:low, x:right]


def drawn_by(maps: np.ndarray, matrix: np.ndarray, grid: Grid) -> np.ndarray:
    """Maps as the grid sees them; outside the picture there is nothing."""
    lines, columns = grid.cover.shape[:2]
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    parts = [cv2.warpPerspective(np.ascontiguousarray(maps[..., k:k + 4]), matrix, (columns, lines), flags=how)
             for k in range(0, maps.shape[2], 4)]
    return np.concatenate([part.reshape(lines, columns, -1) for part in parts], -1)
