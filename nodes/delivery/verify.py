"""Does a file show what was put into it? Decoded as tagged and compared with the source, patch by patch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..image.opencv import cv2
from ..media.decode import FilmReader, index_film

PATCH = 16
LIMIT_DRIFT = 1.0  # code values of 8 bit, mean over the picture; a wrong matrix is 10 and more


@dataclass(frozen=True, slots=True)
class Drift:
    """Difference between a file and its source in 8-bit code values.

    `shift` is the mean of what came back minus what went in, per channel; `patches` the 99th percentile of the differences of
    16 × 16 patch means, `frames` the frames looked at.
    """

    shift: tuple[float, float, float]
    patches: float
    frames: tuple[int, ...]

    @property
    def worst(self) -> float:
        """Largest shift of a channel."""
        return max(abs(s) for s in self.shift)


def proof_frames(count: int) -> tuple[int, ...]:
    """First, middle and last frame, each once."""
    return tuple(sorted({0, count // 2, count - 1}))


def _means(picture: np.ndarray) -> np.ndarray:
    h, w = (max(side // PATCH, 1) for side in picture.shape[:2])
    part = picture[:h * PATCH, :w * PATCH].astype(np.float32)
    if part.shape[0] < PATCH or part.shape[1] < PATCH:
        return part.mean((0, 1), dtype=np.float64)[None, None]
    return cv2.resize(part, (w, h), interpolation=cv2.INTER_AREA).reshape(h, w, 3).astype(np.float64)


def compare(back: dict[int, np.ndarray], source: dict[int, np.ndarray]) -> Drift:
    """Compare pictures (H, W, 3) uint8 of the same size, by number of frame."""
    apart = [_means(back[n]) - _means(source[n]) for n in source]
    joined = np.concatenate([a.reshape(-1, 3) for a in apart])
    shift = joined.mean(0)
    return Drift((float(shift[0]), float(shift[1]), float(shift[2])), float(np.percentile(np.abs(joined), 99)), tuple(source))


def read_back(film: Path, numbers: tuple[int, ...]) -> tuple[int, dict[int, np.ndarray]]:
    """Number of frames of a film, and some of them, (H, W, 3) uint8 as its tags say.

    Raises:
        ValueError: The file is no film, or broken.
    """
    index = index_film(str(film))
    reader = FilmReader(str(film), index)
    pictures = {}
    try:
        for n in numbers:
            if n < len(index.pts):
                picture = reader.read(n, n + 1)[0]
                pictures[n] = picture if picture.dtype == np.uint8 else (picture * 255 + 0.5).astype(np.uint8)
    finally:
        reader.close()
    return len(index.pts), pictures
