"""Drawing a plate into frames, so that what the generation does to its colours can be measured and taken back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from ..image.layout import check_image
from ..image.plate import draw_plate, paint, stamped_colours
from ..image.warp import homography, transform, unit_square
from ..wires.plate import Plate
from ..wires.quad import Quad
from ..wires.zone import parse_fractions

KEPT = 24.0  # pixels of a patch: three cells of a VAE of stride 8, so that the middle one holds nothing but the patch
_LEAST = 3.0  # pixels: below, no pixel is surely the patch's own
_FINE = 4  # the plate is drawn this much larger than it will stand in the frame, then reduced by area


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
    if side < _LEAST:
        raise ValueError(f"expected patches of at least {_LEAST:g} pixels, got {side:.1f}: make the plate larger or choose one "
                         "with fewer")
    plate = stamped_colours(plate)
    side_drawn = float(np.clip(np.ceil(side * _FINE), 8, 1024))
    out = paint(image, torch.from_numpy(draw_plate(plate, side_drawn)), corners.array)
    return out, replace(plate, corners=corners, frame_size=(width, height))


def patch_side(plate: Plate, corners: Quad) -> float:
    """Pixels across the smallest patch as it stands in the picture, the short way: its area by its longest edge."""
    centres = np.array([plate.centre_uv(i) for i in range(len(plate.patches))])
    square = (unit_square() - 0.5) / plate.size
    x, y = np.moveaxis(transform(homography(unit_square(), corners.array), centres[:, None] + square), -1, 0)
    areas = np.abs((x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1)).sum(1)) / 2
    return float((areas / np.hypot(x - np.roll(x, 1, 1), y - np.roll(y, 1, 1)).max(1)).min())
