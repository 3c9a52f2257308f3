"""Charts of known place and colour in pictures, drawn here: the truth that finding and fitting are measured against."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from raccord.nodes.image.colour import linear_to_srgb, srgb_to_linear
from raccord.nodes.image.plate import draw_plate
from raccord.nodes.image.warp import homography, transform, unit_square, warp
from raccord.nodes.media.plates import load_plate


@dataclass(frozen=True)
class Scene:
    picture: np.ndarray  # (H, W, 3) float32, encoded, 8-bit steps
    centres: np.ndarray  # (N, 2) pixel areas
    kind: str
    matrix: np.ndarray  # (3, 3) what linear light went through
    hidden: tuple[int, ...]


def decode(v):
    return srgb_to_linear(torch.from_numpy(np.asarray(v, np.float64))).numpy()


def encode(v):
    return linear_to_srgb(torch.from_numpy(np.asarray(v, np.float64))).numpy()


def backdrop(width, height, rng):
    """Soft blobs, edges and noise: not a chart, not flat."""
    small = rng.random((9, 16, 3))
    out = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC) * 0.6 + 0.15
    for _ in range(25):
        at, size = rng.integers(0, (width, height)), rng.integers(8, 120, 2)
        cv2.rectangle(out, tuple(map(int, at)), tuple(map(int, at + size)), tuple(rng.random(3)), -1)
    return np.clip(out, 0, 1).astype(np.float32)


def quad(width, aspect, centre, roll, tilt, focal=1500.0):
    """Corners of a plate `width` pixels wide at `centre`, turned by `roll`, swung by `tilt` and nodded by half of it."""
    w, h = width / 2, width / aspect / 2
    points = np.array([(-w, -h, 0), (w, -h, 0), (w, h, 0), (-w, h, 0)])
    a, b, c = np.radians((tilt, tilt / 2, roll))
    turn = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    swing = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    nod = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    x, y, z = (points @ turn.T @ swing.T @ nod.T).T
    return np.stack((x, y), axis=1) * (focal / (focal + z))[:, None] + centre


def make(seed=0, *, kind="classic24", chart=300, size=(960, 540), tilt=0.0, roll=None, mirror=False, hide=0, blur=None,
         noise=0.01, cast=True, mix=False, back=None):
    """A scene; `cast` draws gains per channel and an exposure in linear light, `mix` a full 3 × 3 matrix."""
    rng = np.random.default_rng(seed)
    plate, (width, height) = load_plate(kind), size
    aspect = plate.size[0] / plate.size[1]
    roll = rng.uniform(-20, 20) if roll is None else roll
    centre = np.array(size) / 2 + rng.uniform(-1, 1, 2) * np.maximum(0, (np.array(size) - chart * 1.1) / 2 - 20) * 0.8
    corners = quad(chart, aspect, centre, roll, tilt)
    if mirror:
        corners = corners[[1, 0, 3, 2]]
    texture = torch.from_numpy(draw_plate(plate, max(24.0, 4 * chart / plate.size[0])))
    texture = torch.cat((texture, torch.ones_like(texture[..., :1])), -1)[None]
    low = np.floor(corners.min(0)).astype(int).clip(0)
    high = np.ceil(corners.max(0)).astype(int).clip(0, size)
    h = homography(unit_square(texture.shape[2], texture.shape[1]), corners - low)
    drawn = warp(texture, h, int(high[1] - low[1]), int(high[0] - low[0]), samples=4)[0].numpy()
    picture = (backdrop(width, height, rng) if back is None else back).copy()
    area = picture[low[1]:high[1], low[0]:high[0]]
    area[:] = drawn[..., :3] + area * (1 - drawn[..., 3:])
    uv = np.array([plate.centre_uv(i) for i in range(len(plate.patches))])
    centres = transform(homography(unit_square(), corners), uv)
    hidden = ()
    if hide:  # neighbours in a row, under a skin-coloured blob
        start = int(rng.integers(0, plate.columns * plate.rows - hide + 1))
        hidden = tuple(range(start, start + hide))
        side = np.linalg.norm(centres[1] - centres[0])
        for i in hidden:
            cv2.circle(picture, tuple(np.round(centres[i] - 0.5).astype(int).tolist()), int(0.75 * side), (0.62, 0.45, 0.36), -1)
    matrix = np.eye(3)
    if cast:
        matrix = np.diag(rng.uniform(0.7, 1.25, 3) * rng.uniform(0.6, 1.2))
    if mix:
        matrix = matrix @ (np.eye(3) + rng.uniform(-0.08, 0.08, (3, 3)))
    picture = encode(decode(picture) @ matrix.T)
    sigma = rng.uniform(0, 0.8) if blur is None else blur
    if sigma > 0.05:
        picture = cv2.GaussianBlur(picture, (0, 0), sigma)
    picture = picture + rng.normal(0, noise, picture.shape)
    picture = np.round(np.clip(picture, 0, 1) * 255) / 255
    return Scene(picture.astype(np.float32), centres, kind, matrix, hidden)
