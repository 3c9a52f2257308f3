"""How the light on a tracked surface changes over a clip: low frequencies of the flattened surface against their median."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from ... import runtime
from ...image.colour import srgb_to_linear
from ...image.warp import homography, unit_square, warp
from ...wires.track import Track
from .masks import Masks

GRID = 24
MOSTLY = 0.7
_LIMITS = (0.25, 4.0)
_LOOKED_AT = 512  # lines or columns of a surface: light has no finer detail


class Relight:
    """Gain fields of a surface, one a tracked frame. Texture cancels, because each place of the plane is compared with itself."""

    def __init__(self, images: torch.Tensor, track: Track, visible: Masks) -> None:
        """Measure every tracked frame.

        Args:
            images: (T, H, W, 3|4) encoded sRGB.
            track: The plane.
            visible: Where the plane is seen.
        """
        self._fields: dict[int, torch.Tensor] = {}
        bar, values, weights, numbers = runtime.Progress(len(track.frames)), [], [], []
        for i, frame in enumerate(track.frames):
            bar.step()
            if frame.state != "tracked" or frame.corners is None:
                continue
            flat = _flatten(images[i, ..., :3], frame.corners.array, linear=True)
            mask = visible.frame(i)
            seen = torch.ones_like(flat[..., :1])
            if mask is not None:
                seen = _flatten(mask[..., None].to(flat), frame.corners.array)
            if float(seen.mean()) < MOSTLY:
                continue  # too little to tell light from what stands in front; the nearest frame's is taken
            numbers.append(i)
            values.append(flat)
            weights.append(seen)
        if numbers:
            self._solve(numbers, torch.stack(values), torch.stack(weights))

    def _solve(self, numbers: list[int], values: torch.Tensor, weights: torch.Tensor) -> None:
        hidden = weights < 0.5
        seen = values.masked_fill(hidden, float("nan"))
        typical = (seen.nanmedian(dim=0).values - (-seen).nanmedian(dim=0).values) / 2  # each takes one of two middle values
        typical = torch.where(torch.isfinite(typical), typical, values.median(dim=0).values)
        share = weights * (~hidden)
        floor = 0.01 * float(typical.mean()) + 1e-4
        for number, value, weight in zip(numbers, values, share, strict=True):
            above, below = _low_pass(value * weight), _low_pass(typical * weight)
            gain = (above + floor) / (below + floor)
            whole = (value * weight).sum((0, 1)) / (typical * weight).sum((0, 1)).clamp_min(1e-6)
            known = _low_pass(weight).clamp(0, 1)
            mixed = gain * known + torch.where(weight.sum() > 0, whole, torch.ones_like(whole)) * (1 - known)
            self._fields[number] = mixed.clamp(*_LIMITS)

    def field(self, number: int, amount: float) -> torch.Tensor:
        """Linear gain (24, 24, 3) over the plane on the nearest tracked frame; `amount` 0 is none, 1 all of it."""
        if not self._fields:
            return torch.ones((GRID, GRID, 3))
        return self._fields[min(self._fields, key=lambda known: abs(known - number))].pow(amount)


def _flatten(picture: torch.Tensor, corners: np.ndarray, *, linear: bool = False) -> torch.Tensor:
    """The plane as 24 × 24 cells; from a large picture only a few lines and columns of each cell are looked at."""
    low = np.clip(np.floor(corners.min(0)) - 2, 0, np.array(picture.shape[1::-1]) - 1).astype(int)
    high = np.clip(np.ceil(corners.max(0)) + 2, low + 1, picture.shape[1::-1]).astype(int)
    step = max(1, int((high - low).max()) // _LOOKED_AT)
    crop = picture[low[1] : high[1] : step, low[0] : high[0] : step][None]
    h = homography((corners - low) / step, unit_square(GRID, GRID))
    return warp(srgb_to_linear(crop) if linear else crop, h, GRID, GRID)[0]


def _low_pass(field: torch.Tensor) -> torch.Tensor:
    """Gaussian of 4 cells with mirrored rims over (24, 24, c)."""
    at = torch.arange(-9, 10, dtype=field.dtype, device=field.device)
    kernel = torch.exp(-(at**2) / 32)
    kernel = (kernel / kernel.sum()).reshape(1, 1, 1, -1)
    planes = field.movedim(-1, 0)[:, None]
    planes = F.conv2d(F.pad(planes, (9, 9, 0, 0), mode="reflect"), kernel)
    return F.conv2d(F.pad(planes, (0, 0, 9, 9), mode="reflect"), kernel.transpose(-1, -2))[:, 0].movedim(0, -1)
