"""The plate of the example shot is read where it is, and the camera's balance is taken back."""

import numpy as np
import pytest
from raccord.nodes.colour.normalize import normalize
from raccord.nodes.image.colour import srgb_to_linear
from raccord.nodes.image.grade import grade_pixels


@pytest.fixture(scope="module")
def normalized(example):
    return normalize(example.images[:16], "auto", None, 3)


def test_the_plate_is_read_where_it_is(example, normalized):
    reading = normalized.reading
    assert reading.plate.kind == "raccord12"
    assert reading.frames[0] == 0
    assert np.abs(reading.found[0].centres - np.array(example.truth["plate"]["patches_px"][0])).max() < 0.1


def test_the_grade_takes_back_the_camera(example, normalized):
    wall = example.images[0, 200:300, 650:700]
    before, after = (srgb_to_linear(part).mean((0, 1)).numpy() for part in (wall, grade_pixels(wall, normalized.grade)))
    assert after / before == pytest.approx(1 / np.array(example.truth["light"]["first_frame_gain"]), rel=0.01)
