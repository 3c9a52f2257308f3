"""One marker found in a picture to a fraction of a pixel, by its paint and by the surface under it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ...image.layout import luma
from ...image.opencv import cv2
from ...image.warp import homography, homography_to_opencv, transform, unit_square
from ...wires.markers import Markers

RIM = 5
BLURS = (0.0, 0.8, 1.6, 2.6)
FARTHEST_STEP = 3.0
_STEPS, _STILL = 15, 3e-3


@dataclass(frozen=True, slots=True)
class View:
    """A marker as a picture should show it: luma of its surface, what the paint adds (h, w), and where its box begins."""

    under: np.ndarray
    paint: np.ndarray
    left: int
    top: int


def view(markers: Markers, index: int, plane: np.ndarray) -> View | None:
    """One marker as it was stamped, through the plane, with a little of its ground; None where it lies behind or far away."""
    look = markers.looks[index] if markers.looks else None
    corners = transform(plane, np.array(markers.markers[index].uv) + (unit_square() - 0.5) * markers.size_uv)
    if look is None or not np.isfinite(corners).all() or np.abs(corners).max() > 1e5:
        return None
    low, high = np.floor(corners.min(0) - RIM).astype(int), np.ceil(corners.max(0) + RIM).astype(int)
    if max(high - low) > 1024:
        return None
    before, after = (luma(torch.from_numpy(picture)).numpy() for picture in (look.clean, look.painted))
    both = np.dstack([before, after - before]).astype(np.float32)
    size_now, size_then = abs(float(cv2.contourArea(corners.astype(np.float32)))), markers.size_px**2
    if size_now < 0.8 * size_then:  # what a smaller picture averages
        shrink = size_then / max(size_now, 1.0)
        both = cv2.GaussianBlur(both, (0, 0), 0.4 * float(np.sqrt(shrink - 1)), borderType=cv2.BORDER_REPLICATE)
    stamped = homography(unit_square(), markers.corners.array)
    to_view = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1.0]]) @ plane @ np.linalg.inv(stamped)
    h = homography_to_opencv(to_view @ np.array([[1, 0, look.left], [0, 1, look.top], [0, 0, 1.0]]))
    drawn = cv2.warpPerspective(both, h, (high - low).tolist(), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return View(drawn[..., 0], drawn[..., 1], int(low[0]), int(low[1]))


def refined(grey: np.ndarray, seen: View, start: np.ndarray, blurs: tuple[float, ...]) -> tuple[np.ndarray, float, float]:
    """Shift, likeness 0..1 of the paint, and blur after least squares on the paint, the surface, light that slopes, and place.

    Args:
        grey: (H, W), the picture.
        seen: How the marker should look.
        start: Whole pixels (x, y) from its place at which it is looked for.
        blurs: Blurs (σ in px) to try; the one that suits best is given.
    """
    height, width = seen.paint.shape
    x, y = seen.left + int(start[0]), seen.top + int(start[1])
    rows, columns = slice(max(-y, 0), min(height, grey.shape[0] - y)), slice(max(-x, 0), min(width, grey.shape[1] - x))
    if min(rows.stop - rows.start, columns.stop - columns.start) < 2 * RIM:
        return start, 0.0, 0.0
    near = np.zeros((height, width), bool)
    near[rows, columns] = True
    values = np.zeros((height, width))
    values[rows, columns] = grey[y + rows.start:y + rows.stop, x + columns.start:x + columns.stop]
    light = np.dstack([*np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height)), np.ones((height, width))])
    tried = [_placed(seen, values[near], light[near], near, blur) for blur in blurs]
    shift, like, blur = max(tried, key=lambda t: t[1])
    return np.trunc(start) + shift, like, blur


def _placed(seen: View, values: np.ndarray, light: np.ndarray, near: np.ndarray, blur: float) -> tuple[np.ndarray, float, float]:
    """Shift, likeness and `blur` for one blur."""
    height, width = near.shape
    layers = [cv2.GaussianBlur(p, (0, 0), blur, borderType=cv2.BORDER_REPLICATE) if blur else p for p in (seen.paint, seen.under)]
    shift, weight, solved, basis = np.zeros(2), np.ones(len(values)), np.empty(0), light
    for _ in range(_STEPS):
        move = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
        moved = [cv2.warpAffine(p, move, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE) for p in layers]
        basis = np.concatenate([np.stack([p[near] for p in moved], axis=-1), light], axis=1)
        if not len(solved):
            solved, weight = _robust(basis, values, weight)
        down, across = np.gradient(solved[0] * moved[0] + solved[1] * moved[1])
        basis = np.concatenate([basis, -np.stack([across[near], down[near]], axis=-1)], axis=1)
        solved, weight = _robust(basis, values, weight)
        step = np.clip(solved[-2:], -1, 1)
        shift = shift + step
        if np.abs(step).max() < _STILL or np.abs(shift).max() > FARTHEST_STEP:
            break
    return shift, _likeness(basis[:, :-2], values - basis[:, -2:] @ solved[-2:], weight), blur


def _robust(basis: np.ndarray, values: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted least squares, and the next weights: a joint or a highlight beside the marker counts less."""
    weighted = basis * weight[:, None]
    normal = weighted.T @ basis
    solved = np.linalg.solve(normal + 1e-9 * np.trace(normal) * np.eye(len(normal)), weighted.T @ values)
    off = values - basis @ solved
    return solved, 1 / (1 + (off / (2 * 1.4826 * float(np.median(np.abs(off))) + 1e-6)) ** 2)


def _likeness(basis: np.ndarray, values: np.ndarray, weight: np.ndarray) -> float:
    """Correlation of the paint (first column) with what surface and light (the others) do not explain."""
    rest = basis[:, 1:] * weight[:, None]
    normal = rest.T @ basis[:, 1:]
    both = np.stack([basis[:, 0], values], axis=-1)
    both = both - basis[:, 1:] @ np.linalg.solve(normal + 1e-9 * np.trace(normal) * np.eye(len(normal)), rest.T @ both)
    (aa, ab), (_, bb) = (both * weight[:, None]).T @ both
    return float(ab / np.sqrt(aa * bb + 1e-12))
