"""Flow against shifts that are known."""

import cv2
import numpy as np
import pytest
import torch
from raccord.nodes.image.flow import along, consistent, dense_flow, flow_both_ways, gray, inside, shrink, working_size


def texture(height=180, width=240, seed=1):
    noise = np.random.default_rng(seed).uniform(0, 255, (height, width)).astype(np.float32)
    return cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 2.0), None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


def shifted(picture, x, y):
    return cv2.warpAffine(picture, np.float32([[1, 0, x], [0, 1, y]]), picture.shape[::-1], borderMode=cv2.BORDER_REFLECT_101)


@pytest.mark.parametrize(("x", "y"), [(0, 0), (3, 0), (0, -4), (2.5, 1.5), (-8, 6)])
def test_a_shift_is_measured(x, y):
    first = texture()
    flow = dense_flow(first, shifted(first, x, y))[30:-30, 30:-30]
    assert np.abs(np.median(flow, axis=(0, 1)) - (x, y)).max() < 0.15


def test_the_second_picture_comes_back_onto_the_first():
    first = texture()
    second = shifted(first, 4, -3)
    back = along(second, dense_flow(first, second))
    assert np.abs(back.astype(int) - first)[20:-20, 20:-20].mean() < 3


def test_both_ways_agree_on_what_is_in_both_and_not_on_what_is_covered():
    first = texture()
    second = shifted(first, 4, 0)
    second[60:120, 100:160] = texture(60, 60, seed=9)
    pair = flow_both_ways(first, second)
    assert pair.valid[20:50, 20:-20].mean() > 0.9
    assert pair.valid[65:115, 105:150].mean() < 0.6


def test_points_that_leave_the_picture_are_not_consistent():
    flow = np.zeros((80, 80, 2), np.float32)
    flow[:, 70:] = (20, 0)
    assert not inside(flow)[:, 70:].any()
    assert not consistent(flow, -flow)[:, 70:].any()


@pytest.mark.parametrize(("size", "wanted"), [((1920, 1080), (480, 270)), ((350, 350), (350, 350)), ((1, 1), (64, 64)), ((1080,
    1920), (270, 480))])
def test_working_size(size, wanted):
    assert working_size(*size) == wanted


def test_shrinking_averages_and_keeps_the_input():
    frame = torch.zeros(100, 200, 4)
    frame[:, ::2] = 1
    before = frame.clone()
    small = shrink(frame, (100, 50))
    assert small.shape == (50, 100, 3)
    assert np.abs(small.astype(int) - 128).max() <= 1
    assert torch.equal(frame, before)
    assert gray(small).shape == (50, 100)


def test_the_same_pictures_give_the_same_flow():
    first = texture()
    second = shifted(first, 2, 1)
    assert np.array_equal(dense_flow(first, second), dense_flow(first, second))


def test_a_small_picture_between_changes_nothing():
    first, small = texture(240, 320), texture(64, 64)
    second = np.roll(first, 9, 1)
    alone = dense_flow(first, second)
    dense_flow(small, np.roll(small, 2, 1))
    assert (dense_flow(first, second) == alone).all()
