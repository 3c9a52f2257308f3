"""Pixels and tags of single pictures, as other tools write them."""

import struct
import zlib
from fractions import Fraction

import numpy as np
import pytest
from pictures import codes, grey_exr, write_dpx, write_exr
from PIL import Image
from raccord.nodes.image.primaries import AP1, REC709, matrix_between
from raccord.nodes.media.picture import SPACES, log_word
from raccord.nodes.media.read_picture import read_picture

PLANES = {c: np.random.default_rng(i).random((8, 10)).astype(np.float16) for i, c in enumerate("RGBAZ")}


def png(path, values, chunks=()):
    """A PNG of uint8 or uint16 (H, W, 1..4) with chunks before its pixels."""
    height, width, channels = values.shape
    lines = b"".join(b"\0" + line.astype(values.dtype.newbyteorder(">")).tobytes() for line in values)

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, values.dtype.itemsize * 8, kind, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + b"".join(chunk(*c) for c in chunks) + chunk(b"IDAT", zlib.compress(lines))
                     + chunk(b"IEND", b""))
    return path


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_of_every_depth(tmp_path, dtype, channels):
    most = np.iinfo(dtype).max
    values = np.random.default_rng(3).integers(0, most + 1, (5, 7, channels)).astype(dtype)
    picture = read_picture(png(tmp_path / "a.png", values))
    wanted = values.astype(np.float64) / most
    rgb = wanted[..., :3] if channels >= 3 else np.repeat(wanted[..., :1], 3, -1)
    assert np.abs(picture.rgb - rgb).max() < 1e-7
    assert (picture.alpha is None) == (channels in (1, 3))
    if picture.alpha is not None:
        assert np.abs(picture.alpha - wanted[..., -1]).max() < 1e-7
    assert picture.colour == SPACES["sRGB encoded"]


def test_png_with_a_palette(tmp_path):
    image = Image.new("P", (4, 3))
    image.putdata(range(12))
    image.putpalette([v for i in range(12) for v in (i * 20, 255 - i, 7)])
    image.save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png").rgb[2, 3].tolist() == pytest.approx([220 / 255, 244 / 255, 7 / 255])


@pytest.mark.parametrize(("chunks", "space", "doubt"), [
    ([(b"gAMA", struct.pack(">I", 100_000))], "linear Rec.709", ""), ([(b"gAMA", struct.pack(">I", 45_455))], "sRGB encoded", ""),
    ([(b"gAMA", struct.pack(">I", 100_000)), (b"sRGB", b"\0")], "sRGB encoded", ""),
    ([(b"cICP", bytes((9, 16, 0, 1)))], "", "PQ"), ([(b"cICP", bytes((1, 13, 0, 1)))], "sRGB encoded", "")])
def test_png_chunks(tmp_path, chunks, space, doubt):
    colour = read_picture(png(tmp_path / "a.png", np.zeros((2, 2, 3), np.uint8), chunks)).colour
    assert doubt in colour.doubt
    assert doubt or colour == SPACES[space]


def test_a_profile_is_named(tmp_path):
    from PIL import ImageCms

    lab, srgb = (ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes() for name in ("LAB", "sRGB"))
    Image.new("RGB", (3, 3)).save(tmp_path / "a.png", icc_profile=lab)
    Image.new("RGB", (3, 3)).save(tmp_path / "b.png", icc_profile=srgb)
    colour = read_picture(tmp_path / "a.png").colour
    assert not colour.sure
    assert "profile" in colour.name
    assert read_picture(tmp_path / "b.png").colour.sure


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [3, 4])
def test_tiff_of_every_depth(tmp_path, dtype, channels):
    from raccord.nodes.image.opencv import cv2

    values = np.random.default_rng(4).random((5, 7, channels))
    values = (values * 3).astype(dtype) if dtype is np.float32 else (values * np.iinfo(dtype).max).astype(dtype)
    if dtype is np.uint8:
        Image.fromarray(values).save(tmp_path / "a.tif", compression="tiff_lzw")
    else:
        plain = [cv2.IMWRITE_TIFF_COMPRESSION, 1]  # OpenCV 4 writes LogLuv otherwise
        cv2.imwrite(str(tmp_path / "a.tif"), values[..., [2, 1, 0, 3][:channels]], plain)
    picture = read_picture(tmp_path / "a.tif")
    wanted = values / (1 if dtype is np.float32 else np.iinfo(dtype).max)
    assert np.abs(picture.rgb - wanted[..., :3]).max() < 1e-6
    assert channels == 3 or np.abs(picture.alpha - wanted[..., 3]).max() < 1e-6
    assert (picture.colour.linear, picture.colour.sure) == ((True, False) if dtype is np.float32 else (False, True))


