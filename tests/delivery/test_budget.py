import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from raccord.nodes.delivery.budget import LEAST_SHARE, MOST_ENCODES, search_quality
from raccord.nodes.delivery.channels import load_channel
from raccord.nodes.delivery.still_findings import weight
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
    fit = search_quality(lambda q: bytes(int(300 * np.exp(0.05 * q))), budget, low=5, high=95)
    assert fit.fits == (budget >= 385)
    assert fit.encodes <= MOST_ENCODES
    assert not fit.fits or len(fit.data) <= budget


def test_a_budget_over_quality_100_is_filled_with_colour_in_every_pixel():
    picture = noise(2)
    full = len(encode_still(picture, "jpeg", 100, b""))
    budget = round(1.15 * full)
    fit = search_quality(lambda q: encode_still(picture, "jpeg", q, b""), budget, form="jpeg", picture=picture, high=110)
    assert full < len(fit.data) <= budget
    assert len(fit.data) >= 0.92 * budget
    with Image.open(io.BytesIO(fit.data)) as written:
        assert [layer[1:3] for layer in written.layer] == [(1, 1)] * 3  # 4:4:4
        near = np.asarray(written.convert("RGB")).astype(int)
    with Image.open(io.BytesIO(encode_still(picture, "jpeg", 100, b""))) as written:
        far = np.asarray(written.convert("RGB")).astype(int)
    assert np.abs(near - picture).mean() < np.abs(far - picture).mean()


def test_a_picture_that_is_whole_cannot_be_heavier():
    drawn = np.repeat(np.repeat(np.arange(48, dtype=np.uint8).reshape(6, 8) * 5, 40, 0), 40, 1)[..., None].repeat(3, 2)
    fit = search_quality(lambda q: encode_still(drawn, "webp", q, b""), 100_000, form="webp", picture=drawn, low=5, high=101)
    assert (fit.quality, fit.fits) == (101, True)
    with Image.open(io.BytesIO(fit.data)) as written:
        assert np.array_equal(np.asarray(written.convert("RGB")), drawn)
    assert len(fit.data) < len(encode_still(drawn, "webp", 99, b""))  # perfect, and lighter than what was tried before
    said = weight({"bytes": len(fit.data), "budget": 100_000, "encodes": fit.encodes, "quality": 101, "form": "webp"},
                  {"quality": {"webp": (60, 90)}}, 0, "a.webp")
    assert [f.verdict for f in said] == ["pass"]
    assert "Nothing is lost in it" in said[0].message


@pytest.mark.parametrize("kilobytes", [75, 85, 100, 104])
def test_a_picture_that_was_a_jpeg_is_met_where_its_own_tables_are(kilobytes):
    """Between qualities 45 and 50 this photograph goes from 68 to 93 kB."""
    with Image.open(Path(__file__).parents[1] / "data" / "charts" / "mcc_img-colorchecker.jpg") as opened:
        picture = np.asarray(opened.convert("RGB"))
    fit = search_quality(lambda q: encode_still(picture, "jpeg", q, b""), kilobytes * 1000, picture=picture, low=5, high=100)
    assert 0.92 * kilobytes * 1000 <= len(fit.data) <= kilobytes * 1000
    assert fit.encodes <= MOST_ENCODES


@pytest.mark.parametrize(("form", "quality", "size", "said"), [
    ("jpeg", 110, 40_000, "cannot weigh more"), ("avif", 101, 40_000, "cannot weigh more"),
    ("webp", 101, 40_000, "Nothing is lost"), ("webp", 100.5, 40_000, "next better file is heavier"),
    ("jpeg", 90, 40_000, ""), ("jpeg", 110, 99_000, "")])
def test_a_light_file_says_why_where_its_format_goes_no_further(form, quality, size, said):
    row = {"form": form, "quality": quality, "bytes": size, "budget": 100_000, "encodes": 2}
    finding = weight(row, load_channel("web_hero"), 0, "a/b")[0]
    assert finding.verdict == "pass"
    assert finding.message.endswith("after 2 encodes.") if not said else said in finding.message
