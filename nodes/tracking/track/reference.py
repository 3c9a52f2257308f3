"""What a tracker holds on to: the surface as it looks in the reference frame, with its features and its gradients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from ...image.warp import moves_with_corners, to_opencv

MARGIN = 14
LARGEST = 130_000
BLUR = 1.0
ENOUGH = 0.95
MOST_PIXELS, MOST_SAMPLED = 30_000, 6_000
CHECKED = 160
MODELS = ("homography", "affine", "similarity", "translation")


@dataclass(frozen=True, slots=True)
class Reference:
    """The surface in its reference frame. Positions are OpenCV's, in pixels of the template.

    Attributes:
        frame: Number of the reference frame.
        template: Luma as uint8 (h, w).
        smooth: The same, blurred inside the surface, float32.
        spread: Share of the blur's kernel that lies in `core` at each template pixel, float32.
        core: The surface without its rim, where the picture behind it shines through, float32.
        weight: 1 inside the surface, 0 outside and where the user masked it out, uint8.
        corners: TL, TR, BR, BL in the template (4, 2).
        to_frame: 3 × 3 from the template to the reference frame, both OpenCV's.
        scale: Template pixels per frame pixel, 1 or less.
        features: Corners that LK can follow (N, 2), float32.
        sample: Indices (M,) into the flat template of evenly spread pixels of `core`: enough for medians.
        strong: Indices (S,) into the flat template of the pixels that carry nearly all of the detail.
        jacobian: (S, k) change of luma per pixel that each parameter moves; parameters are `basis` of corner moves.
        basis: (8, k) corner moves x0 y0 … y3 of each parameter.
        slope: Size of the gradient (h, w), luma per template pixel, 0 off the surface.
    """

    frame: int
    template: np.ndarray
    smooth: np.ndarray
    spread: np.ndarray
    core: np.ndarray
    weight: np.ndarray
    corners: np.ndarray
    to_frame: np.ndarray
    scale: float
    features: np.ndarray
    sample: np.ndarray
    strong: np.ndarray
    jacobian: np.ndarray
    basis: np.ndarray
    slope: np.ndarray

    def blurred(self, picture: np.ndarray) -> np.ndarray:
        """Blur a picture of the template's size inside the surface only: what lies around it must not bleed in."""
        return cv2.GaussianBlur(picture * self.core, (0, 0), BLUR) / self.spread

    @property
    def checked(self) -> np.ndarray:
        """Features that every frame is checked with, at most `CHECKED` of them, evenly chosen."""
        return self.features[:: max(1, -(-len(self.features) // CHECKED))]

    @property
    def shape_of_moves(self) -> np.ndarray:
        """Projection (8, 8) of corner moves onto what changes the shape: all but place, turn and size."""
        plain, _ = np.linalg.qr(motion_basis(self.corners, "similarity"))
        return np.eye(8) - plain @ plain.T

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the template."""
        return self.template.shape[1], self.template.shape[0]


def build_reference(luma: np.ndarray, corners: np.ndarray, frame: int, mask: np.ndarray | None, model: str) -> Reference:
    """Cut the surface out of its reference frame.

    Args:
        luma: uint8 (H, W).
        corners: (4, 2) in pixel areas, TL TR BR BL; part of them may lie outside the frame.
        frame: Number of that frame.
        mask: (H, W) 0..1, where the surface may be looked at, or None for all of it.
        model: One of `MODELS`.

    Raises:
        ValueError: Less than 8 × 8 pixels of the surface are in the frame and in the mask.
    """
    height, width = luma.shape
    low = np.floor(np.maximum(corners.min(0), 0) - MARGIN).astype(int)
    high = np.ceil(np.minimum(corners.max(0), (width, height)) + MARGIN).astype(int)
    if (high - low <= 2 * MARGIN + 2).any():
        raise ValueError(
            f"expected corners inside the {width}x{height} frame {frame}, got a surface of which too little is seen: move them in"
        )
    scale = float(min(1.0, np.sqrt(LARGEST / np.prod((high - low).astype(float)))))
    size = int(np.ceil((high[0] - low[0]) * scale)), int(np.ceil((high[1] - low[1]) * scale))
    to_frame = np.array([[1 / scale, 0, low[0] + 0.5 / scale - 0.5], [0, 1 / scale, low[1] + 0.5 / scale - 0.5], [0, 0, 1]])
    source = cv2.GaussianBlur(luma, (0, 0), 0.45 / scale) if scale < 0.8 else luma
    template = cv2.warpPerspective(
        source, to_frame, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    inner = cv2.perspectiveTransform(to_opencv(corners)[None], np.linalg.inv(to_frame))[0]
    weight = _inside(size, inner, to_frame, (width, height), mask)
    if weight.sum() < 64:
        raise ValueError(
            f"expected a surface of at least 8 x 8 pixels in frame {frame} and inside the mask, "
            f"got {int(weight.sum())} px: take a larger one"
        )
    core = cv2.erode(weight, np.ones((3, 3), np.uint8), borderValue=0)
    core = (core if core.sum() >= 64 else weight).astype(np.float32)
    spread = np.maximum(cv2.GaussianBlur(core, (0, 0), BLUR), 1e-3)
    smooth = cv2.GaussianBlur(template * core, (0, 0), BLUR) / spread
    basis = motion_basis(inner, model)
    sample, strong, jacobian, slope = _gradients(smooth, core, inner, basis)
    return Reference(frame, template, smooth, spread, core, weight, inner, to_frame, scale, _features(template, weight),
                     sample, strong, jacobian, basis, slope)


def _inside(
    size: tuple[int, int], corners: np.ndarray, to_frame: np.ndarray, frame: tuple[int, int], mask: np.ndarray | None
) -> np.ndarray:
    weight = np.zeros(size[::-1], np.uint8)
    cv2.fillConvexPoly(weight, np.round(corners * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    seen = np.ones(frame[::-1], np.uint8) if mask is None else (mask > 0.5).astype(np.uint8)
    seen = cv2.warpPerspective(seen, to_frame, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    return weight & np.asarray(seen, np.uint8)


def _features(template: np.ndarray, weight: np.ndarray) -> np.ndarray:
    area = float(weight.sum())
    apart = float(np.clip(np.sqrt(area) / 30, 2, 7))
    found = cv2.goodFeaturesToTrack(template, 400, 0.004, apart, mask=weight, blockSize=5)
    if found is None:
        return np.empty((0, 2), np.float32)
    return np.asarray(found, np.float32).reshape(-1, 2)


def motion_basis(corners: np.ndarray, model: str) -> np.ndarray:
    """Corner moves (8, k) that a motion model allows: 2, 4, 6 or all 8."""
    x, y = (corners - corners.mean(0)).T
    one, none = np.ones(4), np.zeros(4)
    pairs = {
        "translation": [(one, none), (none, one)],
        "similarity": [(one, none), (none, one), (x, y), (-y, x)],
        "affine": [(one, none), (none, one), (x, none), (y, none), (none, x), (none, y)],
    }
    if model == "homography":
        return np.eye(8)
    columns = np.stack([np.stack(pair, axis=-1).reshape(8) for pair in pairs[model]], axis=1)
    return columns / np.linalg.norm(columns, axis=0) * 2


def _gradients(smooth: np.ndarray, core: np.ndarray, corners: np.ndarray, basis: np.ndarray) -> tuple[np.ndarray, ...]:
    kernel = np.array([[-0.5, 0, 0.5]], np.float32)
    gx, gy = cv2.filter2D(smooth, cv2.CV_32F, kernel), cv2.filter2D(smooth, cv2.CV_32F, kernel.T)
    gx, gy = (
        np.where(cv2.erode(core, k) > 0, g, 0)
        for k, g in ((np.ones((1, 3), np.uint8), gx), (np.ones((3, 1), np.uint8), gy))
    )
    pixels = np.flatnonzero(core)
    slope = (np.hypot(gx, gy) * (core > 0)).astype(np.float32)
    strong = pixels[_strongest(slope.reshape(-1)[pixels])]
    points = np.stack([strong % smooth.shape[1], strong // smooth.shape[1]], axis=1).astype(np.float64)
    g = np.stack([gx.reshape(-1)[strong], gy.reshape(-1)[strong]], axis=1)
    jacobian = np.einsum("mc,mck->mk", g, moves_with_corners(corners, points).astype(np.float32)) @ basis.astype(np.float32)
    step = max(1, len(pixels) // MOST_SAMPLED)
    return pixels[::step], strong, np.ascontiguousarray(jacobian, np.float32), slope


def _strongest(slope: np.ndarray) -> np.ndarray:
    """Pixels that together hold nearly all gradient energy: the rest costs time and says nothing about motion."""
    order = np.argsort(-slope, kind="stable")
    energy = np.cumsum(slope[order].astype(np.float64) ** 2)
    needed = int(np.searchsorted(energy, ENOUGH * energy[-1])) + 1
    least = min(len(order), 400)
    return np.sort(order[: int(np.clip(needed, least, MOST_PIXELS))])