@pytest.mark.parametrize("bits", [8, 10, 16])
@pytest.mark.parametrize("order", "<>")
def test_dpx_of_every_depth(tmp_path, bits, order):
    values = codes(bits)
    picture = read_picture(write_dpx(tmp_path / "a.dpx", values, bits, order=order, transfer=6, rate=25.0))
    assert np.abs(picture.rgb - values / (2**bits - 1)).max() < 1e-6
    assert picture.alpha is None
    assert picture.fps == Fraction(25)
    assert (picture.colour.name, picture.colour.sure, picture.colour.doubt) == ("Rec.709 video", True, "")


@pytest.mark.parametrize(("form", "bits", "channels"), [
    ("gbrp12be", 12, 3), ("gbrp10le", 10, 3), ("gray", 8, 1), ("gray16be", 16, 1), ("rgba", 8, 4), ("rgba64le", 16, 4)])
def test_dpx_as_ffmpeg_writes_it(tmp_path, form, bits, channels):
    import av

    values, width = codes(bits, 7, 13, channels), 13
    codec, frame = av.CodecContext.create("dpx", "w"), av.VideoFrame(width, 7, form)
    codec.width, codec.height, codec.pix_fmt, codec.time_base = width, 7, form, Fraction(1, 24)
    kind = np.dtype("u1" if bits == 8 else ">u2" if form.endswith("be") else "<u2")
    wanted = [values[..., i:i + 1] for i in (1, 2, 0)] if form.startswith("gbr") else [values]
    for plane, part in zip(frame.planes, wanted, strict=True):
        lines = np.zeros((7, plane.line_size // kind.itemsize), kind)
        lines[:, :width * part.shape[-1]] = part.reshape(7, -1)
        plane.update(lines.tobytes())
    (tmp_path / "a.dpx").write_bytes(b"".join(bytes(p) for p in [*codec.encode(frame), *codec.encode(None)]))
    picture = read_picture(tmp_path / "a.dpx")
    assert np.abs(picture.rgb - values[..., :3] / (2**bits - 1)).max() < 1e-6
    assert channels < 4 or np.abs(picture.alpha - values[..., 3] / (2**bits - 1)).max() < 1e-6
    assert picture.fps is None
    assert "linear" in picture.colour.doubt or not picture.colour.sure  # ffmpeg 7 tags encoded pictures as linear, 8 not at all


def test_dpx_of_video_levels_is_stretched(tmp_path):
    values = np.array([[[64, 502, 940]]], np.uint16).repeat(4, 1)
    picture = read_picture(write_dpx(tmp_path / "a.dpx", values, 10, transfer=6, reference=(64, 940)))
    assert picture.rgb[0, 0].tolist() == pytest.approx([0, 0.5, 1], abs=1e-6)


@pytest.mark.parametrize(("transfer", "said"), [(1, "printing density"), (3, "logarithmic"), (2, "linear"), (17, "HDR")])
def test_dpx_whose_tag_cannot_be_trusted(tmp_path, transfer, said):
    picture = read_picture(write_dpx(tmp_path / "a.dpx", codes(10), 10, transfer=transfer))
    assert said in picture.colour.doubt
    assert picture.fps is None
    assert not read_picture(write_dpx(tmp_path / "b.dpx", codes(10), 10, transfer=0)).colour.sure


def test_exr_windows(tmp_path):
    planes = {c: PLANES[c] for c in "RGBA"}
    picture = read_picture(write_exr(tmp_path / "a.exr", planes, window=(-2, 1, 7, 8), display=(0, 0, 11, 5)))
    assert picture.rgb.shape == (6, 12, 3)
    assert np.array_equal(picture.rgb[1:6, 0:8, 0], PLANES["R"][:5, 2:].astype(np.float32))
    assert not picture.rgb[0].any()
    assert not picture.alpha[:, 8:].any()
    assert picture.window == ("The data window of 10×8 is placed in the display window: what lies outside is cut and the rest is "
                              "black.")


@pytest.mark.parametrize(("names", "read", "extras"), [
    (["R", "G", "B", "Z", "spec.R", "spec.G", "spec.B"], "R", 4), (["Y"], "Y", 0),
    (["ViewLayer.Combined.R", "ViewLayer.Combined.G", "ViewLayer.Combined.B", "ViewLayer.N.R", "ViewLayer.N.G", "ViewLayer.N.B"],
     "ViewLayer.Combined.R", 3),
    (["diffuse.R", "diffuse.G", "diffuse.B", "diffuse.A"], "diffuse.R", 0)])
def test_exr_layers(tmp_path, names, read, extras):
    planes = {name: np.full((3, 4), i + 1, np.float16) for i, name in enumerate(names)}
    picture = read_picture(write_exr(tmp_path / "a.exr", planes))
    assert picture.rgb[0, 0, 0] == names.index(read) + 1
    assert len(picture.extras) == extras


def test_exr_in_tiles_and_parts(tmp_path):
    import OpenEXR

    tiles = {"type": OpenEXR.tiledimage, "tiles": OpenEXR.TileDescription(), "compression": OpenEXR.PIZ_COMPRESSION}
    with OpenEXR.File(tiles, {c: PLANES[c] for c in "RGB"}) as file:
        file.write(str(tmp_path / "a.exr"))
    lines = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION}
    parts = [OpenEXR.Part(dict(lines), {"Z": PLANES["Z"].astype(np.float32)}, name="depth"),
             OpenEXR.Part(dict(lines), {c: PLANES[c] for c in "RGB"}, name="rgba")]
    with OpenEXR.File(parts) as file:
        file.write(str(tmp_path / "b.exr"))
    for name, extras in (("a", ()), ("b", ("depth.Z",))):
        picture = read_picture(tmp_path / f"{name}.exr")
        assert np.array_equal(picture.rgb[..., 2], PLANES["B"].astype(np.float32))
        assert picture.extras == extras


def test_exr_without_a_picture_names_its_layers(tmp_path):
    planes = {f"{layer}.{c}": PLANES["R"] for layer in ("spec", "diffuse") for c in "RGB"}
    with pytest.raises(ValueError, match=r"in a\.exr, got diffuse, spec"):
        read_picture(write_exr(tmp_path / "a.exr", planes))


P3 = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290)


