"""What a file was meant to show, small enough for its manifest: the mean colours of a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..image.opencv import cv2
from .verify import Drift

COLUMNS, ROWS = 8, 6


def colours_of(picture: np.ndarray) -> list[list[int]]:
    """Mean colours of an 8 × 6 grid over a picture (H, W, 3) uint8, in 8-bit code values times ten, row by row."""
    grid = cv2.resize(picture.astype(np.float32), (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return [[round(float(v) * 10) for v in cell] for cell in grid.reshape(-1, 3)]


def against(pictures: Mapping[int, np.ndarray], noted: Mapping[str, Sequence]) -> Drift | None:
    """Difference of pictures to what a manifest notes of their frames; None where it notes none of them, or in another form."""
    apart, frames = [], []
    for number, picture in pictures.items():
        meant = np.asarray(noted.get(str(number), ()), np.float64)
        if meant.shape == (COLUMNS * ROWS, 3):
            apart.append(np.asarray(colours_of(picture), np.float64) / 10 - meant / 10)
            frames.append(number)
    if not apart:
        return None
    joined = np.concatenate(apart)
    red, green, blue = joined.mean(0)
    return Drift((float(red), float(green), float(blue)), float(np.percentile(np.abs(joined), 99)), tuple(frames))
