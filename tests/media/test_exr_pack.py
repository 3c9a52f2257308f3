"""Our own packing of EXR, read by OpenEXR, and by OpenImageIO where it is there."""

import zlib
from fractions import Fraction

import numpy as np
import pytest
from raccord.nodes.media.deflate import by_runs, run, stored, stream
from raccord.nodes.media.exr_header import TimeCode, time_code
from raccord.nodes.media.exr_pack import differences, packed, save_parts

exr = pytest.importorskip("raccord.nodes.media.exr")
RNG = np.random.default_rng(4)


def picture(kind, height, width):
    """Four half planes; what the packing does with them differs by kind."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    planes = np.stack([0.5 + 0.4 * np.sin((x + 9 * i) / 31) * np.cos(y / 17) for i in range(3)] + [np.ones_like(x)])
    if kind == "grain":
        planes[:3] += 0.02 * RNG.standard_normal(planes[:3].shape)
    if kind == "clear":
        planes[3] = x / width
    if kind == "any bits":
        return RNG.integers(0, 1 << 16, planes.shape, np.uint16).view(np.float16)
    return planes.astype(np.float16)


def same(seen, wanted):
    return seen.dtype == wanted.dtype and seen.shape == wanted.shape and seen.tobytes() == wanted.tobytes()


@pytest.mark.parametrize("size", [(1, 1), (16, 40), (37, 53), (65, 2001)])
@pytest.mark.parametrize("kind", ["smooth", "grain", "clear", "any bits"])
def test_a_picture_comes_back_to_the_bit(tmp_path, kind, size):
    planes = picture(kind, *size)
    save_parts(tmp_path / "a.exr", {}, {"rgba": dict(zip("RGBA", planes, strict=True))})
    header, (part,) = exr.read_exr(tmp_path / "a.exr")
    assert all(same(part[c], plane) for c, plane in zip("RGBA", planes, strict=True))
    assert "ZIP_COMPRESSION" in str(header["compression"])
    assert [int(v) for v in header["dataWindow"][1]] == [size[1] - 1, size[0] - 1]


@pytest.mark.parametrize(("kind", "most"), [("smooth", 1.1), ("grain", 1.06), ("clear", 1.1)])
def test_files_are_as_small_as_those_of_openexr(tmp_path, kind, most):
    openexr = pytest.importorskip("OpenEXR")
    planes = picture(kind, 270, 480)
    save_parts(tmp_path / "a.exr", {}, {"rgba": dict(zip("RGBA", planes, strict=True))})
    header = {"compression": openexr.ZIP_COMPRESSION, "type": openexr.scanlineimage}
    with openexr.File(header, dict(zip("RGBA", planes, strict=True))) as file:
        file.write(str(tmp_path / "b.exr"))
    assert (tmp_path / "a.exr").stat().st_size < most * (tmp_path / "b.exr").stat().st_size


def test_grain_is_stored_and_a_block_that_does_not_shrink_is_left():
    grain, clean, any_bits = (dict(zip("ABGR", picture(k, 16, 300)[::-1], strict=True)) for k in ("grain", "smooth", "any bits"))
    (block,) = packed(grain)
    low = differences(np.concatenate([v.view("<u2") for v in grain.values()], axis=1).reshape(-1))[:16 * 4 * 300]
    assert low.reshape(16, 4, 300)[7, 1:].tobytes() in block
    (block,) = packed(clean)
    assert len(block) < 0.6 * 16 * 300 * 8
    (block,) = packed(any_bits)
    assert len(block) == 16 * 300 * 8


def test_several_parts_long_names_and_every_kind_of_word(tmp_path):
    oiio = pytest.importorskip("OpenImageIO")
    ids, depth = RNG.random((21, 33), np.float32) * 5000, np.full((21, 33), np.nan, np.float32)
    name = "mask_a_name_of_more_than_thirty_one_signs.é"
    said = {"framesPerSecond": Fraction(24000, 1001), "timeCode": TimeCode(1, 23, 45, 19, True), "raccord/note": "é " * 200,
            "chromaticities": (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329), "pixelAspectRatio": 2.0}
    parts = {"rgba": dict(zip("RGBA", picture("grain", 21, 33), strict=True)), "data": {"z": depth, "B.id": ids, name: ids}}
    save_parts(tmp_path / "a.exr", said, parts)
    read = exr.read_exr_parts(tmp_path / "a.exr")
    assert [header["name"] for header, _ in read] == ["rgba", "data"]
    assert all(same(read[i][1][n], v) for i, part in enumerate(parts.values()) for n, v in part.items())
    for number, channels in enumerate((["R", "G", "B", "A"], ["B.id", name, "z"])):
        opened = oiio.ImageInput.open(str(tmp_path / "a.exr"))
        opened.seek_subimage(number, 0)
        told = {a.name: a.value for a in opened.spec().extra_attribs}
        assert set(opened.spec().channelnames) == set(channels)
        assert told["framesPerSecond"] == (24000, 1001)
        assert told["smpte:TimeCode"][0] == 0x0123C519  # BCD, with the mark at bit 15
        assert told["raccord/note"] == "é " * 200
        assert told["chromaticities"] == pytest.approx(said["chromaticities"])
        assert told["PixelAspectRatio"] == 2
        opened.close()


@pytest.mark.parametrize(("number", "fps", "code"), [
    (1001, Fraction(24), (0, 0, 41, 17, False)), (86400 * 25 + 30, Fraction(25), (0, 0, 1, 5, False)),
    (1079, Fraction(60), (0, 0, 17, 29, True)), (1078, Fraction(60), (0, 0, 17, 29, False)),
    (3600 * 24 + 24, Fraction(24000, 1001), (1, 0, 1, 0, False))])
def test_time_codes(number, fps, code):
    seen = time_code(number, fps)
    assert (seen.hours, seen.minutes, seen.seconds, seen.frame, seen.second) == code


def test_blocks_make_a_stream_that_zlib_unpacks():
    noise = RNG.integers(0, 256, 60000, np.uint8).tobytes()
    whole = bytes([7]) * 5000 + noise + bytes([128]) + b"end of it"
    assert zlib.decompress(stream([run(7, 5000), stored(noise), run(128, 1), by_runs(b"end of it")], whole)) == whole
    assert len(run(7, 5000)) < 60


def test_the_same_frame_is_the_same_bytes(tmp_path):
    planes = dict(zip("RGBA", picture("grain", 50, 60), strict=True))
    words = {"raccord/x": "1", "framesPerSecond": Fraction(24)}
    save_parts(tmp_path / "a.exr", words, {"rgba": planes})
    save_parts(tmp_path / "b.exr", dict(reversed(words.items())), {"rgba": dict(reversed(planes.items()))})
    assert (tmp_path / "a.exr").read_bytes() == (tmp_path / "b.exr").read_bytes()
