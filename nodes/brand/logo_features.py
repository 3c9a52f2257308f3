"""Find a mark by its features: SIFT, matched and held together by one homography (MAGSAC).

Turned marks too, and marks in other colours, as far as they have features; flat ones have few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ..image.layout import gray_uint8
from ..image.opencv import cv2
from ..image.warp import transform, unit_square
from ..wires.kit import Logo
from ..wires.quad import Quad

LEAST_INLIERS = 8
_SIDE = 320  # a picture is looked through at 480 × 360; views at 512 and 160 find no more and cost three times as much
_GROUNDS = (1.0, 0.0, 0.5)
_RATIO = 0.8
_RESIDUAL_PX = 3.0
_KEYPOINTS = 6000
View = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class Matched:
    """Where a mark's features lie, in pixel areas of the picture, and how many agree."""

    quad: Quad
    inliers: int


def _features(gray: np.ndarray) -> View:
    """SIFT points (n, 2) in pixel areas and RootSIFT descriptors (n, 128)."""
    points, found = cv2.SIFT.create(nfeatures=_KEYPOINTS, contrastThreshold=0.02).detectAndCompute(gray, None)
    if found is None or not len(points):
        return np.empty((0, 2)), np.empty((0, 128), np.float32)
    found = np.sqrt(found / np.maximum(found.sum(1, keepdims=True), 1e-6)).astype(np.float32)
    return np.array([p.pt for p in points]) + 0.5, found


def views_of(logo: Logo) -> tuple[View, ...]:
    """Features of a mark on white, black and grey: points in 0..1 of the mark, RootSIFT descriptors."""
    rgba, out = logo.rgba.numpy(), []
    scale = _SIDE / max(rgba.shape[:2])
    size = [max(8, round(n * scale)) for n in rgba.shape[1::-1]]
    soft = np.concatenate((rgba[..., :3] * rgba[..., 3:], rgba[..., 3:]), -1)
    small = cv2.resize(soft, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    room = _SIDE // 6  # features on the rim need something around them
    small = cv2.copyMakeBorder(small, room, room, room, room, cv2.BORDER_CONSTANT)
    for ground in _GROUNDS:
        flat = small[..., :3] + ground * (1 - small[..., 3:])
        points, found = _features(gray_uint8(torch.from_numpy(flat)))
        if len(points) >= LEAST_INLIERS:
            out.append(((points - room) / size, found))
    return tuple(out)


def _match(view: View, points: np.ndarray, found: np.ndarray) -> tuple[np.ndarray, int] | None:
    """Homography from the logo's 0..1 to the picture, and its inliers."""
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(view[1], found, k=2)
    good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < _RATIO * p[1].distance]
    if len(good) < LEAST_INLIERS:
        return None
    source = view[0][[m.queryIdx for m in good]]
    target = points[[m.trainIdx for m in good]]
    cv2.setRNGSeed(7)
    matrix, inside = cv2.findHomography(source, target, cv2.USAC_MAGSAC, _RESIDUAL_PX, maxIters=4000, confidence=0.999)
    if matrix is None or inside is None:
        return None
    kept = inside.ravel() > 0
    # many features of the picture on one of the logo are no evidence: count places, not pairs
    return matrix, len({tuple(p) for p in np.round(target[kept]).astype(int)})


def match_features(gray: np.ndarray, marks: Sequence[Sequence[View]], most: float) -> tuple[int, Matched] | None:
    """Which of the marks, given by their `views_of`, matches a picture (H, W) uint8 best, and where; or None.

    The picture is reduced to `most` pixels in all first.
    """
    if not any(marks):
        return None
    scale = min(1.0, float(np.sqrt(most / gray.size)))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else gray
    points, found = _features(small)
    if len(points) < LEAST_INLIERS:
        return None
    points = points * (np.array(gray.shape[::-1]) / small.shape[::-1])
    best: tuple[int, Matched] | None = None
    for number, views in enumerate(marks):
        for view in views:
            match = _match(view, points, found)
            if match and match[1] >= LEAST_INLIERS and (best is None or match[1] > best[1].inliers):
                quad = _plausible(match[0], gray.shape[1], gray.shape[0])
                best = (number, Matched(quad, match[1])) if quad else best
    return best


def _plausible(matrix: np.ndarray, width: int, height: int) -> Quad | None:
    """The mark's corners, unless they are mirrored, folded, tiny, or mostly outside the picture."""
    try:
        quad = Quad.from_array(transform(matrix, unit_square()))
    except ValueError:
        return None
    x, y = quad.array.T
    turning = float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    top, right, low, left = quad.edge_lengths
    frame = unit_square(width, height).astype(np.float32)
    seen = cv2.intersectConvexConvex(quad.array.astype(np.float32), frame)[0]
    fair = all(max(pair) < 3 * min(pair) for pair in ((top, low), (left, right)))
    return quad if turning > 0 and min(quad.edge_lengths) >= 8 and fair and seen >= 0.5 * quad.area else None
