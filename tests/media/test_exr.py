from fractions import Fraction

import numpy as np
import pytest
import torch
from raccord.nodes.image.colour import srgb_to_linear
from raccord.nodes.media.exr_colour import COLOUR_SPACES, decoded, matrix_to, to_half
from raccord.nodes.media.exr_header import FrameHeader

exr = pytest.importorskip("raccord.nodes.media.exr")

HEADER = FrameHeader(1009, Fraction(24000, 1001), "linear Rec.709", {"shot": "SH010"})


def test_values_are_exact_in_half(tmp_path):
    encoded = torch.rand(33, 57, 3, generator=torch.Generator().manual_seed(2))
    picture = to_half(encoded, "linear Rec.709")
    exr.write_exr(tmp_path / "a.exr", picture, HEADER)
    header, (part,) = exr.read_exr(tmp_path / "a.exr")
    for i, name in enumerate("RGBA"):
        assert part[name].dtype == np.float16
        assert np.array_equal(part[name], picture[i])
    assert np.abs(part["R"].astype(float) - ((encoded[..., 0].double() + 0.055) / 1.055).pow(2.4).numpy())[
        encoded[..., 0].numpy() > 0.05].max() < 2**-11
    assert (part["A"] == 1).all()
    assert header["framesPerSecond"] == Fraction(24000, 1001)
    assert header["colorInteropID"] == "lin_rec709_scene"
    code = header["timeCode"]
    assert (code.hours, code.minutes, code.seconds, code.frame) == (0, 0, 42, 1)
    assert header["raccord/shot"] == "SH010"


@pytest.mark.parametrize("space", sorted(COLOUR_SPACES))
def test_codes_give_the_halves_that_their_floats_give(space):
    codes = torch.arange(256, dtype=torch.uint8)[torch.randperm(256 * 27, generator=torch.Generator().manual_seed(1)) % 256]
    codes = codes.reshape(32, 72, 3)
    looked_up = to_half(codes, space)
    computed = to_half(codes.float() / 255, space)
    assert looked_up.dtype == np.float16
    assert np.array_equal(looked_up, computed)
    assert (looked_up[3] == 1).all()


def test_the_curve_is_that_of_the_other_jobs():
    values = torch.cat((torch.linspace(-1.5, 1.5, 30001), torch.tensor([0.0, -0.0, 0.04045, 0.0404501])))
    exact, ours = srgb_to_linear(values.double()).numpy(), decoded(values.numpy())
    assert np.abs(ours / np.where(exact == 0, 1, exact) - 1)[exact != 0].max() < 2**-20
    assert (ours[exact == 0] == 0).all()


def test_data_is_bit_exact_beside_the_picture(tmp_path):
    ids = np.random.default_rng(0).integers(0, 5000, (20, 30, 1)).astype(np.float32)
    depth = (np.random.default_rng(1).random((20, 30, 3)) * 1e4).astype(np.float32)
    picture = to_half(torch.rand(20, 30, 3), "ACEScg")
    exr.write_exr(tmp_path / "a.exr", picture, HEADER, {"id": ids, "depth": depth, "mask:hero": ids / 5000, "normal": depth})
    _, (rgba, data) = exr.read_exr(tmp_path / "a.exr")
    assert sorted(rgba) == ["A", "B", "G", "R"]
    assert sorted(data) == ["depth.Z", "id.id", "mask_hero.A", "normal.B", "normal.G", "normal.R"]
    assert np.array_equal(data["id.id"], ids[..., 0])
    assert np.array_equal(data["depth.Z"], depth[..., 0])
    assert np.array_equal(data["normal.B"], depth[..., 2])


def test_alpha_is_premultiplied():
    frame = torch.full((2, 2, 4), 0.5)
    half = to_half(frame, "sRGB encoded")
    assert np.allclose(half[:3], 0.25)
    assert np.allclose(half[3], 0.5)


def test_matrices_are_the_published_ones():
    acescg = [[0.6131, 0.3395, 0.0474], [0.0702, 0.9164, 0.0135], [0.0206, 0.1096, 0.8698]]
    assert np.abs(matrix_to("ACEScg") - acescg).max() < 1e-4
    for space in ("ACEScg", "ACES2065-1"):
        assert np.abs(matrix_to(space) @ np.ones(3) - 1).max() < 1e-9


def test_a_broken_file_is_one_sentence(tmp_path):
    (tmp_path / "a.exr").write_bytes(b"no picture")
    with pytest.raises(ValueError, match="expected an EXR file in a.exr"):
        exr.read_exr(tmp_path / "a.exr")
