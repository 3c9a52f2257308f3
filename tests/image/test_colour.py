"""Colour arithmetic against published values."""

import numpy as np
import pytest
import torch
from raccord.nodes.image.colour import (
    XYZ_FROM_LINEAR,
    delta_e_2000,
    linear_to_srgb,
    oklab_to_srgb,
    srgb_to_lab,
    srgb_to_linear,
    srgb_to_oklab,
)

F64 = torch.float64

# Sharma, Wu, Dalal 2005, table 1: two Lab colours and their CIEDE2000 difference
SHARMA = """
50.0000 2.6772 -79.7751 50.0000 0.0000 -82.7485 2.0425
50.0000 3.1571 -77.2803 50.0000 0.0000 -82.7485 2.8615
50.0000 2.8361 -74.0200 50.0000 0.0000 -82.7485 3.4412
50.0000 -1.3802 -84.2814 50.0000 0.0000 -82.7485 1.0000
50.0000 -1.1848 -84.8006 50.0000 0.0000 -82.7485 1.0000
50.0000 -0.9009 -85.5211 50.0000 0.0000 -82.7485 1.0000
50.0000 0.0000 0.0000 50.0000 -1.0000 2.0000 2.3669
50.0000 -1.0000 2.0000 50.0000 0.0000 0.0000 2.3669
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0009 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0010 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0011 7.2195
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0012 7.2195
50.0000 -0.0010 2.4900 50.0000 0.0009 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0010 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0011 -2.4900 4.7461
50.0000 2.5000 0.0000 50.0000 0.0000 -2.5000 4.3065
50.0000 2.5000 0.0000 73.0000 25.0000 -18.0000 27.1492
50.0000 2.5000 0.0000 61.0000 -5.0000 29.0000 22.8977
50.0000 2.5000 0.0000 56.0000 -27.0000 -3.0000 31.9030
50.0000 2.5000 0.0000 58.0000 24.0000 15.0000 19.4535
50.0000 2.5000 0.0000 50.0000 3.1736 0.5854 1.0000
50.0000 2.5000 0.0000 50.0000 3.2972 0.0000 1.0000
50.0000 2.5000 0.0000 50.0000 1.8634 0.5757 1.0000
50.0000 2.5000 0.0000 50.0000 3.2592 0.3350 1.0000
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""


def table(text):
    return torch.tensor([[float(v) for v in line.split()] for line in text.strip().splitlines()], dtype=torch.float64)


@pytest.mark.parametrize("swap", [False, True])
def test_ciede2000_gives_all_published_pairs(swap):
    rows = table(SHARMA)
    assert len(rows) == 34
    one, other = (rows[:, 3:6], rows[:, :3]) if swap else (rows[:, :3], rows[:, 3:6])
    assert torch.allclose(delta_e_2000(one, other), rows[:, 6], atol=5e-5)


def test_ciede2000_broadcasts_and_is_zero_for_equal_colours():
    lab = srgb_to_lab(torch.rand(5, 7, 3))
    assert delta_e_2000(lab, lab).abs().max() == 0
    assert delta_e_2000(lab, lab[0, 0]).shape == (5, 7)


def test_srgb_transfer_is_exact_at_its_landmarks():
    encoded = torch.tensor([0.0, 0.04045, 0.5, 1.0, -0.5, 2.0], dtype=F64)
    linear = torch.tensor([0.0, 0.0031308049535603, 0.2140411404822325, 1.0, -0.2140411404822325, 4.95384575159204], dtype=F64)
    assert torch.allclose(srgb_to_linear(encoded), linear, atol=1e-12)


@pytest.mark.parametrize(("dtype", "error"), [(torch.float64, 3e-8), (torch.float32, 2e-6)])
def test_srgb_transfer_comes_back(dtype, error):
    encoded = torch.linspace(-0.5, 1.5, 4001, dtype=dtype)
    assert (linear_to_srgb(srgb_to_linear(encoded)) - encoded).abs().max() <= error


def test_every_code_value_of_8_bits_survives():
    codes = torch.arange(256)
    back = linear_to_srgb(srgb_to_linear(codes.float() / 255)) * 255
    assert torch.equal(back.round().long(), codes)


def test_oklab_gives_ottossons_table():
    xyz = torch.tensor(((0.950, 1.0, 1.089), (1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0)), dtype=torch.float64)
    want = torch.tensor(((1.0, 0, 0), (0.450, 1.236, -0.019), (0.922, -0.671, 0.263), (0.153, -1.415, -0.449)), dtype=F64)
    linear = xyz @ torch.linalg.inv(torch.tensor(XYZ_FROM_LINEAR, dtype=torch.float64)).T
    assert (srgb_to_oklab(linear_to_srgb(linear)) - want).abs().max() < 2e-3  # the table has three decimals


def test_oklab_of_the_primaries_and_back():
    primaries = torch.eye(3, dtype=torch.float64)
    want = torch.tensor(((0.62796, 0.22486, 0.12585), (0.86644, -0.23389, 0.17950), (0.45201, -0.03246, -0.31153)), dtype=F64)
    assert torch.allclose(srgb_to_oklab(primaries), want, atol=2e-5)
    some = torch.rand(100, 3, dtype=torch.float64)
    assert torch.allclose(oklab_to_srgb(srgb_to_oklab(some)), some, atol=1e-6)


def test_white_is_neutral_in_lab():
    lab = srgb_to_lab(torch.ones(1, 3, dtype=torch.float64))
    assert np.allclose(lab, [[100, 0, 0]], atol=1e-3)
