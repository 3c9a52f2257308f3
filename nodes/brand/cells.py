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
from ..image.layout import split_alpha, to_uint8
from ..wires.kit_colours import KitColour

Kept = TypeVar("Kept")
_BITS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Filled cells of one picture.

    Attributes:
        index: (H, W) number of each pixel's cell.
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
        """Spread a number per cell (n) over the picture (H, W)."""
        return values[self.index]


def cells_of(picture: torch.Tensor) -> Cells:
    """Sort the pixels of an encoded picture (H, W, 3|4) into cells; alpha weighs the area.

    Raises:
        ValueError: The picture is wholly transparent.
    """
    rgb, alpha = split_alpha(picture)
    pixels = to_uint8(rgb)
    weight = None if alpha is None else alpha[..., 0].cpu().double().clamp(0, 1).numpy().ravel()
    key = np.zeros(pixels.shape[:2], np.int32)
    for channel in range(3):
        key = (key << _BITS) | (pixels[..., channel] >> (8 - _BITS))
    flat, size = key.ravel(), 1 << (3 * _BITS)
    mass = np.bincount(flat, weight, size).astype(float)
    filled = np.flatnonzero(mass > 0)
    if not len(filled):
        raise ValueError("expected a picture with something in it, got one that is wholly transparent: wire another")
    exact = rgb.detach().cpu().clamp(0, 1).reshape(-1, 3).numpy()  # not the 8 bits: they only sort
    sums = [np.bincount(flat, exact[:, c] * (1.0 if weight is None else weight), size)[filled] for c in range(3)]
    mean = torch.from_numpy(np.stack(sums, 1) / mass[filled, None])
    number = np.zeros(size, np.int32)
    number[filled] = np.arange(len(filled), dtype=np.int32)
    return Cells(number[key], mass[filled] / mass.sum(), mean, srgb_to_lab(mean), srgb_to_oklab(mean))


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
    """CIEDE2000 between every CIELAB colour (n, 3) and every kit colour: (n, K)."""
    return delta_e_2000(lab[:, None], lab_of(colours)[None]).numpy()


def membership(distance: np.ndarray, tolerance: np.ndarray | float) -> np.ndarray:
    """How much a colour at `distance` counts as the wanted one: 1 within the tolerance, down to 0 at one and a half times it."""
    return np.clip(3 - 2 * distance / tolerance, 0, 1)
