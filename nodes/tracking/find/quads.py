"""Quads that may be surfaces: what is outlined as four straight sides, and upright windows everywhere else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...image.opencv import cv2
from ...image.warp import from_opencv
from .detail import Detail

LEAST_SIDE, SMALLEST_SHARE, LARGEST_SHARE = 24.0, 0.004, 0.6
SIZES, ASPECTS = (0.16, 0.24, 0.36, 0.5), (1.0, 1.7, 0.6)
_THRESHOLDS = ((20, 60), (50, 120), (100, 220))
_OUTLINE_SIDE = 960
LEAST_STEP = 8.0  # luma 0..255: what lies inside differs from what lies outside by so much along every side
_ROUNDED = 1.06  # a sign's corners may be round: the quad around it is so much larger at most


def outlined(detail: Detail) -> list[np.ndarray]:
    """Quads (4, 2) with four straight sides in the picture: signs, screens, posters, doors, plates."""
    scale = min(1.0, _OUTLINE_SIDE / max(detail.size))
    small = detail.luma if scale == 1 else cv2.resize(detail.luma, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.bilateralFilter(small, 5, 30, 3)
    found: list[np.ndarray] = []
    for low, high in _THRESHOLDS:
        edges = cv2.Canny(small, low, high)
        for picture in (edges, cv2.dilate(edges, np.ones((3, 3), np.uint8))):
            lines, _ = cv2.findContours(picture, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
            quads = (_quad_of(line.reshape(-1, 2), small.size) for line in lines if len(line) > 60)
            found += [from_opencv(quad) for quad in quads if quad is not None]
    return _apart([q / scale for q in found if _is_fair(q / scale) and _step(small, q - 0.5) >= LEAST_STEP])


def _quad_of(line: np.ndarray, area_of_picture: int) -> np.ndarray | None:
    """A closed line as a quad whose sides are fitted to it, or None."""
    hull = cv2.convexHull(line)
    area = cv2.contourArea(hull)
    if not SMALLEST_SHARE * area_of_picture < area < LARGEST_SHARE * area_of_picture:
        return None
    rough = _four(hull.reshape(-1, 2).astype(float))
    if rough is None or cv2.contourArea(rough.astype(np.float32)) > _ROUNDED * area:
        return None
    fitted = (_side(line, rough[i], rough[(i + 1) % 4]) for i in range(4))
    sides = [side for side in fitted if side is not None]
    if len(sides) < 4:
        return None
    corners = np.array([_crossing(sides[i - 1], sides[i]) for i in range(4)])
    if not np.isfinite(corners).all() or np.abs(corners - rough).max() > 6:
        return None
    return _in_order(corners)


def _four(hull: np.ndarray) -> np.ndarray | None:
    """The quad around a convex outline: edge after edge is left out, its neighbours prolonged, whichever adds least area."""
    points = cv2.approxPolyDP(hull.astype(np.float32), 1.5, True).reshape(-1, 2).astype(float)
    while len(points) > 4:
        added = [_prolonged(points, i) for i in range(len(points))]
        best = min(range(len(points)), key=lambda i: added[i][0])
        if not np.isfinite(added[best][0]):
            return None
        points = np.delete(np.roll(points, -best, axis=0), 0, axis=0)
        points[0] = added[best][1]
    return points if len(points) == 4 else None


def _prolonged(points: np.ndarray, i: int) -> tuple[float, np.ndarray]:
    """Area that leaving out the edge from point `i` to the next adds, and the corner that takes its place."""
    a, b, c, d = (points[(i + k) % len(points)] for k in (-1, 0, 1, 2))
    sides = [np.array([q[1] - p[1], p[0] - q[0], p[0] * q[1] - q[0] * p[1]]) for p, q in ((a, b), (c, d))]
    tip = _crossing(*(s / max(np.hypot(*s[:2]), 1e-9) for s in sides))
    ahead = float((tip - b) @ (b - a)) >= 0 and float((tip - c) @ (c - d)) >= 0
    (x, y), (u, v) = c - b, tip - b
    return (abs(x * v - y * u) / 2 if np.isfinite(tip).all() and ahead else np.inf), tip


def _side(line: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """The straight line (normal x, normal y, offset) through the part of `line` between two corners."""
    along = (b - a).astype(float)
    length = float(np.hypot(*along))
    if length < 8:
        return None
    away = line - a
    share, off = away @ along / length**2, np.abs(away @ np.array([-along[1], along[0]])) / length
    near = line[(share > 0.08) & (share < 0.92) & (off < 3)]
    if len(near) < 0.5 * length:
        return None
    vx, vy, x, y = cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).reshape(-1)
    return np.array([-vy, vx, -vy * x + vx * y], float)


def _crossing(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    sides = np.stack([one[:2], other[:2]])
    return np.full(2, np.nan) if abs(np.linalg.det(sides)) < 1e-3 else np.linalg.solve(sides, [one[2], other[2]])


def _in_order(corners: np.ndarray) -> np.ndarray:
    """Corners clockwise from the upper left one."""
    away = corners - corners.mean(0)
    round_about = corners[np.argsort(np.arctan2(away[:, 1], away[:, 0]), kind="stable")]
    return np.roll(round_about, -int(np.argmin(round_about.sum(1))), axis=0)


def _step(luma: np.ndarray, corners: np.ndarray) -> float:
    """Step of luma across the side that has the smallest one, between 3 pixels inside and 3 outside."""
    share, steps = np.linspace(0.12, 0.88, 60)[:, None], []
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (b - a) / max(float(np.hypot(*(b - a))), 1e-9)
        off = 3 * np.array([-along[1], along[0]])
        both = [(a + share * (b - a) + side).astype(np.float32)[None] for side in (off, -off)]
        one, other = (cv2.remap(luma, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for at in both)
        steps.append(abs(float(np.median(one.astype(np.float32) - other))))
    return min(steps)


def _is_fair(corners: np.ndarray) -> bool:
    """Convex and no sliver."""
    edges = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    return bool(edges.min() >= LEAST_SIDE and edges.max() < 8 * edges.min() and cv2.isContourConvex(corners.astype(np.float32)))


def _apart(quads: list[np.ndarray]) -> list[np.ndarray]:
    """One of each that was found several times, the outer one."""
    out: list[np.ndarray] = []
    for quad in sorted(quads, key=lambda q: (-cv2.contourArea(q.astype(np.float32)), *q[0])):
        if all(np.abs(quad - other).max() > 12 for other in out):
            out.append(quad)
    return out[:60]


def windows(detail: Detail) -> Iterator[np.ndarray]:
    """Upright rectangles of several sizes that hold enough corners, on a grid."""
    width, height = detail.size
    if min(width, height) < 2 * LEAST_SIDE:
        return
    for size in SIZES:
        for aspect in ASPECTS:
            w, h = (round(size * min(width, height) * a) for a in (np.sqrt(aspect), 1 / np.sqrt(aspect)))
            if min(w, h) >= LEAST_SIDE and w <= 0.8 * width and h <= 0.8 * height:
                yield from _grid(detail, w, h)


def _grid(detail: Detail, w: int, h: int) -> Iterator[np.ndarray]:
    width, height = detail.size
    margin = max(4, round(0.02 * min(width, height)))
    for y in np.linspace(margin, height - margin - h, max(1, round(3 * (height - h) / h))).round():
        for x in np.linspace(margin, width - margin - w, max(1, round(3 * (width - w) / w))).round():
            inside = ((detail.corners > (x, y)) & (detail.corners < (x + w, y + h))).all(1)
            if inside.sum() >= 12:
                yield np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], float)