@pytest.mark.parametrize(("tags", "name", "sure"), [
    ({"colorInteropID": "lin_ap1_scene"}, "ACEScg", True), ({"colorInteropID": "srgb_rec709_scene"}, "sRGB encoded", True),
    ({"oiio:ColorSpace": "ACEScg"}, "ACEScg", True), ({"acesImageContainerFlag": 1}, "ACES2065-1", True),
    ({"chromaticities": tuple(v for p in AP1 for v in p)}, "ACEScg", True),
    ({"chromaticities": tuple(v for p in REC709 for v in p)}, "linear Rec.709", True),
    ({"chromaticities": P3}, "linear light of its chromaticities", True), ({}, "linear Rec.709", False)])
def test_exr_colours(tmp_path, tags, name, sure):
    colour = read_picture(grey_exr(tmp_path / "a.exr", 0.5, **tags)).colour
    assert (colour.name, colour.sure, colour.doubt) == (name, sure, "")
    assert colour.linear == (name != "sRGB encoded")


@pytest.mark.parametrize("tags", [{"colorInteropID": "acescct_ap1_scene"}, {"oiio:ColorSpace": "ARRI LogC4"},
                                  {"colorInteropID": "pq_rec2020_display"}, {"chromaticities": (0.3,) * 8}])
def test_exr_colours_that_are_not_read(tmp_path, tags):
    assert read_picture(grey_exr(tmp_path / "a.exr", 0.5, **tags)).colour.doubt


def test_primaries_are_those_of_the_books():
    p3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.3127, 0.3290))
    known = [[1.2249, -0.2247, 0], [-0.0420, 1.0419, 0], [-0.0197, -0.0786, 1.0979]]
    assert np.abs(matrix_between(p3, REC709) - known).max() < 5e-4
    known = [[1.70505, -0.62179, -0.08326], [-0.13026, 1.14080, -0.01055], [-0.02400, -0.12897, 1.15297]]
    assert np.abs(matrix_between(AP1, REC709) - known).max() < 5e-4


@pytest.mark.parametrize(("name", "word"), [
    ("sh010_logc.1001.exr", "logc"), ("LogC4/a.exr", "logc4"), ("a_acescct.exr", "acescct"), ("a.S-Log3.dpx", "s log3"),
    ("sh_cineon_1001.dpx", "cineon"), ("a_log3g10.exr", "log3g10"), ("clientlogo.exr", ""), ("logo.exr", ""),
    ("catalog_01.exr", ""), ("acescg.exr", ""), ("sh010.1001.exr", ""), ("dialogue.exr", "")])
def test_words_of_log(name, word):
    assert log_word(name) == word


@pytest.mark.parametrize("suffix", [".exr", ".png", ".tif", ".dpx"])
@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"SDPX" + b"\xff" * 3000,
                                     b"II*\0\x08\0\0\0"])
def test_a_broken_file_is_one_sentence(tmp_path, suffix, content):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"^expected .* a\.(exr|png|tif|dpx)"):
        read_picture(path)


@pytest.mark.parametrize("suffix", [".exr", ".png", ".dpx"])
def test_half_a_file_is_one_sentence(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    if suffix == ".exr":
        write_exr(path, PLANES)
    elif suffix == ".png":
        png(path, codes(16, 60, 60))
    else:
        write_dpx(path, codes(10), 10)
    path.write_bytes(path.read_bytes()[:-path.stat().st_size // 3] if suffix != ".dpx" else path.read_bytes()[:2100])
    with pytest.raises(ValueError, match=r"^expected .* a\."):
        read_picture(path)
