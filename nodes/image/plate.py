"""Pictures of plates, and how a picture is laid into frames in perspective."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from ..wires.plate import Plate
from .warp import homography, unit_square, warp


def _cover(count: int, start: float, stop: float) -> np.ndarray:
    """Share of each of `count` pixels that lies between `start` and `stop`."""
    left = np.arange(count)
    return np.clip(np.minimum(left + 1, stop) - np.maximum(left, start), 0, 1)


def stamped_colours(plate: Plate) -> Plate:
    """The plate with the colours a picture of 8 bits can hold: clipped to 0..1 and rounded to 1/255."""
    def held(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
        red, green, blue = (float(v) for v in np.round(np.clip(rgb, 0, 1) * 255) / 255)
        return red, green, blue

    patches = tuple(replace(patch, rgb=held(patch.rgb)) for patch in plate.patches)
    marks = tuple(replace(mark, rgb=held(mark.rgb)) for mark in plate.marks)
    return replace(plate, patches=patches, marks=marks, background=held(plate.background))


def draw_plate(plate: Plate, side: float) -> np.ndarray:
    """Picture (H, W, 3 float32, encoded) of the whole plate, `side` pixels a patch, edges weighted by area."""
    width, height = (max(1, round(length * side)) for length in plate.size)
    side_x, side_y = width / plate.size[0], height / plate.size[1]
    out = np.empty((height, width, 3), np.float32)
    out[:] = plate.background
    boxes = []
    for index, patch in enumerate(plate.patches):
        row, column = divmod(index, plate.columns)
        x, y = (plate.border + n * (1 + plate.gap) for n in (column, row))
        boxes.append((x, y, 1.0, 1.0, patch.rgb))
    boxes += [(m.x, m.y, m.width, m.height, m.rgb) for m in plate.marks]
    for x, y, w, h, rgb in boxes:
        rows, columns = _cover(height, y * side_y, (y + h) * side_y), _cover(width, x * side_x, (x + w) * side_x)
        top, low, left, right = *np.flatnonzero(rows)[[0, -1]], *np.flatnonzero(columns)[[0, -1]]
        share = (rows[top:low + 1, None] * columns[left:right + 1]).astype(np.float32)[..., None]
        area = out[top:low + 1, left:right + 1]
        area += share * (np.array(rgb, np.float32) - area)
    return out


def paint(image: torch.Tensor, picture: torch.Tensor, corners: np.ndarray) -> torch.Tensor:
    """Lay an opaque picture into every frame, its edges weighted by area.

    Args:
        image: (B, H, W, 3|4); where the picture lies, alpha becomes 1.
        picture: (h, w, 3), in the colour state of `image`; drawn large, it is reduced by area.
        corners: (4, 2), where its corners go, TL TR BR BL in pixel areas inside the frame.

    Returns:
        A copy with the picture in it.
    """
    height, width = image.shape[1:3]
    texture = torch.cat((picture, torch.ones_like(picture[..., :1])), dim=-1)[None].to(image.device)
    low = np.floor(corners.min(0)).astype(int).clip(0)
    high = np.minimum(np.ceil(corners.max(0)).astype(int), (width, height))
    matrix = homography(unit_square(texture.shape[2], texture.shape[1]), corners - low)
    drawn = warp(texture, matrix, int(high[1] - low[1]), int(high[0] - low[0]))[0].to(image.dtype)
    out = image.clone()
    area = out[:, low[1]:high[1], low[0]:high[0]]
    area[..., :3] = drawn[..., :3] + area[..., :3] * (1 - drawn[..., 3:])
    if image.shape[-1] == 4:
        area[..., 3:] = drawn[..., 3:] + area[..., 3:] * (1 - drawn[..., 3:])
    return out
