"""A known texture brought to one frame: its place to a fraction of a pixel, its light and softness, by the ground around."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from .spot import Flat, Spot

_GAIN, _OFFSET, _SHIFT, _SOFT = 0.15, 0.06, 0.3, 0.3  # what to expect of a frame: standard deviations
_MOST_SHIFT = 2.0
_MOST_ROWS = 3000


@dataclass(frozen=True, slots=True)
class Lit:
    """A texture as a frame should show it.

    Attributes:
        values: Luma and colour differences (h, w, 3).
        gain: Of each channel (3,).
        offset: Added light (h, w, 3), a plane.
        rest: What the luma of the ground differs by, standard deviation.
    """

    values: np.ndarray
    gain: np.ndarray
    offset: np.ndarray
    rest: float


def lit(texture: np.ndarray, flat: Flat, spot: Spot) -> Lit | None:
    """Fit a texture (h, w, 3) of the flat view to a frame by the ground beside the marker; None where too little is seen.

    Per channel a gain and light that slopes; for all channels a shift and a change of softness in three directions. Places that
    do not fit (somebody in front, a highlight) count little.
    """
    ground = spot.ground & flat.covers(spot)
    if ground.sum() < 24:
        return None
    rows = np.flatnonzero(ground)
    rows = rows[:: -(-len(rows) // _MOST_ROWS)]
    y, x = (a.astype(np.float32) / max(a.shape) - 0.5 for a in np.mgrid[: ground.shape[0], : ground.shape[1]])
    light = np.stack([np.ones_like(x), x, y], axis=-1)
    shift = np.zeros(2)
    for last in (False, True):
        drawn = flat.seen_in(texture, spot, shift)
        shapes = _derivatives(drawn)
        solved, rest = _solve(drawn, shapes, light, spot.pixels, rows)
        step = -solved[12:14]
        if last or np.abs(step).max() < 0.05:
            break
        shift = np.clip(shift + step, -_MOST_SHIFT, _MOST_SHIFT)
    own = solved[:12].reshape(3, 4)
    offset = light @ own[:, 1:].T.astype(np.float32)
    changed = np.tensordot(shapes, solved[12:].astype(np.float32), axes=(0, 0))
    return Lit(drawn * (1 + own[:, 0]).astype(np.float32) + offset + changed, 1 + own[:, 0], offset, rest)


def _derivatives(drawn: np.ndarray) -> np.ndarray:
    """Slopes and curvatures (5, h, w, 3): x, y, xx, yy, xy."""
    kinds = ((1, 0, 3, 1 / 8), (0, 1, 3, 1 / 8), (2, 0, 3, 1 / 4), (0, 2, 3, 1 / 4), (1, 1, 3, 1 / 4))
    return np.stack([cv2.Sobel(drawn, cv2.CV_32F, dx, dy, ksize=size, scale=scale, borderType=cv2.BORDER_REPLICATE)
                     for dx, dy, size, scale in kinds])


def _solve(drawn: np.ndarray, shapes: np.ndarray, light: np.ndarray, pixels: np.ndarray,
           rows: np.ndarray) -> tuple[np.ndarray, float]:
    """Robust least squares for (gain - 1, light) of each channel and five shared changes: (17,), and the rest."""
    off = (pixels - drawn).reshape(-1, 3)[rows].T
    basis = np.zeros((3, len(rows), 17), np.float32)
    lights, textures = light.reshape(-1, 3)[rows], drawn.reshape(-1, 3)[rows]
    for c in range(3):
        basis[c, :, 4 * c], basis[c, :, 4 * c + 1:4 * c + 4] = textures[:, c], lights
        basis[c, :, 12:] = shapes.reshape(5, -1, 3)[:, rows, c].T
    basis, off = basis.reshape(-1, 17), off.reshape(-1)
    spread = np.array([_GAIN, _OFFSET, _OFFSET, _OFFSET] * 3 + [_SHIFT] * 2 + [_SOFT] * 3)
    weight, rest = np.full(len(off), 1 / 0.02**2, np.float32), 0.02
    solved = np.zeros(17)
    for _ in range(3):
        weighted = basis * weight[:, None]
        normal = (weighted.T @ basis).astype(float) + np.diag(1 / spread**2)
        solved = np.linalg.solve(normal, (weighted.T @ off).astype(float))
        left = (off - basis @ solved.astype(np.float32)).reshape(3, -1)
        scale = np.maximum(1.4826 * np.median(np.abs(left), axis=1, keepdims=True), 3e-4)
        weight, rest = (1 / (1 + (left / (2.5 * scale)) ** 2) / scale**2).reshape(-1).astype(np.float32), float(scale[0, 0])
    return solved, rest
