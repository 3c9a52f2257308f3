"""Markers painted onto a surface, so that a generated clip has something to track there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch

from ...image.layout import check_image, join_alpha, luma, split_alpha
from ...image.opencv import cv2
from ...image.warp import homography, homography_to_opencv, transform, unit_square
from ...wires.check import number
from ...wires.markers import Marker, Markers
from ...wires.quad import Quad
from .ink import choose_inks, covers, hides
from .layout import NARROWEST, layout
from .looks import looks
from .patterns import TAG, TAGS, TILE, pattern_tile

Box = tuple[int, int, int, int]
_TILE_STEP = 1.7  # pixels of a tile between two samples of it


@dataclass(frozen=True, slots=True)
class Stamped:
    """A picture with markers: `image` (B, H, W, C), `mask` (B, H, W) where they are, `markers`, and how many were asked for."""

    image: torch.Tensor
    mask: torch.Tensor
    markers: Markers
    asked: int


def stamp_markers(
    image: torch.Tensor, quad: Quad, *, pattern: str, count: int, size_px: float, strength: float
) -> Stamped:
    """Paint markers around the rim of a plane.

    Args:
        image: (B, H, W, 3|4) encoded sRGB; alpha passes.
        quad: The plane, pixel areas.
        pattern: One of `PATTERNS`.
        count: How many, 4 or more.
        size_px: Width of a marker in pixels of the picture, where the plane is seen from the front.
        strength: 0..1, share of the possible contrast against the surface; its shading is kept.

    Returns:
        A new batch, where the markers are, and the markers.

    Raises:
        ValueError: The plane is too small for markers of that size, or lies outside the picture.
    """
    image = check_image(image, "image").float()
    if not 4 <= count <= TAGS:
        raise ValueError(f"expected count of 4 or more markers, got {count}: set it to 4 or more")
    number(size_px, "size_px", 1, 4096)
    number(strength, "strength", 0, 1)
    top, right, low, left = quad.edge_lengths
    width, height = (top + low) / 2, (left + right) / 2
    if min(width, height) < NARROWEST * size_px:
        raise ValueError(
            f"expected a surface at least {NARROWEST * size_px:.0f} px wide and high for markers of {size_px:g} px, got "
            f"{width:.0f} x {height:.0f}: choose markers of {min(width, height) / NARROWEST:.0f} px or less, or a larger surface"
        )
    plane, size_uv = homography(unit_square(), quad.array), (size_px / width, size_px / height)
    places = layout(count, width, height, size_px, alike=pattern != TAG)
    boxes = [marker_box(plane, uv, size_uv, (image.shape[1], image.shape[2])) for uv in places]
    mask = draw_markers(pattern, plane, places, size_uv, (image.shape[1], image.shape[2]))[0]
    if not bool((mask > 0.01).any()):
        raise ValueError("expected a surface inside the picture, got corners outside of it: move them in")
    rgb, alpha = split_alpha(image)
    painted, centres = rgb.clone(), transform(plane, np.array(places))
    markers = []
    for i, (uv, (x, y), box) in enumerate(zip(places, centres, boxes, strict=True)):
        inks = [_paint(frame, pattern, plane, uv, size_uv, box, i, strength) for frame in painted] if box else [None]
        markers.append(Marker(i, uv, (float(x), float(y)), inks[0]))
    made = Markers(pattern, (image.shape[2], image.shape[1]), quad, size_px, strength, tuple(markers))
    return Stamped(
        join_alpha(painted, alpha),
        mask.to(image.device).expand(len(image), -1, -1).clone(),
        replace(made, looks=looks(rgb[0], painted[0], made)),
        count,
    )


def _paint(frame: torch.Tensor, pattern: str, plane: np.ndarray, uv: tuple[float, float], size_uv: tuple[float, float],
           box: Box, number: int, strength: float) -> tuple[float, float]:
    """Lay one marker over a frame (H, W, 3) in place; the ink that suits its ground."""
    left, top, right, low = box
    part = frame[top:low, left:right]
    drawn = draw_marker(pattern, plane, uv, size_uv, box, number)
    ground = luma(part)[torch.from_numpy(drawn[..., 0] > 0.01).to(part.device)]
    inks = choose_inks(float(ground.mean()) if len(ground) else 0.5, strength, dark=True if pattern == TAG else None)
    hidden, added = (torch.from_numpy(a).to(part)[..., None] for a in hides(inks, *covers(drawn)))
    frame[top:low, left:right] = torch.where(hidden > 0, (part * (1 - hidden) + added).clamp(0, 1), part)
    return inks


def marker_box(plane: np.ndarray, uv: tuple[float, float], size_uv: tuple[float, float], shape: tuple[int, int],
               around: float = 0.0) -> Box | None:
    """Left, top, right, low of what a marker may touch of a picture of `shape` lines and pixels; None outside of it.

    `around` adds that share of a marker on each side.
    """
    corners = transform(plane, np.array(uv) + (unit_square() - 0.5) * np.array(size_uv) * (1 + 2 * around))
    if not np.isfinite(corners).all():
        return None
    left, top = np.clip(np.floor(corners.min(0)) - 1, 0, shape[::-1]).astype(int).tolist()
    right, low = np.clip(np.ceil(corners.max(0)) + 1, 0, shape[::-1]).astype(int).tolist()
    return (left, top, right, low) if right > left and low > top else None


def draw_marker(pattern: str, plane: np.ndarray, uv: tuple[float, float], size_uv: tuple[float, float], box: Box,
                number: int = 0) -> np.ndarray:
    """Coverage and tone (h, w, 2), 0..1, of one marker in a box of the picture, area-filtered."""
    width, height = box[2] - box[0], box[3] - box[1]
    out = np.zeros((height, width, 2), np.float32)
    corners = transform(plane, np.array(uv) + (unit_square() - 0.5) * np.array(size_uv)) - box[:2]
    low, high = (np.clip(a, 0, (width, height)) for a in (np.floor(corners.min(0)) - 1, np.ceil(corners.max(0)) + 1))
    if not np.isfinite(corners).all() or (high <= low).any():
        return out
    (left, top), (right, bottom) = low.astype(int), high.astype(int)
    across = TILE / max(np.ptp(corners, axis=0).max(), 1.0)  # pixels of the tile to one of the picture
    fine = int(np.clip(np.ceil(across / _TILE_STEP), 2, 8))
    h = homography(unit_square(TILE, TILE), (corners - low) * fine)
    tile = _tile(pattern, number if pattern == TAG else 0, round(across / fine, 1))
    drawn = cv2.warpPerspective(tile, homography_to_opencv(h), ((right - left) * fine, (bottom - top) * fine))
    out[top:bottom, left:right] = cv2.resize(drawn, (int(right - left), int(bottom - top)), interpolation=cv2.INTER_AREA)
    return out


@lru_cache(maxsize=64)
def _tile(pattern: str, number: int, step: float) -> np.ndarray:
    """A marker's coverage and tone under it, as float (160, 160, 2), for samples that lie `step` pixels apart."""
    tile = pattern_tile(pattern, number).astype(np.float32) / 255
    tile = np.dstack([tile[..., 0], tile[..., 0] * tile[..., 1]])
    return cv2.GaussianBlur(tile, (0, 0), step / 2, borderType=cv2.BORDER_CONSTANT) if step > 1 else tile


def draw_markers(
    pattern: str,
    plane: np.ndarray,
    places: list[tuple[float, float]],
    size_uv: tuple[float, float],
    shape: tuple[int, int],
    first: int = 0,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Coverage and tone (H, W), 0..1, of markers drawn through their plane's perspective.

    Args:
        pattern: One of `PATTERNS`.
        plane: 3 × 3, from the unit square to pixel areas.
        places: Centres (u, v) on the plane.
        size_uv: Width and height of a marker on the plane.
        shape: Lines and pixels of the picture.
        first: Number of the first place, for tags.
    """
    cover, tone = torch.zeros(shape), torch.zeros(shape)
    for which, uv in enumerate(places, first):
        box = marker_box(plane, uv, size_uv, shape)
        if box is None:
            continue
        part, drawn = (slice(box[1], box[3]), slice(box[0], box[2])), torch.from_numpy(draw_marker(
            pattern, plane, uv, size_uv, box, which))
        cover[part] = torch.maximum(cover[part], drawn[..., 0])
        tone[part] = torch.maximum(tone[part], drawn[..., 1])
    return cover.clamp(0, 1), tone.clamp(0, 1)
