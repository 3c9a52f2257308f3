"""A frame drawn back into the reference's template."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F

from ...image.opencv import cv2
from .reference import Reference


def draw_back(luma: np.ndarray, h: np.ndarray, reference: Reference) -> tuple[np.ndarray, np.ndarray | None]:
    """Draw a frame into the template through `h`, and tell which template pixels (float32 0 or 1) it covers; None: all."""
    size, (height, width) = reference.size, luma.shape
    box = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], float) - 0.5
    at = cv2.perspectiveTransform(box[None], h)[0]
    low = np.clip(np.floor(at.min(0)) - 4, 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(at.max(0)) + 5, low + 1, (width, height)).astype(int)
    crop = luma[low[1] : high[1], low[0] : high[0]].astype(np.float32)
    ratio = np.sqrt(_area(at) / max(size[0] * size[1], 1))
    if ratio > 1.4:  # the frame shows the surface larger: without this its detail would alias
        crop = cv2.GaussianBlur(crop, (0, 0), 0.5 * np.sqrt(ratio**2 - 1))
    shift = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1.0]])
    back = warp_back(crop, shift @ h, size)
    if (at >= 1).all() and (at <= (width - 2, height - 2)).all():
        return back, None
    covered = np.zeros((height + 2, width + 2), np.float32)
    covered[2:-2, 2:-2] = 1
    shift = np.array([[1, 0, 1], [0, 1, 1], [0, 0, 1.0]])
    return back, cv2.warpPerspective(covered, shift @ h, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)


def _area(points: np.ndarray) -> float:
    x, y = points.T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def warp_back(picture: np.ndarray, h: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Sample a picture (float32) bicubically at the places that `h` gives for the pixels of an output of `size` (w, h)."""
    if _warps_exactly():
        return cv2.warpPerspective(
            picture, h, size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
        )
    return _sampled(picture, h, size)


@lru_cache(maxsize=1)
def _warps_exactly() -> bool:
    """Whether this OpenCV knows more places between two pixels than 32: before 5 it does not, and a refinement never settles."""
    ramp = np.tile(np.arange(16, dtype=np.float32), (16, 1))
    h = np.array([[1, 0, 1 / 100], [0, 1, 0], [0, 0, 1.0]])
    drawn = cv2.warpPerspective(ramp, h, (16, 16), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
    return bool(np.abs(drawn - _sampled(ramp, h, (16, 16)))[4:12, 4:12].max() < 1e-3)


def _sampled(picture: np.ndarray, h: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    height, width = picture.shape
    x, y = np.arange(size[0], dtype=np.float64)[None], np.arange(size[1], dtype=np.float64)[:, None]
    u, v, w = (h[k, 0] * x + h[k, 1] * y + h[k, 2] for k in range(3))
    grid = np.stack([(u / w + 0.5) * (2 / width) - 1, (v / w + 0.5) * (2 / height) - 1], axis=-1).astype(np.float32)
    source = torch.from_numpy(np.ascontiguousarray(picture))[None, None]
    drawn = F.grid_sample(source, torch.from_numpy(grid)[None], mode="bicubic", padding_mode="border", align_corners=False)
    return drawn[0, 0].numpy()
