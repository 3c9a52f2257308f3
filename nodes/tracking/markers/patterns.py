"""Shapes of tracking markers: what of a tile is painted, and with which of two inks."""

from __future__ import annotations

import numpy as np

from ...image.opencv import cv2
from ...wires.check import one_of

PATTERNS = ("cross", "dot", "checker corner", "ring", "survey triangle", "apriltag 36h11")
TILE = 160
TAG = "apriltag 36h11"
TAGS = 587
# Width of a marker in pixels below which its finest part is under 6 to 8 px, or all of it under three cells of a stride of 8.
SMALLEST_KEPT = {"cross": 24.0, "dot": 24.0, "checker corner": 24.0, "ring": 32.0, "survey triangle": 32.0, TAG: 80.0}
_TAG_CELLS = 10  # 6 x 6 of code, a dark rim and a light one around it
_FINE = 1 << 4


def pattern_tile(pattern: str, number: int = 0) -> np.ndarray:
    """A marker as uint8 (160, 160, 2): coverage, and tone (0 takes the ink, 255 the counter-ink).

    Args:
        pattern: One of `PATTERNS`.
        number: Which code of the family, for tags; all markers of another pattern look the same.

    Raises:
        ValueError: The pattern is not known, or OpenCV lacks the tags.
    """
    one_of(pattern, PATTERNS, "pattern")
    if pattern == TAG:
        return _tag(number)
    cover, tone = np.zeros((TILE, TILE), np.uint8), np.zeros((TILE, TILE), np.uint8)
    middle, wide = TILE // 2, round(0.13 * TILE)
    if pattern == "cross":
        cover[middle - wide : middle + wide, 5:-5] = 255
        cover[5:-5, middle - wide : middle + wide] = 255
    elif pattern == "survey triangle":
        angles = np.radians([-90, 30, 150])
        tips = middle - 0.5 + 0.56 * TILE * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        cv2.fillConvexPoly(cover, np.round(tips * _FINE).astype(np.int32), 255, cv2.LINE_AA, 4)
        _disc(tone, 0.13)
        tone = np.minimum(tone, cover)
    else:
        _disc(cover, 0.477)
        if pattern == "ring":
            hole = np.zeros_like(cover)
            _disc(hole, 0.22)
            cover = cover - hole
        elif pattern == "checker corner":
            tone[:middle, middle:] = tone[middle:, :middle] = 255
    return np.stack([cover, tone], axis=-1)


def _disc(tile: np.ndarray, radius: float) -> None:
    centre = round((TILE / 2 - 0.5) * _FINE)
    cv2.circle(tile, (centre, centre), round(radius * TILE * _FINE), 255, -1, cv2.LINE_AA, 4)


def _tag(number: int) -> np.ndarray:
    aruco = getattr(cv2, "aruco", None)
    if aruco is None or not hasattr(aruco, "DICT_APRILTAG_36h11"):
        raise ValueError(f"expected an OpenCV with AprilTag for the pattern {TAG}, got {cv2.__version__} without it: "
                         "install opencv-python-headless, or choose another pattern")
    if not 0 <= number < TAGS:
        raise ValueError(f"expected a tag number of 0..{TAGS - 1}, got {number}: stamp fewer markers")
    codes, cell = aruco.getPredefinedDictionary(aruco.DICT_APRILTAG_36h11), TILE // _TAG_CELLS
    code = aruco.generateImageMarker(codes, number, 8 * cell)
    tone = np.pad(code, cell, constant_values=255)
    return np.stack([np.full_like(tone, 255), tone], axis=-1)
