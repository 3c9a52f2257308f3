"""A marker with its ground on one frame: what is seen there, and how its shape is drawn into it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from ...image.opencv import cv2
from ...image.warp import homography, homography_to_opencv, transform, unit_square
from ...wires.markers import Marker, Markers
from ...wires.quad import Quad
from ..markers.ink import covers, to_ycc
from ..markers.layout import layout
from ..markers.stamp import Box, draw_marker, marker_box

AROUND = 0.45  # of a marker: its ground, on each side
_LEAST_SIDE = 4
_SAME_UV = 1e-4


@dataclass(frozen=True, slots=True)
class Spot:
    """A marker's box on a frame.

    Attributes:
        box: Left, top, right, low on the frame.
        pixels: Luma and colour differences (h, w, 3), encoded, float32.
        at: Homography from the plane to the box's pixel areas.
        ground: Where the surface is seen beside every marker (h, w) bool.
        beside: Where another marker's paint is (h, w) bool.
        whole: Whether the frame holds all of it.
        pattern: Shape of the marker.
        marker: The marker, its `uv` where this frame has it.
        size_uv: Width and height of it on the plane.
    """

    box: Box
    pixels: np.ndarray
    at: np.ndarray
    ground: np.ndarray
    beside: np.ndarray
    whole: bool
    pattern: str
    marker: Marker
    size_uv: tuple[float, float]

    def drawn(self, shift: np.ndarray, soft: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coverage (h, w, 3) by the main and the counter ink, moved by `shift` pixels.

        `soft`: half the variance in pixels by which luma and colour are softened (codecs keep colour at half the size), and
        pixels by which the outline grows.
        """
        shape = draw_marker(self.pattern, moved(shift) @ self.at, self.marker.uv, self.size_uv,
                            (0, 0, self.pixels.shape[1], self.pixels.shape[0]), self.marker.number)
        if abs(soft[2]) > 1e-3:
            shape[..., 0] = (shape[..., 0] + np.float32(soft[2]) * slope(shape[..., 0])).clip(0, 1)
        luma, colour = (shape if b < 1e-3 else cv2.GaussianBlur(shape, (0, 0), float(np.sqrt(2 * b))) for b in soft[:2])
        (main, counter), (main_c, counter_c) = covers(luma), covers(colour)
        return np.dstack([main, main_c, main_c]), np.dstack([counter, counter_c, counter_c])


def slope(cover: np.ndarray) -> np.ndarray:
    """Steepness of a coverage, a pixel."""
    across, down = (cv2.Sobel(cover, cv2.CV_32F, dx, dy, ksize=1, scale=0.5) for dx, dy in ((1, 0), (0, 1)))
    return np.hypot(across, down)


def moved(shift: np.ndarray) -> np.ndarray:
    """Homography of a shift."""
    return np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1.0]])


def stamped_anew(markers: Markers, corners: Quad) -> Markers | None:
    """The layout that stamping anew on a frame gives: as many pixels wide as at first, however large the surface is there.

    None where the layout is not the one that Stamp Markers makes of as many markers.
    """
    def places(quad: Quad) -> list[tuple[float, float]]:
        top, right, low, left = quad.edge_lengths
        return layout(len(markers.markers), (top + low) / 2, (left + right) / 2, markers.size_px)

    first, now = places(markers.corners), places(corners)
    if len(first) != len(markers.markers) or len(now) != len(first) or any(m.number >= len(first) for m in markers.markers) \
            or max(np.abs(np.subtract(first[m.number], m.uv)).max() for m in markers.markers) > _SAME_UV:
        return None
    return replace(markers, corners=corners, markers=tuple(replace(m, uv=now[m.number]) for m in markers.markers))


def spot_on(frame: torch.Tensor, plane: np.ndarray, markers: Markers, number: int) -> Spot | None:
    """Look at a marker on a frame (H, W, 3|4) through `plane`, unit square to pixel areas; None where it is not in view.

    `markers` as they lie on this frame's plane.
    """
    marker, size_uv = next(m for m in markers.markers if m.number == number), markers.size_uv
    box = marker_box(plane, marker.uv, size_uv, (frame.shape[0], frame.shape[1]), AROUND)
    if box is None or min(box[2] - box[0], box[3] - box[1]) < _LEAST_SIDE:
        return None
    at = moved(np.negative(box[:2])) @ plane
    pixels = to_ycc(frame[box[1]:box[3], box[0]:box[2], :3].detach().float().cpu().numpy())
    here, none = (0, 0, pixels.shape[1], pixels.shape[0]), np.zeros(pixels.shape[:2], np.float32)
    own, others = draw_marker(markers.pattern, at, marker.uv, size_uv, here, number)[..., 0], none
    if not (own > 0.5).any():
        return None
    for other in markers.markers:
        if other is not marker and np.abs(np.subtract(other.uv, marker.uv) / size_uv).max() < 1.5 + AROUND:
            others = np.maximum(others, draw_marker(markers.pattern, at, other.uv, size_uv, here, other.number)[..., 0])
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]] + 0.5
    uv = transform(np.linalg.inv(at), np.stack([x, y], axis=-1))
    on_plane = ((uv > 0) & (uv < 1)).all(-1)
    paint = cv2.dilate(np.maximum(own, others), np.ones((5, 5), np.uint8)) > 0.004
    outside = transform(plane, np.array(marker.uv) + (unit_square() - 0.5) * np.array(size_uv))
    whole = bool((outside > 1).all() and (outside < np.array(frame.shape[1::-1]) - 1).all())
    return Spot(box, pixels, at, on_plane & ~paint, others > 0.004, whole, markers.pattern, marker, size_uv)


@dataclass(frozen=True, slots=True)
class Flat:
    """The plane around a marker seen from the front: `to_flat` from the plane to its pixel areas, `size` width and height."""

    to_flat: np.ndarray
    size: tuple[int, int]

    @classmethod
    def around(cls, markers: Markers, marker: Marker, width_px: float, height_px: float) -> Flat:
        """A view in which the marker is `width_px` by `height_px`."""
        wide = 1 + 2 * AROUND + 0.1
        size = tuple(int(np.clip(round(wide * px), 16, 768)) for px in (width_px, height_px))
        corners = np.array(marker.uv) + (unit_square() - 0.5) * np.array(markers.size_uv) * wide
        return cls(homography(corners, unit_square(*size)), (size[0], size[1]))

    def flattened(self, values: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Values (h, w[, c]) of a box in this view."""
        return _drawn(values, self.to_flat @ np.linalg.inv(at), self.size, cv2.BORDER_REPLICATE)

    def seen_in(self, texture: np.ndarray, spot: Spot, shift: np.ndarray) -> np.ndarray:
        """A texture of this view as a box sees it, moved by `shift`."""
        return _drawn(texture, moved(shift) @ spot.at @ np.linalg.inv(self.to_flat), spot.pixels.shape[1::-1],
                      cv2.BORDER_REPLICATE)

    def covers(self, spot: Spot) -> np.ndarray:
        """Where the view knows the box (h, w) bool."""
        return _drawn(np.ones(self.size[::-1], np.float32), spot.at @ np.linalg.inv(self.to_flat), spot.pixels.shape[1::-1],
                      cv2.BORDER_CONSTANT, cv2.INTER_LINEAR) > 0.999


def _drawn(values: np.ndarray, h: np.ndarray, size: tuple[int, ...], border: int, how: int = cv2.INTER_LANCZOS4) -> np.ndarray:
    return cv2.warpPerspective(np.ascontiguousarray(values, np.float32), homography_to_opencv(h), size, flags=how,
                               borderMode=border)
