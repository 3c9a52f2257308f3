"""A picture as a mark sees it: how like each of the mark's own colours every pixel is, and which way its edges run.

Both forget the ground that the mark stands on: a colour that is not the mark's is nothing, and an edge's direction does not say
which side is brighter. So a mark can be laid over a photograph without knowing what is behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ..image.layout import split_alpha, to_uint8
from ..image.opencv import cv2

WORK = 640
_MOST_COLOURS = 4
_BIN, _NEAR, _APART = 8.0, 14.0, 18.0
_SPREAD = 12.0
_LIGHTNESS = 0.6
_EDGE = 0.04
_LEVELS = 5
_LEAST_SIDE = 24


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One size of a picture: CIELAB (3, h, w) as OpenCV's uint8, edge directions (h, w, 2) and those pooled by two."""

    lab: tuple[np.ndarray, ...]
    edges: np.ndarray
    pooled_edges: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """A picture, or a part of one, at sizes that halve; its pixel areas times `scale` plus `origin` are those of the picture."""

    scale: np.ndarray
    origin: np.ndarray
    levels: tuple[Level, ...]

    def outside(self, corners: np.ndarray) -> np.ndarray:
        """Points (n, 2) of level 0 in the picture."""
        return corners * self.scale + self.origin

    def inside(self, corners: np.ndarray) -> np.ndarray:
        """Points (n, 2) of the picture in level 0."""
        return (corners - self.origin) / self.scale


def lab_of(rgb: np.ndarray) -> np.ndarray:
    """CIELAB of encoded sRGB (h, w, 3) float32."""
    return cv2.cvtColor(np.ascontiguousarray(rgb, np.float32), cv2.COLOR_RGB2LAB)


def weighted(lab: np.ndarray) -> np.ndarray:
    """CIELAB (h, w, 3) with lightness counting less."""
    return lab * np.array([_LIGHTNESS**0.5, 1, 1], np.float32)


def pixels_of(picture: torch.Tensor) -> np.ndarray:
    """An encoded picture (H, W, 3|4) as uint8 without its alpha."""
    return to_uint8(split_alpha(picture)[0])


