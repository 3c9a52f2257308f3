"""Stamped markers found again in a picture: as a whole layout first, then each by itself to a fraction of a pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.layout import check_image, luma
from ..image.opencv import cv2
from ..image.warp import homography, homography_from_opencv, to_opencv, transform, unit_square
from ..wires.markers import Markers
from ..wires.quad import Quad
from .stamp import draw_markers

LEAST_LIKENESS = 0.45
ENOUGH = 6
_BLURS = (0.8, 1.6, 2.6)
_STEPS, _STILL = 12, 2e-3
_STRAY_PX = 2.0
_RIM = 5
_FARTHEST_STEP = 3.0


@dataclass(frozen=True, slots=True)
class FoundMarker:
    """One marker: its number, centre in pixel areas, likeness 0..1 with its pattern."""

    number: int
    centre: tuple[float, float]
    likeness: float


@dataclass(frozen=True, slots=True)
class FoundMarkers:
    """Markers that were found, those that agree on one plane, and that plane's corners; None where too few agree."""

    markers: tuple[FoundMarker, ...]
    corners: Quad | None


def find_markers(image: torch.Tensor, markers: Markers, guess: Quad | None = None) -> FoundMarkers:
    """Find markers in a picture that was generated from the stamped one.

    Args:
        image: (1, H, W, 3|4) encoded sRGB, of any size.
        markers: What was stamped.
        guess: Where their plane lies about, in pixels of `image`, within about one and a half markers; by default where it was
            stamped, scaled to the picture.

    Returns:
        Markers with their centres. Where six or more are found, those more than 2 px off their common plane are dropped, and the
        plane's corners are given.
    """
    grey = luma(check_image(image, "image")[:1, ..., :3].float()).cpu().numpy()[0]
    scale = np.divide(grey.shape[::-1], markers.frame_size)
    corners = (guess.array if guess else markers.corners.array * scale).astype(float)
    size = markers.size_px * float(np.sqrt(Quad.from_array(corners).area / markers.corners.area))
    plane = homography(unit_square(), corners)
    patches = [_patch(markers, k, plane) for k in range(len(markers.markers))]
    found = _each(grey, markers, plane, patches, _whole_layout(grey, patches, size), reach=int(np.ceil(0.6 * size)))
    plane, agreeing = _common_plane(found, markers, plane)
    if len(agreeing) >= ENOUGH:  # the others are looked for again where the plane says, and nowhere else
        patches = [_patch(markers, k, plane) for k in range(len(markers.markers))]
        found = _each(grey, markers, plane, patches, np.zeros(2), reach=2)
        plane, agreeing = _common_plane(found, markers, plane)
    known = len(agreeing) >= ENOUGH
    return FoundMarkers(tuple(agreeing if known else found), Quad.from_array(transform(plane, unit_square())) if known else None)


@dataclass(frozen=True, slots=True)
class _Patch:
    """A marker as it should look: what it does to the picture (first ink -1, counter-ink 1, bare 0), and where its box begins."""

    pattern: np.ndarray
    left: int
    top: int


def _patch(markers: Markers, number: int, plane: np.ndarray) -> _Patch | None:
    """One marker drawn through the plane with a little of its ground; None where it lies behind or far away."""
    marker = markers.markers[number]
    corners = transform(plane, np.array(marker.uv) + (unit_square() - 0.5) * markers.size_uv)
    if not np.isfinite(corners).all() or np.abs(corners).max() > 1e5:
        return None
    low, high = np.floor(corners.min(0) - _RIM).astype(int), np.ceil(corners.max(0) + _RIM).astype(int)
    width, height = high - low
    if max(width, height) > 1024:
        return None
    at = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1.0]]) @ plane
    cover, tone = draw_markers(markers.pattern, at, [marker.uv], markers.size_uv, (height, width), marker.number)
    return _Patch((2 * tone - cover).numpy(), int(low[0]), int(low[1]))


def _whole_layout(grey: np.ndarray, patches: list[_Patch | None], size: float) -> np.ndarray:
    """Shift (x, y) in pixels that suits most markers at once: their likenesses are summed over a common search."""
    reach = int(np.clip(np.ceil(1.5 * size), 4, 96))
    total = sum((np.abs(_search(grey, patch, np.zeros(2), reach)) for patch in patches if patch), np.zeros((2 * reach + 1,) * 2))
    y, x = np.unravel_index(int(total.argmax()), total.shape)
    return np.array([x - reach, y - reach], float)


def _search(grey: np.ndarray, patch: _Patch, shift: np.ndarray, reach: int) -> np.ndarray:
    """Likeness (2 reach + 1)² of a marker at every place around its own, moved by `shift`."""
    height, width = patch.pattern.shape
    x, y = patch.left + int(shift[0]) - reach, patch.top + int(shift[1]) - reach
    rows = np.clip(np.arange(y, y + height + 2 * reach), 0, grey.shape[0] - 1)
    columns = np.clip(np.arange(x, x + width + 2 * reach), 0, grey.shape[1] - 1)
    part, pattern = (cv2.GaussianBlur(p, (0, 0), 1.0) for p in (grey[np.ix_(rows, columns)], patch.pattern))
    likeness = cv2.matchTemplate(part, pattern, cv2.TM_CCOEFF_NORMED)
    return np.nan_to_num(likeness, nan=0.0, posinf=0.0, neginf=0.0)


