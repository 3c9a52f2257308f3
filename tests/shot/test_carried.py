"""Paint on the example shot's first frame goes along with the wall, in its light, behind what stands in front."""

import numpy as np
import pytest
import torch
from raccord.nodes.image.colour import srgb_to_linear
from raccord.nodes.image.warp import transform
from raccord.nodes.shot.carried import painted
from raccord.nodes.shot.example import CAR_TOP, FRAMES, camera, car_left, draw_frame, draw_layers, light

SPOT, ON_PLATE = (slice(360, 400), slice(420, 480)), (slice(380, 410), slice(100, 140))


@pytest.fixture(scope="module")
def shots():
    """The shot as it is, and with a green spot on the wall below the sign and another on the plate."""
    layers = draw_layers()
    first = draw_frame(0, layers, grain=0)
    for rows, columns in (SPOT, ON_PLATE):
        first[:, rows, columns] = torch.tensor((0.2, 0.7, 0.3))
    return layers, painted(layers, first), first


def centre(frame, plain):
    """Middle of what differs clearly between two frames, in pixel areas."""
    y, x = np.nonzero(((frame - plain).abs().amax(-1)[0] > 0.15).numpy())
    return np.array([x.mean() + 0.5, y.mean() + 0.5])


def test_the_first_frame_shows_what_was_painted_and_nothing_else_differs(shots):
    plain, carried, first = shots
    shown = draw_frame(0, carried, grain=0)
    inner = shown[0, SPOT[0], SPOT[1]][6:-6, 6:-6]
    off = (inner - torch.tensor((0.2, 0.7, 0.3))).abs()
    assert float(off.mean()) < 0.01
    assert float(off.max()) < 0.06
    far = torch.ones(first.shape[1:3], dtype=torch.bool)
    far[SPOT[0].start - 16:SPOT[0].stop + 16, SPOT[1].start - 16:SPOT[1].stop + 16] = False
    assert torch.equal(shown[0][far], draw_frame(0, plain, grain=0)[0][far])  # the plate's paint is not on the wall


@pytest.mark.parametrize("number", [10, FRAMES - 1])
def test_it_moves_with_the_wall_and_takes_the_light(shots, number):
    plain, carried, _ = shots
    shown, before = (draw_frame(number, layers, grain=0) for layers in (carried, plain))
    wanted = transform(camera(number) @ np.linalg.inv(camera(0)), np.array([[450.0, 380.0]]))[0]
    assert centre(shown, before) == pytest.approx(wanted, abs=0.5)
    x, y = wanted.astype(int)
    green = srgb_to_linear(shown[0, y - 3:y + 3, x - 3:x + 3]).mean((0, 1)).numpy()
    gain = light(number) / light(0)
    assert green == pytest.approx(srgb_to_linear(torch.tensor((0.2, 0.7, 0.3))).numpy() * gain, abs=0.012)


def test_the_car_stays_in_front(shots):
    plain, carried, _ = shots
    number = next(n for n in range(FRAMES) if car_left(n) + 300 > 450)
    shown, before = (draw_frame(number, layers, grain=0) for layers in (carried, plain))
    left = max(car_left(number) + 100, 0)
    part = slice(CAR_TOP + 110, CAR_TOP + 150), slice(left, left + 400)
    assert torch.equal(shown[0][part], before[0][part])


def test_another_size_is_refused(shots):
    with pytest.raises(ValueError, match="expected one picture of 960x540 in first_frame, got 1 of 64x48"):
        painted(shots[0], torch.zeros(1, 48, 64, 3))
    with pytest.raises(ValueError, match="got 2 of 960x540"):
        painted(shots[0], torch.zeros(2, 540, 960, 3))
