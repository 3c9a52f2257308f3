"""Sharpness and grain at a join: the clip's first frames brought to what lies beyond it, fading out behind.

Sharpening is a blur undone (van Cittert 1931: what the blur takes away is added again, three times over), softening the blur
itself; its width is searched until fine over coarse detail is that of the other side. Grain is added by a seed, or averaged away
along the motion.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from ...image.flow import along, flow_both_ways, gray, shrink, working_size
from ...image.opencv import cv2
from .measure import detail_of

_WIDEST = 2.0  # pixels: a stronger blur is not brought back
_AROUND = 2  # frames on each side that noise is averaged over


def _array(frame: torch.Tensor) -> np.ndarray:
    return np.ascontiguousarray(frame[..., :3].detach().cpu().numpy(), np.float32)


def _with(frame: torch.Tensor, rgb: np.ndarray) -> torch.Tensor:
    out = frame.clone()
    out[..., :3] = torch.from_numpy(rgb).clamp(0, 1).to(frame)
    return out


def sharpened(frame: torch.Tensor, width: float) -> torch.Tensor:
    """Frame with a blur of sigma `width` pixels undone, or blurred by −`width` where negative; kept within what lies near."""
    rgb = _array(frame)
    if abs(width) < 0.05:
        return frame.clone()
    if width < 0:
        return _with(frame, cv2.GaussianBlur(rgb, (0, 0), -width))
    out = rgb
    for _ in range(3):
        out = out + rgb - cv2.GaussianBlur(out, (0, 0), width)
    near = np.ones((3, 3), np.uint8)
    low, high = cv2.erode(rgb, near), cv2.dilate(rgb, near)
    room = 0.35 * (high - low)  # a line thinner than the blur was higher than what is left of it; beyond that lies a halo
    return _with(frame, np.clip(out, low - room, high + room))


def find_width(near: Sequence[torch.Tensor], far: Sequence[torch.Tensor]) -> float:
    """Width for `sharpened` that gives the first frames the detail of those beyond the join; 0 where they have it."""
    wanted = float(np.median([detail_of(f)[0] for f in far]))

    def missing(width: float) -> float:
        return wanted - float(np.mean([detail_of(sharpened(f, width))[0] for f in near]))

    low, high = -_WIDEST, _WIDEST
    if missing(high) > 0 or missing(low) < 0:
        return high if missing(high) > 0 else low
    for _ in range(7):
        middle = (low + high) / 2
        low, high = (middle, high) if missing(middle) > 0 else (low, middle)
    return (low + high) / 2


def noise_of(frames: Sequence[torch.Tensor]) -> float:
    """Grain of flat parts in levels of 255, median of the frames."""
    return float(np.median([detail_of(f)[1] for f in frames]))


def grained(frame: torch.Tensor, levels: float, seed: int) -> torch.Tensor:
    """Frame with noise of that standard deviation, in levels of 255; another one for every `seed`."""
    make = torch.Generator().manual_seed(seed % 2**63)
    noise = torch.randn((*frame.shape[:2], 3), generator=make).numpy() * (levels / 255)
    return _with(frame, _array(frame) + noise)


def averaged(frames: Sequence[torch.Tensor], at: int, levels: float) -> torch.Tensor:
    """Frame `at` with its noise, of `levels`, averaged away over its neighbours along the motion, what is left of it shrunk."""
    size = working_size(frames[at].shape[1], frames[at].shape[0])
    base, luma = _array(frames[at]), gray(shrink(frames[at], size))
    total, weight = base.copy(), np.ones((*base.shape[:2], 1), np.float32)
    for i in range(max(0, at - _AROUND), min(len(frames), at + _AROUND + 1)):
        if i == at:
            continue
        flow = flow_both_ways(luma, gray(shrink(frames[i], size)))
        factor = np.array((base.shape[1] / size[0], base.shape[0] / size[1]), np.float32)
        other = along(_array(frames[i]), cv2.resize(flow.forward, base.shape[1::-1]) * factor)
        off = cv2.GaussianBlur(np.abs(other - base).mean(-1), (0, 0), 1.5) * 255
        trust = (np.exp(-((off / (1.5 * levels + 0.5)) ** 2)) * cv2.resize(flow.valid.astype(np.float32),
                                                                          base.shape[1::-1]))[..., None]
        total += trust * other
        weight += trust
    mean, left = total / weight, levels / 255 / np.sqrt(weight)
    soft = cv2.GaussianBlur(mean, (0, 0), 1.2)
    fine = mean - soft
    return _with(frames[at], soft + np.sign(fine) * np.maximum(np.abs(fine) - 0.6 * left, 0))
