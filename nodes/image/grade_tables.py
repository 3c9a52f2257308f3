"""Grading on the CPU by tables: the exact arithmetic within 1e-4, at a tenth of its time.

A curve of one variable is read from 256 straight pieces over the square root of the value: short pieces where curves bend, in
the darks. OpenCV does the rest on slabs of lines that stay in the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import torch

from ..wires.grade import Grade
from .colour import linear_to_srgb, srgb_to_linear
from .curves import curve_pixels
from .opencv import cv2

_TURN = np.roll(np.eye(3, dtype=np.float32), 1, axis=1)
_SLAB = 24_000  # pixels at a time: a few arrays of them fit the cache
Pieces = tuple[np.ndarray, np.ndarray]  # (1, 256, 3) float32: value and slope of each piece


def _pieces(curve: Callable[[torch.Tensor], torch.Tensor]) -> Pieces:
    """Straight pieces of `curve`, which takes and gives (N, 3) float64, over the root of its argument."""
    middle = np.arange(256) / 255
    low, high = np.maximum(middle - 0.5 / 255, 0), middle + 0.5 / 255
    at = (np.repeat(x[:, None] ** 2, 3, axis=1) for x in (low, (low + high) / 2, high))
    start, centre, end = (curve(torch.from_numpy(x)).numpy() for x in at)
    slope = (end - start) / (high - low)[:, None]
    value = (start + centre) / 2 - slope * (3 * low + high)[:, None] / 4  # half way between chord and tangent: half the error
    return value[None].astype(np.float32), slope[None].astype(np.float32)


@lru_cache(maxsize=1)
def _encode() -> Pieces:
    return _pieces(linear_to_srgb)


@lru_cache(maxsize=16)
def _start(grade: Grade, *, root: bool) -> Pieces:
    """Pieces from encoded values to linear light, or to its square root."""
    def curve(encoded: torch.Tensor) -> torch.Tensor:
        linear = srgb_to_linear(encoded) if grade.curves is None else curve_pixels(encoded, grade.curves, grade.curve_range)
        return linear.sqrt() if root else linear

    return _pieces(curve)


def _look_up(values: np.ndarray, pieces: Pieces) -> np.ndarray:
    """Values (H, W, 3) float32, 0 or more, through straight pieces; above 1 the last piece goes on."""
    root = cv2.sqrt(values)
    index = cv2.convertScaleAbs(root, alpha=255.0)
    return cv2.add(cv2.LUT(index, pieces[0]), cv2.multiply(cv2.LUT(index, pieces[1]), root))


def can_grade(frames: torch.Tensor, grade: Grade) -> bool:
    """Whether tables may stand in: float32 frames on the CPU, and a grade of curves and a matrix."""
    return frames.device.type == "cpu" and frames.dtype == torch.float32 and grade.is_formula


def within_range(pixels: np.ndarray) -> bool:
    """Whether all values lie in 0..1, where the tables hold."""
    low, high = cv2.minMaxLoc(pixels.reshape(1, -1))[:2]
    return low >= 0 and high <= 1


def _slab(pixels: np.ndarray, grade: Grade, matrix: np.ndarray) -> np.ndarray:
    if grade.space == "encoded":
        return cv2.transform(pixels, matrix)
    if grade.terms == "root2":
        root = _look_up(pixels, _start(grade, root=True))
        turned = cv2.transform(root, _TURN)  # times itself: √rg, √gb, √rb, in the order of the terms
        out = cv2.transform(cv2.multiply(root, root), matrix[:, :3])
        out = cv2.add(out, cv2.transform(cv2.multiply(root, turned), matrix[:, 3:]))
    else:
        out = cv2.transform(_look_up(pixels, _start(grade, root=False)), matrix)
    return _look_up(np.maximum(out, 0, out=out), _encode())


def grade_frame(frame: np.ndarray, out: np.ndarray, grade: Grade, exact: Callable[[torch.Tensor], torch.Tensor]) -> None:
    """Grade (H, W, 3|4) into `out`, clipped to 0..1, alpha passing; slabs with values outside 0..1 go to `exact`."""
    matrix = np.array(grade.matrix, np.float32)
    seen, made = frame.reshape(-1, frame.shape[-1]), out.reshape(-1, out.shape[-1])
    for start in range(0, len(seen), _SLAB):
        pixels = np.ascontiguousarray(seen[start:start + _SLAB, :3])[None]
        done = _slab(pixels, grade, matrix) if within_range(pixels) else exact(torch.from_numpy(pixels)).numpy()
        np.clip(done[0], 0, 1, out=made[start:start + _SLAB, :3])
    made[:, 3:] = seen[:, 3:]
