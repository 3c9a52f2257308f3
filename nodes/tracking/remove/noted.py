"""What is known of the place under a marker from before it was stamped: on the clean picture, or as the stamp noted it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ...image.warp import homography, unit_square
from ...wires.markers import Look, Marker, Markers
from ..markers.ink import to_ycc
from .spot import Flat, moved

CLEAN, NOTED = "from the clean picture", "noted when it was stamped"


@dataclass(frozen=True, slots=True)
class Noted:
    """Texture (h, w, 3), luma and colour differences, in a view of its own, and how it is known."""

    flat: Flat
    texture: np.ndarray
    how: str


def noted(markers: Markers, marker: Marker, clean: torch.Tensor | None, wide: Flat) -> Noted | None:
    """The place before it was stamped: of the clean picture (1, h, w, 3) in the view `wide`, else as the stamp noted it."""
    plane = homography(unit_square(), markers.corners.array)
    if clean is not None:
        scale = np.divide((clean.shape[2], clean.shape[1]), markers.frame_size)
        whole = homography(unit_square(), markers.corners.array * scale)
        return Noted(wide, wide.flattened(to_ycc(clean[0].float().cpu().numpy()), whole), CLEAN)
    look = _look(markers, marker)
    if look is None:
        return None
    height, width = look.clean.shape[:2]
    return Noted(Flat(moved(np.array([-look.left, -look.top])) @ plane, (width, height)), to_ycc(look.clean), NOTED)


def _look(markers: Markers, marker: Marker) -> Look | None:
    numbers = [m.number for m in markers.markers]
    return markers.looks[numbers.index(marker.number)] if len(markers.looks) == len(numbers) else None
