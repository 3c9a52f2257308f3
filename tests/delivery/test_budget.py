import numpy as np
import pytest
from raccord.nodes.delivery.budget import LEAST_SHARE, MOST_ENCODES, search_quality
from raccord.nodes.media.stills import encode_still
from scipy.ndimage import gaussian_filter


def noise(sigma):
    picture = gaussian_filter(np.random.default_rng(3).random((360, 640, 3)), (sigma, sigma, 0))
    return ((picture - picture.min()) / np.ptp(picture) * 255).astype(np.uint8)


@pytest.mark.parametrize("form", ["avif", "webp", "jpeg"])
@pytest.mark.parametrize("sigma", [1, 3])
def test_a_busy_picture_fills_its_budget_in_five_encodes(form, sigma):
    picture = noise(sigma)
    budget = len(encode_still(picture, form, 55, b""))  # a weight that this picture can have
    tries = []
    fit = search_quality(lambda q: tries.append(q) or encode_still(picture, form, q, b""), budget, form=form)
    assert fit.fits
    assert fit.encodes == len(tries) <= MOST_ENCODES
    assert LEAST_SHARE[form] * budget <= len(fit.data) <= budget


def test_a_flat_picture_takes_the_highest_quality():
    flat = np.full((360, 640, 3), (200, 30, 30), np.uint8)
    fit = search_quality(lambda q: encode_still(flat, "webp", q, b""), 100_000, high=94)
    assert (fit.quality, fit.fits) == (94, True)


def test_an_impossible_budget_gives_the_lightest_and_says_so():
    picture = noise(0.5)
    fit = search_quality(lambda q: encode_still(picture, "jpeg", q, b""), 3_000, low=25)
    assert not fit.fits
    assert fit.quality == 25


@pytest.mark.parametrize("budget", [400, 5_000, 40_000, 10**6])
def test_never_above_the_budget_when_anything_fits(budget):
    sizes = {q: int(300 * np.exp(0.05 * q)) for q in range(101)}
    fit = search_quality(lambda q: bytes(sizes[q]), budget, low=5, high=95)
    assert fit.fits == (sizes[5] <= budget)
    assert fit.encodes <= MOST_ENCODES
    assert not fit.fits or len(fit.data) <= budget
