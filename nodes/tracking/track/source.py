"""The clip as a tracker reads it: luma frames of 8 bits, forwards or backwards, a bounded number held at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
import torch

from ... import runtime
from ...image.opencv import cv2
from ...media.frames import Frames

HELD_BYTES = 160 << 20
_THUMB, _THUMBS_HELD = 160, 16
_BESIDE = 4  # frames held beside those that are read ahead
PASSING = 0.25  # what decoding a frame ahead costs beside following the surface on it


class Luma:
    """Luma of a clip's frames as uint8 (H, W), read in any order; what is held does not grow with the clip.

    A film is decoded forwards only: a frame is read when it is asked for, going backwards a row of frames at once, and
    frames that were announced by `expect` together.

    Attributes:
        passed: Told how many frames of a film were decoded ahead; it may raise to stop.
    """

    def __init__(self, frames: Frames) -> None:
        """Read nothing yet."""
        self._frames, self._streams = frames, not frames.is_batch
        self.count, self.width, self.height = len(frames), frames.width, frames.height
        self._most = int(np.clip(HELD_BYTES // (self.width * self.height), 2 * _BESIDE, 512))
        self._held: OrderedDict[int, np.ndarray] = OrderedDict()
        self._thumbs: OrderedDict[int, np.ndarray] = OrderedDict()
        self._expected: list[int] = []
        self.passed: Callable[[int], object] = lambda _: None

    def __len__(self) -> int:
        return self.count

    def expect(self, numbers: Sequence[int]) -> None:
        """Announce frames in the order they will be asked for."""
        self._expected = list(numbers)

    def frame(self, number: int) -> np.ndarray:
        """Luma of one frame, 0..255."""
        if number not in self._held:
            self._read(number)
        self._held.move_to_end(number)
        return self._held[number]

    def thumb(self, number: int) -> np.ndarray:
        """The frame at most 160 pixels wide; the newest are held."""
        if number not in self._thumbs:
            scale = min(1.0, _THUMB / max(self.width, self.height))
            size = max(8, round(self.width * scale)), max(8, round(self.height * scale))
            _hold(self._thumbs, number, cv2.resize(self.frame(number), size, interpolation=cv2.INTER_AREA), _THUMBS_HELD)
        return self._thumbs[number]

    def _read(self, number: int) -> None:
        wanted = self._with(number)
        last = wanted[0] - 1
        for n in wanted:
            runtime.check_cancelled()
            _hold(self._held, n, luma_uint8(self._frames.frame(n)), self._most)
            if len(wanted) > 1:
                self.passed(n - last)
            last = n

    def _with(self, number: int) -> list[int]:
        """Frames to read for the sake of one, in the order of the film."""
        room = self._most - _BESIDE
        if not self._streams:
            return [number]
        if number in self._expected:
            at = self._expected.index(number)
            return sorted(self._expected[at:at + room])
        if number + 1 in self._held:  # backwards
            return list(range(max(0, number - room + 1), number + 1))
        return [number]


def _hold(held: OrderedDict[int, np.ndarray], number: int, picture: np.ndarray, most: int) -> None:
    held[number] = picture
    while len(held) > most:
        held.popitem(last=False)


def luma_uint8(frame: torch.Tensor) -> np.ndarray:
    """Rec.709 luma of one frame (H, W, 3|4) as uint8, ten times faster than the same on a tensor."""
    picture = np.ascontiguousarray(frame.detach().cpu().float().numpy())
    weights = np.array([[0.2126, 0.7152, 0.0722, 0.0][: picture.shape[2]]])
    luma = np.asarray(cv2.transform(picture, weights)).reshape(picture.shape[:2])
    return cv2.convertScaleAbs(np.maximum(luma, 0), alpha=255)
