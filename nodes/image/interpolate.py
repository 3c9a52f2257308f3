"""A frame between two frames, along their optical flow.

The motion through every pixel of the frame to make is found from each side by a fixed point (the flow at x - t F(x) is F(x)), so
there are two guesses; where both pictures agree along a guess it counts more. Nothing is splatted, so there are no holes.
"""

from __future__ import annotations

import numpy as np
import torch

from .flow import LONG_SIDE, FlowPair, along, flow_both_ways, gray, shrink, working_size
from .opencv import cv2

_STEPS = 4  # of the fixed point
_LEAST_TRUST = 1e-4


class Between:
    """Two frames of one clip, and whatever lies between them.

    Attributes:
        flow: Motion from the first to the second and back, pixels at working size.
        agreed: Share of the picture, 0..1, whose motion is the same there and back.
    """

    def __init__(self, first: torch.Tensor | np.ndarray, second: torch.Tensor | np.ndarray, *, long_side: int = LONG_SIDE) -> None:
        """Measure the motion from `first` to `second`, both (H, W, 3|4) float, 0..1, encoded, of one size.

        Raises:
            ValueError: The two have not one shape.
        """
        if tuple(first.shape) != tuple(second.shape) or len(first.shape) != 3:
            raise ValueError(f"expected two frames (height, width, channels) of one shape, got {tuple(first.shape)} and "
                             f"{tuple(second.shape)}: resize one")
        one, other = torch.as_tensor(first), torch.as_tensor(second)
        self._was, self._pictures = first, tuple(_array(f) for f in (one, other))
        size = working_size(one.shape[1], one.shape[0], long_side)
        self.flow: FlowPair = flow_both_ways(*(gray(shrink(f, size)) for f in (one, other)), fast=False)
        self.agreed = float(self.flow.valid.mean())

    def at(self, t: float) -> torch.Tensor | np.ndarray:
        """The frame at time `t`, 0 being the first and 1 the second (both as they are), of the inputs' kind, clipped to 0..1.

        Raises:
            ValueError: `t` lies outside 0..1: nothing is known there.
        """
        if not 0 <= t <= 1:
            raise ValueError(f"expected a time from 0 to 1 between two frames, got {t:g}: motion is not continued beyond them")
        picture = self._pictures[round(t)] if t in (0, 1) else self._made(t)
        if isinstance(self._was, np.ndarray):
            return picture.copy() if t in (0, 1) else picture
        return torch.from_numpy(picture).clone().to(self._was)

    def _made(self, t: float) -> np.ndarray:
        first, second = self._pictures
        total, weight = np.zeros_like(first), np.zeros((*first.shape[:2], 1), np.float32)
        for motion in (_through(self.flow.forward, t), -_through(self.flow.backward, 1 - t)):
            motion = _enlarged(motion, first.shape[1], first.shape[0])
            one, other = along(first, -t * motion), along(second, (1 - t) * motion)
            off = cv2.GaussianBlur(np.abs(one - other).mean(-1), (0, 0), 2.0)
            trust = (np.exp(-40 * off) + _LEAST_TRUST)[..., None]
            total += trust * ((1 - t) * one + t * other)
            weight += trust
        return np.clip(total / weight, 0, 1)


def _array(frame: torch.Tensor) -> np.ndarray:
    return np.ascontiguousarray(frame.detach().cpu().numpy(), np.float32)


def _through(flow: np.ndarray, t: float) -> np.ndarray:
    """Motion (h, w, 2) through the pixels of the picture a share `t` along `flow`."""
    out = flow
    for _ in range(_STEPS):
        out = along(flow, -t * out)
    return out


def _enlarged(flow: np.ndarray, width: int, height: int) -> np.ndarray:
    was_h, was_w = flow.shape[:2]
    if (was_w, was_h) == (width, height):
        return flow
    return cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR) * np.array((width / was_w, height / was_h), np.float32)
