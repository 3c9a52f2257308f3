"""Is the kit's logo in the picture, and is it used as the kit asks?

A mark is found by comparing with the delivered file: SIFT features, matched and held together by one homography (MAGSAC); where
that finds nothing, by its outline, for flat marks carry few features. A mark that is not found may still be there: `not found`
is no answer and never counts against.
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
from ..wires.scores import Part
from .logo_outline import find_outline
from .logo_use import rules_kept
from .parts import not_tested

LEAST_INLIERS = 8
_SIDES = (512, 160)
_GROUNDS = (1.0, 0.0, 0.5)
_RATIO = 0.8
_RESIDUAL_PX = 3.0
_LONGEST = 1920
_KEYPOINTS = 6000


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A logo with its features at two sizes on white, black and grey: points in 0..1 of the logo, RootSIFT descriptors."""

    logo: Logo
    views: tuple[tuple[np.ndarray, np.ndarray], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a mark was found, in pixel areas of the picture: by how many features, or by its outline agreeing 0..1."""

    logo: Logo
    quad: Quad
    inliers: int = 0
    outline: float | None = None

    @property
    def evidence(self) -> str:
        """What it was found by."""
        return f"{self.inliers} features agree" if self.outline is None else f"its outline agrees at {self.outline:.2f}"


def _features(gray: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """SIFT points (n, 2) in pixel areas and RootSIFT descriptors (n, 128)."""
    points, found = cv2.SIFT.create(nfeatures=_KEYPOINTS, contrastThreshold=0.02).detectAndCompute(gray, None)
    if found is None or not len(points):
        return np.empty((0, 2)), np.empty((0, 128), np.float32)
    found = np.sqrt(found / np.maximum(found.sum(1, keepdims=True), 1e-6)).astype(np.float32)
    return np.array([p.pt for p in points]) + 0.5, found


def marks_of(logos: Sequence[Logo]) -> tuple[Mark, ...]:
    """Make logos ready to be looked for."""
    return tuple(Mark(logo, _views(logo)) for logo in logos)


def _views(logo: Logo) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    rgba, out = logo.rgba.numpy(), []
    for side in _SIDES:
        scale = side / max(rgba.shape[:2])
        size = [max(8, round(n * scale)) for n in rgba.shape[1::-1]]
        soft = np.concatenate((rgba[..., :3] * rgba[..., 3:], rgba[..., 3:]), -1)
        small = cv2.resize(soft, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        room = side // 6  # features on the rim need something around them
        small = cv2.copyMakeBorder(small, room, room, room, room, cv2.BORDER_CONSTANT)
        for ground in _GROUNDS:
            flat = small[..., :3] + ground * (1 - small[..., 3:])
            points, found = _features(gray_uint8(torch.from_numpy(flat)))
            if len(points) >= LEAST_INLIERS:
                out.append(((points - room) / size, found))
    return tuple(out)


def _match(view: tuple[np.ndarray, np.ndarray], points: np.ndarray, found: np.ndarray) -> tuple[np.ndarray, int] | None:
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


def find_logo(picture: torch.Tensor, marks: Sequence[Mark]) -> Found | None:
    """Best match of any mark in an encoded picture (H, W, 3|4), or None: by features, else by outline."""
    return by_features(picture, marks) or by_outline(picture, marks)


def by_outline(picture: torch.Tensor, marks: Sequence[Mark]) -> Found | None:
    """Best match of any mark's outline, upright and in its own proportions."""
    answers = [(find_outline(picture, mark.logo), mark.logo) for mark in marks]
    found = [Found(logo, answer[0], outline=answer[1]) for answer, logo in answers if answer]
    return max(found, key=lambda f: f.outline or 0.0, default=None)


def by_features(picture: torch.Tensor, marks: Sequence[Mark]) -> Found | None:
    """Best match of any mark's features, in perspective too."""
    gray = gray_uint8(picture)
    scale = min(1.0, _LONGEST / max(gray.shape))
    if scale < 1:
        gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    points, found = _features(gray)
    if len(points) < LEAST_INLIERS:
        return None
    points = points * (np.array(picture.shape[1::-1]) / gray.shape[::-1])
    best: Found | None = None
    for mark in marks:
        for view in mark.views:
            match = _match(view, points, found)
            if match and match[1] >= LEAST_INLIERS and (best is None or match[1] > best.inliers):
                quad = _plausible(match[0], picture.shape[1], picture.shape[0])
                best = Found(mark.logo, quad, match[1]) if quad else best
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


def logo(picture: torch.Tensor, marks: Sequence[Mark]) -> Part:
    """Look for the kit's logo and judge its use.

    Returns:
        Not tested without a logo in the kit, or where none was found (detail `state`: `no logo`, `not found`, `found`). Else
        the worst of its rules: see `logo_use`.
    """
    if not marks:
        return not_tested("logo", "The kit has no logo.", state="no logo")
    found = find_logo(picture, marks)
    if found is None:
        why = "The logo was not found. That does not mean that it is absent: it may be turned, recoloured or small."
        return not_tested("logo", why, state="not found")
    return rules_kept(picture, found.logo, found.quad, found.evidence, shape=found.outline is None)
