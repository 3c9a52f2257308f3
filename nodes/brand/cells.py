"""The colours of a picture in fixed cells: no clustering, no starting values, no thumbnail.

Every pixel falls into one of 64³ cells of its 8-bit colour; a cell's colour is the mean of its pixels, so that flat areas stay
exact. All colour parts work on the few thousand cells that a picture fills and paint their answer back through `index`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import torch

from ..image.colour import (
    delta_e_2000,
    linear_to_oklab,
    linear_to_xyz,
    srgb_to_lab,
    srgb_to_linear,
    srgb_to_oklab,
    xyz_to_lab,
)
from ..image.opencv import cv2
from ..wires.kit_colours import KitColour
from .parts import largest_box

Kept = TypeVar("Kept")
_BITS = 6
_CELLS = 1 << (3 * _BITS)
_TURNS = 4  # a power of two
_MANY = 1 << 19
_AT_ONCE = 1 << 17
_NOWHERE = np.zeros((0, 0), np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Filled cells of one picture.

    Attributes:
        index: (H, W) number of each pixel's cell; (0, 0) where places were not asked for.
        share: (n) part of the picture's area in each cell; sums to 1.
        rgb: (n, 3) mean colour, encoded sRGB 0..1, float64.
        lab: (n, 3) the same in CIELAB D65.
        oklab: (n, 3) the same in OKLab.
    """

    index: np.ndarray
    share: np.ndarray
    rgb: torch.Tensor
    lab: torch.Tensor
    oklab: torch.Tensor
    _known: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """What `make` gives, worked out for the first that asks: several parts and several kits ask the same."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def differences(self, colours: tuple[KitColour, ...]) -> np.ndarray:
        """CIEDE2000 between every cell and every kit colour: (n, K)."""
        return self.once(colours, lambda: differences(self.lab, colours))

    @property
    def chroma(self) -> np.ndarray:
        """OKLab chroma of every cell: (n)."""
        return self.once("chroma", lambda: chroma_of(self.oklab))

    def paint(self, values: np.ndarray) -> np.ndarray:
        """Spread a number per cell (n) over the picture (H, W); (0, 0) where places were not asked for."""
        return values.take(self.index)

    def box(self, chosen: np.ndarray, longest: int = 1 << 30) -> tuple[float, float, float, float] | None:
        """Box around the largest connected area of the chosen cells (n), bool, seen at no more than `longest` places a side."""
        step = -(-max(self.index.shape) // longest)
        found = largest_box(chosen.take(self.index[::step, ::step])) if self.index.size else None
        if found is None:
            return None
        (x, y, width, height), (lines, columns) = (step * side for side in found), self.index.shape
        return x, y, min(width, columns - x), min(height, lines - y)


def cells_of(picture: torch.Tensor, places: bool = True, codes: np.ndarray | None = None) -> Cells:
    """Sort the pixels of an encoded picture (H, W, 3|4) into cells; alpha weighs the area.

    Args:
        picture: Values 0..1, or 8 bits.
        places: Whether the answer must be painted back; without, every box is None.
        codes: The picture's `codes_of`, where they are known.

    Raises:
        ValueError: The picture is wholly transparent.
    """
    if picture.dtype == torch.uint8:
        codes = picture.numpy()
    elif codes is None:
        picture = within(picture.detach().cpu().float()).contiguous()
        codes = codes_of(picture)
    key = _keys(codes)
    pixels = picture.reshape(-1, picture.shape[-1]).numpy()
    weight = pixels[:, 3].astype(float) if pixels.shape[1] == 4 else None
    mass = np.bincount(key, weight, _CELLS).astype(float)
    filled = np.flatnonzero(mass > 0)
    if not len(filled):
        raise ValueError("expected a picture with something in it, got one that is wholly transparent: wire another")
    number = np.zeros(_CELLS, np.int32)
    number[filled] = np.arange(len(filled), dtype=np.int32)
    index = number.take(key)
    mean = torch.from_numpy(_means(index, pixels, len(filled)))  # of exact values: the 8 bits only sort
    mean = mean / 255 if picture.dtype == torch.uint8 else mean
    linear = srgb_to_linear(mean)
    places_of = index.reshape(picture.shape[:2]) if places else _NOWHERE
    return Cells(places_of, mass[filled] / mass.sum(), mean, xyz_to_lab(linear_to_xyz(linear)), linear_to_oklab(linear))


def _means(index: np.ndarray, pixels: np.ndarray, count: int) -> np.ndarray:
    """Mean colour (count, 3) of cells from their pixels (N, 3|4): every third of a large picture, where a cell has such a one."""
    every = 3 if len(pixels) >= _MANY else 1
    sums, seen = _sums(index[::every], pixels[::every], count)
    if every > 1 and not seen.all():
        left = np.flatnonzero((seen == 0).take(index))
        few, more = _sums(index[left], pixels[left], count)
        sums, seen = sums + few, seen + more
    return sums / seen[:, None]


def _sums(index: np.ndarray, pixels: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Sum of the colours of each cell's pixels (count, 3) and of their alpha, or their number (count).

    Neighbours add to different sums of one cell: where they are alike, each addition would wait for the last one.
    """
    turns = (np.arange(len(index)) & (_TURNS - 1)) * count + index
    weight = pixels[:, 3].astype(float) if pixels.shape[1] == 4 else None
    values = [pixels[:, c] if weight is None else pixels[:, c] * weight for c in range(3)]
    sums = [np.bincount(turns, v, _TURNS * count).reshape(_TURNS, count).sum(0) for v in (*values, weight)]
    return np.stack(sums[:3], 1), sums[3]


