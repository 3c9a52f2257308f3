"""One pass over a clip: what each frame looks like as a whole, and its first and last frames at working size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ... import runtime
from ...image.flow import working_size
from ...image.opencv import cv2
from ...media.frames import Frames
from ..join.pair import Proxy, read_proxy
from ..join.window import REACH
from .persist import LINKS

_TILES = 4
_THUMB = 48
SERIES = ("luma", "contrast", "saturation", "temperature", "sharpness", "grain")


@dataclass(frozen=True, slots=True)
class Scan:
    """A clip in numbers.

    Attributes:
        size: Working size (width, height).
        series: By name, one value a frame; levels of 255, sharpness as a logarithm.
        tiles: Mean luma of 4 × 4 tiles (frames, 4, 4), levels.
        thumbs: Lumas at 48 × 48 (frames, 48, 48), uint8: for cuts, cadence and flashes.
        head: First frames.
        tail: Last frames.
        through: Some frames over the whole clip with their numbers, to follow points through.
    """

    size: tuple[int, int]
    series: dict[str, np.ndarray]
    tiles: np.ndarray
    thumbs: np.ndarray
    head: Sequence[Proxy]
    tail: Sequence[Proxy]
    through: Sequence[tuple[int, Proxy]]

    def __len__(self) -> int:
        return len(self.thumbs)


def scan_clip(frames: Frames, bar: runtime.Progress, reach: int = REACH) -> Scan:
    """Read every frame once; memory does not grow with the frames, only with their few numbers (about 3 kB a frame)."""
    size, count = working_size(*frames.size), len(frames)
    # made in one piece: many small arrays between the big ones of the frames would keep the heap from shrinking
    table, tiles = np.empty((count, len(SERIES))), np.empty((count, _TILES, _TILES), np.float32)
    thumbs = np.empty((count, _THUMB, _THUMB), np.uint8)
    head: list[Proxy] = []
    tail: list[Proxy] = []
    through: list[tuple[int, Proxy]] = []
    stops = set(np.linspace(0, count - 1, min(LINKS, count)).round().astype(int).tolist())
    for number in range(count):  # one by one: memory of a single frame is used again, that of a block is fetched anew
        first, last = number < reach + 1, number >= count - reach - 1
        # fine detail costs as much as all else: inside the clip every fourth frame says enough
        proxy = read_proxy(frames, number, size, detail=first or last or number % 4 == 0)
        table[number] = _whole(proxy)
        tiles[number] = cv2.resize(proxy.luma.astype(np.float32), (_TILES, _TILES), interpolation=cv2.INTER_AREA)
        thumbs[number] = cv2.resize(proxy.luma, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA)
        head += [proxy] if first else []
        tail += [proxy] if last else []
        through += [(number, proxy)] if number in stops else []
        bar.step()
    return Scan(size, {name: table[:, i] for i, name in enumerate(SERIES)}, tiles, thumbs, head, tail, through)


def _whole(proxy: Proxy) -> tuple[float, ...]:
    small = cv2.resize(proxy.rgb, (96, 96), interpolation=cv2.INTER_AREA).astype(np.float32)
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    red, blue = small[..., 0] - luma, small[..., 2] - luma
    return (float(luma.mean()), float(luma.std()), float(np.sqrt((red**2 + blue**2).mean())), float((small[..., 0] - small[...,
        2]).mean()),
            proxy.sharpness, proxy.grain)


def read_ends(frames: Frames, start: int, stop: int, size: tuple[int, int],
              step: Callable[[], None] = runtime.check_cancelled) -> list[Proxy]:
    """Look at frames `start` to `stop` of a neighbouring clip at the clip's working `size`; `step` is called for each."""
    out = []
    for i in range(max(0, start), min(len(frames), stop)):
        out.append(read_proxy(frames, i, size))
        step()
    return out


def thumb_changes(scan: Scan) -> np.ndarray:
    """Change from frame to frame of the small pictures, each one's mean taken out, levels (frames - 1)."""
    thumbs = scan.thumbs.astype(np.float32)
    thumbs -= thumbs.mean((1, 2), keepdims=True)
    return np.abs(np.diff(thumbs, axis=0)).mean((1, 2))


def likeness(scan: Scan) -> np.ndarray:
    """Correlation of each small picture with the one before it (frames - 1)."""
    thumbs = scan.thumbs.astype(np.float32).reshape(len(scan), -1)
    thumbs -= thumbs.mean(1, keepdims=True)
    size = np.linalg.norm(thumbs, axis=1) + 1e-3
    return (thumbs[1:] * thumbs[:-1]).sum(1) / (size[1:] * size[:-1])
