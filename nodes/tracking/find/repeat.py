"""Whether a surface looks like itself a step further: windows, bricks and grilles, between which a tracker jumps."""

from __future__ import annotations

import numpy as np

from ...image.opencv import cv2
from .detail import Detail

LARGEST = 80
INNER, AROUND = 0.6, 1.25
_SAME = 0.6


def repeats(detail: Detail, corners: np.ndarray) -> float:
    """How much the middle of a quad looks like another place in and around it: 0 nothing alike, 1 the very same.

    Normalised correlation; the hill around the place itself does not count.

    Args:
        detail: The frame.
        corners: (4, 2) at working size.
    """
    low, high = corners.min(0), corners.max(0)
    reach = AROUND * (high - low)
    left, top = np.maximum(np.floor(low - reach), 0).astype(int)
    right, bottom = np.minimum(np.ceil(high + reach), detail.size).astype(int)
    scale = min(1.0, LARGEST / float((high - low).max()))
    view = detail.luma[top:bottom, left:right]
    view = cv2.resize(view, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else view
    size = np.maximum(((high - low) * INNER * scale).astype(int), 6)
    start = (((low + high) / 2 - (left, top)) * scale - size / 2).astype(int)
    start = np.clip(start, 0, np.maximum(np.array(view.shape[::-1]) - size, 0))
    middle = view[start[1] : start[1] + size[1], start[0] : start[0] + size[0]]
    if middle.std() < 1 or min(middle.shape) < 6:
        return 0.0
    alike = cv2.matchTemplate(view, middle, cv2.TM_CCOEFF_NORMED)
    _, labels = cv2.connectedComponents((alike > _SAME).astype(np.uint8))
    own = labels[start[1], start[0]]
    apart = alike[(labels != own) | (labels == 0)]
    return float(np.clip(apart.max(initial=0.0), 0, 1))
