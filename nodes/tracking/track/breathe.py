"""Where a surface itself moves: a generated wall that breathes or morphs leaves the plane in one part, frame after frame.

The features that were followed from the reference are gathered in cells of the surface. A cell whose features all were found, and
all lie beside the plane in the same direction, has moved by itself; what stands in front of it agrees in nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...image.opencv import cv2
from ...image.warp import homography, unit_square
from .flow import Flow
from .reference import Reference

if TYPE_CHECKING:
    from .judge import Sight

CELLS = 5
LEAST_PX, OF_USUAL = 0.5, 2.0
_FEW, _FOUND, _SPREAD, _QUIET = 3, 0.5, 0.6, 0.2
_LASTS, _FIRST, _RIM = 3, 12, 8.0


def leaving(flow: Flow | None, h: np.ndarray, reference: Reference) -> np.ndarray:
    """How each cell of the surface lies beside the plane on one frame.

    Args:
        flow: Features followed from the reference, or None.
        h: Template to frame of the plane, OpenCV's.
        reference: The surface.

    Returns:
        (CELLS, CELLS, 2) moves x, y in frame pixels; NaN where a cell has fewer than three features or they do not agree.
    """
    out = np.full((CELLS, CELLS, 2), np.nan, np.float32)
    if flow is None or not flow.found:
        return out
    away = flow.at - cv2.perspectiveTransform(flow.points[None].astype(np.float64), h)[0]
    found, asked = _cell(flow.points, reference), _cell(reference.checked, reference)
    away, found, cells = away[found >= 0], found[found >= 0], CELLS * CELLS
    count, of = np.bincount(found, minlength=cells), np.bincount(asked[asked >= 0], minlength=cells)
    mean = np.stack([np.bincount(found, away[:, k], cells) for k in (0, 1)], axis=1) / np.maximum(count, 1)[:, None]
    for cell in np.flatnonzero((count >= _FEW) & (count >= _FOUND * of)):
        out[cell // CELLS, cell % CELLS] = mean[cell]
        if np.abs(mean[cell]).max() < _QUIET:  # nearly always: no need to look who agrees with whom
            continue
        moves = away[found == cell]
        middle = np.median(moves, axis=0)
        apart = np.median(np.linalg.norm(moves - middle, axis=1))
        agreed = apart < max(0.25, _SPREAD * float(np.linalg.norm(middle)))
        out[cell // CELLS, cell % CELLS] = middle if agreed else np.nan
    return out


def _cell(points: np.ndarray, reference: Reference) -> np.ndarray:
    """Number of each point's cell; -1 so near the rim that what lies behind the surface is seen along with it."""
    corners = reference.corners
    at = cv2.perspectiveTransform(points[None].astype(np.float64), homography(corners, unit_square()))[0]
    edges = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    rim = _RIM / np.maximum((edges[:2] + edges[2:]) / 2, 1e-6)
    inside = ((at >= rim) & (at <= 1 - rim)).all(1)
    cell = (at * CELLS).astype(int).clip(0, CELLS - 1)
    return np.where(inside, cell[:, 1] * CELLS + cell[:, 0], -1)


def breathing(sights: list[Sight | None]) -> np.ndarray:
    """How far each cell has left the plane, where that lasts.

    Args:
        sights: One a frame, in the order of the clip; None where the frame says nothing.

    Returns:
        (T, CELLS, CELLS) frame pixels; 0 where the cell stays within the limit, which is half a pixel or twice what the surface's
        features usually miss by, or leaves it for fewer than three frames in a row.
    """
    empty = np.full((CELLS, CELLS, 2), np.nan, np.float32)
    moves = np.stack([empty if s is None or s.leaving is None else s.leaving for s in sights])
    rests = [s.residual for s in sights if s is not None and np.isfinite(s.residual) and s.residual > 0]
    limit = max(LEAST_PX, OF_USUAL * float(np.median(sorted(rests)[: max(_FIRST, len(rests) // 2)]))) if rests else LEAST_PX
    away = np.nan_to_num(np.linalg.norm(_steadied(moves), axis=-1))
    out = np.zeros_like(away)
    for row, column in np.argwhere((away > limit).any(0)):
        beyond, since = away[:, row, column] > limit, 0
        for i, is_beyond in enumerate([*beyond, False]):
            if is_beyond:
                continue
            if i - since >= _LASTS:
                out[since:i, row, column] = away[since:i, row, column]
            since = i + 1
    return out


def _steadied(moves: np.ndarray) -> np.ndarray:
    """Median of each move with its neighbours in time: noise changes its direction every frame, a surface does not."""
    padded = np.concatenate([moves[:1], moves, moves[-1:]])
    around = np.stack([padded[:-2], padded[1:-1], padded[2:]])
    known = np.isfinite(around).all(-1).sum(0) >= 2
    middle = np.zeros_like(moves)
    middle[known] = np.nanmedian(np.where(known[None, ..., None], around, 0), axis=0)[known]
    return middle


def cell_corners(apart: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Corners (4, 2) on the frame of the cell that left farthest, of a surface with `corners` (4, 2)."""
    row, column = np.unravel_index(int(apart.argmax()), apart.shape)
    return cells_on_frame(corners)[row, column]


def cells_on_frame(corners: np.ndarray) -> np.ndarray:
    """Corners (CELLS, CELLS, 4, 2) of every cell on a frame where the surface has `corners` (4, 2), in the same coordinates."""
    grid = np.stack(np.meshgrid(*[np.arange(CELLS + 1) / CELLS] * 2), axis=-1).reshape(1, -1, 2)
    at = cv2.perspectiveTransform(grid, homography(unit_square(), corners))[0].reshape(CELLS + 1, CELLS + 1, 2)
    return np.stack([at[:-1, :-1], at[:-1, 1:], at[1:, 1:], at[1:, :-1]], axis=2)