def levels_of(pixels: np.ndarray) -> Levels:
    """A picture (H, W, 3) uint8 at 640 pixels on its long side and at halves of that, for any number of marks."""
    work, size = _reduced(pixels, min(1.0, WORK / max(pixels.shape[:2]))), pixels.shape[1::-1]
    out = []
    while True:
        out.append(_level(work))
        if len(out) == _LEVELS or min(work.shape[:2]) < 2 * _LEAST_SIDE:
            break
        work = cv2.resize(work, (work.shape[1] // 2, work.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return Levels(np.array(size) / out[0].edges.shape[1::-1], np.zeros(2), tuple(out))


def closer(pixels: np.ndarray, corners: np.ndarray, side: float) -> Levels:
    """The part of a picture around corners (4, 2), at the size where these span `side` pixels, never enlarged: one level."""
    low, high = corners.min(0), corners.max(0)
    scale = min(1.0, side / float(np.sqrt(np.prod(high - low))))
    room = 0.4 * (high - low) + 8 / scale
    first = np.clip(np.floor(low - room), 0, np.array(pixels.shape[1::-1]) - 2).astype(int)
    last = np.maximum(np.ceil(high + room), first + 2).astype(int)
    part = pixels[first[1]:last[1], first[0]:last[0]]
    work = _reduced(part, scale)
    return Levels(np.array(part.shape[1::-1]) / work.shape[1::-1], first.astype(float), (_level(work),))


def _reduced(pixels: np.ndarray, scale: float) -> np.ndarray:
    """Pixels made smaller by area."""
    size = [max(1, round(n * scale)) for n in pixels.shape[1::-1]]
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if scale < 1 else pixels


def _level(rgb: np.ndarray) -> Level:
    edges = directions(rgb)
    return Level(tuple(cv2.split(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2LAB))), edges, pooled(edges))


def main_colours(rgba: np.ndarray) -> np.ndarray:
    """At most four colours (k, 3) in CIELAB that a mark is made of, the commonest first: peaks of its histogram."""
    alpha, lab = rgba[..., 3], lab_of(rgba[..., :3])
    left = lab[alpha >= min(0.9, float(np.quantile(alpha, 0.9)))]
    least, out = 0.03 * len(left), []
    while len(out) < _MOST_COLOURS and len(left) > least:
        cells = np.floor(left / _BIN).astype(int) + 64
        codes = (cells[:, 0] * 128 + cells[:, 1]) * 128 + cells[:, 2]
        _, group, count = np.unique(codes, return_inverse=True, return_counts=True)
        peak = left[group == count.argmax()].mean(0)
        for _ in range(3):
            near = left[np.linalg.norm(left - peak, axis=1) < _NEAR]
            peak = near.mean(0) if len(near) else peak
        out.append(peak)
        left = left[np.linalg.norm(left - peak, axis=1) >= _APART]
    return np.array(out, np.float32)


def likeness(lab: np.ndarray, colours: np.ndarray, spread: float = _SPREAD) -> np.ndarray:
    """How like each of k colours every pixel (h, w, 3) is: (h, w, k), 1 the same, 0.6 at `spread`; lightness counts less."""
    weights = np.array([_LIGHTNESS, 1, 1], np.float32) / np.float32(-2 * spread * spread)
    return np.stack([np.exp(cv2.transform((lab - colour) ** 2, weights[None])) for colour in colours], -1)


def likeness_of(lab: Sequence[np.ndarray], colours: np.ndarray) -> np.ndarray:
    """`likeness` of the three planes of a level, by tables: a product of what each plane has."""
    codes = np.arange(256, dtype=np.float32)
    scales = ((100 / 255, 0.0, _LIGHTNESS), (1.0, 128.0, 1.0), (1.0, 128.0, 1.0))
    out = np.empty((*lab[0].shape, len(colours)), np.float32)
    for k, colour in enumerate(colours):
        tables = [np.exp(weight / (-2 * _SPREAD**2) * ((codes - zero) * step - own) ** 2).astype(np.float32)
                  for (step, zero, weight), own in zip(scales, colour, strict=True)]
        lightness, *hues = (cv2.LUT(plane, table) for plane, table in zip(lab, tables, strict=True))
        np.multiply(cv2.multiply(lightness, hues[0]), hues[1], out=out[..., k])
    return out


def directions(picture: np.ndarray, least: float = _EDGE) -> np.ndarray:
    """Edge directions (h, w, 2): cosine and sine of twice the angle, fading where edges are weak.

    Of the channels of a picture (h, w, c), float32 0..1 or uint8, the one that shows an edge best tells its direction.
    """
    scale = 0.125 / 255 if picture.dtype == np.uint8 else 0.125
    across, down, size = (np.zeros(picture.shape[:2], np.float32) for _ in range(3))
    for plane in cv2.split(picture):
        gx = np.asarray(cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=scale))
        gy = np.asarray(cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=scale))
        strong = gx * gx
        strong += gy * gy
        better = cv2.compare(strong, size, cv2.CMP_GT)
        cv2.copyTo(gx, better, across)
        cv2.copyTo(gy, better, down)
        cv2.max(size, strong, size)
    share = np.minimum(1, size * (1 / least**2)) / np.maximum(size, 1e-12)
    return cv2.merge(((across * across - down * down) * share, across * down * (2 * share)))


def pooled(maps: np.ndarray) -> np.ndarray:
    """Means over 2 × 2 pixels."""
    lines, columns = maps.shape[0] // 2, maps.shape[1] // 2
    return cv2.resize(maps[:2 * lines, :2 * columns], (columns, lines), interpolation=cv2.INTER_AREA).reshape(lines, columns, -1)
