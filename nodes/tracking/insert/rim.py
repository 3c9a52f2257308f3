"""What lies behind a surface at its border: there the plate mixes both, and a graphic that replaces the surface mixes again."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from ...image.layout import to_bchw, to_bhwc
from .paint import plane_cover

_ALL, _NONE = 0.995, 0.005  # share of a pixel from which on it is the surface alone, or what lies behind it
_LEAST = 1e-6  # weight below which neither is near


def behind(plate: torch.Tensor, seen: torch.Tensor | None, poses: list[np.ndarray], part: tuple[slice, slice],
           alpha: torch.Tensor, softness: float) -> torch.Tensor:
    """The plate without the surface that a graphic replaces.

    A pixel of the border that shows the surface's colour S by a share a, and B behind it, is less a (S - B) all B. Both are
    taken from beside the border, so that where the surface goes on beyond it nothing changes.

    Args:
        plate: (H, W, 3), linear light.
        seen: (H, W), 1 = the surface is seen; None: all of it is.
        poses: Corners (4, 2) of the plane, one an exposure.
        part: Lines and columns that are asked for.
        alpha: (h, w, 1), how much the graphic covers of these.
        softness: Standard deviation in pixels of the lens.

    Returns:
        (h, w, 3), linear light.
    """
    smear = float(np.linalg.norm(poses[-1] - poses[0], axis=1).max())
    reach = int(np.ceil(3 * (1 + softness + smear / 4)))
    box, inner = _grown(part, reach, plate.shape)
    share = plane_cover(poses, box, softness, plate.device)[..., None]
    here, own = plate[box[1]:box[3], box[0]:box[2]], share[inner]
    border = (own > _NONE) & (own < _ALL)
    if not bool(border.any()):
        return here[inner]
    surface, other = (share > _ALL).to(here), (share < _NONE).to(here)
    if seen is not None:
        surface = surface * seen[box[1]:box[3], box[0]:box[2], None].to(here)
    sums = _smooth(torch.cat((here * surface, surface, here * other, other), dim=-1), reach)[inner]
    weights = sums[..., 3:4], sums[..., 7:]
    step = sums[..., :3] / weights[0].clamp_min(_LEAST) - sums[..., 4:7] / weights[1].clamp_min(_LEAST)
    known = border & (weights[0] > _LEAST) & (weights[1] > _LEAST)
    return torch.where(known, (here[inner] - alpha * step).clamp_min(0), here[inner])


def _grown(part: tuple[slice, slice], reach: int, shape: torch.Size) -> tuple[tuple[int, int, int, int], tuple[slice, slice]]:
    """Left, top, right and low of a part grown inside the picture, and where the part lies in it."""
    rows, columns = part
    box = (max(columns.start - reach, 0), max(rows.start - reach, 0),
           min(columns.stop + reach, shape[1]), min(rows.stop + reach, shape[0]))
    return box, (slice(rows.start - box[1], rows.stop - box[1]), slice(columns.start - box[0], columns.stop - box[0]))


def _smooth(values: torch.Tensor, reach: int) -> torch.Tensor:
    """Gaussian sums over (h, w, c); nothing beyond the picture."""
    at = torch.arange(-reach, reach + 1, dtype=values.dtype, device=values.device)
    kernel = torch.exp(-(at**2) * 4.5 / reach**2)
    kernel = (kernel / kernel.sum()).expand(values.shape[-1], 1, 1, -1)
    out = F.conv2d(to_bchw(values[None]), kernel, padding=(0, reach), groups=values.shape[-1])
    return to_bhwc(F.conv2d(out, kernel.transpose(-1, -2), padding=(reach, 0), groups=values.shape[-1]))[0]
