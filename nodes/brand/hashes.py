"""A 256-bit hash that near-duplicates share: PDQ, as Meta's ThreatExchange describes it, written anew.

Luminance is brought to 512 × 512, smoothed by two passes of box filters, sampled at 64 × 64 and transformed by a DCT; the
16 × 16 lowest frequencies without the constant are compared with their median. Two pictures match at a Hamming distance of 31
or less; a hash of quality 49 or less says nothing, because the picture is nearly plain.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from ..image.opencv import cv2
from .cells import within

MATCH_BITS = 31
LEAST_QUALITY = 50
_WORK, _GRID, _KEPT = 512, 64, 16
_BASIS = np.sqrt(2 / _GRID) * np.cos(np.pi / (2 * _GRID) * np.outer(np.arange(1, _KEPT + 1), 2 * np.arange(_GRID) + 1))


@dataclass(frozen=True, slots=True)
class Hash:
    """256 bits (32 bytes), the same of the mirrored picture, and the quality 0..100."""

    bits: bytes
    mirrored: bytes
    quality: int

    def distance(self, other: bytes) -> tuple[int, bool]:
        """Bits that differ from `other`, and whether the mirrored picture is the nearer one."""
        plain, turned = hamming(self.bits, other), hamming(self.mirrored, other)
        return (turned, True) if turned < plain else (plain, False)


def hamming(one: bytes, other: bytes) -> int:
    """Number of bits that differ."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def _window(size: int) -> int:
    return max(1, (size + 2 * _GRID - 1) // (2 * _GRID))


@cache
def _room(kernel: tuple[int, int], anchor: tuple[int, int]) -> np.ndarray:
    """Share of each window that lies inside the working picture."""
    return cv2.blur(np.ones((_WORK, _WORK)), kernel, anchor=anchor, borderType=cv2.BORDER_CONSTANT)


def _smooth(luma: np.ndarray) -> np.ndarray:
    """Two box filters along each axis, windows cut at the border."""
    size = _window(_WORK)
    kernel, anchor = (size, size), (size - 1 - size // 2,) * 2
    for _ in range(2):
        luma = cv2.blur(luma, kernel, anchor=anchor, borderType=cv2.BORDER_CONSTANT) / _room(kernel, anchor)
    return luma


def _quality(grid: np.ndarray) -> int:
    steps = sum(np.abs(np.trunc(np.diff(grid, axis=axis) * 100 / 255)).sum() for axis in (0, 1))
    return int(min(100, steps // 90))


def picture_hash(picture: torch.Tensor) -> Hash:
    """Hash an encoded picture (H, W, 3|4)."""
    rgb = within(picture.detach().cpu().float()).contiguous().numpy()
    luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY if rgb.shape[2] == 3 else cv2.COLOR_RGBA2GRAY)
    shrinks = min(luma.shape) > _WORK
    small = cv2.resize(luma, (_WORK, _WORK), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    luma = _smooth(small.astype(np.float64) * 255)
    at = [((np.arange(_GRID) + 0.5) * size / _GRID).astype(int) for size in luma.shape]
    grid = luma[np.ix_(*at)]
    waves = _BASIS @ grid @ _BASIS.T
    turned = waves * (-1.0) ** np.arange(1, _KEPT + 1)
    return Hash(_bits(waves), _bits(turned), _quality(grid))


def _bits(waves: np.ndarray) -> bytes:
    flat = waves.ravel()
    middle = np.partition(flat, flat.size // 2 - 1)[flat.size // 2 - 1]  # the lower median, as the reference takes it
    return np.packbits(flat > middle).tobytes()
