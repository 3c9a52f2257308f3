"""Frames between frames, against drawn truth: what moves is where it should be, what one frame hides comes from the other."""

import cv2
import numpy as np
import pytest
import torch
from raccord.nodes.image.interpolate import Between

SIDE = 192


def wall(seed, height=SIDE + 64, width=SIDE + 64):
    """A soft random texture in colour, 0..1."""
    fine = np.random.default_rng(seed).random((height, width, 3), np.float32)
    rough = sum(cv2.GaussianBlur(fine, (0, 0), s) * s for s in (2, 6, 14))
    return ((rough - rough.min()) / (rough.max() - rough.min())).astype(np.float32)


def seen(texture, x=0.0, y=0.0, zoom=1.0):
    """What a camera sees of a wall that lies `x`, `y` to the right and below, `zoom` times as large about its middle."""
    middle = SIDE / 2
    matrix = np.array([[zoom, 0, middle * (1 - zoom) - 32 + x], [0, zoom, middle * (1 - zoom) - 32 + y]], np.float32)
    return np.clip(cv2.warpAffine(texture, matrix, (SIDE, SIDE), flags=cv2.INTER_CUBIC), 0, 1)


def psnr(one, other):
    return -10 * np.log10(np.mean((one - other) ** 2) + 1e-12)


@pytest.mark.parametrize("t", [0.25, 0.5, 0.8])
@pytest.mark.parametrize(("x", "y", "zoom"), [(12, 5, 1), (-20, 0, 1), (0, 0, 1.08), (0.5, 0, 1)])
def test_a_moving_wall_is_where_it_should_be(t, x, y, zoom):
    texture = wall(1)
    made = Between(seen(texture), seen(texture, x, y, zoom)).at(t)
    truth = seen(texture, t * x, t * y, zoom if zoom == 1 else 1 + t * (zoom - 1))
    assert psnr(made, truth) > 38  # to the very edge: what enters is taken from the frame that shows it
    assert psnr(made[:, :24], truth[:, :24]) > 33
    assert psnr(made[:, -24:], truth[:, -24:]) > 33


def test_a_blend_would_not_pass():
    texture = wall(1)
    assert psnr((seen(texture) + seen(texture, 12, 5)) / 2, seen(texture, 6, 2.5)) < 32


def with_square(x):
    """A square of 64 pixels before a still wall."""
    out = seen(wall(2)).copy()
    out[60:124, x:x + 64] = seen(wall(3))[60:124, 60:124]
    return out


def test_a_square_before_a_wall_leaves_no_ghost():
    first, truth, second = with_square(40), with_square(48), with_square(56)
    made = Between(first, second).at(0.5)
    near = np.s_[52:132, 32:128]
    assert psnr(made[near], truth[near]) > psnr(((first + second) / 2)[near], truth[near]) + 5
    assert np.abs(made - truth)[66:118, 56:104].max() < 0.02, "the square itself is whole"
    still = np.ones((SIDE, SIDE), bool)
    still[44:140, 24:136] = False
    assert np.abs(made - truth)[still].max() < 0.01, "the wall away from it stands"


def test_the_ends_are_the_frames_themselves():
    first, second = torch.from_numpy(seen(wall(4))), torch.from_numpy(seen(wall(4), 4))
    between = Between(first, second)
    assert between.at(0) is first
    assert between.at(1) is second


@pytest.mark.parametrize("t", [-0.01, 1.01, float("nan")])
def test_nothing_is_made_beyond_the_two(t):
    with pytest.raises(ValueError, match="time from 0 to 1"):
        Between(seen(wall(5)), seen(wall(5))).at(t)


def test_two_shapes_are_refused():
    with pytest.raises(ValueError, match="of one shape"):
        Between(np.zeros((8, 8, 3), np.float32), np.zeros((8, 9, 3), np.float32))


def test_alpha_moves_with_its_colour():
    texture = seen(wall(6))

    def drawn(x):
        out = np.zeros((SIDE, SIDE, 4), np.float32)
        out[60:124, x:x + 64] = np.dstack([texture[60:124, 60:124], np.ones((64, 64))])
        return out

    made, truth = Between(drawn(40), drawn(48)).at(0.5), drawn(44)
    assert psnr(made[..., 3], truth[..., 3]) > 25
    shows = made[..., 3] > 0.9
    assert shows[66:118, 50:102].all()
    assert np.abs(made[..., :3] - truth[..., :3])[66:118, 50:102].max() < 0.03
    assert np.abs(made[60:124, 20:36]).max() < 0.02, "nothing is left where it does not reach"


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 7, 4), (61, 83, 3), (2, 300, 3)])
def test_any_shape_and_kind_comes_back(shape):
    first = torch.rand(shape, generator=torch.Generator().manual_seed(1)).half()
    made = Between(first, first.flip(0)).at(0.3)
    assert made.shape == shape
    assert made.dtype == torch.float16
    assert float(made.min()) >= float(first.min())
    assert float(made.max()) <= float(first.max())


def test_a_large_frame_moves_by_what_was_measured_small():
    texture = cv2.resize(wall(7, 200, 300), (1500, 1000), interpolation=cv2.INTER_CUBIC)
    first, truth, second = (texture[:900, x:x + 1400] for x in (0, 15, 30))
    assert psnr(Between(first, second).at(0.5), truth) > 40


def test_doubt_tells_a_cut_from_motion():
    texture = wall(8)
    assert Between(seen(texture), seen(texture, 9, -6)).doubt < 0.02
    assert Between(seen(texture), seen(1 - wall(9))).doubt > 0.5
    black = np.zeros((64, 64, 3), np.float32)
    assert Between(black, black).doubt == 0
    assert Between(black, black + 0.5).doubt == 1


def test_the_same_twice():
    first, second = seen(wall(10)), seen(wall(10), 7, 3)
    assert np.array_equal(Between(first, second).at(0.4), Between(first, second).at(0.4))
