"""Where a surface was seen on a frame, drawn into that frame."""

from __future__ import annotations

import numpy as np

from ...image.opencv import cv2
from ...image.warp import homography, to_opencv
from .judge import Sight
from .reference import Reference

_HALF = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])


def scaling(x: float, y: float) -> np.ndarray:
    """Homography (3 × 3) between OpenCV coordinates of a picture and of the same one scaled by `x` and `y`."""
    return np.linalg.inv(_HALF) @ np.diag([x, y, 1.0]) @ _HALF


def seen_on_frame(
    sight: Sight, reference: Reference, corners: np.ndarray, frame: tuple[int, int], size: tuple[int, int]
) -> np.ndarray:
    """Soft mask (h, w) float32, 1 where the surface is seen.

    Args:
        sight: What the frame said.
        reference: What it was compared with.
        corners: (4, 2) of the surface on the frame, pixel areas.
        frame: Width and height of the frame.
        size: Width and height of the mask.
    """
    to_mask = scaling(size[0] / frame[0], size[1] / frame[1])
    picture = np.zeros(size[::-1], np.uint8)
    at = cv2.perspectiveTransform(to_opencv(corners)[None], to_mask)[0]
    cv2.fillConvexPoly(picture, np.round(at * 16).clip(-1e8, 1e8).astype(np.int32), 255, cv2.LINE_AA, 4)
    if sight.agrees is None:
        return picture.astype(np.float32) / 255
    rows, columns = sight.agrees.shape
    cells = scaling(reference.size[0] / columns, reference.size[1] / rows)
    h = to_mask @ homography(reference.corners, to_opencv(corners)) @ cells
    seen = cv2.warpPerspective(sight.agrees, h, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.minimum(picture, seen).astype(np.float32) / 255
