"""How markers looked when they were stamped: what a finder compares a generated picture with."""

from __future__ import annotations

import numpy as np
import torch

from ...image.warp import homography, transform, unit_square
from ...wires.markers import Look, Markers

_AROUND, _RIM = 0.7, 8  # of a marker, and pixels: its ground on each side


def looks(clean: torch.Tensor, painted: torch.Tensor, markers: Markers) -> tuple[Look | None, ...]:
    """The place of each marker in a picture (H, W, 3|4) before and after it was stamped; None for one outside of it."""
    plane = homography(unit_square(), markers.corners.array)
    return tuple(_look(clean, painted, transform(plane, np.array(m.uv) + (unit_square() - 0.5) * markers.size_uv))
                 for m in markers.markers)


def _look(clean: torch.Tensor, painted: torch.Tensor, corners: np.ndarray) -> Look | None:
    if not np.isfinite(corners).all():
        return None
    rim = 0.5 * _AROUND * float(np.ptp(corners, axis=0).max()) + _RIM
    left, top = np.clip(np.floor(corners.min(0) - rim), 0, clean.shape[1::-1]).astype(int).tolist()
    right, low = np.clip(np.ceil(corners.max(0) + rim), 0, clean.shape[1::-1]).astype(int).tolist()
    if right - left < 4 or low - top < 4:
        return None
    # copies: a look outlives the pictures, and keeps neither of them
    return Look(left, top, *(p[top:low, left:right, :3].float().cpu().numpy().copy() for p in (clean, painted)))
