"""The calibration plate of the example shot: held up on a stick in the first frames, lowered before the car comes."""

from __future__ import annotations

import numpy as np
import torch

from ..image.colour import srgb_to_linear
from ..image.plate import draw_plate, stamped_colours
from ..image.warp import homography, transform, unit_square, warp
from ..media.plates import load_plate
from ..wires.plate import Plate

HELD, GONE = 8, 13  # frames it is held still for, and the first frame without it
_SIDE = 96.0  # pixels of a patch in the drawing, reduced by area in the frame
_STICK = (0.47, 0.06, 2.2)  # left edge and width of the plate's width, length in the plate's heights
_WOOD = (0.52, 0.36, 0.2)
_HELD_AT = np.array([[38, 318], [262, 326], [258, 503], [35, 494]], float)


def plate_of_the_shot() -> Plate:
    """The plate as it is drawn, in the colours that 8 bits hold."""
    return stamped_colours(load_plate("raccord12"))


def draw_board(plate: Plate) -> torch.Tensor:
    """The plate on its stick in linear light, premultiplied: (1, H, W, 4), the plate in the upper part."""
    picture = srgb_to_linear(torch.from_numpy(draw_plate(plate, _SIDE)))
    height, width = picture.shape[:2]
    board = torch.zeros(1, round(height * (1 + _STICK[2])), width, 4)
    left, wide = round(width * _STICK[0]), round(width * _STICK[1])
    board[0, height:, left:left + wide] = torch.tensor((*_WOOD, 1.0))
    board[0, :height, :, :3], board[0, :height, :, 3] = picture, 1.0
    return board


def held_at(frame: int) -> np.ndarray:
    """Outer corners of the plate (4, 2) in pixel areas of the frame, TL TR BR BL, below the picture from frame `GONE` on.

    A hand holds it: it sways by a pixel, then sinks ever faster.
    """
    sway = np.array([0.9 * np.sin(frame * 0.9), 0.7 * np.sin(frame * 1.3 + 1)])
    sunk = max(0, frame - HELD + 1) ** 2 * 13.0
    return _HELD_AT + sway + [0.0, sunk]


def hold_up(picture: torch.Tensor, board: torch.Tensor, plate: Plate, frame: int) -> None:
    """Draw the board over a frame (1, H, W, 3) of linear light, in place."""
    if frame < GONE:
        size = (max(1, round(length * _SIDE)) for length in plate.size)
        shown = warp(board, homography(unit_square(*size), held_at(frame)), picture.shape[1], picture.shape[2])
        picture.mul_(1 - shown[..., 3:]).add_(shown[..., :3])


def patches_px(frame: int, plate: Plate) -> list[list[float]]:
    """Centres of the patches in plate order, in pixel areas of the frame."""
    centres = np.array([plate.centre_uv(i) for i in range(len(plate.patches))])
    return transform(homography(unit_square(), held_at(frame)), centres).tolist()
