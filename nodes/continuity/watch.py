"""A watched detail from one frame to the next: does its colour change, or its shape, apart from what surrounds it?

Colour: the tint of the detail along the flow, beside that of a ring round it, so that light on both does not count. Shape: how
far the middle of the detail moves beside its surroundings, as the part of the flow that a plane of motion leaves over and that a
bump over the detail explains. Both are held beside the same numbers of the pairs near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..image.flow import along, consistent, dense_flow, gray
from ..image.opencv import cv2
from .profile import Limit

Box = tuple[int, int, int, int]
_SIDE = 160  # working pixels of the longer side
_MARGIN = 24  # working pixels of surroundings, at least
_LUMA = np.array((0.2126, 0.7152, 0.0722), np.float32)
_SEEN = 0.9  # share of a detail that must be found again for its shape to be judged: elsewhere the flow guesses
_AGAIN = 0.25  # share of the usual change below which a frame is a repeat


@dataclass(frozen=True, slots=True)
class Change:
    """What a detail does between two frames.

    Attributes:
        tint: Change of R - Y and B - Y beside the ring, levels.
        shape: How far its middle moves beside its surroundings, pixels to the right and down.
        plain: Mean difference of luma, levels.
        seen: Share of it on which the flow is consistent both ways.
    """

    tint: np.ndarray
    shape: np.ndarray
    plain: float
    seen: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a change lies off those near, and by how many of their spreads."""

    value: float
    z: float


def change_of(first: np.ndarray, second: np.ndarray, box: Box, moved: tuple[float, float]) -> Change:
    """Compare a detail in two frames.

    Args:
        first: RGB (H, W, 3), uint8.
        second: The next frame.
        box: The detail in the first frame: x, y, width, height.
        moved: About how far it moves to the second, pixels.
    """
    one, other, inner, scale = _cut(first, second, box, moved)
    a, b = gray(one), gray(other)
    forward = dense_flow(a, b, fast=False)
    valid = consistent(forward, dense_flow(b, a, fast=False))
    step = along(other.astype(np.float32), forward) - one
    ring = ~cv2.dilate(inner.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    mean = _mean(step, inner, valid) - _mean(step, ring, valid)
    return Change(mean[::2] - mean @ _LUMA, _bump(forward, valid, a, inner) / scale,
                  float(np.abs(a.astype(np.int16) - b)[inner].mean()), float(valid[inner].mean()))


def _cut(first: np.ndarray, second: np.ndarray, box: Box, moved: tuple[float, float]) -> tuple:
    """Both details with their surroundings, where the detail lies in the first, and working pixels a pixel."""
    height, width = first.shape[:2]
    x, y, w, h = box
    scale = min(1.0, _SIDE / max(w, h))
    edge = max(round(_MARGIN / scale), max(w, h) // 2)
    left, top, right, low = max(0, x - edge), max(0, y - edge), min(width, x + w + edge), min(height, y + h + edge)
    # kept inside both pictures: what comes from outside has no counterpart
    dx, dy = (int(np.clip(round(m), -start, end - stop))
              for m, start, stop, end in ((moved[0], left, right, width), (moved[1], top, low, height)))
    size = max(64, round((right - left) * scale)), max(64, round((low - top) * scale))
    one, other = (cv2.resize(np.ascontiguousarray(p), size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
                  for p in (first[top:low, left:right], second[top + dy:low + dy, left + dx:right + dx]))
    inner = np.zeros((low - top, right - left), np.uint8)
    inner[max(0, y - top):y + h - top, max(0, x - left):x + w - left] = 1
    return one, other, cv2.resize(inner, size, interpolation=cv2.INTER_NEAREST).astype(bool), size[0] / (right - left)


def _mean(step: np.ndarray, where: np.ndarray, valid: np.ndarray) -> np.ndarray:
    use = where & valid
    use = use if use.sum() > 0.1 * where.sum() else where
    return step[use].mean(0) if use.any() else np.zeros(3)


def _bump(flow: np.ndarray, valid: np.ndarray, luma: np.ndarray, inner: np.ndarray) -> np.ndarray:
    """Height (x, y) of a bump over the detail in the flow, robustly fitted with a plane of motion."""
    height, width = inner.shape
    rows, columns = np.flatnonzero(inner.any(1)), np.flatnonzero(inner.any(0))
    bump = np.zeros(inner.shape, np.float32)
    bump[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1] = np.outer(np.hanning(len(rows) + 2)[1:-1],
                                                                     np.hanning(len(columns) + 2)[1:-1])
    y, x = np.mgrid[:height, :width].astype(np.float32)
    terms = np.stack([np.ones_like(x), x / width - 0.5, y / height - 0.5, bump], -1).reshape(-1, 4)
    soft = cv2.GaussianBlur(luma, (0, 0), 1.0)
    sx, sy = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.125)
    texture = sx * sx + sy * sy
    base = (valid * texture / (texture + 4.0) + 1e-3).ravel()
    wanted, weight, out = flow.reshape(-1, 2), base, np.zeros((4, 2))
    for _ in range(6):
        held = terms * weight[:, None]
        out = np.linalg.solve(held.T @ terms + 1e-4 * np.eye(4), held.T @ wanted)
        off = np.linalg.norm(wanted - terms @ out, axis=1)
        weight = base / (1 + (off / max(0.3, 1.5 * float(np.median(off)))) ** 2) ** 2
    return out[3]


def repeated(changes: Sequence[Change]) -> np.ndarray:
    """Which changes are none: the frame is shown again."""
    plain = np.array([c.plain for c in changes])
    return plain < _AGAIN * np.percentile(plain, 85)


def stand_out(changes: Sequence[Change], at: int, colour: Limit, shape: Limit) -> tuple[Standing, Standing]:
    """How far the change `at` stands out in colour and in shape beside the others, repeats beside repeats."""
    again = repeated(changes)
    peers = [i for i in range(len(changes)) if again[i] == again[at]]
    tints, bumps = (np.array([getattr(c, name) for c in changes]) for name in ("tint", "shape"))
    others = [i for i in peers if i != at]
    middle = np.median(tints[others], axis=0) if others else np.zeros(2)
    beside = np.abs(tints - middle).max(-1)
    place = peers.index(at)
    turned = [_turned(bumps[peers], k, bool(again[at])) for k in range(len(peers))]
    rest = [v for k, v in enumerate(turned) if abs(k - place) > (not again[at])]  # its neighbours are measured against it
    bent = _standing(turned[place], np.array(rest), shape.floor)
    return _standing(float(beside[at]), beside[others], colour.floor), bent if changes[at].seen >= _SEEN else Standing(0.0, 0.0)


def _turned(bumps: np.ndarray, at: int, still: bool) -> float:
    """How far a bump lies off those before and behind it; where nothing moves, off none."""
    near = [i for i in (at - 1, at + 1) if 0 <= i < len(bumps)] if not still else []
    return float(np.linalg.norm(bumps[at] - (bumps[near].mean(0) if near else 0)))


def _standing(value: float, others: np.ndarray, floor: float) -> Standing:
    usual = float(np.median(others) + np.percentile(others, 90)) if len(others) else 0.0
    return Standing(value, value / (usual + floor))
