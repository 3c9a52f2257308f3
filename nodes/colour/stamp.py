"""Drawing a plate into frames, so that what the generation does to its colours can be measured and taken back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from ..image.layout import check_image
from ..image.warp import homography, unit_square, warp
from ..wires.plate import Plate
from ..wires.quad import Quad
from ..wires.zone import parse_fractions

_FINE = 4  # the plate is drawn this much larger than it will stand in the frame, then reduced by area


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


def placed(plate: Plate, placement: str, width: int, height: int) -> Quad:
    """Corners of the plate, in its own proportions, in the middle of a `placement` box (`x y w h`, fractions of the frame)."""
    x, y, w, h = parse_fractions(placement, "placement")
    x, y, w, h = x * width, y * height, w * width, h * height
    side = min(w / plate.size[0], h / plate.size[1])
    wide, tall = plate.size[0] * side, plate.size[1] * side
    left, top = round(x + (w - wide) / 2), round(y + (h - tall) / 2)
    return Quad.rectangle(left, top, wide, tall)


def stamp_plate(image: torch.Tensor, plate: Plate, corners: Quad) -> tuple[torch.Tensor, Plate]:
    """Stamp a plate into every frame.

    Args:
        image: (B, H, W, 3|4), encoded sRGB; the plate is opaque.
        plate: What to stamp; its colours are clipped to what 8 bits hold, and those are its colours from then on.
        corners: Where its outer corners go, TL TR BR BL in pixel areas; any perspective.

    Returns:
        The frames, and the plate as stamped, with `corners` and `frame_size`.

    Raises:
        ValueError: The plate would lie outside the frame, in part or as a whole, or its patches would be under 3 pixels.
    """
    check_image(image, "image")
    height, width = image.shape[1:3]
    points = corners.array
    if points.min() < -0.5 or (points > (width + 0.5, height + 0.5)).any():
        raise ValueError(f"expected the plate inside the picture of {width}x{height}, got corners {corners}: move it in")
    side = patch_side(plate, corners)
    if side < 3:
        raise ValueError(f"expected patches of at least 3 pixels, got {side:.1f}: make the plate larger or choose one with fewer")
    plate = stamped_colours(plate)
    texture = torch.from_numpy(draw_plate(plate, float(np.clip(np.ceil(side * _FINE), 8, 1024))))
    texture = torch.cat((texture, torch.ones_like(texture[..., :1])), dim=-1)[None].to(image.device)
    low = np.floor(points.min(0)).astype(int).clip(0)
    high = np.minimum(np.ceil(points.max(0)).astype(int), (width, height))
    matrix = homography(unit_square(texture.shape[2], texture.shape[1]), points - low)
    drawn = warp(texture, matrix, int(high[1] - low[1]), int(high[0] - low[0]))[0].to(image.dtype)
    out = image.clone()
    area = out[:, low[1]:high[1], low[0]:high[0]]
    area[..., :3] = drawn[..., :3] + area[..., :3] * (1 - drawn[..., 3:])
    if image.shape[-1] == 4:
        area[..., 3:] = drawn[..., 3:] + area[..., 3:] * (1 - drawn[..., 3:])
    return out, replace(plate, corners=corners, frame_size=(width, height))


def patch_side(plate: Plate, corners: Quad) -> float:
    """Side of a patch in pixels, where the plate is smallest."""
    top, right, bottom, left = corners.edge_lengths
    return min(min(top, bottom) / plate.size[0], min(left, right) / plate.size[1])
