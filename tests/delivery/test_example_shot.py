"""An upright cut of the example shot keeps the plate in the picture, by a mask made from the truth."""

from fractions import Fraction

import cv2
import numpy as np
import torch
from raccord.nodes.delivery.channels import parse_channels
from raccord.nodes.delivery.framing import plan_framing, subject_boxes


def plate_masks(truth):
    """White where the plate is, on the frames it is held on."""
    masks = np.zeros((8, 540, 960), np.uint8)
    for mask, corners in zip(masks, truth["plate"]["corners"], strict=False):
        cv2.fillPoly(mask, [np.array(corners).round().astype(np.int32)], 1)
    return torch.from_numpy(masks).float()


def test_the_cut_keeps_the_plate_whole(example):
    boxes = subject_boxes(plate_masks(example.truth))
    framing = plan_framing((960, 540), parse_channels("vertical_9x16")[0], "crop", boxes, Fraction(24))
    assert framing.box == (303.75, 540)
    for left, _ in framing.corners:
        assert all(left <= x and x + width <= left + 303.75 for x, _, width, _ in boxes)
