"""The example shot shows what its truth says, measured in its pixels."""

import json

import cv2
import numpy as np
import pytest
import torch
from raccord.nodes.image.colour import srgb_to_linear
from raccord.nodes.image.warp import homography, transform, unit_square, warp
from raccord.nodes.shot.board import GONE, HELD
from raccord.nodes.shot.example import CAR_ENTERS, FRAMES, HEIGHT, LOOK, WARMING, WIDTH, draw_frame, draw_layers, light
from raccord.nodes.shot.scenery import SIGN


@pytest.fixture(scope="module")
def layers():
    return draw_layers()


def rectified_sign(frame, corners):
    """The sign seen from the front, by the corners that the truth names, in linear light."""
    return warp(srgb_to_linear(frame[None]), homography(np.array(corners), unit_square(SIGN[2], SIGN[3])), SIGN[3], SIGN[2])


@pytest.mark.parametrize("number", [0, FRAMES - 1])
def test_the_sign_is_where_the_truth_says_and_lit_as_it_says(example, layers, number):
    sign = layers.wall[:, SIGN[1]:SIGN[1] + SIGN[3], SIGN[0]:SIGN[0] + SIGN[2]][:, 20:-20, 20:-20]
    seen = rectified_sign(example.images[number], example.truth["sign"][number])[:, 20:-20, 20:-20]
    gain = (seen.mean((0, 1, 2)) / sign.mean((0, 1, 2))).numpy()
    assert np.abs(gain - light(number)).max() < 0.02
    grey = [np.ascontiguousarray(picture[0].mean(-1).numpy()) for picture in (seen, sign)]
    (dx, dy), _ = cv2.phaseCorrelate(*grey)
    assert max(abs(dx), abs(dy)) < 0.05  # pixels


def test_the_light_warms_by_what_is_named(example):
    named = example.truth["light"]
    assert named["last_frame_gain"] == pytest.approx(np.array(LOOK) * (1 + np.array(WARMING)))
    assert named["first_frame_gain"] == pytest.approx(LOOK)


def test_the_patches_have_their_colours_under_the_first_light(example):
    plate = example.truth["plate"]
    wanted = srgb_to_linear(torch.tensor(plate["colours"])) * torch.tensor(example.truth["light"]["first_frame_gain"])
    for frame in (0, HELD - 1):
        for (x, y), colour in zip(plate["patches_px"][frame], wanted, strict=True):
            x, y = round(x), round(y)
            seen = srgb_to_linear(example.images[frame, y - 6:y + 6, x - 6:x + 6]).mean((0, 1))
            assert (seen - colour).abs().max() < 0.012


def test_the_plate_is_gone_before_the_car_comes(example):
    spread = [example.images[n, 330:540, 30:270].std() for n in (0, GONE)]
    assert spread[0] > 1.3 * spread[1]
    assert len(example.truth["plate"]["corners"]) == GONE < CAR_ENTERS


def test_the_second_take_repeats_one_frame(example):
    assert len(example.images) == FRAMES
    assert torch.equal(example.next_clip[0], example.images[-1])
    assert (example.next_clip[1] - example.next_clip[0]).abs().mean() > 0.005
    assert example.truth["join"]["drop"] == {"clip": "next", "at": 0, "count": 1}


def test_keyframes_are_the_ends_of_the_take_without_grain(example):
    for keyframe, frame in ((example.first_frame, example.images[0]), (example.last_frame, example.images[-1])):
        difference = (keyframe[0] - frame) * 255
        assert difference.abs().mean() < 1.5
        assert 1.0 < difference.std() < 1.7


def test_the_door_is_yellow_around_its_logo(example):
    corners = example.truth["car_door_logo"]
    number = sorted(corners, key=int)[6]
    x, y = np.array(corners[number]).mean(0).round().astype(int)
    red, _, blue = example.images[int(number), y, x - 75].tolist()
    assert red > 0.75
    assert blue < 0.4


def test_every_frame_is_the_same_again_and_eight_bit(example, layers):
    again = draw_frame(3, layers)[0]
    assert again.shape == (HEIGHT, WIDTH, 3)
    assert torch.equal(again, example.images[3])
    assert ((again * 255) - (again * 255).round()).abs().max() < 1e-3


def test_the_truth_is_json_and_counts_every_frame(example):
    truth = json.loads(json.dumps(example.truth))
    assert len(truth["sign"]) == len(truth["wall"]) == FRAMES
    assert np.isfinite(transform(np.eye(3), np.array(truth["wall"]))).all()
    assert len(truth["plate"]["patches_px"]) == HELD
