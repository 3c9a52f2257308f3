"""Looking pixels up in a 3D LUT by tetrahedra on the CPU: `grade_lut.table_pixels`, the same to 1e-6, several times faster."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..wires.grade import Domain
from .opencv import cv2


@lru_cache(maxsize=4)
def _steps(size: int) -> np.ndarray:
    """(4, 1, 256) float32: how far x (red + size × green) and y (blue) go to the second corner, and to the third.

    By the code of an order of the remainders: 1 where red ≥ green, 2 where green ≥ blue, 4 where red ≥ blue.
    """
    out, x, y = np.zeros((4, 1, 256), np.float32), (1, size, 0), (0, 0, 1)
    for code in range(8):
        red_green, green_blue, red_blue = (bool(code & bit) for bit in (1, 2, 4))
        wins = (red_green + red_blue, (not red_green) + green_blue, (not red_blue) + (not green_blue))
        first, last = int(np.argmax(wins)), int(np.argmin(wins))
        out[:, 0, code] = x[first], y[first], 1 + size - x[last], 1 - y[last]
    return out


@lru_cache(maxsize=4)
def _to_nodes(size: int, domain: Domain) -> np.ndarray:
    low, high = np.array(domain)
    scale = (size - 1) / (high - low)
    return np.column_stack((np.diag(scale), -low * scale)).astype(np.float32)


def table_fast(pixels: np.ndarray, table: np.ndarray, domain: Domain, work: list[np.ndarray]) -> np.ndarray:
    """Encoded float32 (N, 3), N below 32,767, looked up: OpenCV's nearest remap gathers corners from the table as a picture.

    `work` holds six arrays (N, 3) to write into. At the upper ends corners lie outside the picture, with weight 0.
    """
    size, count = len(table), len(pixels)
    out = work[0]
    red, green, blue, most, x, y, middle, least, weight = (
        one.reshape(1, -1)[:, k * count:(k + 1) * count] for one in work[3:6] for k in range(3))
    cv2.transform(pixels[None], _to_nodes(size, domain), out[None])
    cv2.split(np.clip(out, 0, size - 1, out=out)[None], [red, green, blue])
    for part, whole in ((red, x), (green, most), (blue, y)):
        cv2.subtract(part, np.floor(part, out=whole), part)
    cv2.scaleAdd(most, float(size), x, x)
    code = (red >= green).view(np.uint8) | (green >= blue).view(np.uint8) << 1 | (red >= blue).view(np.uint8) << 2
    cv2.max(cv2.max(red, green, most), blue, most)
    cv2.min(cv2.min(red, green, least), blue, least)
    cv2.add(cv2.add(red, green, middle), blue, middle)
    cv2.subtract(cv2.subtract(middle, most, middle), least, middle)
    picture, (x1, y1, x2, y2), at = table.reshape(size, size * size, 3), _steps(size), (red, green)
    out.fill(0)
    _add_corner(picture, (x, y), np.subtract(1, most, out=weight), work)
    for step_x, step_y, larger, smaller in ((x1, y1, most, middle), (x2, y2, middle, least)):
        cv2.add(x, cv2.LUT(code, step_x, at[0]), at[0])
        cv2.add(y, cv2.LUT(code, step_y, at[1]), at[1])
        _add_corner(picture, at, cv2.subtract(larger, smaller, weight), work)
    _add_corner(picture, (np.add(x, 1 + size, out=x), np.add(y, 1, out=y)), least, work)
    return out


def _add_corner(picture: np.ndarray, at: tuple[np.ndarray, np.ndarray], weight: np.ndarray, work: list[np.ndarray]) -> None:
    """Add a weight (1, N) times the nodes at x and y (1, N) to the first array of `work`."""
    out, corner, wide = work[:3]
    cv2.remap(picture, *at, cv2.INTER_NEAREST, corner[None])
    cv2.merge((weight, weight, weight), wide[None])
    cv2.add(out, cv2.multiply(corner, wide, corner), out)
