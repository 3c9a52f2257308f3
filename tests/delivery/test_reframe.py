from fractions import Fraction

import numpy as np
import pytest
import torch
from raccord.nodes.delivery.channels import parse_channels
from raccord.nodes.delivery.framing import Framing, plan_framing, subject_boxes, subject_share
from raccord.nodes.delivery.reframe import reframe, scaled

YOUTUBE, VERTICAL = parse_channels("youtube_16x9, vertical_9x16")
FPS = Fraction(24)


@pytest.mark.parametrize(("source", "size"), [((350, 350), (1280, 720)), ((1920, 1080), (1920, 1080)), ((1600, 900), (1920,
                                                                                                                      1080)),
                                              ((4096, 2304), (3840, 2160)), ((64, 200), (1280, 720))])
@pytest.mark.parametrize("fit", ["crop", "pad", "pad blurred"])
def test_films_have_exactly_the_shape_and_are_never_enlarged_beyond_1080(source, size, fit):
    framing = plan_framing(source, YOUTUBE, fit, [], FPS)
    assert framing.size[0] * 9 == framing.size[1] * 16
    assert framing.scale <= 1 or framing.size[1] <= 1080
    if fit == "crop":
        assert framing.size == size


def test_without_a_subject_the_middle_is_kept():
    framing = plan_framing((1920, 1080), VERTICAL, "crop", [], FPS)
    assert framing.box == (607.5, 1080)
    assert framing.corners == ((656.0, 0.0),)


def test_the_cut_follows_a_moving_subject_and_stands_still_for_a_still_one():
    mask = torch.zeros(48, 90, 160)
    for t in range(48):
        mask[t, 30:60, 10 + 2 * t:30 + 2 * t] = 1
    boxes = subject_boxes(mask)
    assert boxes[3] == (16, 30, 20, 30)
    moving = plan_framing((160, 90), VERTICAL, "crop", boxes, FPS)
    assert len(moving.corners) == 48
    share = subject_share(moving, boxes)
    assert share is not None
    assert share[0] == 1
    steps = np.abs(np.diff(np.array(moving.corners)[:, 0]))
    assert steps.max() <= 2.05
    still = plan_framing((160, 90), VERTICAL, "crop", subject_boxes(mask[:1]), FPS)
    assert len(still.corners) == 1
    assert Framing.from_json(moving.to_json()).size == moving.size


def test_a_moving_cut_lands_on_the_right_pixels():
    ramp = (torch.arange(160).float() / 255).expand(90, 160)[None, ..., None].repeat(1, 1, 1, 3)
    framing = Framing((100, 180), "crop", (50.0, 90.0), ((10.0, 0.0), (30.5, 0.0)))
    shown = reframe(ramp.repeat(2, 1, 1, 1), 0, framing)
    for frame, left in ((0, 10.0), (1, 30.5)):
        expected = left + (np.arange(100) + 0.5) / 2 - 0.5
        assert np.abs(shown[frame, 90, 4:-4, 0] - expected[4:-4]).max() <= 0.75


def test_padding_shows_everything_between_bars():
    white = torch.ones(1, 100, 100, 3)
    shown = reframe(white, 0, plan_framing((100, 100), YOUTUBE, "pad", [], FPS))
    assert shown.shape == (1, 720, 1280, 3)
    assert (shown[0, :, 290:990] == 255).all()
    assert (shown[0, :, :275] == 0).all()


def test_shrinking_is_linear_and_flat_colours_stay():
    stripes = torch.zeros(1, 64, 64, 3)
    stripes[:, :, ::2] = 1
    assert abs(int(scaled(stripes, 8, 8)[0, 4, 4, 0]) - 188) <= 1  # half the light, sRGB-encoded
    flat = torch.full((1, 40, 40, 3), 30 / 255)
    flat[..., 0] = 200 / 255
    for size in (17, 40, 111):
        assert (scaled(flat, size, size) == np.array((200, 30, 30))).all()
