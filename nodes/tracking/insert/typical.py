"""What a tracked surface usually looks like, seen from the front: the middle of the frames around one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from ...image.layout import luma, to_bchw, to_bhwc
from ...image.warp import doubled, homography, unit_square, warp
from ...wires.quad import Quad
from ...wires.track import Track
from .grain import Grain
from .masks import Masks

_MOST, _LARGEST, _HELD = 16, 1 << 20, 8 << 20  # frames of a middle; pixels of a view; pixels of all views of a middle
_CELL = 16  # pixels: light has no finer detail
_FAR = 6.0  # times the grain: what is farther from the others does not count


@dataclass(frozen=True, slots=True)
class Typical:
    """The surface from the front.

    Attributes:
        view: (h, w, 5), twice as fine as the frames: encoded colour under the light of all of them, how many of them it is the
            mean of, and 1.
    """

    view: torch.Tensor

    def in_frame(self, corners: np.ndarray, part: tuple[slice, slice]) -> tuple[torch.Tensor, ...]:
        """Lines and columns `part` of a frame as the surface would look there.

        Returns:
            Colour (h, w, 3), how many frames are behind it (h, w), and where the plane is (h, w).
        """
        rows, columns = part
        height, width, _ = self.view.shape
        h = homography(unit_square(width, height) - 0.5, corners - (columns.start, rows.start))
        drawn = warp(self.view[None], h, rows.stop - rows.start, columns.stop - columns.start, samples=1, cubic=True)[0]
        return drawn[..., :3], drawn[..., 3].clamp_min(1), drawn[..., 4] > 0


class Typicals:
    """The middles of a clip, each of up to 16 frames in a row; one is held at a time."""

    def __init__(self, images: torch.Tensor, track: Track, visible: Masks, grain: Grain) -> None:
        """Take note of the frames.

        Args:
            images: (T, H, W, 3|4), encoded sRGB.
            track: The plane.
            visible: Where it is seen.
            grain: As it was measured there.
        """
        self._images, self._track, self._visible = images, track, visible
        self._sigma = max(*grain.sigma, 0.5 / 255)
        numbers = [i for i, frame in enumerate(track.frames) if frame.state == "tracked" and frame.corners is not None]
        quads = [quad for i in numbers if (quad := track.frames[i].corners) is not None]
        largest = max(quads, key=lambda quad: quad.area, default=None)
        self._size = (1, 1) if largest is None else _view_size(largest)
        most = int(np.clip(_HELD // (self._size[0] * self._size[1]), 4, _MOST))
        self._parts = [part.tolist() for part in np.array_split(numbers, -(-len(numbers) // most))] if numbers else []
        self._made: tuple[int, Typical] | None = None

    def near(self, number: int) -> Typical | None:
        """The middle of the frames around one; None where no frame is tracked."""
        if not self._parts:
            return None
        which = min(range(len(self._parts)), key=lambda k: min(abs(number - i) for i in self._parts[k]))
        if self._made is None or self._made[0] != which:
            self._made = None
            self._made = which, self._typical(self._parts[which])
        return self._made[1]

    def _typical(self, numbers: list[int]) -> Typical:
        views, weights = zip(*(self._flat(i) for i in numbers), strict=True)
        weight = torch.stack(weights)
        first = sum(view * own for view, own in zip(views, weights, strict=True)) / weight.sum(0).clamp_min(1e-3)
        total, sums = torch.zeros_like(first), torch.zeros_like(first[..., :2])
        for view, own in zip(views, weights, strict=True):
            relit = view / light_of(view, first, own[..., 0])
            share = own / (1 + (luma(relit - first)[..., None] / (_FAR * self._sigma)) ** 4)
            total += relit * share
            sums += torch.cat((share, share.square()), dim=-1)
        count = sums[..., :1].clamp_min(1e-6)
        total, frames = torch.where(count > 1e-4, total / count, first), count.square() / sums[..., 1:].clamp_min(1e-6)
        return Typical(doubled(torch.cat((total, frames, torch.ones_like(count)), dim=-1)[None])[0])

    def _flat(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The plane of a frame from the front (h, w, 3), and where it is seen (h, w, 1)."""
        quad = self._track.frames[number].corners
        corners = np.zeros((4, 2)) if quad is None else quad.array
        limits = np.array(self._images.shape[2:0:-1])
        low = np.clip(np.floor(corners.min(0)) - 3, 0, limits - 1).astype(int)
        high = np.clip(np.ceil(corners.max(0)) + 3, low + 1, limits).astype(int)
        crop, mask = self._images[number, low[1]:high[1], low[0]:high[0], :3], self._visible.frame(number)
        seen = torch.ones_like(crop[..., :1]) if mask is None else mask[low[1]:high[1], low[0]:high[0], None].to(crop)
        h = homography(2 * (corners - low) - 0.5, unit_square(*self._size))
        fine = doubled(torch.cat((crop, seen), dim=-1)[None])
        drawn = warp(fine, h, self._size[1], self._size[0], samples=1, cubic=True)[0]
        return drawn[..., :3], (drawn[..., 3:] > 0.99).to(crop)


def light_of(picture: torch.Tensor, like: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """Gain (h, w, 3) of broad light that makes `like` (h, w, 3) as bright as `picture`, by what is seen (h, w)."""
    weight = seen[..., None].to(picture)
    pooled = F.avg_pool2d(to_bchw(torch.cat((picture * weight, like * weight), dim=-1)[None]), _CELL, ceil_mode=True)
    pooled = F.avg_pool2d(F.pad(pooled, (1, 1, 1, 1), mode="replicate"), 3, 1)
    gain = (pooled[:, :3] + 1e-3) / (pooled[:, 3:] + 1e-3)
    height, width = picture.shape[:2]
    whole = F.interpolate(gain, scale_factor=_CELL, mode="bilinear")
    return to_bhwc(whole)[0, :height, :width]


def averaged(picture: torch.Tensor, width: int) -> torch.Tensor:
    """Mean of `width` × `width` places of (h, w), of those that are there."""
    across = F.avg_pool2d(picture[None], (1, width), 1, (0, width // 2), count_include_pad=False)
    return F.avg_pool2d(across, (width, 1), 1, (width // 2, 0), count_include_pad=False)[0]


def span(picture: torch.Tensor) -> torch.Tensor:
    """What the 3 × 3 places about each one of (h, w) differ by."""
    both = F.pad(torch.stack((picture, -picture))[None], (1, 1, 1, 1), mode="replicate")
    return F.max_pool2d(F.max_pool2d(both, (1, 3), 1), (3, 1), 1)[0].sum(0)


def _view_size(quad: Quad) -> tuple[int, int]:
    top, right, low, left = quad.edge_lengths
    across, down = max(top, low), max(left, right)
    less = min(1.0, float(np.sqrt(_LARGEST / max(across * down, 1.0))))
    return max(2, round(across * less)), max(2, round(down * less))
