"""What stands in the clear space of a logo that was found: how restless it is, and the thing that intrudes.

The ground around a mark is taken as one colour that may change evenly from side to side; what differs from it more than the
ground does from itself, and touches the clear space, intrudes. Its box is that of the whole thing, also where it reaches beyond.
How restless the clear space is, is said of its worst spot: a mean over all of it would let a narrow thing pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.colour import srgb_to_oklab
from ..image.layout import split_alpha
from ..image.opencv import cv2
from ..image.warp import homography, homography_to_opencv, transform, unit_square
from ..wires.kit import Logo
from ..wires.quad import Quad

LEAST_CLEAR = 0.1
_SIDE = 224
_STRANGE, _TIMES = 0.06, 5.0
_LEAST_OVERLAP = 0.004
_ROUNDS = 6
_SPOT, _LEAST_SPOT = 0.004, 6
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Room:
    """The clear space: how far its worst spot is from one even ground (in OKLab), and the box of what intrudes, if any."""

    restless: float
    thing: Box | None


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The picture around the logo, smaller: OKLab (h, w, 3), where the mark is and where its clear space, both (h, w) bool."""

    lab: np.ndarray
    mark: np.ndarray
    ring: np.ndarray
    origin: np.ndarray
    scale: np.ndarray


def room_of(picture: torch.Tensor, logo: Logo, quad: Quad) -> Room | None:
    """Look at the clear space of a logo (its own share of the height, a tenth at least) in an encoded picture (H, W, 3|4).

    Returns:
        None where the picture shows too little of it.
    """
    part = _part(picture, logo, quad)
    if part is None or part.ring.sum() < 16:
        return None
    beside = part.lab - _ground(part)
    return Room(_worst_spot(part, beside), _thing(part, np.linalg.norm(beside, axis=-1)))


def _worst_spot(part: _Part, beside: np.ndarray) -> float:
    """How far the most different 0.4 % of the clear space is from the ground, as means over 3 × 3 so that grain is nothing."""
    inside = part.ring.astype(np.float32)
    mean = cv2.blur(beside * inside[..., None], (3, 3)) / np.maximum(cv2.blur(inside, (3, 3)), 1 / 9)[..., None]
    off = np.sort(np.linalg.norm(mean, axis=-1)[part.ring])
    return float(off[-max(_LEAST_SPOT, round(_SPOT * len(off))):].mean())


def _part(picture: torch.Tensor, logo: Logo, quad: Quad) -> _Part | None:
    height = (quad.edge_lengths[1] + quad.edge_lengths[3]) / 2
    clear = max(logo.clear_space, LEAST_CLEAR)
    room = clear * height + 0.6 * max(quad.edge_lengths)
    low, high = quad.array.min(0) - room, quad.array.max(0) + room
    x, y = (max(0, int(v)) for v in low)
    right, bottom = (min(n, int(np.ceil(v))) for v, n in zip(high, picture.shape[1::-1], strict=True))
    if right - x < 4 or bottom - y < 4:
        return None
    rgb = split_alpha(picture)[0][y:bottom, x:right].numpy()
    scale = min(1.0, _SIDE / max(rgb.shape[:2]))
    size = [max(4, round(n * scale)) for n in rgb.shape[1::-1]]
    rgb = cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
    scales = np.array(rgb.shape[1::-1]) / (right - x, bottom - y)
    matrix = homography(unit_square(), (quad.array - (x, y)) * scales)
    mark, ring = _masks(matrix, logo, rgb.shape[:2], clear)
    lab = srgb_to_oklab(torch.from_numpy(np.ascontiguousarray(rgb, np.float32))).numpy()
    return _Part(lab, mark, ring, np.array([x, y], float), scales)


def _masks(matrix: np.ndarray, logo: Logo, size: tuple[int, int], clear: float) -> tuple[np.ndarray, np.ndarray]:
    """Where the mark is, a little grown, and where its clear space."""
    lines, columns = logo.rgba.shape[:2]
    alpha = np.ascontiguousarray(logo.rgba[..., 3].numpy())
    small = cv2.resize(alpha, (min(columns, _SIDE), min(lines, _SIDE)), interpolation=cv2.INTER_AREA)
    own = homography(unit_square(small.shape[1], small.shape[0]), transform(matrix, unit_square()))
    drawn = cv2.warpPerspective(small, homography_to_opencv(own), size[::-1])
    grow = 2 * max(2, round(0.02 * float(np.sqrt((drawn > 0.02).sum())))) + 1
    mark = cv2.dilate((drawn > 0.02).astype(np.uint8), np.ones((grow, grow), np.uint8)) > 0
    side = clear * lines / columns
    outer = transform(matrix, np.array([[-side, -clear], [1 + side, -clear], [1 + side, 1 + clear], [-side, 1 + clear]]))
    zone = np.zeros(size, np.uint8)
    if np.isfinite(outer).all():
        cv2.fillConvexPoly(zone, np.round(outer).astype(np.int32), 1)
    return mark, (zone > 0) & ~mark


def _ground(part: _Part) -> np.ndarray:
    """The even ground (h, w, 3) under the clear space: a plane a channel, fitted so that what intrudes does not count."""
    lines, columns = part.ring.shape
    y, x = np.mgrid[:lines, :columns].astype(np.float32)
    basis = np.stack((np.ones_like(x), x / columns - 0.5, y / lines - 0.5), -1)
    rows, seen = basis[part.ring], part.lab[part.ring]
    off = np.linalg.norm(seen - np.median(seen, axis=0), axis=1)
    plane = np.zeros((3, 3))
    for _ in range(_ROUNDS):
        weight = 1 / (1 + (off / max(0.03, 1.5 * float(np.median(off)))) ** 2) ** 2
        normal = (rows * weight[:, None]).T @ rows + 1e-3 * weight.sum() * np.diag([0.0, 1.0, 1.0])
        plane = np.linalg.solve(normal + 1e-6 * np.eye(3), (rows * weight[:, None]).T @ seen)
        off = np.linalg.norm(seen - rows @ plane, axis=1)
    return basis @ plane


def _thing(part: _Part, off: np.ndarray) -> Box | None:
    """Box, in pixel areas of the picture, of what differs from the ground and touches the clear space most."""
    limit = max(_STRANGE, _TIMES * float(np.median(off[part.ring])))
    strange = ((off > limit) & ~part.mark).astype(np.uint8)
    join = 2 * max(1, round(0.03 * max(strange.shape))) + 1  # letters and dashes are one thing
    joined = (cv2.morphologyEx(strange, cv2.MORPH_CLOSE, np.ones((join, join), np.uint8)) > 0) & ~part.mark
    count, labels = cv2.connectedComponents(joined.astype(np.uint8), connectivity=8)
    touching = np.bincount(labels[part.ring & (strange > 0)], minlength=count)
    touching[0] = 0
    if touching.max(initial=0) < max(4.0, _LEAST_OVERLAP * part.ring.sum()):
        return None
    lines, columns = np.nonzero((labels == touching.argmax()) & (strange > 0))
    first, last = np.array([columns.min(), lines.min()]), np.array([columns.max() + 1, lines.max() + 1])
    low, high = first / part.scale + part.origin, last / part.scale + part.origin
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])
