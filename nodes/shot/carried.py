"""What was painted on the example shot's first frame, carried along the shot as a generator would: it lies on the wall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from ..image.colour import srgb_to_linear
from ..image.layout import check_image
from ..image.warp import warp
from .board import hold_up
from .example import HEIGHT, WIDTH, Layers, camera, draw_frame, light
from .scenery import WALL

_ROUNDS = 5


def painted(layers: Layers, first_frame: torch.Tensor) -> Layers:
    """The same shot with what differs from its own first frame painted on the wall; what is painted on the board stays away.

    Args:
        layers: What stands before the camera.
        first_frame: (1, 540, 960, 3|4), encoded sRGB: the shot's first frame as it was prepared.

    Raises:
        ValueError: Another size than the shot's, or more than one picture.
    """
    frame = check_image(first_frame, "first_frame")
    if frame.shape[:3] != (1, HEIGHT, WIDTH):
        count, height, width = frame.shape[:3]
        raise ValueError(f"expected one picture of {WIDTH}x{HEIGHT} in first_frame, got {count} of {width}x{height}: wire this "
                         f"node's own first_frame with something painted on it")
    gain = torch.tensor(light(0), dtype=torch.float32)
    before = draw_frame(0, layers, grain=0)
    paint = (srgb_to_linear(frame[..., :3].to(before)) - srgb_to_linear(before)) / gain
    uncovered = torch.ones_like(paint)
    hold_up(uncovered, layers.board * torch.tensor((0.0, 0.0, 0.0, 1.0)), layers.plate, 0)
    return replace(layers, wall=(layers.wall + _on_wall(paint * uncovered)).clamp_min(0))


def _on_wall(paint: torch.Tensor) -> torch.Tensor:
    """The picture on the wall that the camera shows as `paint` on the first frame: found by what drawing it leaves over."""
    to_frame, to_wall = camera(0), np.linalg.inv(camera(0))
    on_wall = torch.zeros((1, WALL[1], WALL[0], 3))
    for _ in range(_ROUNDS):
        left = paint - warp(on_wall, to_frame, HEIGHT, WIDTH, samples=2)
        on_wall += warp(left, to_wall, WALL[1], WALL[0], samples=1)
    return on_wall
