"""Cryptomatte against the published hashes, and read back by OpenImageIO as a compositor's tool picks a matte."""

import json
from fractions import Fraction

import numpy as np
import pytest
from raccord.nodes.media import cryptomatte
from raccord.nodes.media.exr_header import FrameHeader

exr = pytest.importorskip("raccord.nodes.media.exr")


@pytest.mark.parametrize(("text", "bits"), [
    (b"", 0), (b"hello", 0x248BFA47), (b"hello, world", 0x149BBB7F),
    (b"The quick brown fox jumps over the lazy dog", 0x2E4FF723),  # vectors of MurmurHash3_x86_32
    (b"bunny", 0x13851A76), (b"default", 0x42C9679F),  # the specification's example pictures
])
def test_hashes_are_the_published_ones(text, bits):
    assert cryptomatte.murmur3(text) == bits


def test_an_id_is_a_float_that_survives():
    names = [f"object{i}" for i in range(4000)]
    ids = np.array([cryptomatte.name_id(n) for n in names], np.uint32).view(np.float32)
    assert np.isfinite(ids).all()
    assert (np.abs(ids) >= np.finfo(np.float32).tiny).all()
    turned = [n for n in names if cryptomatte.name_id(n) != cryptomatte.murmur3(n.encode())]
    assert 10 < len(turned) < 80  # two of 256 exponents
    assert all(cryptomatte.name_id(n) ^ cryptomatte.murmur3(n.encode()) == 1 << 23 for n in turned)


def test_the_header_names_the_layer_as_the_specification_does():
    told = cryptomatte.metadata(["bunny", "été"])
    assert told["cryptomatte/3ae39a5/name"] == "CryptoObject"
    assert json.loads(told["cryptomatte/3ae39a5/manifest"]) == {"bunny": "13851a76", "été": f"{cryptomatte.name_id('été'):08x}"}
    assert told["cryptomatte/3ae39a5/hash"] == "MurmurHash3_32"
    assert told["cryptomatte/3ae39a5/conversion"] == "uint32_to_float32"


def test_masks_that_overlap_are_picked_by_name_from_the_file(tmp_path):
    oiio = pytest.importorskip("OpenImageIO")
    rng = np.random.default_rng(0)
    masks = {name: (rng.random((20, 30)) * (rng.random((20, 30)) > 0.4)).astype(np.float32) for name in ("hero", "été", "car")}
    header = FrameHeader(1001, Fraction(24), "linear Rec.709", {})
    exr.write_exr(tmp_path / "a.exr", np.ones((4, 20, 30), np.float16), header, None, masks)
    opened = oiio.ImageInput.open(str(tmp_path / "a.exr"))
    assert opened.spec().getattribute("cryptomatte/3ae39a5/manifest")  # some readers look at the first part only
    assert opened.seek_subimage(1, 0)
    spec = opened.spec()
    assert spec.channelnames == tuple(f"CryptoObject{n:02d}.{c}" for n in range(2) for c in "RGBA")
    assert str(spec.format) == "float"
    manifest = json.loads(spec.getattribute("cryptomatte/3ae39a5/manifest"))
    pixels = opened.read_image(1, 0, 0, spec.nchannels, oiio.FLOAT).reshape(20, 30, 4, 2)
    for name, mask in masks.items():
        wanted = np.array([int(manifest[name], 16)], np.uint32).view(np.float32)[0]
        picked = np.where(pixels[..., 0] == wanted, pixels[..., 1], 0).sum(-1)
        assert np.array_equal(picked, mask)
    assert (np.diff(pixels[..., 1], axis=-1) <= 0).all()  # the largest first
    opened.close()


def test_more_masks_than_ranks_lose_the_thinnest():
    masks = {f"m{i}": np.full((2, 2), (i + 1) / 10, np.float32) for i in range(8)}
    channels = cryptomatte.ranked(masks)
    assert sorted(channels) == [f"CryptoObject{n:02d}.{c}" for n in range(3) for c in "ABGR"]
    shares = [float(channels[f"CryptoObject{n:02d}.{c}"][0, 0]) for n in range(3) for c in "GA"]
    assert shares == pytest.approx([0.8, 0.7, 0.6, 0.5, 0.4, 0.3])
