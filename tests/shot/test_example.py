import cv2
import numpy as np
import pytest
import torch
from raccord.nodes.image.colour import srgb_to_linear
from raccord.nodes.image.warp import homography, transform, unit_square, warp
from raccord.nodes.shot.example import FRAMES, HEIGHT, WARMING, WIDTH, _blurred_car, _truth, draw_frame, light
from raccord.nodes.shot.scenery import SIGN, draw_wall


@pytest.fixture(scope="module")
def layers():
    return srgb_to_linear(draw_wall()), _blurred_car()


def rectified_sign(frame, number):
    """The sign seen from the front, by the corners that the truth names."""
    h = homography(np.array(_truth()["sign"][number]), unit_square(SIGN[2], SIGN[3]))
    return warp(srgb_to_linear(frame), h, SIGN[3], SIGN[2])


def test_the_sign_is_where_the_truth_says_and_lit_as_it_says(layers):
    wall = layers[0]
    sign = wall[:, SIGN[1]:SIGN[1] + SIGN[3], SIGN[0]:SIGN[0] + SIGN[2]]
    for number in (0, FRAMES - 1):
        seen = rectified_sign(draw_frame(number, *layers), number)[:, 20:-20, 20:-20]
        gain = (seen.mean((0, 1, 2)) / sign[:, 20:-20, 20:-20].mean((0, 1, 2))).numpy()
        assert np.abs(gain - light(number)).max() < 0.02
        grey = [np.ascontiguousarray(picture[0].mean(-1).numpy()) for picture in (seen, sign[:, 20:-20, 20:-20])]
        (dx, dy), _ = cv2.phaseCorrelate(*grey)
        assert max(abs(dx), abs(dy)) < 0.05  # pixels


def test_the_light_warms_by_what_is_named():
    assert light(FRAMES - 1) == pytest.approx(1 + np.array(WARMING))


def test_the_door_is_yellow_around_its_logo(layers):
    corners = _truth()["car_door_logo"]
    number = next(iter(sorted(corners, key=int)[6:7]))
    x, y = np.array(corners[number]).mean(0).round().astype(int)
    frame = draw_frame(int(number), *layers)[0]
    red, _, blue = frame[y, x - 75].tolist()
    assert red > 0.75
    assert blue < 0.4


def test_every_frame_is_the_same_again_and_eight_bit(layers):
    first, again = draw_frame(3, *layers), draw_frame(3, *layers)
    assert first.shape == (1, HEIGHT, WIDTH, 3)
    assert torch.equal(first, again)
    assert ((first * 255) - (first * 255).round()).abs().max() < 1e-3


def test_the_truth_counts_every_frame():
    truth = _truth()
    assert len(truth["sign"]) == FRAMES
    assert truth["join"]["drop"] == {"clip": "next", "at": 0, "count": 1}
    assert np.isfinite(transform(np.eye(3), np.array(truth["wall"]))).all()