def _each(grey: np.ndarray, markers: Markers, plane: np.ndarray, patches: list[_Patch | None], by: np.ndarray,
          reach: int) -> list[FoundMarker]:
    """Markers that are like their patches, looked for within `reach` pixels of their place moved by `by`."""
    out = []
    for marker, patch in zip(markers.markers, patches, strict=True):
        centre = transform(plane, np.array(marker.uv))
        if patch is None or not ((centre + by > 2) & (centre + by < np.array(grey.shape[::-1]) - 2)).all():
            continue
        likeness = np.abs(_search(grey, patch, by, reach))
        y, x = np.unravel_index(int(likeness.argmax()), likeness.shape)
        start = by + [x - reach, y - reach]
        shift, like = _refined(grey, patch, start)
        if like >= LEAST_LIKENESS and np.abs(shift - start).max() < _FARTHEST_STEP:
            out.append(FoundMarker(marker.number, (float(centre[0] + shift[0]), float(centre[1] + shift[1])), like))
    return out


def _refined(grey: np.ndarray, patch: _Patch, start: np.ndarray) -> tuple[np.ndarray, float]:
    """Shift and likeness after least squares on contrast, ground with a slope, and place, for the blur that suits best."""
    height, width = patch.pattern.shape
    x, y = patch.left + int(start[0]), patch.top + int(start[1])
    inside = slice(max(y, 0), min(y + height, grey.shape[0])), slice(max(x, 0), min(x + width, grey.shape[1]))
    cut = slice(inside[0].start - y, inside[0].stop - y), slice(inside[1].start - x, inside[1].stop - x)
    if min(inside[0].stop - inside[0].start, inside[1].stop - inside[1].start) < 2 * _RIM:
        return start, 0.0
    near = cv2.dilate((np.abs(patch.pattern) > 0.02).astype(np.uint8), np.ones((3, 3), np.uint8))[cut].ravel() > 0
    across, down = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    ground = np.stack([np.ones_like(across), across, down], axis=-1)[cut].reshape(-1, 3)[near]
    best, values = (start, 0.0), grey[inside].ravel()[near].astype(float)
    for blur in _BLURS:
        soft = cv2.GaussianBlur(patch.pattern, (0, 0), blur)
        shift, like = np.zeros(2), 0.0
        for _ in range(_STEPS):
            moved = cv2.warpAffine(soft, np.array([[1, 0, shift[0]], [0, 1, shift[1]]]), (width, height), flags=cv2.INTER_CUBIC)
            down, across = np.gradient(moved)
            model = np.stack([part[cut].ravel()[near] for part in (moved, across, down)], axis=-1)
            step, like = _step(np.concatenate([model, ground], axis=-1).astype(float), values)
            shift = shift + step
            if np.abs(step).max() < _STILL or np.abs(shift).max() > _FARTHEST_STEP:
                break
        if like > best[1]:
            best = np.trunc(start) + shift, like
    return best


def _step(basis: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, float]:
    """Shift still missing, and the likeness now; a joint or a highlight beside the marker counts less."""
    weight, solved = np.ones(len(values)), np.zeros(basis.shape[1])
    for _ in range(3):
        weighted = basis * weight[:, None]
        solved = np.linalg.lstsq(weighted.T @ basis, weighted.T @ values, rcond=None)[0]
        off = values - basis @ solved
        weight = 1 / (1 + (off / (2 * 1.4826 * float(np.median(np.abs(off))) + 1e-6)) ** 2)
    shown, model = values - basis[:, 3:] @ solved[3:], basis[:, 0] * solved[0]
    weak = abs(solved[0]) < 1e-4
    like = float((weight * shown * model).sum() / np.sqrt((weight * shown**2).sum() * (weight * model**2).sum() + 1e-12))
    return (np.zeros(2), 0.0) if weak else (np.clip(-solved[1:3] / solved[0], -1, 1), like)


def _common_plane(found: list[FoundMarker], markers: Markers, plane: np.ndarray) -> tuple[np.ndarray, list[FoundMarker]]:
    """The plane that the found markers agree on, and those that do."""
    if len(found) < ENOUGH:
        return plane, []
    uv = {m.number: m.uv for m in markers.markers}
    shape = np.array([1000.0, 1000.0])
    source, target = np.array([uv[f.number] for f in found]) * shape, to_opencv(np.array([f.centre for f in found]))
    fitted, inliers = cv2.findHomography(to_opencv(source), target, cv2.RANSAC, _STRAY_PX)
    if fitted is None:
        return plane, []
    keep = [f for f, ok in zip(found, inliers.ravel(), strict=True) if ok]
    return homography_from_opencv(fitted) @ np.diag([*shape, 1.0]), keep
