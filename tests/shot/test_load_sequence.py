"""Sequences as clips: values, ranges, gaps, colours, and what the report says of them."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from pictures import codes, grey_exr, host, write_dpx, write_exr
from PIL import Image
from raccord.nodes import runtime
from raccord.nodes.delivery.vfx import VfxOrder, export_package
from raccord.nodes.shot.load import load_clip
from raccord.nodes.wires.shot import Shot


@pytest.fixture
def place(tmp_path):
    with runtime.surrounded_by(host(tmp_path)):
        yield tmp_path


def encoded(linear):
    return linear * 12.92 if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def ramp(place, numbers=range(1001, 1009), name="a.{:04d}.exr", **tags):
    """Frame 1001 holds 1/16 in linear light, 1002 twice that, and so on."""
    for number in numbers:
        grey_exr(place / name.format(number), number % 1000 / 16, **tags)


def numbers_of(images):
    """Which frames of `ramp` these are."""
    return [1000 + round(16 * ((v + 0.055) / 1.055) ** 2.4) for v in images[:, 0, 0, 0].tolist()]


def found(clip, check):
    return next(f for f in clip.report.findings if f.check == check)


def test_part_of_a_sequence(place):
    ramp(place, colorInteropID="lin_rec709_scene", framesPerSecond=Fraction(25))
    clip = load_clip("a.####.exr", first=2, count=3)
    assert numbers_of(clip.images) == [1003, 1004, 1005]
    assert clip.images[0, 0, 0, 0].item() == pytest.approx(encoded(3 / 16), abs=1e-6)
    assert (clip.shot.shot, clip.shot.start_frame, clip.shot.fps, clip.audio) == ("a", 1003, Fraction(25), None)
    assert clip.report.verdict == "pass"
    assert "Frames 1003 to 1005 of a.####.exr" in found(clip, "shot.frames").message
    assert len(load_clip("a.1003.exr").images) == 8


@pytest.mark.parametrize(("first", "count"), [(8, 0), (0, 9), (5, 4)])
def test_frames_it_does_not_have(place, first, count):
    ramp(place)
    with pytest.raises(ValueError, match=r"within a\.####\.exr, which has 8 \(1001-1008\)"):
        load_clip("a.####.exr", first, count)


def test_missing_frames_are_named(place):
    ramp(place, [1002, 1003, 1006, 1008])
    said = r"expected frames 1001-1010 of a\.####\.exr, got no 1001, 1004-1005, 1007, 1009-1010: "
    with pytest.raises(ValueError, match=said):
        load_clip("a.####.exr [1001-1010]")
    assert len(load_clip("a.####.exr", first=0, count=2).images) == 2
    held = load_clip("a.####.exr [1001-1010]", missing="hold")
    assert numbers_of(held.images) == [1002, 1002, 1003, 1003, 1003, 1006, 1006, 1008, 1008, 1008]
    black = load_clip("a.####.exr [1001-1010]", missing="black")
    assert [i for i, frame in enumerate(black.images) if not frame.any()] == [0, 3, 4, 6, 8, 9]
    finding = found(black, "shot.frames")
    assert (finding.verdict, list(finding.frames)) == ("warn", [0, 3, 4, 6, 8, 9])
    assert "1001, 1004-1005, 1007, 1009-1010" in finding.message
    with pytest.raises(ValueError, match="got no 1-3"):
        load_clip("a.####.exr [1-3]", missing="hold")


def test_another_size_names_the_frame(place):
    ramp(place, [1, 2])
    grey_exr(place / "a.0003.exr", 0.5, height=5)
    with pytest.raises(ValueError, match=r"expected 6x4 in a\.0003\.exr, as in the frames before, got 6x5"):
        load_clip("a.####.exr")


def test_another_colour_space_names_the_frame(place):
    ramp(place, [1, 2], colorInteropID="lin_ap1_scene")
    grey_exr(place / "a.0003.exr", 0.5, colorInteropID="lin_rec709_scene")
    with pytest.raises(ValueError, match=r"expected ACEScg in a\.0003\.exr, as in the frames before, got linear Rec\.709"):
        load_clip("a.####.exr")
    assert len(load_clip("a.####.exr", colour_space="ACEScg").images) == 3


def test_acescg_becomes_srgb(place):
    """Values by the matrix that ACES publishes for AP1 to linear Rec.709."""
    red, green, blue = (np.full((2, 2), v, np.float16) for v in (0.5, 0.25, 0.125))
    for number in (1, 2):
        write_exr(place / f"a.{number}.exr", {"R": red, "G": green, "B": blue}, colorInteropID="lin_ap1_scene")
    matrix = [[1.70505, -0.62179, -0.08326], [-0.13026, 1.14080, -0.01055], [-0.02400, -0.12897, 1.15297]]
    wanted = [encoded(0.5 * r + 0.25 * g + 0.125 * b) for r, g, b in matrix]
    assert load_clip("a.#.exr").images[1, 0, 0].tolist() == pytest.approx(wanted, abs=2e-4)
    assert load_clip("a.#.exr", colour_space="linear Rec.709").images[0, 0, 0].tolist() == pytest.approx(
        [encoded(0.5), encoded(0.25), encoded(0.125)], abs=1e-6)
    assert found(load_clip("a.#.exr", colour_space="ACEScg"), "shot.colour").verdict == "pass"
    assert found(load_clip("a.#.exr", colour_space="linear Rec.709"), "shot.colour").verdict == "warn"


@pytest.mark.parametrize("space", ["linear Rec.709", "ACEScg", "ACES2065-1", "sRGB encoded"])
@pytest.mark.parametrize("channels", [3, 4])
def test_our_own_exr_comes_back(place, space, channels):
    frames = torch.rand(2, 20, 30, channels, generator=torch.Generator().manual_seed(5))
    if channels == 4:
        frames[..., 3] = frames[..., 3] * 0.5 + 0.5
    order = VfxOrder(Shot("show", "SH010", 3, fps=23.976, start_frame=1009), colour_space=space)
    name = next(f for f in export_package(frames, order).files if f.endswith(".1010.exr"))
    clip = load_clip(name)
    assert clip.images.shape == frames.shape
    assert clip.report.verdict == "pass"
    assert (clip.shot.show, clip.shot.shot, clip.shot.take) == ("show", "SH010", 3)
    assert (clip.shot.fps, clip.shot.start_frame) == (Fraction(24000, 1001), 1009)
    error = (clip.images - frames).abs()
    bright = frames[..., :3].amin(-1) > 0.25
    assert error[..., :3][bright].max() < 0.002  # half floats: 2⁻¹¹ of linear light, through the matrix and the curve
    assert error.max() < 0.02  # the curve is 12.92 times as steep near black
    assert error.mean() < 2e-4


def test_what_is_brighter_than_white_is_counted(place):
    plane = np.full((10, 10), 0.5, np.float16)
    plane[:2] = 4.0
    blue = np.full((10, 10), 0.5, np.float16)
    blue[5] = -0.25
    for number in (1, 2):
        write_exr(place / f"a.{number}.exr", {"R": plane, "G": plane, "B": blue}, colorInteropID="lin_rec709_scene")
    clip = load_clip("a.#.exr")
    assert clip.report.metrics["shot.over_percent"] == pytest.approx(20)
    assert clip.report.metrics["shot.under_percent"] == pytest.approx(10)
    finding = found(clip, "shot.clipped")
    assert finding.verdict == "warn"
    assert finding.message.startswith("20 % of the pixels are brighter than 1 and 10 % are below 0")
    assert (clip.images.amin().item(), clip.images.amax().item()) == (0, 1)


def test_pixels_that_are_no_numbers(place):
    ramp(place, [1, 2, 3])
    plane = np.full((4, 6), 0.5, np.float16)
    plane[1, 2] = np.nan
    write_exr(place / "a.0002.exr", {"R": plane, "G": plane, "B": plane})
    clip = load_clip("a.####.exr")
    assert list(found(clip, "shot.values").frames) == [1]
    assert not clip.images[1, 1, 2].any()
    assert torch.isfinite(clip.images).all()


def test_alpha_is_straight_and_only_where_it_says_something(place):
    half = {c: np.full((3, 3), v, np.float16) for c, v in zip("RGBA", (0.25, 0.25, 0.25, 0.5), strict=True)}
    opaque = half | {"A": np.ones((3, 3), np.float16)}
    write_exr(place / "a.1.exr", opaque)
    write_exr(place / "a.2.exr", half)
    clip = load_clip("a.#.exr")
    assert clip.images.shape == (2, 3, 3, 4)
    assert clip.images[:, 0, 0, 3].tolist() == [1, 0.5]
    assert clip.images[1, 0, 0, 0].item() == pytest.approx(encoded(0.5), abs=1e-6)
    assert found(clip, "shot.alpha").verdict == "pass"
    assert load_clip("a.#.exr", count=1).images.shape[-1] == 3
    assert load_clip("a.#.exr [0-2]", missing="black").images[0, 0, 0].tolist() == [0, 0, 0, 1]


def test_log_is_refused_until_the_artist_says_otherwise(place):
    for number in (1001, 1002):
        write_dpx(place / f"a.{number}.dpx", codes(10), 10, transfer=1)
        grey_exr(place / f"b_logc3.{number}.exr", 0.5)
    for name, word in (("a.####.dpx", "printing density"), ("b_logc3.####.exr", "logc3")):
        with pytest.raises(ValueError, match=rf"expected linear or encoded sRGB pictures, got .*{word}.*convert them"):
            load_clip(name)
    clip = load_clip("a.####.dpx", colour_space="sRGB encoded")
    assert np.abs(clip.images[0].numpy() - codes(10) / 1023).max() < 1e-6
    assert "printing density" in found(clip, "shot.colour").message
    assert found(clip, "shot.colour").verdict == "warn"


def test_deep_png_with_alpha_and_an_assumed_rate(place):
    values = np.random.default_rng(0).integers(0, 256, (6, 5, 4), dtype=np.uint8)
    for number in (7, 8):
        Image.fromarray(values + (number - 7)).save(place / f"f_{number:03d}.png")
    clip = load_clip("f_%03d.png")
    assert np.abs(clip.images[0].numpy() - values / 255).max() < 1e-6
    assert clip.report.verdict == "warn"
    assert found(clip, "shot.cadence").suggestion == "Set fps."
    assert clip.shot.fps == 24
    assert load_clip("f_%03d.png", fps=23.976).shot.fps == Fraction(24000, 1001)
    assert load_clip("f_%03d.png", fps=25).report.verdict == "pass"


def test_layers_that_are_left_are_named(place):
    planes = {name: np.full((2, 2), 0.5, np.float32) for name in ("R", "G", "B", "depth.Z", "id.id")}
    write_exr(place / "a.exr", planes)
    message = found(load_clip("a.exr"), "shot.layers").message
    assert "depth.Z, id.id" in message


@pytest.mark.parametrize(("space", "missing", "said"), [
    ("Rec.709", "refuse", "matrix of a film"), ("from file", "skip", "expected missing")])
def test_choices_that_do_not_fit(place, space, missing, said):
    ramp(place)
    with pytest.raises(ValueError, match=said):
        load_clip("a.####.exr", colour_space=space, missing=missing)


def test_cancelling_stops_at_the_next_frame(place):
    class CancelledError(Exception):
        pass

    ramp(place)
    calls = []

    def check():
        calls.append(1)
        if len(calls) > 3:
            raise CancelledError

    stopping = host(place)
    stopping.check_cancelled = check
    with runtime.surrounded_by(stopping), pytest.raises(CancelledError):
        load_clip("a.####.exr")
    assert len(calls) == 4


def test_names_in_headers_are_not_trusted(place):
    words = {"raccord/shot": "../../x", "raccord/show": "OPERA", "raccord/take": "²"}
    grey_exr(place / "plates" / "sh020_comp.1001.exr", 0.5, **words)
    shot = load_clip("plates/sh020_comp.1001.exr").shot
    assert (shot.show, shot.shot, shot.take) == ("OPERA", "sh020_comp", 1)
