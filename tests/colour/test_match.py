"""Matching without a plate."""

import numpy as np
import pytest
import torch
from chart_scenes import backdrop, decode, encode
from raccord.nodes.colour.clouds import cloud_distance, transport
from raccord.nodes.colour.match import METHODS, Ask, match_reference, sample_pixels
from raccord.nodes.image.colour import delta_e_2000, srgb_to_lab
from raccord.nodes.image.grade import apply_grade


def picture(seed=0, width=320, height=180):
    return torch.from_numpy(backdrop(width, height, np.random.default_rng(seed)) * 0.7 + 0.1)[None]


def test_transport_turns_one_covariance_into_the_other():
    rng = np.random.default_rng(0)
    a, b = (np.cov(rng.random((3, 50))) for _ in range(2))
    m = transport(a, b)
    assert np.allclose(m @ a @ m.T, b)
    assert np.allclose(m, m.T)
    assert np.linalg.eigvalsh(m).min() > 0


def test_a_gain_in_light_is_taken_back():
    reference = picture()
    clip = torch.from_numpy(encode(decode(reference.numpy()) * (0.8, 0.9, 1.1))).float()
    for method in ("transport in linear light", "gains"):
        graded = apply_grade(clip, match_reference(clip, reference, Ask(method)).grade)
        assert delta_e_2000(srgb_to_lab(graded), srgb_to_lab(reference)).mean() < 0.7


@pytest.mark.parametrize("method", METHODS)
def test_every_method_comes_nearer(method):
    clip, reference = picture(1) ** 1.3 * torch.tensor((0.9, 0.8, 0.7)), picture(2)
    matched = match_reference(clip, reference, Ask(method))
    assert matched.after < matched.before


def test_one_map_adds_no_flicker_where_nothing_moves():
    """The page's scene: a disc crosses a still background; per-frame matching adds 0.56 to 0.77 there."""
    base = picture(3, 320, 180)[0]
    clip = base.repeat(12, 1, 1, 1)
    for t in range(12):
        clip[t, 60:110, 20 * t:20 * t + 60] = torch.tensor((0.8, 0.1, 0.1))
    cast = torch.from_numpy(encode(decode(clip.numpy()) * (0.92, 0.97, 1.06))).float()
    graded = apply_grade(cast, match_reference(cast, picture(3), Ask("transport")).grade)
    still = srgb_to_lab(graded[:, 130:])
    assert delta_e_2000(still[1:], still[:-1]).max() < 0.05


def test_only_what_the_mask_shows_counts():
    clip, reference = picture(4), picture(4)
    clip[:, :, :160] *= 0.3
    mask = torch.zeros(1, 180, 320)
    mask[:, :, 160:] = 1
    matched = match_reference(clip, reference, Ask("transport", mask))
    graded = apply_grade(clip, matched.grade)
    assert (graded - clip)[:, :, 160:].abs().max() < 0.01


def test_an_empty_mask_is_refused_and_no_mask_is_none():
    clip = picture(5)
    assert match_reference(clip, picture(6), Ask("transport", torch.zeros(1, 180, 320))).grade.refused
    assert not match_reference(clip, picture(6), Ask("transport", torch.zeros(1, 64, 64))).grade.refused


def test_a_flat_clip_is_not_stretched_into_colours():
    flat = torch.full((1, 64, 64, 3), 0.5)
    matched = match_reference(flat, picture(7), Ask("transport"))
    assert matched.stretch[1] < 2.51
    assert matched.held


def test_samples_are_spread_and_few():
    assert len(sample_pixels(torch.rand(30, 200, 300, 3), None, most=10_000)) <= 12_000


def test_a_cloud_is_no_distance_from_itself():
    pixels = torch.rand(1000, 3, dtype=torch.float64)
    assert cloud_distance(pixels, pixels) < 1e-3


def test_the_menu_offers_every_method():
    from raccord.nodes.colour import nodes

    assert tuple(nodes.METHODS) == METHODS


def test_another_method_is_named():
    with pytest.raises(ValueError, match="expected method of auto"):
        match_reference(picture(), picture(), Ask("magic"))
