"""A frame drawn back into the reference's template."""

from __future__ import annotations

import cv2
import numpy as np

from .reference import Reference


def draw_back(luma: np.ndarray, h: np.ndarray, reference: Reference) -> tuple[np.ndarray, np.ndarray]:
    """Draw a frame into the template through `h`, and tell which template pixels (uint8) the frame covers."""
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
    back = cv2.warpPerspective(
        crop, shift @ h, size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    if (at >= 1).all() and (at <= (width - 2, height - 2)).all():
        return back, np.ones(size[::-1], np.uint8)
    covered = np.zeros((height + 2, width + 2), np.uint8)
    covered[2:-2, 2:-2] = 1
    shift = np.array([[1, 0, 1], [0, 1, 1], [0, 0, 1.0]])
    return back, cv2.warpPerspective(covered, shift @ h, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)


def _area(points: np.ndarray) -> float:
    x, y = points.T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2
