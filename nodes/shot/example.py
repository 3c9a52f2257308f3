"""The example shot: a plate is shown, a camera drifts along a wall, a car passes, the light warms. All of it is known exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from .. import runtime
from ..image.colour import linear_to_srgb, srgb_to_linear
from ..image.warp import homography, transform, unit_square, warp
from ..wires.plate import Plate
from .board import GONE, HELD, draw_board, held_at, hold_up, patches_px, plate_of_the_shot
from .scenery import CAR, DOOR_LOGO, SIGN, WALL, draw_car, draw_graphic, draw_wall

WIDTH, HEIGHT, FRAMES, FPS = 960, 540, 48, 24.0
CAR_ENTERS, CAR_SPEED, CAR_TOP = 14, 46, 322  # frame, pixels a frame, line of the picture
_SHUTTER = 4  # pixels: a short shutter, so that the door can be read
LOOK = (0.90, 0.96, 1.06)  # the camera's balance in linear light: dark and cool, for a plate to put right
WARMING = (0.06, 0.0, -0.07)  # of linear light, over the whole clip


@dataclass(frozen=True, slots=True)
class Example:
    """Two takes of the example shot and what is true of them; pictures (B, 540, 960, 3), encoded sRGB.

    `first_frame` and `last_frame` are the keyframes of `images`, without its grain; `graphic` is (1, 512, 512, 4), straight
    alpha; `truth` is as `truth()` says.
    """

    images: torch.Tensor
    next_clip: torch.Tensor
    first_frame: torch.Tensor
    last_frame: torch.Tensor
    graphic: torch.Tensor
    truth: dict


@dataclass(frozen=True, slots=True)
class Layers:
    """What stands before the camera, in linear light: wall (1, H, W, 3); car and board premultiplied (…, 4)."""

    wall: torch.Tensor
    car: torch.Tensor
    board: torch.Tensor
    plate: Plate


def draw_layers() -> Layers:
    """Draw everything that the frames are made of."""
    plate = plate_of_the_shot()
    return Layers(srgb_to_linear(draw_wall()), _blurred_car(), draw_board(plate), plate)


def camera(frame: int) -> np.ndarray:
    """Homography (3 × 3) from the wall's pixels to the frame's: a slow push to the right with a hand's sway."""
    t = frame / (FRAMES - 1)
    left, top = 180 + 90 * t + 3 * np.sin(frame * 0.55), 120 + 14 * t + 2 * np.sin(frame * 0.8 + 1)
    width = 1010 - 70 * t
    height = width * HEIGHT / WIDTH
    right, low = left + width, top + height
    seen = np.array([[left, top], [right, top + 26 - 10 * t], [right, low - 20 + 8 * t], [left, low]])
    return homography(seen, unit_square(WIDTH, HEIGHT))


def car_left(frame: int) -> int:
    """Left edge of the car's picture in pixels of the frame, in the middle of the shutter."""
    return -CAR[0] + (frame - CAR_ENTERS) * CAR_SPEED


def light(frame: int) -> np.ndarray:
    """Gain of red, green and blue in linear light: the camera's balance and the light that warms."""
    return np.array(LOOK) * (1 + np.array(WARMING) * frame / (FRAMES - 1))


def _rectangle(x: float, y: float, width: float, height: float) -> np.ndarray:
    return unit_square(width, height) + [x, y]


def _blurred_car() -> torch.Tensor:
    """The car in linear light, premultiplied, spread over the shutter: (230, 620 + shutter, 4)."""
    car = draw_car()[0]
    car = torch.cat((srgb_to_linear(car[..., :3]) * car[..., 3:], car[..., 3:]), dim=-1)
    rows = F.pad(car.permute(0, 2, 1), (_SHUTTER, _SHUTTER))
    return F.avg_pool1d(rows, _SHUTTER + 1, stride=1).permute(0, 2, 1)


def _drive_past(picture: torch.Tensor, car: torch.Tensor, frame: int) -> None:
    left = car_left(frame) - _SHUTTER // 2
    start, stop = max(left, 0), min(left + car.shape[1], WIDTH)
    low = min(CAR_TOP + car.shape[0], HEIGHT)
    if start < stop:
        shown = car[:low - CAR_TOP, start - left:stop - left]
        behind = picture[0, CAR_TOP:low, start:stop]
        behind.mul_(1 - shown[..., 3:]).add_(shown[..., :3])


def draw_frame(frame: int, layers: Layers, *, grain: float = 1.3 / 255) -> torch.Tensor:
    """One frame (1, 540, 960, 3): wall, car and board through the lens in linear light, a short shutter, light, grain."""
    picture = warp(layers.wall, camera(frame), HEIGHT, WIDTH, samples=2)
    _drive_past(picture, layers.car, frame)
    hold_up(picture, layers.board, layers.plate, frame)
    shown = linear_to_srgb(picture * torch.tensor(light(frame), dtype=torch.float32))
    shown += torch.randn(shown.shape[:3], generator=torch.Generator().manual_seed(frame))[..., None] * grain
    return (shown.clamp(0, 1) * 255).round() / 255  # eight bits, as a generator would save it


def draw_example(layers: Layers | None = None) -> Example:
    """Draw both takes: 48 frames, then 24 that go on from the last one, with one frame shown twice at the join."""
    layers, bar, frames = layers or draw_layers(), runtime.Progress(FRAMES + 23), []
    for number in range(FRAMES + 23):
        frames.append(draw_frame(number, layers))
        bar.step()
    batch = torch.cat(frames)
    first, last = (draw_frame(number, layers, grain=0) for number in (0, FRAMES - 1))
    return Example(batch[:FRAMES], batch[FRAMES - 1:], first, last, draw_graphic(), truth())


def _is_whole(frame: int) -> bool:
    left = car_left(frame) + DOOR_LOGO[0]
    return left >= 0 and left + DOOR_LOGO[2] <= WIDTH


def _plate_truth() -> dict:
    plate = plate_of_the_shot()
    held = range(HELD)
    corners = [held_at(n).tolist() for n in range(GONE)]
    return {"kind": plate.kind, "held": [0, HELD - 1], "corners": corners, "patches_px": [patches_px(n, plate) for n in held],
            "colours": [list(patch.rgb) for patch in plate.patches]}


def truth() -> dict:
    """What is true of the shot, JSON-able: places in pixel areas of the frame, one entry a frame from frame 0.

    `sign` and `wall`: corners TL TR BR BL. `plate`: corners while it is in the picture, patch centres while it is held still,
    colours as they were before the camera (encoded sRGB). `light`: gains in linear light. `join`: what the second take repeats.
    """
    numbers = range(FRAMES)
    return {
        "frame_size": [WIDTH, HEIGHT], "fps": "24/1", "frames": FRAMES,
        "sign": [transform(camera(n), _rectangle(*SIGN)).tolist() for n in numbers],
        "wall": [transform(camera(n), unit_square(*WALL)).tolist() for n in numbers],
        "car_door_logo": {str(n): (_rectangle(*DOOR_LOGO) + [car_left(n), CAR_TOP]).tolist() for n in numbers if _is_whole(n)},
        "plate": _plate_truth(),
        "light": {"space": "linear", "first_frame_gain": light(0).tolist(), "last_frame_gain": light(FRAMES - 1).tolist()},
        "join": {"edge": "continuous", "duplicates": 1, "drop": {"clip": "next", "at": 0, "count": 1}},
        "defects": [{"check": "seam.duplicate", "frames": [FRAMES - 1, FRAMES]},
                    {"check": "drift.temperature", "frames": [0, FRAMES - 1]}],
    }
