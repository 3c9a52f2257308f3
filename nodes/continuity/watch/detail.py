"""A watched detail from one frame to the next: does its colour change, or its shape, apart from what surrounds it?

Here it is measured, for two frames; bend.py holds it beside the pairs near. Colour: the tint of the detail along the flow, beside
that of a ring round it, so that light on both does not count. Shape: the flow of the detail and what surrounds it, in cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.flow import along, consistent, dense_flow, gray
from ...image.opencv import cv2

Box = tuple[int, int, int, int]
_SIDE = 160  # working pixels of the longer side
_MARGIN = 24  # working pixels of surroundings, at least
_LUMA = np.array((0.2126, 0.7152, 0.0722), np.float32)
CELLS = 24  # a side, over the detail and its surroundings


@dataclass(frozen=True, slots=True)
class Change:
    """What a detail does between two frames.

    Attributes:
        tint: Change of R - Y and B - Y beside the ring, levels.
        flow: Motion of the cells of it and its surroundings (rows, columns, 2), pixels.
        weight: How far a cell's motion can be believed (rows, columns), 0..1.
        plain: Mean difference of luma round it, levels: its own would hide that a frame is a repeat but for the detail.
        seen: Share of it on which the flow is consistent both ways.
        part: Share of the cells' width and height that it takes, in the middle.
    """

    tint: np.ndarray
    flow: np.ndarray
    weight: np.ndarray
    plain: float
    seen: float
    part: tuple[float, float]


def change_of(first: np.ndarray, second: np.ndarray, box: Box, moved: tuple[float, float]) -> Change:
    """Compare a detail in two frames.

    Args:
        first: RGB (H, W, 3), uint8.
        second: The next frame.
        box: The detail in the first frame: x, y, width, height.
        moved: About how far it moves to the second, pixels.
    """
    place = _Place.of(first.shape, box)
    one, other = place.cut(first, (0, 0)), place.cut(second, place.kept(moved))
    a, b, inner = gray(one), gray(other), place.inner()
    forward = dense_flow(a, b, fast=False)
    valid = consistent(forward, dense_flow(b, a, fast=False))
    step = along(other.astype(np.float32), forward) - one
    ring = ~cv2.dilate(inner.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    mean = _mean(step, inner, valid) - _mean(step, ring, valid)
    plain = np.abs(a.astype(np.int16) - b)[ring if ring.any() else inner]
    return Change(mean[::2] - mean @ _LUMA, *_in_cells(forward / place.scale, valid * _texture(a), place.cells()),
                  float(plain.mean()), float(valid[inner].mean()), place.share())


@dataclass(frozen=True, slots=True)
class _Place:
    """A detail (x, y, width, height), the part of the picture round it, cut at its edges, and that part's working size."""

    box: Box
    edge: int
    part: tuple[int, int, int, int]
    frame: tuple[int, int]
    size: tuple[int, int]

    @classmethod
    def of(cls, shape: tuple[int, ...], box: Box) -> _Place:
        height, width = shape[:2]
        x, y, w, h = box
        scale = min(1.0, _SIDE / max(w, h))
        edge = max(round(_MARGIN / scale), max(w, h) // 2)
        left, top, right, low = max(0, x - edge), max(0, y - edge), min(width, x + w + edge), min(height, y + h + edge)
        size = max(64, round((right - left) * scale)), max(64, round((low - top) * scale))
        return cls(box, edge, (left, top, right, low), (width, height), size)

    @property
    def scale(self) -> float:
        """Working pixels a pixel."""
        return self.size[0] / (self.part[2] - self.part[0])

    def share(self) -> tuple[float, float]:
        w, h = self.box[2:]
        return w / (w + 2 * self.edge), h / (h + 2 * self.edge)

    def kept(self, moved: tuple[float, float]) -> tuple[int, int]:
        """Whole pixels of `moved` that stay inside the picture: what comes from outside has no counterpart."""
        left, top, right, low = self.part
        dx, dy = (int(np.clip(round(m), -start, end - stop)) for m, start, stop, end in
                  ((moved[0], left, right, self.frame[0]), (moved[1], top, low, self.frame[1])))
        return dx, dy

    def cut(self, picture: np.ndarray, off: tuple[int, int]) -> np.ndarray:
        left, top, right, low = self.part
        part = np.ascontiguousarray(picture[top + off[1]:low + off[1], left + off[0]:right + off[0]])
        return cv2.resize(part, self.size, interpolation=cv2.INTER_AREA if self.scale < 1 else cv2.INTER_LINEAR)

    def inner(self) -> np.ndarray:
        left, top, right, low = self.part
        x, y, w, h = self.box
        inner = np.zeros((low - top, right - left), np.uint8)
        inner[max(0, y - top):y + h - top, max(0, x - left):x + w - left] = 1
        return cv2.resize(inner, self.size, interpolation=cv2.INTER_NEAREST).astype(bool)

    def cells(self) -> np.ndarray:
        """Number of the cell that each working pixel lies in, whatever the picture's edge cuts off."""
        at = [((start + (np.arange(n) + 0.5) * (stop - start) / n - (origin - self.edge)) * CELLS / (length + 2 * self.edge))
              for n, start, stop, origin, length in zip(self.size, self.part[:2], self.part[2:], self.box[:2], self.box[2:],
                                                        strict=True)]
        column, row = (np.clip(a.astype(int), 0, CELLS - 1) for a in at)
        return row[:, None] * CELLS + column


def _mean(step: np.ndarray, where: np.ndarray, valid: np.ndarray) -> np.ndarray:
    use = where & valid
    use = use if use.sum() > 0.1 * where.sum() else where
    return step[use].mean(0) if use.any() else np.zeros(3)


def _texture(luma: np.ndarray) -> np.ndarray:
    soft = cv2.GaussianBlur(luma, (0, 0), 1.0)
    x, y = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.125)
    return (x * x + y * y) / (x * x + y * y + 4.0)


def _in_cells(flow: np.ndarray, weight: np.ndarray, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean motion and mean weight of each cell, small enough to keep for every frame of a film."""
    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(cells.ravel(), values.ravel(), CELLS * CELLS).reshape(CELLS, CELLS)
    total, count = summed(weight), summed(np.ones_like(weight))
    mean = np.stack([summed(flow[..., i] * weight) for i in range(2)], -1) / np.maximum(total, 1e-6)[..., None]
    return mean.astype(np.float32), (total / np.maximum(count, 1)).astype(np.float16)
