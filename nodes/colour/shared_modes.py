"""Exposure and white balance between pictures of one place that share materials but no pixels.

A change of light moves all colours alike in the logarithm of light. So the clouds of both pictures are laid on each other:
the shift at which most of the colours that both have coincide. What only one of them shows does not pull, unlike in a mean.
(The same idea finds the illuminant in Barron 2015, "Convolutional color constancy".)
"""

from __future__ import annotations

import numpy as np

from ..image.opencv import cv2

_AXES = np.array(((1 / 3, 1 / 3, 1 / 3), (1.0, -1.0, 0.0), (0.0, -1.0, 1.0)))  # brightness, red to green, blue to green; log2
_CELLS, _LOW, _STEP = (96, 64, 64), np.array((-9.0, -4.0, -4.0)), 1 / 8
_LIKELY = (1.5, 0.8, 0.8)  # stops: how far light changes; only to choose between shifts that fit alike
_DARK = 0.004


def _cloud(light: np.ndarray) -> np.ndarray:
    """How common colours are (96, 64, 64): the root of the counts, smoothed, so that a wall does not outweigh all else."""
    cells = np.round((np.log2(light + _DARK) @ _AXES.T - _LOW) / _STEP).astype(int)
    cells = cells[((cells >= 0) & (cells < np.array(_CELLS))).all(1)]
    counts = np.zeros(_CELLS, np.float32)
    np.add.at(counts, tuple(cells.T), 1)
    for axis in range(3):
        line = np.moveaxis(counts, axis, 0)
        flat = np.ascontiguousarray(line).reshape(len(line), -1)
        flat = cv2.GaussianBlur(flat, (1, 9), sigmaX=0.01, sigmaY=1.0, borderType=cv2.BORDER_CONSTANT)
        counts = np.moveaxis(flat.reshape(line.shape), 0, axis)
    return np.sqrt(np.maximum(counts, 0))


def shared_gains(light: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, float]:
    """Gains (3,) that lay colours `light` (N, 3) on `other` (M, 3), linear, and how much of both then coincides, 0..1."""
    one, two = _cloud(light), _cloud(other)
    size = np.sqrt(float((one**2).sum()) * float((two**2).sum())) + 1e-9
    axes = (0, 1, 2)
    both = np.fft.irfftn(np.conj(np.fft.rfftn(one, axes=axes)) * np.fft.rfftn(two, axes=axes), _CELLS, axes=axes) / size
    both = np.fft.fftshift(both)
    middle = np.array(_CELLS) // 2
    far = np.meshgrid(*((np.arange(n) - m) * _STEP / s for n, m, s in zip(_CELLS, middle, _LIKELY, strict=True)), indexing="ij")
    good = both * np.exp(-0.25 * sum(f**2 for f in far))
    top = np.array(np.unravel_index(good.argmax(), _CELLS))
    shift = (top + _between(good, top) - middle) * _STEP
    return 2.0 ** (np.linalg.inv(_AXES) @ shift), float(both[tuple(top)])


def _between(good: np.ndarray, top: np.ndarray) -> np.ndarray:
    """Where the peak lies between cells (3,), by a parabola along each axis."""
    out = np.zeros(3)
    for axis in range(3):
        if 0 < top[axis] < good.shape[axis] - 1:
            low, here, high = (good[tuple(top + step * np.eye(3, dtype=int)[axis])] for step in (-1, 0, 1))
            bend = low - 2 * here + high
            out[axis] = np.clip((low - high) / (2 * bend), -0.5, 0.5) if bend < 0 else 0.0
    return out
