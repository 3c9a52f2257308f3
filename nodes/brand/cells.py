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

from ..image.colour import delta_e_2000, srgb_to_lab, srgb_to_oklab
from ..image.layout import split_alpha
from ..image.opencv import cv2
from ..wires.kit_colours import KitColour

Kept = TypeVar("Kept")
_BITS = 6
_CELLS = 1 << (3 * _BITS)


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
        return values[self.index]


def cells_of(picture: torch.Tensor, places: bool = True) -> Cells:
    """Sort the pixels of an encoded picture (H, W, 3|4) into cells; alpha weighs the area.

    Args:
        picture: Values 0..1.
        places: Whether the answer must be painted back; without, every box is None.

    Raises:
        ValueError: The picture is wholly transparent.
    """
    picture = within(picture.detach().cpu().float())
    rgb, alpha = split_alpha(picture)
    flat, key = rgb.reshape(-1, 3).numpy(), _keys(picture.contiguous().numpy())
    weight = None if alpha is None else alpha.reshape(-1).double().numpy()
    mass = np.bincount(key, weight, _CELLS).astype(float)
    filled = np.flatnonzero(mass > 0)
    if not len(filled):
        raise ValueError("expected a picture with something in it, got one that is wholly transparent: wire another")
    number = np.zeros(_CELLS, np.int32)
    number[filled] = np.arange(len(filled), dtype=np.int32)
    index = number[key]
    exact = (flat[:, channel] if weight is None else flat[:, channel] * weight for channel in range(3))  # the 8 bits only sort
    sums = [np.bincount(index, values, len(filled)) for values in exact]
    mean = torch.from_numpy(np.stack(sums, 1) / mass[filled, None])
    index = index.reshape(picture.shape[:2]) if places else np.zeros((0, 0), np.int32)
    return Cells(index, mass[filled] / mass.sum(), mean, srgb_to_lab(mean), srgb_to_oklab(mean))


def within(picture: torch.Tensor) -> torch.Tensor:
    """The picture with values of 0..1; itself where they are so already."""
    low, high = picture.aminmax()
    return picture.clamp(0, 1) if low < 0 or high > 1 else picture


def _keys(picture: np.ndarray) -> np.ndarray:
    """Number of every pixel's cell among all: (H·W) uint32."""
    codes = cv2.convertScaleAbs(picture, alpha=255)
    packed = cv2.cvtColor(codes, cv2.COLOR_RGB2BGRA if picture.shape[2] == 3 else cv2.COLOR_RGBA2BGRA)
    packed = packed.view(np.uint32).reshape(-1)  # 8 bits a channel, of which the upper 6 stay
    return (packed & 0xFC) >> 2 | (packed & 0xFC00) >> 4 | (packed & 0xFC0000) >> 6


def chroma_of(oklab: torch.Tensor) -> np.ndarray:
    """OKLab chroma (n) of colours (n, 3)."""
    return oklab[:, 1:].norm(dim=1).numpy()


@lru_cache(1024)
def oklab_of(colours: tuple[KitColour, ...]) -> torch.Tensor:
    """Kit colours in OKLab (K, 3), float64."""
    return srgb_to_oklab(torch.tensor([c.rgb for c in colours], dtype=torch.float64).reshape(-1, 3))


@lru_cache(1024)
def lab_of(colours: tuple[KitColour, ...]) -> torch.Tensor:
    """Kit colours in CIELAB (K, 3), float64."""
    return srgb_to_lab(torch.tensor([c.rgb for c in colours], dtype=torch.float64).reshape(-1, 3))


def differences(lab: torch.Tensor, colours: tuple[KitColour, ...]) -> np.ndarray:
    """CIEDE2000 between every CIELAB colour (n, 3) and every kit colour: (n, K), exact to a thousandth."""
    return delta_e_2000(lab[:, None].float(), lab_of(colours)[None].float()).double().numpy()


def membership(distance: np.ndarray, tolerance: np.ndarray | float) -> np.ndarray:
    """How much a colour at `distance` counts as the wanted one: 1 within the tolerance, down to 0 at one and a half times it."""
    return np.clip(3 - 2 * distance / tolerance, 0, 1)
