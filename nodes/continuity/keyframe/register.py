"""How one picture lies on another as a whole: shift, turn and zoom, to a fraction of a pixel.

A similarity is fitted to the flow where the flow can be believed, robustly, so that what moved by itself does not pull it. Then
it is refined on the pixels (Lucas and Kanade 1981, with gain and offset of light as two more unknowns and weights of Geman and
McClure): flow alone is some tenths of a pixel off where texture is weak.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.flow import FlowPair, along
from ...image.opencv import cv2

_STEPS = 12
_LEAST = 64  # pixels that a shift, a turn, a zoom and the light are solved from at least
_FINE = 0.002  # pixels: a smaller step ends the search


@dataclass(frozen=True, slots=True)
class Lie:
    """How the first picture lies on the second.

    Attributes:
        shift: How far the first lies to the right and below, pixels, at the middle of the picture.
        turn: Degrees that it is turned clockwise.
        zoom: How many times it is larger.
        flow: The same as a flow (h, w, 2) from the first to the second.
    """

    shift: tuple[float, float]
    turn: float
    zoom: float
    flow: np.ndarray


def _terms(height: int, width: int) -> np.ndarray:
    """Motion of each pixel for shift x, shift y, zoom and turn (2, h, w, 4), the latter two in pixels at half the long side."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    half = max(width, height) / 2
    x, y = (x - (width - 1) / 2) / half, (y - (height - 1) / 2) / half
    one, zero = np.ones_like(x), np.zeros_like(x)
    return np.stack([np.stack([one, zero, x, -y], -1), np.stack([zero, one, y, x], -1)])


def register(first: np.ndarray, second: np.ndarray, flow: FlowPair) -> Lie:
    """Find how `first` lies on `second`, both luma uint8 (h, w), from the flow between them."""
    height, width = first.shape
    terms = _terms(height, width)
    near = _of_flow(flow, cv2.GaussianBlur(first, (0, 0), 1.0), terms)
    fitted = _refined(first, second, flow.valid, near, terms)
    moved = fitted if np.abs(fitted - near).max() < 1.5 else near  # further off it has slid to another likeness
    half = max(width, height) / 2
    zoom, turn = moved[2] / half, moved[3] / half
    return Lie((-float(moved[0]), -float(moved[1])), -float(np.degrees(np.arctan2(turn, 1 + zoom))),
               1 / float(np.hypot(1 + zoom, turn)), np.moveaxis(terms @ moved.astype(np.float32), 0, -1))


def _of_flow(flow: FlowPair, soft: np.ndarray, terms: np.ndarray) -> np.ndarray:
    every = (slice(2, None, 5), slice(2, None, 5))
    x, y = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.125)
    texture = (x * x + y * y)[every]
    base = flow.valid[every] * texture / (texture + 4.0) + 1e-4
    parts = terms[(slice(None), *every)].reshape(-1, 4)
    wanted = np.moveaxis(flow.forward[every], -1, 0).reshape(-1)
    weight = np.tile(base.ravel(), 2)
    out = np.zeros(4)
    for _ in range(8):
        held = parts * weight[:, None]
        out = np.linalg.solve(held.T @ parts + 1e-6 * np.eye(4), held.T @ wanted)
        off = np.hypot(*(wanted - parts @ out).reshape(2, -1))
        weight = np.tile(base.ravel() / (1 + (off / 0.5) ** 2) ** 2, 2)
    return out


def _refined(first: np.ndarray, second: np.ndarray, valid: np.ndarray, near: np.ndarray, terms: np.ndarray) -> np.ndarray:
    a, b = (cv2.GaussianBlur(p.astype(np.float32), (0, 0), 1.0) for p in (first, second))
    slopes = np.stack([cv2.Sobel(b, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(b, cv2.CV_32F, 0, 1, scale=0.125)], -1)
    moved, light = near.copy(), np.array([1.0, 0.0])
    inner = valid.copy()
    inner[:4], inner[-4:], inner[:, :4], inner[:, -4:] = False, False, False, False
    if inner.sum() < _LEAST:
        return near
    for _ in range(_STEPS):
        flow = np.moveaxis(terms @ moved.astype(np.float32), 0, -1)
        there, slope = along(b, flow)[inner], along(slopes, flow)[inner]
        here = a[inner]
        off = light[0] * here + light[1] - there
        parts = np.concatenate([slope[:, :1] * terms[0][inner] + slope[:, 1:] * terms[1][inner],
                                -here[:, None], -np.ones_like(here)[:, None]], 1)
        scale = 1.4826 * float(np.median(np.abs(off))) + 0.5
        held = parts / (1 + (off[:, None] / (2 * scale)) ** 2) ** 2
        change = np.linalg.solve(held.T @ parts + 1e-3 * np.eye(6), held.T @ off)
        moved, light = moved + change[:4], light + change[4:]
        if np.abs(change[:4]).max() < _FINE:
            break
    return moved
