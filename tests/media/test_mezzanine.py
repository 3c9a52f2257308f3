"""Mezzanines, read back by ffmpeg as they are tagged."""

import subprocess
from fractions import Fraction

import av
import numpy as np
import pytest
import torch
from raccord.nodes.media.mezzanine import MEZZANINES, MezzanineSpec, MezzanineWriter

COLOURS = ((200, 30, 30), (200, 150, 120), (32, 32, 32), (128, 128, 128), (235, 235, 235), (0, 0, 255))


def patches():
    picture = np.zeros((128, 64 * len(COLOURS), 3), np.uint8)
    for i, colour in enumerate(COLOURS):
        picture[:, 64 * i:64 * (i + 1)] = colour
    return torch.from_numpy(picture)


def write(path, kind, frames, audio=None, **more):
    size = frames[0].shape
    with MezzanineWriter(path, MezzanineSpec(kind, size[1], size[0], Fraction(24), **more), audio) as writer:
        for frame in frames:
            writer.write(frame)
    return path


def decode(path, size):
    """The codes as ffmpeg decodes them, and the matrix of BT.709: for RGB of 16 bit ffmpeg's own takes 943 for white."""
    ffmpeg = pytest.importorskip("imageio_ffmpeg").get_ffmpeg_exe()
    command = [ffmpeg, "-v", "error", "-nostdin", "-i", str(path), "-frames:v", "1", "-pix_fmt", "yuva444p16le", "-f", "rawvideo",
               "-"]
    data = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    y, u, v, alpha = np.frombuffer(data, "<u2").reshape(4, *size) / 256
    y, u, v = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    red, blue = y + 1.5748 * v, y + 1.8556 * u
    return 255 * np.stack([red, (y - 0.2126 * red - 0.0722 * blue) / 0.7152, blue, alpha * 256 / 65535], -1)


@pytest.mark.parametrize("kind", MEZZANINES)
@pytest.mark.parametrize("as_float", [False, True])
def test_colours_are_those_of_the_frames(tmp_path, kind, as_float):
    frame = patches().float() / 255 if as_float else patches()
    back = decode(write(tmp_path / "a.mov", kind, [frame] * 2), frame.shape[:2])
    for i, colour in enumerate(COLOURS):
        apart = back[16:-16, 64 * i + 12:64 * i + 52, :3] - colour
        assert np.abs(apart).max() <= 0.7, colour
        assert np.abs(apart.mean((0, 1))).max() <= 0.25, colour  # half a code of 10 bit is 0.15 in red, by the matrix


@pytest.mark.parametrize("kind", MEZZANINES)
def test_it_says_what_it_is_and_when_it_begins(tmp_path, kind):
    tone = {"waveform": torch.full((1, 1, 24000), 0.25), "sample_rate": 48000}
    path = write(tmp_path / "a.mov", kind, [patches()] * 24, tone, first=1001)
    with av.open(str(path)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        context = picture.codec_context
        assert tuple(int(v) for v in (context.colorspace, context.color_primaries, context.color_trc, context.color_range)) == (
            1, 1, 1, 1)
        assert picture.metadata["timecode"] == "00:00:41:17"
        assert picture.frames == 24
        assert max(c.bits for c in context.format.components) >= 10
        assert context.name == {"DNxHR HQX": "dnxhd"}.get(kind, "prores")
        samples = np.concatenate([f.to_ndarray().reshape(-1, 2).T for f in container.decode(sound)], axis=1) / 2**31
    assert samples.shape == (2, 48000)
    assert samples[:, 1000:23000] == pytest.approx(0.25, abs=1e-6)
    assert np.abs(samples[:, 25000:]).max() < 1e-3  # silence to the end of the picture


def test_only_prores_4444_keeps_alpha(tmp_path):
    frame = torch.cat([patches().float() / 255, torch.linspace(0, 1, 64 * len(COLOURS)).expand(128, -1)[..., None]], -1)
    back = decode(write(tmp_path / "a.mov", "ProRes 4444", [frame], alpha=True), frame.shape[:2])
    assert np.abs(back[..., 3] - 255 * frame[..., 3].numpy()).max() < 1
    assert np.abs(back[16:-16, 204:244, :3] - COLOURS[3]).max() <= 0.5
    assert MezzanineSpec("DNxHR HQX", 256, 128, Fraction(24), alpha=True).pixel_format == "yuv422p10le"


def test_the_same_film_twice_is_the_same_bytes(tmp_path):
    frames = [torch.from_numpy(np.random.default_rng(n).integers(0, 255, (128, 256, 3), np.uint8)) for n in range(3)]
    for kind in MEZZANINES:
        first, second = (write(tmp_path / name, kind, frames).read_bytes() for name in ("a.mov", "b.mov"))
        assert first == second


@pytest.mark.parametrize(("kind", "width", "height"), [("DNxHR HQX", 254, 128), ("ProRes 422 HQ", 321, 180)])
def test_a_size_that_the_format_has_not_is_refused(kind, width, height):
    with pytest.raises(ValueError, match=f"expected an even width.*for {kind}, got {width}x{height}"):
        MezzanineSpec(kind, width, height, Fraction(24))
