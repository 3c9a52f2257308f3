"""Compare a small mark with the picture as it would be there: drawn at the picture's own size on the picture's own ground.

In a mark of 48 pixels a thin line covers pixels only in part: they have neither its colour nor the ground's, and both sides of it
are one edge. So the mark is drawn where it was found, as an area filter does it, on the ground that the picture shows beside it,
and that drawing is compared with the picture: what both differ from the ground by, and their edges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..image.opencv import cv2
from .logo_agree import Fit, area_of
from .logo_fit import fit
from .logo_search import Sight, sight_of
from .logo_seen import closer, directions, lab_of, likeness, weighted
from .logo_shape import MOVES, Shape, grid_of, softened

SMALL = 64  # pixels: a square of that side is the largest mark whose lines are taken to be thinner than a pixel
LEAST_LIKE, LEAST_LINES = 0.8, 0.77  # in pictures without the mark at most one of the two is reached
_LEAST_TO_LAY = 0.4
_FINE = 3
_FREE = 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A part of a picture from pixel `first` on, encoded (h, w, 3): as `seen`, as it would be with the mark, and without it.

    `near` (h, w) is where the mark is and a little around it.
    """

    first: np.ndarray
    seen: np.ndarray
    expected: np.ndarray
    ground: np.ndarray
    near: np.ndarray

    def alike(self) -> tuple[float, float]:
        """How alike seen and expected are, -1..1: in what they differ from the ground by, and in their edges."""
        seen, expected, ground = (weighted(lab_of(rgb)) for rgb in (self.seen, self.expected, self.ground))
        lines = [softened(directions(rgb), 0.7)[self.near] for rgb in (self.seen, self.expected)]
        return _correlation((seen - ground)[self.near], (expected - ground)[self.near]), _correlation(*lines)


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    return float((one * other).sum() / np.sqrt((one * one).sum() * (other * other).sum() + 1e-6))


def as_drawn(pixels: np.ndarray, match: Fit, shape: Shape) -> Fit:
    """A fit in a picture (H, W, 3) uint8 laid once more by the mark's drawing, with `drawn` where they agree; else as it was."""
    if area_of(match.corners) > SMALL**2:
        return match
    drawing = drawing_of(pixels, match.corners, shape)
    if drawing is None or min(drawing.alike()) < _LEAST_TO_LAY:
        return match
    again = _laid(pixels, match, shape, drawing)
    drawing = drawing_of(pixels, again.corners, shape) if again else None
    like, lines = drawing.alike() if drawing else (0.0, 0.0)
    return replace(again, drawn=(like + lines) / 2) if again and like > LEAST_LIKE and lines > LEAST_LINES else match


def _laid(pixels: np.ndarray, match: Fit, shape: Shape, drawing: Drawing) -> Fit | None:
    """A fit with the drawing for a template: its colours and edges are those that the picture would have."""
    cover = likeness(lab_of(drawing.expected), shape.colours)
    near: Sight = sight_of(closer(pixels, match.corners, SMALL), shape.colours)
    grid = grid_of(cover, directions(drawing.expected), match.corners - drawing.first, MOVES[-1:])
    again = fit(near, grid, near.levels.inside(match.corners))
    return replace(match, corners=near.levels.outside(again.corners)) if again else None


def drawing_of(pixels: np.ndarray, corners: np.ndarray, shape: Shape) -> Drawing | None:
    """The mark drawn at corners (4, 2) of a picture (H, W, 3) uint8; None where there is too little of the picture."""
    low, high = corners.min(0), corners.max(0)
    side = float(np.sqrt(np.prod(high - low)))
    first = np.maximum(np.floor(low - 3 - 0.15 * side), 0).astype(int)
    last = np.minimum(np.ceil(high + 3 + 0.15 * side), pixels.shape[1::-1]).astype(int)
    if (last - first).min() < 4:
        return None
    seen = pixels[first[1]:last[1], first[0]:last[0]].astype(np.float32) / 255
    layer = _layer(shape.soft, corners - first, last - first)
    alpha = layer[..., 3:]
    around = cv2.dilate(alpha, np.ones((3, 3), np.uint8))
    free = (around < _FREE).astype(np.float32)
    if free.sum() < 8:
        return None
    ground = _ground(seen, free, max(1.5, 0.12 * side))
    near = cv2.dilate(around, np.ones((3, 3), np.uint8)) > _FREE
    return Drawing(first, seen, np.clip(layer[..., :3] + ground * (1 - alpha), 0, 1), ground, near)


def _layer(soft: np.ndarray, corners: np.ndarray, size: np.ndarray) -> np.ndarray:
    """A mark (H, W, 4), its colours times its alpha, at corners (4, 2) of `size` (width, height) pixels, each a mean of 3 × 3."""
    width = (np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
    reduce = 1 / max(1.0, soft.shape[1] / (_FINE * float(width)))
    soft = cv2.resize(soft, None, fx=reduce, fy=reduce, interpolation=cv2.INTER_AREA) if reduce < 1 else soft
    own = np.array([[0, 0], [soft.shape[1], 0], soft.shape[1::-1], [0, soft.shape[0]]], np.float32)
    matrix = cv2.getPerspectiveTransform(own - 0.5, (corners * _FINE - 0.5).astype(np.float32))
    fine = cv2.warpPerspective(soft, matrix, [int(n) * _FINE for n in size], flags=cv2.INTER_LINEAR)
    return cv2.resize(fine, [int(n) for n in size], interpolation=cv2.INTER_AREA)


def _ground(seen: np.ndarray, free: np.ndarray, reach: float) -> np.ndarray:
    """What lies behind the mark: the mean of the picture where it is free of it, the nearer the more."""
    mean = (seen * free[..., None]).sum((0, 1)) / free.sum()
    inside = cv2.GaussianBlur(free, (0, 0), reach)[..., None]
    return (cv2.GaussianBlur(seen * free[..., None], (0, 0), reach) + 1e-3 * mean) / (inside + 1e-3)
