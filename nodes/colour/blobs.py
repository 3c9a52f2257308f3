"""Candidates for patches: flat, compact spots of one brightness or colour, at every size, in any view of a square."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from ..image.opencv import cv2

_SMALLEST, _LARGEST = 4, 44  # pixels across, at each level of the pyramid
_MOST = 1600


@dataclass(frozen=True, slots=True)
class Blobs:
    """Spots of a picture.

    `centres` (N, 2) in pixel areas, `sizes` (N,) as the side of the square of the same area, and how well each is filled,
    `quality` (N,): 1 is a parallelogram.
    """

    centres: np.ndarray
    sizes: np.ndarray
    quality: np.ndarray


def _masks(level: np.ndarray, both: bool) -> list[np.ndarray]:
    """Binary pictures (uint8 0/1) in which patches are separate spots: brighter than round about, and flat inside edges.

    `both` also gives what is darker than round about: small patches on a light card, which are not flat yet.
    """
    smooth = cv2.GaussianBlur(level, (0, 0), 0.8)
    peak = cv2.max(cv2.max(smooth[..., 0], smooth[..., 1]), smooth[..., 2])
    out = [cv2.adaptiveThreshold(peak, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, -2) for block in (15, 41)]
    if both:
        low = cv2.min(cv2.min(smooth[..., 0], smooth[..., 1]), smooth[..., 2])
        out.append(cv2.adaptiveThreshold(low, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 15, 2))
    slope = np.zeros(peak.shape, np.float32)
    for channel in cv2.split(smooth):
        dx, dy = (cv2.Sobel(channel, cv2.CV_16S, *order, ksize=3) for order in ((1, 0), (0, 1)))
        slope = np.maximum(slope, np.maximum(np.abs(dx), np.abs(dy)))
    around = cv2.boxFilter(slope, -1, (31, 31))
    out.append((slope < np.maximum(0.7 * around, 6)).astype(np.uint8))
    return out


def _spots(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres in OpenCV pixels, side lengths and quality of the compact spots of a binary picture."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=4, ltype=cv2.CV_32S)
    width, height, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    keep = (np.minimum(width, height) >= _SMALLEST) & (np.maximum(width, height) <= 2 * _LARGEST)
    keep &= (area >= 0.4 * width * height) & (area >= 14) & (area <= _LARGEST**2)
    keep[0] = False
    index = np.full(count, -1, np.int64)
    index[keep] = np.arange(keep.sum())
    own = index[np.asarray(labels, np.int64).ravel()]
    at = np.flatnonzero(own >= 0)
    own, (ys, xs) = own[at], np.divmod(at, mask.shape[1])
    dx, dy = xs - centres[keep, 0][own], ys - centres[keep, 1][own]
    size, number = area[keep].astype(float), int(keep.sum())
    xx, yy, xy = (np.bincount(own, weights=w, minlength=number) / size + extra
                  for w, extra in ((dx * dx, 1 / 12), (dy * dy, 1 / 12), (dx * dy, 0)))
    det = np.maximum(xx * yy - xy * xy, 1e-9)
    quality = size**2 / (144 * det)  # exactly 1 for every parallelogram, 1.10 for an ellipse, less for what is ragged
    spread = np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    longest, shortest = (xx + yy) / 2 + spread, (xx + yy) / 2 - spread
    fine = (quality > 0.8) & (quality < 1.2) & (longest < 16 * shortest)
    return centres[keep][fine], np.sqrt(size[fine]), 1 - np.abs(1 - quality[fine])


def _distinct(centres: np.ndarray, sizes: np.ndarray, quality: np.ndarray) -> np.ndarray:
    """Indices of the best spot wherever several of like size lie on each other, best first."""
    order = np.argsort(-quality, kind="stable")
    tree = KDTree(centres)
    gone = np.zeros(len(sizes), bool)
    kept: list[int] = []
    around = tree.query_ball_point(centres, 0.3 * sizes)
    for i in order:
        if gone[i]:
            continue
        kept.append(int(i))
        others = np.array(around[i], int)
        gone[others[np.abs(np.log(sizes[others] / sizes[i])) < 0.35]] = True
    return np.array(kept, int)


def find_blobs(picture: np.ndarray, scales: tuple[float, ...], *, both: bool = False) -> Blobs:
    """Spots of `picture` (H, W, 3 uint8) that may be patches, looked for at each of `scales` (1 = as it is).

    A scale finds spots of 4 to 44 pixels across after scaling; above 1 it enlarges, for charts of few pixels. `both` also
    looks for dark patches on a light card by their brightness.
    """
    found = []
    for scale in scales:
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        level = picture if scale == 1 else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how)
        real = np.array((level.shape[1] / picture.shape[1], level.shape[0] / picture.shape[0]))
        for mask in _masks(level, both):
            centres, sizes, quality = _spots(mask)
            found.append(((centres + 0.5) / real, sizes / np.sqrt(real.prod()), quality))
    centres, sizes, quality = (np.concatenate(part) for part in zip(*found, strict=True))
    kept = _distinct(centres, sizes, quality)[:_MOST]
    return Blobs(centres[kept], sizes[kept], quality[kept])
