"""A drawn clip whose motion is known: a textured ground that slides evenly and a textured square that crosses it."""

from __future__ import annotations

import cv2
import numpy as np
import torch


def moving_scene(count: int = 40, *, width: int = 320, height: int = 200, speed: float = 2.0, seed: int = 3,
                 grain: float = 0.6) -> torch.Tensor:
    """Clip (count, height, width, 3), 0..1: the ground slides `speed` px a frame to the left, the square faster to the right."""
    make = np.random.default_rng(seed)
    wide = width + int(abs(speed) * count) + 64
    ground = cv2.GaussianBlur(make.uniform(0, 255, (height, wide, 3)).astype(np.float32), (0, 0), 3.0)
    ground = 105 + (ground - ground.mean()) * 3.5
    square = cv2.GaussianBlur(make.uniform(0, 255, (64, 64, 3)).astype(np.float32), (0, 0), 2.0)
    square = (170, 100, 75) + (square - square.mean()) * 2
    frames = []
    for t in range(count):
        picture = cv2.warpAffine(ground, np.float32([[1, 0, -speed * t - 16], [0, 1, 0]]), (width, height),
                                 flags=cv2.INTER_LINEAR)
        x = 20 + 2 * speed * t * 0.8
        mask = cv2.warpAffine(np.ones((64, 64), np.float32), np.float32([[1, 0, x], [0, 1, 70]]), (width, height))
        over = cv2.warpAffine(square, np.float32([[1, 0, x], [0, 1, 70]]), (width, height))
        picture = picture * (1 - mask[..., None]) + over * mask[..., None]
        frames.append(np.clip(picture + make.normal(0, grain, picture.shape), 0, 255))
    return torch.from_numpy(np.stack(frames).round().astype(np.float32)) / 255
