"""Find a flat mark by its outline: the way for marks that carry too few features.

The directions of the mark's edges are laid over those of the picture at many sizes (upright, in its own proportions); where they
agree the score is near 1, in random texture near 0. An outline alone is not a mark (every window is a rectangle), so the colours
inside must agree with the file too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.colour import delta_e_2000, srgb_to_lab
from ..image.layout import split_alpha, to_uint8
from ..image.opencv import cv2
from ..wires.kit import Logo
from ..wires.quad import Quad

LEAST_AGREEMENT = 0.62
LARGEST_DELTA_E = 22.0
_WORK = 640
_SMALLEST, _STEP = 28, 1.1
_EDGE = 0.05
_TRIED = 3
_LARGE = 80


@dataclass(frozen=True, slots=True)
class Outline:
    """Where an outline agrees best: box in pixels of the working picture, agreement 0..1 and its size in pixels of a line."""

    x: float
    y: float
    width: int
    height: int
    agreement: float


def directions(picture: np.ndarray, least: float = _EDGE) -> np.ndarray:
    """Edge directions (H, W, 2) of a picture (H, W, C) 0..1: cosine and sine of twice the angle, 0 where there is no edge.

    Twice the angle forgets which side is brighter, so a mark agrees on any ground.
    """
    across = cv2.Sobel(picture, cv2.CV_32F, 1, 0, ksize=3, scale=0.125).reshape(picture.shape)
    down = cv2.Sobel(picture, cv2.CV_32F, 0, 1, ksize=3, scale=0.125).reshape(picture.shape)
    strength = across**2 + down**2
    best = strength.argmax(-1)[..., None]
    gx, gy = (np.take_along_axis(g, best, -1)[..., 0] for g in (across, down))
    size = gx**2 + gy**2
    there = size > least**2
    out = np.stack((gx**2 - gy**2, 2 * gx * gy), -1) / np.maximum(size, 1e-12)[..., None]
    return (out * there[..., None]).astype(np.float32)


def _template(logo: Logo, width: int) -> np.ndarray | None:
    """Edge directions of the mark at a width; colours and the rim against nothing both count."""
    rgba = logo.rgba.numpy()
    height = round(rgba.shape[0] * width / rgba.shape[1])
    if height < 10:
        return None
    soft = np.concatenate((rgba[..., :3] * rgba[..., 3:], rgba[..., 3:]), -1)
    small = cv2.resize(soft, (width, height), interpolation=cv2.INTER_AREA)
    small = cv2.copyMakeBorder(small, 2, 2, 2, 2, cv2.BORDER_CONSTANT)
    return directions(small, 0.08)


def _sizes(logo: Logo, columns: int, lines: int) -> list[int]:
    most = min(0.7 * columns, 0.7 * lines * logo.rgba.shape[1] / logo.rgba.shape[0])
    count = int(np.log(max(most / _SMALLEST, 1e-3)) / np.log(_STEP)) + 1
    return [round(_SMALLEST * _STEP**i) for i in range(max(0, count))]


def _spread(edges: np.ndarray) -> np.ndarray:
    """Let an edge count one pixel to each side, as far as it has its direction to itself."""
    total = cv2.boxFilter(edges, -1, (3, 3), normalize=False).reshape(edges.shape)
    return total / np.maximum(np.linalg.norm(total, axis=-1, keepdims=True), 1.0)


def _best(edges: np.ndarray, logo: Logo, widths: list[int]) -> list[Outline]:
    found = []
    for width in widths:
        template = _template(logo, width)
        if template is None or template.shape[0] > edges.shape[0] or template.shape[1] > edges.shape[1]:
            continue
        count = float(np.abs(template).max(-1).astype(bool).sum())
        agreement = np.asarray(cv2.matchTemplate(edges, template, cv2.TM_CCORR)) / np.float32(max(count, 40.0))
        _, best, _, (x, y) = cv2.minMaxLoc(agreement)
        found.append(Outline(x + 2, y + 2, width, template.shape[0] - 4, float(best)))
    return found


def find_outline(picture: torch.Tensor, logo: Logo) -> tuple[Quad, float] | None:
    """Look for one logo in an encoded picture (H, W, 3|4): its corners in pixel areas and the agreement, or None."""
    pixels = to_uint8(split_alpha(picture)[0]).astype(np.float32) / 255
    scale = min(1.0, _WORK / max(pixels.shape[:2]))
    work = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    edges = _spread(directions(work))
    for rough in _roughly(work, edges, logo)[:_TRIED]:
        fine = _refined(edges, logo, rough)
        if fine.agreement < least_agreement(fine.width):
            continue
        across, down = picture.shape[1] / work.shape[1], picture.shape[0] / work.shape[0]
        quad = Quad.rectangle(fine.x * across, fine.y * down, fine.width * across, fine.height * down)
        if _colours_agree(work, logo, fine):
            return quad, fine.agreement
    return None


def least_agreement(width: float) -> float:
    """Agreement that a mark needs: 0.62, more below 96 pixels, where few edges are easily met by chance and few bend away."""
    return LEAST_AGREEMENT + 0.16 * float(np.clip((96 - width) / 64, 0, 1))


def _roughly(work: np.ndarray, edges: np.ndarray, logo: Logo) -> list[Outline]:
    """Best place for every size, best first; large marks are looked for at half the resolution, a quarter of the work."""
    widths = _sizes(logo, work.shape[1], work.shape[0])
    large = [round(width / 2) for width in widths if width > _LARGE]
    half = cv2.resize(work, (max(1, work.shape[1] // 2), max(1, work.shape[0] // 2)), interpolation=cv2.INTER_AREA)
    found = _best(edges, logo, [width for width in widths if width <= _LARGE])
    for o in _best(_spread(directions(half)), logo, large) if large else []:
        found.append(Outline(2 * o.x, 2 * o.y, 2 * o.width, 2 * o.height, o.agreement))
    return sorted(found, key=lambda o: -o.agreement)


def _refined(edges: np.ndarray, logo: Logo, rough: Outline) -> Outline:
    """The same place with sizes in steps of 2 %, looked for only around it."""
    room = round(0.1 * rough.width) + 8
    left, top = max(0, int(rough.x) - room), max(0, int(rough.y) - room)
    around = edges[top:int(rough.y) + rough.height + room, left:int(rough.x) + rough.width + room]
    near = sorted({round(rough.width * (1 + 0.02 * step)) for step in range(-4, 5)})
    best = max(_best(around, logo, near), key=lambda o: o.agreement, default=None)
    if best is None:
        return rough
    return Outline(best.x + left, best.y + top, best.width, best.height, best.agreement)


def _colours_agree(work: np.ndarray, logo: Logo, at: Outline) -> bool:
    """Whether the picture has the file's colours where the mark is solid."""
    x, y = int(at.x), int(at.y)
    shown = work[y:y + at.height, x:x + at.width]
    flat = cv2.resize(logo.rgba.numpy(), (shown.shape[1], shown.shape[0]), interpolation=cv2.INTER_AREA)
    solid = cv2.erode((flat[..., 3] > 0.95).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if solid.sum() < 20:
        solid = flat[..., 3] > 0.8
    if not solid.any():
        return False
    pair = (srgb_to_lab(torch.from_numpy(np.ascontiguousarray(p[solid][..., :3]))) for p in (shown, flat))
    return float(delta_e_2000(*pair).quantile(0.75)) <= LARGEST_DELTA_E
