"""One view of a clip: an IMAGE batch, or a VIDEO that is decoded block by block."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import torch

from .. import runtime
from ..image.blocks import block_length, spans
from ..image.flow import luma_levels, shrink
from ..image.layout import check_image
from ..image.opencv import cv2
from ..wires.check import quoted
from .decode import FilmReader, index_film

_SHADES = np.arange(256, dtype=np.float32) / 255


def _shades(codes: np.ndarray) -> np.ndarray:
    """Codes (n, H, W, 3) as float32 0..1, by table: five times faster than a division each."""
    return cv2.LUT(codes.reshape(-1, *codes.shape[2:]), _SHADES).reshape(codes.shape)


class Frames:
    """Frames of a clip, read in any order, held only as long as the caller holds them.

    Attributes:
        width: Pixels of a line.
        height: Lines.
        channels: 3, or 4 for a batch with alpha.
        fps: Rate of a VIDEO; None for a batch, which carries no time.
        steady: Whether the film's frames are evenly spaced in time.
    """

    def __init__(self, clip: Any, name: str = "clip") -> None:
        """Take an IMAGE batch (B, H, W, 3|4) or a VIDEO.

        Raises:
            ValueError: Neither of the two, or not usable; `name` is how the input is called.
        """
        self.fps: Fraction | None = None
        self.steady, self._batch, self._film, self._kept = True, None, None, None
        if isinstance(clip, torch.Tensor):
            self._batch = check_image(clip, name)
        elif hasattr(clip, "get_components"):
            self._open(clip, name)
        else:
            raise ValueError(f"expected an IMAGE batch or a VIDEO in {name}, got {quoted(clip)}: wire a clip")
        if self._batch is not None:
            self._count, self.height, self.width, self.channels = self._batch.shape

    def _open(self, video: Any, name: str) -> None:
        source = runtime.video_source(video)
        if source is None:
            parts = video.get_components()
            self._batch, self.fps = check_image(parts.images, name), Fraction(parts.frame_rate)
            return
        try:
            index = index_film(*source)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
        self._film = FilmReader(source[0], index)
        self._count, self.height, self.width, self.channels = len(index.pts), index.height, index.width, 3
        self.fps, self.steady = index.fps, index.steady

    def __len__(self) -> int:
        return self._count

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.width, self.height

    @property
    def is_batch(self) -> bool:
        """Whether the frames are in memory already."""
        return self._batch is not None

    def read(self, start: int, stop: int, *, codes: bool = False) -> torch.Tensor:
        """Frames `start` to `stop` (n, H, W, C), float32 0..1 on the CPU or where the batch lives; a view where it can be.

        With `codes`, frames of an 8-bit film come as the uint8 that they are, of which the floats are a 255th.

        Raises:
            ValueError: The film is broken, or a frame holds values that are not numbers.
        """
        if not 0 <= start < stop <= self._count:
            raise ValueError(f"expected frames within 0..{self._count}, got {start}..{stop}")
        if self._batch is not None:
            return self._batch[start:stop]
        if self._kept is None or not (self._kept[0] <= start and stop <= self._kept[0] + len(self._kept[1])):
            self._kept = start, np.ascontiguousarray(self._film.read(start, stop))  # type: ignore[union-attr]
        pictures = self._kept[1][start - self._kept[0]:stop - self._kept[0]]  # kept: neighbouring questions come often
        return torch.from_numpy(pictures if codes or pictures.dtype != np.uint8 else _shades(pictures))

    def frame(self, number: int) -> torch.Tensor:
        """One frame (H, W, C)."""
        return self.read(number, number + 1)[0]

    def glance(self, number: int, size: tuple[int, int], *, luma: bool) -> tuple[np.ndarray, np.ndarray | None]:
        """One frame as uint8 RGB (h, w, 3) of `size` (width, height), area-filtered, and where asked for its luma (H, W).

        The luma is uint8 of a film, float32 0..255 of a batch. A film is not turned into RGB at full size for it.
        """
        if self._film is not None:
            small, whole = self._film.glance(number, size, luma=luma)
            return np.ascontiguousarray(small), whole
        frame = self.frame(number)
        return shrink(frame, size), luma_levels(frame) if luma else None

    def blocks(self, length: int | None = None, *, codes: bool = False) -> Iterator[tuple[int, torch.Tensor]]:
        """Consecutive blocks with the number of their first frame; `length` frames each, by default what fits the budget."""
        for start, stop in spans(self._count, length or block_length(self.height, self.width, self.channels)):
            yield start, self.read(start, stop, codes=codes)

    def pick(self, numbers: list[int]) -> torch.Tensor:
        """Some frames (n, H, W, C), in the order asked for."""
        return torch.stack([self.frame(n) for n in numbers])
