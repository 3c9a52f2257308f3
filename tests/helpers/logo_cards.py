"""Drawn logos, and pictures where something stands in their clear space or where they are distorted; the truth is known."""

import cv2
import numpy as np
import torch
from brand_cards import mark
from raccord.nodes.wires.kit import Logo


def drawn_logo(seed: int, clear: float = 0.25) -> Logo:
    """A plain mark in one or two colours: disc with a bar cut out, triangle, letters, bars, a play button, or a badge."""
    make, out = np.random.default_rng(seed), np.zeros((256, 256, 4), np.uint8)
    one = (*[int(v) for v in make.integers(0, 110, 3)], 255)
    two = (*[int(v) for v in make.integers(150, 255, 3)], 255)
    kind = seed % 6
    if kind == 0:
        cv2.circle(out, (128, 128), 110, one, -1, cv2.LINE_AA)
        cv2.rectangle(out, (108, 0), (148, 160), (0, 0, 0, 0), -1)
    elif kind == 1:
        cv2.fillPoly(out, [np.array([[20, 230], [128, 20], [236, 230]])], one, cv2.LINE_AA)
        cv2.circle(out, (128, 170), 34, two, -1, cv2.LINE_AA)
    elif kind == 2:
        cv2.putText(out, "Zet", (8, 180), cv2.FONT_HERSHEY_TRIPLEX, 4.2, one, 18, cv2.LINE_AA)
    elif kind == 3:
        for bar in range(3):
            cv2.rectangle(out, (20 + 80 * bar, 30 + 40 * bar), (70 + 80 * bar, 226), one if bar % 2 else two, -1)
    elif kind == 4:
        cv2.circle(out, (128, 128), 118, one, -1, cv2.LINE_AA)
        cv2.fillPoly(out, [np.array([[90, 60], [200, 128], [90, 196]])], two, cv2.LINE_AA)
    else:
        return Logo(mark(), clear_space=clear)
    rows, columns = np.nonzero(out[..., 3])
    cut = out[rows.min():rows.max() + 1, columns.min():columns.max() + 1]
    return Logo(torch.from_numpy(cut.copy()).float() / 255, clear_space=clear)


def even_ground(seed: int, size: tuple[int, int] = (480, 640)) -> torch.Tensor:
    """A light ground that changes softly from corner to corner, with grain, (H, W, 3)."""
    make = np.random.default_rng(seed)
    corners = (0.75 + 0.25 * make.random((2, 2, 3))).astype(np.float32)
    soft = cv2.resize(corners, size[::-1], interpolation=cv2.INTER_LINEAR)
    return torch.from_numpy((soft + 0.01 * make.standard_normal(soft.shape)).clip(0, 1).astype(np.float32))


def intrude(picture: torch.Tensor, box: tuple[float, float, float, float], clear: float, seed: int):
    """Put a card, a disc or a word across the edge of a logo's clear space: the picture and the box of what was put there.

    `box` (x, y, width, height) is the logo's, `clear` a share of its height. It stays off the logo itself.
    """
    make, out = np.random.default_rng(seed), picture.numpy().copy()
    x, y, width, height = box
    room = clear * height
    colour = [float(v) for v in make.uniform(0, 0.45, 3)]
    side = seed % 4
    long, deep = float(make.uniform(0.3, 0.9)) * (height if side % 2 else width), room * float(make.uniform(0.6, 2.0))
    gap = room * float(make.uniform(0.2, 0.5))
    start = float(make.uniform(0, 1))
    if side % 2:
        top = y + start * (height - long)
        left = x - gap - deep if side == 1 else x + width + gap
        placed = (left, top, deep, long)
    else:
        left = x + start * (width - long)
        top = y - gap - deep if side == 0 else y + height + gap
        placed = (left, top, long, deep)
    layer = np.zeros(out.shape[:2], np.uint8)
    left, top, across, down = (round(v) for v in placed)
    kind = seed % 3
    if kind == 0:
        cv2.rectangle(layer, (left, top), (left + across - 1, top + down - 1), 255, -1)
    elif kind == 1:
        cv2.ellipse(layer, (left + across // 2, top + down // 2), (across // 2, down // 2), 0, 0, 360, 255, -1, cv2.LINE_AA)
    else:
        (wide, tall), _ = cv2.getTextSize("sale now", cv2.FONT_HERSHEY_DUPLEX, 1, 2)
        scale = max(0.4, min(across / wide, down / tall))
        left = min(left, round(x - gap - wide * scale)) if side == 1 else left
        top = min(top, round(y - gap - tall * scale)) if side == 0 else top
        cv2.putText(layer, "sale now", (left, top + round(tall * scale)), cv2.FONT_HERSHEY_DUPLEX, scale, 255, 2, cv2.LINE_AA)
    rows, columns = np.nonzero(layer > 127)
    layer = layer.astype(np.float32) / 255
    out = out * (1 - layer[..., None]) + np.array(colour, np.float32) * layer[..., None]
    truth = float(columns.min()), float(rows.min()), float(np.ptp(columns) + 1), float(np.ptp(rows) + 1)
    return torch.from_numpy(out.astype(np.float32)), truth


def overlap(one, other) -> float:
    """Intersection over union of two boxes (x, y, width, height)."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    both = max(0.0, across) * max(0.0, down)
    return both / (one[2] * one[3] + other[2] * other[3] - both)