def within(picture: torch.Tensor) -> torch.Tensor:
    """The picture with values of 0..1; itself where they are so already."""
    low, high = picture.aminmax()
    return picture.clamp(0, 1) if low < 0 or high > 1 else picture


def codes_of(picture: torch.Tensor) -> np.ndarray:
    """A picture (H, W, 3|4) of 0..1, contiguous, in 8 bits."""
    return cv2.convertScaleAbs(picture.numpy(), alpha=255).reshape(picture.shape)


def _keys(codes: np.ndarray) -> np.ndarray:
    """Number of every pixel's cell among all: (H·W) int64."""
    packed = cv2.cvtColor(codes, cv2.COLOR_RGB2BGRA if codes.shape[2] == 3 else cv2.COLOR_RGBA2BGRA)
    packed = packed.view(np.uint32).reshape(-1)  # 8 bits a channel, of which the upper 6 stay
    return ((packed & 0xFC) >> 2 | (packed & 0xFC00) >> 4 | (packed & 0xFC0000) >> 6).astype(np.int64)


def chroma_of(oklab: torch.Tensor) -> np.ndarray:
    """OKLab chroma (n) of colours (n, 3)."""
    return oklab[:, 1:].norm(dim=1).numpy()


@lru_cache(1024)
def oklab_of(colours: tuple[KitColour, ...]) -> torch.Tensor:
    """Kit colours in OKLab (K, 3), float64."""
    return srgb_to_oklab(torch.tensor([c.rgb for c in colours], dtype=torch.float64).reshape(-1, 3))


@lru_cache(1024)
def kit_chroma(colours: tuple[KitColour, ...]) -> np.ndarray:
    """OKLab chroma of kit colours: (K)."""
    return chroma_of(oklab_of(colours))


@lru_cache(1024)
def lab_of(colours: tuple[KitColour, ...]) -> torch.Tensor:
    """Kit colours in CIELAB (K, 3), float64."""
    return srgb_to_lab(torch.tensor([c.rgb for c in colours], dtype=torch.float64).reshape(-1, 3))


def differences(lab: torch.Tensor, colours: tuple[KitColour, ...]) -> np.ndarray:
    """CIEDE2000 between every CIELAB colour (n, 3) and every kit colour: (n, K), columns in a row, exact to a thousandth."""
    found, wanted = np.empty((len(colours), len(lab))), lab_of(colours)[:, None].float()
    some = max(1, _AT_ONCE // max(1, len(lab)))  # of the colours: a score of many takes no more room than one of few
    for first in range(0, len(colours), some):
        found[first:first + some] = delta_e_2000(lab[None].float(), wanted[first:first + some]).numpy()
    return found.T


def membership(distance: np.ndarray, tolerance: np.ndarray | float) -> np.ndarray:
    """How much a colour at `distance` counts as the wanted one: 1 within the tolerance, down to 0 at one and a half times it."""
    return np.clip(3 - 2 * distance / tolerance, 0, 1)
