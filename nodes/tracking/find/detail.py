"""What a picture holds to be tracked: its gradients cell by cell, its noise, its corners, and what only shines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ...image.opencv import cv2
from ...image.warp import from_opencv
from ..track.reference import BLUR
from ..track.source import luma_uint8

CELL, LONG_SIDE = 8, 1920
LEAST_NOISE = 0.5
MOST_CORNERS = 700


@dataclass(frozen=True, slots=True)
class Detail:
    """One frame at working size. Positions are pixel areas of it.

    Attributes:
        luma: uint8 (h, w), at most 1920 pixels a side.
        scale: Its pixels per pixel of the frame, 1 or less.
        noise: Standard deviation of its noise, luma 0..255.
        tensor: Structure tensor summed in cells of 8 × 8 pixels, xx, xy, yy: (rows, columns, 3).
        own: What noise alone adds to xx and to yy of one cell.
        usable: Share of each cell that is selected and no glare (rows, columns).
        corners: Shi-Tomasi corners (N, 2), the strongest first.
        glare: Where light is reflected, bool (h, w).
    """

    luma: np.ndarray
    scale: float
    noise: float
    tensor: np.ndarray
    own: float
    usable: np.ndarray
    corners: np.ndarray
    glare: np.ndarray

    @property
    def size(self) -> tuple[int, int]:
        """Width and height at working size."""
        return self.luma.shape[1], self.luma.shape[0]


def look_for_detail(frame: torch.Tensor, mask: np.ndarray | None) -> Detail:
    """Measure one frame.

    Args:
        frame: (H, W, 3|4), 0..1, encoded.
        mask: (H, W) 0..1, where surfaces may lie, or None for everywhere.
    """
    height, width = frame.shape[:2]
    scale = min(1.0, LONG_SIDE / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    luma = _sized(luma_uint8(frame), size)
    glare = glare_in(_sized(np.ascontiguousarray(frame[..., :3].detach().cpu().float().numpy()), size))
    seen = ~glare if mask is None else ~glare & (_sized(mask.astype(np.float32), size) > 0.5)
    noise = noise_of(luma)
    gx, gy = gradients(luma)
    parts = [_cells(part * seen) for part in (gx * gx, gx * gy, gy * gy)]
    usable = _cells(seen.astype(np.float32)) / CELL**2
    quality = cv2.erode(seen.astype(np.uint8), np.ones((5, 5), np.uint8))
    found = cv2.goodFeaturesToTrack(luma, MOST_CORNERS, 0.004, max(3.0, max(size) / 160), mask=quality, blockSize=5)
    corners = np.empty((0, 2)) if found is None else from_opencv(np.asarray(found).reshape(-1, 2))
    return Detail(luma, scale, noise, np.stack(parts, axis=-1), _energy_of_noise(noise) * CELL**2, usable, corners, glare)


def _sized(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return picture if picture.shape[1::-1] == size else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def gradients(luma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradient of luma, blurred as the tracker blurs it, 0..255 per pixel."""
    smooth, kernel = cv2.GaussianBlur(luma.astype(np.float32), (0, 0), BLUR), np.array([[-0.5, 0, 0.5]], np.float32)
    return cv2.filter2D(smooth, cv2.CV_32F, kernel), cv2.filter2D(smooth, cv2.CV_32F, kernel.T)


def _energy_of_noise(noise: float) -> float:
    """Mean square that noise alone gives to one component of the gradient."""
    blur = cv2.getGaussianKernel(2 * round(4 * BLUR) + 1, BLUR)[:, 0]
    slope = np.convolve(blur, (-0.5, 0, 0.5))
    return float(noise**2 * (slope**2).sum() * (blur**2).sum())


def _cells(picture: np.ndarray) -> np.ndarray:
    """Sums in cells of 8 × 8; what is left over at the right and low edge is filled with nothing."""
    height, width = picture.shape
    rows, columns = -(-height // CELL), -(-width // CELL)
    full = np.zeros((rows * CELL, columns * CELL), np.float64)
    full[:height, :width] = picture
    return full.reshape(rows, CELL, columns, CELL).sum((1, 3))


def noise_of(luma: np.ndarray) -> float:
    """Standard deviation of a picture's noise, luma 0..255, at least 0.5: from the quietest fifth of its blocks.

    Immerkær 1996, "Fast noise variance estimation": a mask that neither planes nor edges answer to.
    """
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    answer = np.abs(cv2.filter2D(luma.astype(np.float32), cv2.CV_32F, mask))
    side = 24
    rows, columns = luma.shape[0] // side, luma.shape[1] // side
    if min(rows, columns) < 2:
        return max(LEAST_NOISE, float(answer.mean()) * np.sqrt(np.pi / 2) / 6)
    blocks = answer[: rows * side, : columns * side].reshape(rows, side, columns, side).mean((1, 3))
    means = luma[: rows * side, : columns * side].reshape(rows, side, columns, side).mean((1, 3))
    open_to_noise = blocks[(means > 8) & (means < 247)]  # black and white that are clipped show none
    quiet = np.percentile(open_to_noise if open_to_noise.size else blocks, 20)
    return max(LEAST_NOISE, float(quiet) * np.sqrt(np.pi / 2) / 6)


def glare_in(rgb: np.ndarray) -> np.ndarray:
    """Where light is mirrored (h, w): small, white, and fading into its surroundings instead of ending at an edge."""
    white = (rgb.min(-1) > 0.955).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(white, connectivity=8)
    luma, out = rgb.mean(-1), np.zeros(white.shape, bool)
    most = 0.01 * white.size
    order = np.argsort(-stats[1:, cv2.CC_STAT_AREA])[:64] + 1
    for i in order:
        x, y, w, h, area = (int(v) for v in stats[i])
        if not 12 <= area <= most:
            continue
        rows, columns = slice(max(0, y - 4), y + h + 4), slice(max(0, x - 4), x + w + 4)
        spot = (labels[rows, columns] == i).astype(np.uint8)
        wide = cv2.dilate(spot, np.ones((7, 7), np.uint8)) > 0
        if float(luma[rows, columns][wide & (spot == 0)].mean()) > 0.78:
            out[rows, columns] |= wide
    return out
