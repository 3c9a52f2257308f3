"""What a clip and a reference show alike: the same frame, views that overlap, or pictures that meet at an edge.

Where two pictures show the same thing, pixel pairs say how colours changed, far more exactly than two clouds of colours do.
Everything is asked of what a change of colour leaves alone: the structure of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..image.opencv import cv2
from .borders import meeting

SIDE, _THUMB = 320, 96  # pixels of the longer side: pairs are read on the former, frames are compared on the latter
_SAME, _OVERLAP = 0.75, 0.5  # correlation of structure: of frames that lie on each other, of views after registration
_LEAST = 300  # pairs


@dataclass(frozen=True, slots=True)
class View:
    """A frame, reduced: `light` (h, w, 3) linear, float32; `inside` (h, w) the mask, `good` (h, w) inside and nowhere clipped."""

    light: np.ndarray
    good: np.ndarray
    inside: np.ndarray


@dataclass(frozen=True, slots=True)
class Pairs:
    """Colours that belong together, linear light (N, 3) each, a part (N,) of the picture to judge by (0..3), and where from.

    `how` is `same frame`, `overlap` or `shared edge`. Pairs that are not `sure` (N,) are clipped in one of the pictures.
    """

    seen: np.ndarray
    wanted: np.ndarray
    part: np.ndarray
    how: str
    sure: np.ndarray | None = None


def structure(light: np.ndarray) -> np.ndarray:
    """Each channel (h, w, 3), or brightness (h, w), without its slow changes, at an even contrast: what no grade changes much."""
    grey = np.log2(light + 0.01).astype(np.float32)
    sigma = max(grey.shape[:2]) / 16
    fine = grey - cv2.GaussianBlur(grey, (0, 0), sigma)
    spread = np.sqrt(cv2.GaussianBlur(fine * fine, (0, 0), sigma)) + 0.05
    return fine / spread


def _agreement(one: np.ndarray, other: np.ndarray, use: np.ndarray | None = None) -> float:
    a, b = (one, other) if use is None else (one[use], other[use])
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-6))


def _resized(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    return picture if picture.shape[:2] == (height, width) else cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)


def _thumb(view: View) -> np.ndarray:
    height, width = view.light.shape[:2]
    scale = min(1.0, _THUMB / max(height, width))
    return structure(_resized(view.light, max(8, round(width * scale)), max(8, round(height * scale))))


def find_pairs(clip: list[View], reference: list[View]) -> Pairs | None:
    """Colours that belong together in frames of a clip and of a reference, or None where nothing shows that any do."""
    thumbs, others = [_thumb(v) for v in clip], [_thumb(v) for v in reference]
    best, pair = 0.0, None
    for i, one in enumerate(thumbs):
        for k, other in enumerate(others):
            if abs(np.log((one.shape[1] / one.shape[0]) / (other.shape[1] / other.shape[0]))) < 0.02:
                found = _agreement(one, _resized(other, one.shape[1], one.shape[0]))
                best, pair = (found, (clip[i], reference[k])) if found > best else (best, pair)
    if pair is not None and best >= _SAME:
        height, width = pair[0].light.shape[:2]
        good, inside = (_resized(p.astype(np.float32), width, height) > 0.99 for p in (pair[1].good, pair[1].inside))
        there = View(_resized(pair[1].light, width, height), good, inside)
        return _pairs(pair[0], there, "same frame")
    ends = (clip[0], clip[-1]), (reference[0], reference[-1])
    for one in ends[0]:
        for other in ends[1]:
            if (pairs := _edge(one, other)) is not None:
                return pairs
    return next((pairs for one, other in ((ends[0][1], ends[1][0]), (ends[0][0], ends[1][1]), (ends[0][0], ends[1][0]))
                 if (pairs := _overlap(one, other)) is not None), None)


def _pairs(one: View, other: View, how: str) -> Pairs | None:
    """Pairs of two views that lie on each other, where their structure agrees or both are flat."""
    sure, use = one.good & other.good, one.inside & other.inside
    a, b = structure(one.light), structure(other.light)
    size = (0, 0)
    both, one_s, others = (cv2.GaussianBlur((p * q).mean(-1), size, 3) for p, q in ((a, b), (a, a), (b, b)))
    alike = both / (np.sqrt(one_s * others) + 0.02)
    quiet = np.maximum(one_s, others) < 0.05
    use &= (alike > 0.5) | quiet
    if (use & sure).sum() < _LEAST:
        return None
    height, width = use.shape
    rows, columns = np.nonzero(use)
    part = (rows * 4 // height + columns * 4 // width) % 4
    step = max(1, len(rows) // 5000)
    seen, wanted = one.light[use][::step], other.light[use][::step]
    return Pairs(seen.astype(float), wanted.astype(float), part[::step], how, sure[use][::step])


def _edge(one: View, other: View) -> Pairs | None:
    met = meeting(one.light, one.good, other.light, other.good)
    if met is None:
        return None
    seen, wanted = met
    return Pairs(seen, wanted, np.arange(len(seen)) * 4 // len(seen), "shared edge")


def _overlap(one: View, other: View) -> Pairs | None:
    """Pairs of views of one place that were taken from nearly one point: registered by SIFT (Lowe 2004) and a homography."""
    greys = [np.clip(structure(v.light.mean(-1)) * 32 + 128, 0, 255).astype(np.uint8) for v in (one, other)]
    sift = cv2.SIFT_create(600)  # pyright: ignore[reportAttributeAccessIssue]
    (points, marks), (there, others) = (sift.detectAndCompute(g, None) for g in greys)
    if marks is None or others is None or min(len(marks), len(others)) < 30:
        return None
    two = cv2.BFMatcher().knnMatch(others, marks, k=2)
    near = [m[0] for m in two if len(m) == 2 and m[0].distance < 0.75 * m[1].distance]
    if len(near) < 20:
        return None
    source = np.array([there[m.queryIdx].pt for m in near], np.float32)
    target = np.array([points[m.trainIdx].pt for m in near], np.float32)
    move, inside = cv2.findHomography(source, target, cv2.RANSAC, 2.0, maxIters=2000)
    if move is None or int(inside.sum()) < max(20, len(near) // 3):
        return None
    size = one.light.shape[1::-1]
    light = cv2.warpPerspective(other.light, move, size, flags=cv2.INTER_LINEAR)
    good, inside = (cv2.warpPerspective(p.astype(np.float32), move, size, flags=cv2.INTER_LINEAR) > 0.99
                    for p in (other.good, other.inside))
    covered = inside & one.inside
    if covered.mean() < 0.05 or _agreement(structure(one.light), structure(light), covered) < _OVERLAP:
        return None
    return _pairs(one, View(light, good, inside), "overlap")
