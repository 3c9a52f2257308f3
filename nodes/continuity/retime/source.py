"""The source of a retime: which frames are new, where they lie in time, and how fast it moves at an end."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from ... import runtime
from ...image.flow import flow_both_ways, gray, shrink, working_size
from ...media.frames import Frames

PAIRS = 5  # pairs of frames at a join that tell its speed
_NEAR = 8
_SIDE = 96
_FASTEST = 0.3  # share of the picture that moves most
_STILL = 0.15  # pixels at working size: below this there is no speed


@dataclass(frozen=True, slots=True)
class Source:
    """Frames to make others from.

    Attributes:
        numbers: Numbers of the frames that are used.
        places: Their times in frames of the clip, rising.
        repeats: Numbers of the frames that repeat the one before.
    """

    numbers: np.ndarray
    places: np.ndarray
    repeats: np.ndarray

    @property
    def end(self) -> float:
        """Time of the last frame."""
        return float(self.places[-1])

    def around(self, time: float) -> tuple[int, int, float]:
        """Numbers of the frames before and behind a `time`, and how far it lies between them, 0..1 (0: it is the first)."""
        before = int(np.searchsorted(self.places, time, side="right")) - 1
        if self.places[before] == time or before == len(self.places) - 1:
            return int(self.numbers[before]), int(self.numbers[before]), 0.0
        first, second = self.places[before:before + 2]
        return int(self.numbers[before]), int(self.numbers[before + 1]), float((time - first) / (second - first))


def look_at_source(images: torch.Tensor, bar: runtime.Progress, *, drop: bool) -> Source:
    """Find the repeated frames of a clip and, with `drop`, leave them out.

    Where the repeats keep a rhythm (the distances of new frames differ by one at most) the clip was brought to a higher rate by
    repeating: its frames then lie evenly in time. Other repeats are single faults: the frames round them stay where they are.
    """
    changes = _changes(images, bar)
    repeats = 1 + find_repeats(changes)
    every = np.arange(len(images))
    if not drop or not len(repeats):
        return Source(every, every.astype(float), repeats)
    new = np.delete(every, repeats)
    gaps = np.diff(new)
    even = len(gaps) and gaps.max() - gaps.min() <= 1
    return Source(new, np.linspace(new[0], new[-1], len(new)) if even else new.astype(float), repeats)


def _changes(images: torch.Tensor, bar: runtime.Progress) -> np.ndarray:
    """Mean luma difference of each frame to the next at 96 pixels, levels (frames - 1)."""
    size, before, out = working_size(images.shape[2], images.shape[1], _SIDE), None, []
    for frame in images:
        small = gray(shrink(frame, size)).astype(np.float32)
        out += [] if before is None else [float(np.abs(small - before).mean())]
        before = small
        bar.step()
    return np.array(out)


def find_repeats(changes: np.ndarray) -> np.ndarray:
    """Numbers of the pairs whose second frame repeats the first: a fifth of what is usual near them, or nothing at all."""
    out = []
    for i, change in enumerate(changes):
        usual = float(np.percentile(changes[max(0, i - _NEAR):i + _NEAR + 1], 85))
        if usual > 0.3 and change < 0.2 * usual:
            out.append(i)
    return np.array(out, int)


def end_of(frames: Frames, *, head: bool) -> list[torch.Tensor]:
    """The first or last frames of a clip, in order, as many as tell its speed."""
    count = min(PAIRS + 1, len(frames))
    return list(frames.read(0, count) if head else frames.read(len(frames) - count, len(frames)))


def speed_of(frames: list[torch.Tensor], size: tuple[int, int]) -> float | None:
    """Motion from frame to frame of what moves most, pixels at `size`; None where too little moves or too few frames are there.

    Repeats count: three frames of which one repeats move two steps.
    """
    lumas = [gray(shrink(frame, size)) for frame in frames]
    if len(lumas) < 3:
        return None
    speeds = np.array([_motion(a, b) for a, b in pairwise(lumas)])
    moving = speeds > 0.2 * speeds.max()
    speed = float(np.median(speeds[moving]) * moving.mean()) if moving.any() else 0.0
    return speed if speed >= _STILL else None


def _motion(first: np.ndarray, second: np.ndarray) -> float:
    flow = flow_both_ways(first, second)
    size = np.sort(np.linalg.norm(flow.forward, axis=-1)[flow.valid])
    return float(size[-max(1, int(_FASTEST * flow.valid.size)):].mean()) if len(size) else 0.0
