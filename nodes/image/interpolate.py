"""A frame between two frames, along their optical flow.

The motion through every pixel of the frame to make is found by a fixed point (the flow at x - t F(x) is F(x)), so nothing is
splatted and there are no holes. There are four guesses: from either side, by luma and by tint (red less blue sees edges that luma
does not). Each brings both frames to the time asked for; it counts as far as the two then look alike and its motion is the same
there and back. What lies outside one of the frames is taken from the other alone.
Measured against fewer guesses, splatting, variational refinement and refined mid-frame flow: tests/bench/README.md, Retime.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np
import torch

from .. import runtime
from .flow import LONG_SIDE, FlowPair, along, consistent, flow_both_ways, gray, shrink, working_size
from .opencv import cv2

_STEPS = 4  # of the fixed point
_REACH = 4.0  # pixels at working size over which two pictures are compared
_LEVELS = 3.3  # of 255: the difference at which a guess counts 1/e
_ALIKE = 8.0  # levels: beyond this no guess brings the two frames together
_LEAST = 1e-3
Frame = TypeVar("Frame", torch.Tensor, np.ndarray)


class Between(Generic[Frame]):
    """Two frames of one clip, and whatever lies between them."""

    def __init__(self, first: Frame, second: Frame, *, long_side: int = LONG_SIDE) -> None:
        """Measure the motion from `first` to `second`, both (H, W, 3|4) float, 0..1, encoded, of one size.

        Raises:
            ValueError: The two have not one shape.
        """
        if tuple(first.shape) != tuple(second.shape) or len(first.shape) != 3:
            raise ValueError(f"expected two frames (height, width, channels) of one shape, got {tuple(first.shape)} and "
                             f"{tuple(second.shape)}: resize one")
        self._given = first, second
        height, width = first.shape[:2]
        self._small = [shrink(torch.as_tensor(f), working_size(width, height, long_side)) for f in self._given]
        self._flows = [_flow(*(view(f) for f in self._small)) for view in (gray, _tint)]

    @property
    def flow(self) -> FlowPair:
        """Motion by luma from the first frame to the second and back, pixels at working size."""
        return self._flows[0]

    @cached_property
    def doubt(self) -> float:
        """Share of the picture, 0..1, where no motion brings the two frames together half-way: hidden, changed or too fast."""
        off = np.min([off for _, off, _ in self._guesses(0.5)], axis=0)
        return float((off > _ALIKE).mean())

    def at(self, t: float) -> Frame:
        """The frame at time `t`, 0 being the first and 1 the second (themselves, not copies), of their kind and range.

        Raises:
            ValueError: `t` lies outside 0..1: nothing is known there.
        """
        if not 0 <= t <= 1:
            raise ValueError(f"expected a time from 0 to 1 between two frames, got {t:g}: motion is not continued beyond them")
        first, _ = self._given
        if t in (0, 1):
            return self._given[int(t)]
        made = self._made(t)
        return made if isinstance(first, np.ndarray) else torch.from_numpy(made).to(first)  # type: ignore[return-value]

    def _made(self, t: float) -> np.ndarray:
        first, second = (_premultiplied(f) for f in self._given)
        height, width = first.shape[:2]
        total, weight = np.zeros_like(first), np.full((height, width), 1e-6, np.float32)
        for small, off, same in self._guesses(t):
            trust = _resized((np.exp(-off / _LEVELS) + 1e-4) * (same + 0.1), width, height)
            motion = _resized(small, width, height) * np.array((width / small.shape[1], height / small.shape[0]), np.float32)
            runtime.check_cancelled()  # a frame of 4K takes seconds
            for picture, share, way in ((first, 1 - t, -t * motion), (second, t, (1 - t) * motion)):
                counts = share * trust * _within(way)
                total += counts[..., None] * _cubic(picture, way)
                weight += counts
        low, high = (pick([pick(f, axis=(0, 1)) for f in (first, second)], axis=0) for pick in (np.min, np.max))
        return _straight(np.clip(total / weight[..., None], low, high))

    def _guesses(self, t: float) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Motions (h, w, 2) at time `t`, how far the two frames differ along each, levels, and where it is the same back."""
        first, second = (f.astype(np.float32) for f in self._small)
        for flow in self._flows:
            back = consistent(flow.backward, flow.forward)
            sides = (_through(flow.forward, t), flow.valid, -t), (-_through(flow.backward, 1 - t), back, 1 - t)
            for motion, same, step in sides:
                seen = np.minimum(_within(-t * motion), _within((1 - t) * motion))
                off = np.abs(along(first, -t * motion) - along(second, (1 - t) * motion)).mean(-1)
                off = cv2.GaussianBlur(off * seen, (0, 0), _REACH) / cv2.GaussianBlur(seen, (0, 0), _REACH)
                yield motion, off, along(same.astype(np.float32), step * motion)


def _flow(first: np.ndarray, second: np.ndarray) -> FlowPair:
    runtime.check_cancelled()
    return flow_both_ways(first, second, fast=False)


def _tint(rgb: np.ndarray) -> np.ndarray:
    """Red less blue of uint8 RGB (H, W, 3), about 128, as uint8 (H, W)."""
    return np.clip(rgb[..., 0].astype(np.int16) - rgb[..., 2] + 128, 0, 255).astype(np.uint8)


def _through(flow: np.ndarray, t: float) -> np.ndarray:
    """Motion (h, w, 2) through the pixels of the picture a share `t` along `flow`."""
    out = flow
    for _ in range(_STEPS):
        out = along(flow, -t * out)
    return out


def _within(way: np.ndarray) -> np.ndarray:
    """How far x + way(x) lies in the picture, (H, W), 1 inside, fading to nearly 0 over a pixel outside."""
    height, width = way.shape[:2]
    x, y = way[..., 0] + np.arange(width, dtype=np.float32), way[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    beyond = np.maximum(np.maximum(-x, x - (width - 1)), np.maximum(-y, y - (height - 1)))
    return np.clip(1 - beyond, _LEAST, 1)


def _cubic(picture: np.ndarray, way: np.ndarray) -> np.ndarray:
    """`picture` (H, W, C) at x + way(x): finer than linear samples, which blur what the frames around it keep."""
    height, width = way.shape[:2]
    x, y = way[..., 0] + np.arange(width, dtype=np.float32), way[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    return cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _resized(values: np.ndarray, width: int, height: int) -> np.ndarray:
    same = values.shape[:2] == (height, width)
    return values if same else cv2.resize(values, (width, height), interpolation=cv2.INTER_LINEAR)


def _premultiplied(frame: torch.Tensor | np.ndarray) -> np.ndarray:
    """The frame as an array (H, W, C) of float32, colour times alpha where there is one."""
    out = np.ascontiguousarray(torch.as_tensor(frame).detach().cpu().numpy(), np.float32)
    return out if out.shape[-1] == 3 else np.concatenate([out[..., :3] * out[..., 3:], out[..., 3:]], axis=-1)


def _straight(frame: np.ndarray) -> np.ndarray:
    if frame.shape[-1] == 3:
        return frame
    return np.concatenate([np.clip(frame[..., :3] / np.maximum(frame[..., 3:], 1e-4), 0, 1), frame[..., 3:]], axis=-1)
