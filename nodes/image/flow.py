"""Dense optical flow at working size: DIS, checked both ways, and pictures taken along it.

Arrays are numpy (H, W, …); a flow is (H, W, 2) in pixels of the pictures it was measured on: the point x of the first picture
lies at x + flow(x) in the second. Source: Kroeger et al. 2016, "Fast optical flow using dense inverse search"; the consistency
test is Sundaram, Brox, Keutzer 2010, "Dense point trajectories by GPU-accelerated large displacement optical flow".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import local

import numpy as np
import torch

from .opencv import cv2

LONG_SIDE = 480
_LEAST = 64  # DIS needs a pyramid; smaller pictures are enlarged to this
_thread = local()


def working_size(width: int, height: int, long_side: int = LONG_SIDE) -> tuple[int, int]:
    """Width and height that flow is measured at: at most `long_side`, never enlarged above 64 pixels a side."""
    scale = min(1.0, long_side / max(width, height))
    return max(_LEAST, round(width * scale)), max(_LEAST, round(height * scale))


def shrink(frame: torch.Tensor, size: tuple[int, int]) -> np.ndarray:
    """Bring one frame (H, W, 3|4), 0..1, to uint8 RGB (h, w, 3) of `size` (width, height), area-filtered when it gets smaller."""
    array = frame[..., :3].detach().cpu().numpy()
    if (array.shape[1], array.shape[0]) != size:
        smaller = size[0] <= array.shape[1] and size[1] <= array.shape[0]
        array = cv2.resize(np.ascontiguousarray(array, np.float32), size,
                           interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    return (np.clip(array, 0, 1) * 255 + 0.5).astype(np.uint8)


def luma_levels(frame: torch.Tensor) -> np.ndarray:
    """Luma of one frame (H, W, 3|4), 0..1, as float32 (H, W), 0..255."""
    array = np.ascontiguousarray(frame[..., :3].detach().cpu().numpy(), np.float32)
    return cv2.cvtColor(array, cv2.COLOR_RGB2GRAY) * 255


def gray(rgb: np.ndarray) -> np.ndarray:
    """Luma of uint8 RGB (H, W, 3), as uint8 (H, W)."""
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)


def dense_flow(first: np.ndarray, second: np.ndarray, *, fast: bool = True) -> np.ndarray:
    """Flow (H, W, 2) from `first` to `second`, both uint8 (H, W) of one size, at least 64 pixels a side."""
    presets = {True: cv2.DISOPTICAL_FLOW_PRESET_FAST, False: cv2.DISOPTICAL_FLOW_PRESET_MEDIUM}
    # a solver keeps its pyramids: not shared between threads; and what a small picture makes it change about its patches and
    # scales: not shared between sizes
    solvers = _thread.__dict__.setdefault("solvers", {})
    if solvers.get(fast, (None,))[0] != first.shape:
        solvers[fast] = first.shape, cv2.DISOpticalFlow.create(presets[fast])
    return solvers[fast][1].calc(first, second, None)


@lru_cache(maxsize=4)
def _positions(height: int, width: int) -> np.ndarray:
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    out = np.stack([x, y], axis=-1)
    out.setflags(write=False)
    return out


def along(picture: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Take `picture` (H, W, …) at x + flow(x): the second picture brought onto the first. Edges are repeated."""
    at = _positions(*flow.shape[:2]) + flow
    return cv2.remap(picture, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def inside(flow: np.ndarray, margin: float = 1.0) -> np.ndarray:
    """Where x + flow(x) stays in the picture, (H, W) of bool."""
    height, width = flow.shape[:2]
    at = _positions(height, width) + flow
    limit = np.array((width - 1 - margin, height - 1 - margin), np.float32)
    return np.all((at >= margin) & (at <= limit), axis=-1)


def consistent(forward: np.ndarray, backward: np.ndarray) -> np.ndarray:
    """Where going there and back ends where it began, (H, W) of bool: |f + b(x + f)|² < 0.01 (|f|² + |b|²) + 0.5."""
    back = along(backward, forward)
    return (_power(forward + back) < 0.01 * (_power(forward) + _power(back)) + 0.5) & inside(forward)


def _power(flow: np.ndarray) -> np.ndarray:
    x, y = flow[..., 0], flow[..., 1]
    return x * x + y * y  # ten times as fast as a sum over the last axis


@dataclass(frozen=True, slots=True)
class FlowPair:
    """Flow both ways between two pictures, and where the two agree."""

    forward: np.ndarray
    backward: np.ndarray
    valid: np.ndarray


def flow_both_ways(first: np.ndarray, second: np.ndarray, *, fast: bool = True) -> FlowPair:
    """Measure the flow between two uint8 lumas (H, W) there and back."""
    forward, backward = dense_flow(first, second, fast=fast), dense_flow(second, first, fast=fast)
    return FlowPair(forward, backward, consistent(forward, backward))
