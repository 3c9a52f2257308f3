"""A frame at a glance shows what the whole frame shows."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from films import VideoFromFile, write_rgb, write_yuv
from raccord.nodes.image.flow import luma_levels, shrink
from raccord.nodes.image.opencv import cv2
from raccord.nodes.media.frames import Frames


def soft(height, width, seed, low=20, high=230):
    picture = cv2.GaussianBlur(np.random.default_rng(seed).uniform(0, 255, (height, width)).astype(np.float32), (0, 0), 3)
    return np.interp(picture, (picture.min(), picture.max()), (low, high)).round().astype(np.uint8)


@pytest.mark.parametrize("color_range", [1, 2])
@pytest.mark.parametrize("colorspace", [1, 5])
def test_small_and_luma_are_those_of_the_whole_frame(tmp_path, colorspace, color_range):
    planes = [soft(180, 320, 1), soft(90, 160, 2, 90, 160), soft(90, 160, 3, 90, 160)]
    film = write_yuv(tmp_path / "film.mkv", planes, "yuv420p", colorspace=colorspace, color_range=color_range)
    frames = Frames(VideoFromFile(film))
    small, luma = frames.glance(0, (160, 90), luma=True)
    whole = frames.frame(0)
    wanted = shrink(whole, (160, 90)).astype(int)
    assert np.abs(small - wanted).mean() < 0.5
    assert np.abs(small - wanted).max() <= 5
    assert luma.shape == (180, 320)
    if colorspace == 5:  # the matrix that luma_levels weighs by
        assert np.abs(luma - luma_levels(whole)).mean() < 1.0


def test_films_that_are_no_plain_yuv_are_looked_at_too(tmp_path):
    pictures = np.stack([np.stack([soft(90, 122, s + 3 * t) for s in range(3)], -1) for t in range(3)])
    frames = Frames(VideoFromFile(write_rgb(tmp_path / "film.mkv", pictures)))
    for number in (2, 0, 1):
        small, luma = frames.glance(number, (61, 45), luma=True)
        assert np.abs(small - shrink(frames.frame(number), (61, 45)).astype(int)).max() <= 1
        assert np.abs(luma - luma_levels(frames.frame(number))).max() <= 1
    assert frames.glance(1, (61, 45), luma=False)[1] is None
