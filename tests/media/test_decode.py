import gc
import weakref
from fractions import Fraction

import numpy as np
import pytest
from films import noise, write_rgb, write_yuv
from raccord.nodes.media.decode import FilmReader, index_film

KR_KB = {1: (0.2126, 0.0722), 5: (0.299, 0.114), 9: (0.2627, 0.0593)}


def solid(colour, tag, *, bits=8, full=False):
    """Y, U, V of a flat colour 0..1, by the definition of the matrix."""
    kr, kb = KR_KB[tag]
    r, g, b = colour
    y = kr * r + (1 - kr - kb) * g + kb * b
    u, v = (b - y) / 2 / (1 - kb), (r - y) / 2 / (1 - kr)
    step = 2 ** (bits - 8)
    black, luma, chroma = (0, 256 * step - 1, 256 * step - 1) if full else (16 * step, 219 * step, 224 * step)
    return [round(black + luma * y), round(128 * step + chroma * u), round(128 * step + chroma * v)]


def planes_of(yuv, *, bits=8, half=2):
    kind = np.uint8 if bits == 8 else np.uint16
    sizes = [(64, 96), (64 // half, 48), (64 // half, 48)]
    return [np.full(size, value, kind) for size, value in zip(sizes, yuv, strict=True)]


def read(path):
    index = index_film(str(path))
    reader = FilmReader(str(path), index)
    try:
        return index, reader.read(0, len(index.pts))
    finally:
        reader.close()


@pytest.mark.parametrize("tag", [1, 5, 9])
@pytest.mark.parametrize("colour", [(200 / 255, 30 / 255, 30 / 255), (1, 1, 1), (0, 0, 0), (0.2, 0.5, 0.35)])
def test_8_bit_films_decode_as_tagged(tmp_path, tag, colour):
    path = write_yuv(tmp_path / "x.mkv", planes_of(solid(colour, tag)), "yuv420p", colorspace=tag)
    _, frames = read(path)
    assert frames.dtype == np.uint8
    assert np.abs(frames[0].astype(float) - np.array(colour) * 255).max() <= 1.6  # what 8-bit YUV can hold


def test_white_is_white_and_not_254(tmp_path):
    _, frames = read(write_yuv(tmp_path / "x.mkv", planes_of([235, 128, 128]), "yuv420p"))
    assert (frames == 255).all()


@pytest.mark.parametrize(("tag", "full"), [(1, False), (1, True), (9, False)])
def test_10_bit_films_keep_their_depth(tmp_path, tag, full):
    colour = (0.7843, 0.1176, 0.3333)
    planes = planes_of(solid(colour, tag, bits=10, full=full), bits=10, half=1)
    path = write_yuv(tmp_path / "x.mkv", planes, "yuv422p10le", colorspace=tag, color_range=2 if full else 1)
    _, frames = read(path)
    assert frames.dtype == np.float32
    assert np.abs(frames[0] - np.array(colour)).max() < 1.6 / 1023


def test_untagged_films_are_read_as_bt601_and_say_so(tmp_path):
    planes = planes_of(solid((0.8, 0.1, 0.1), 5))
    index, frames = read(write_yuv(tmp_path / "x.mkv", planes, "yuv420p", colorspace=2, color_range=0))
    assert index.matrix == "bt601 (untagged)"
    assert np.abs(frames[0] / 255 - (0.8, 0.1, 0.1)).max() < 0.008


def test_a_stated_matrix_overrides_the_tag(tmp_path):
    path = write_yuv(tmp_path / "x.mkv", planes_of(solid((0.8, 0.1, 0.1), 1)), "yuv420p", colorspace=5)
    reader = FilmReader(str(path), index_film(str(path)), "bt709")
    assert np.abs(reader.read(0, 1)[0] / 255 - (0.8, 0.1, 0.1)).max() < 0.008
    reader.close()


def test_lossless_rgb_is_exact_in_any_order(tmp_path):
    frames = noise(12)
    path = write_rgb(tmp_path / "x.mkv", frames, Fraction(24000, 1001))
    index = index_film(str(path))
    assert (index.fps, len(index.pts), index.width, index.height, index.steady) == (Fraction(24000, 1001), 12, 122, 90, True)
    reader = FilmReader(str(path), index)
    for start, stop in ((0, 3), (3, 5), (11, 12), (2, 9), (0, 12)):
        assert np.array_equal(reader.read(start, stop), frames[start:stop])
    reader.close()


def test_long_gops_are_found_again(tmp_path):
    ramp = [np.full((64, 96), 16 + 5 * i, np.uint8) for i in range(40)]
    grey = np.full((32, 48), 128, np.uint8)
    import av

    path = tmp_path / "x.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"crf": "4", "g": "100", "bf": "3"})
        stream.height, stream.width, stream.pix_fmt = 64, 96, "yuv420p"
        for luma in ramp:
            frame = av.VideoFrame(96, 64, "yuv420p")
            for plane, values in zip(frame.planes, (luma, grey, grey), strict=True):
                lines = np.zeros((values.shape[0], plane.line_size), np.uint8)
                lines[:, :values.shape[1]] = values
                plane.update(lines.tobytes())
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    reader = FilmReader(str(path), index_film(str(path)))
    for number in (39, 0, 17, 18, 5):
        assert abs(float(reader.read(number, number + 1).mean()) - number * 5 * 255 / 219) < 2
    reader.close()


def test_reading_on_does_not_seek_and_a_nearer_key_frame_is_sought(tmp_path, monkeypatch):
    frames, seeks, seek = noise(30, 48, 64), [], FilmReader._seek
    path = tmp_path / "x.mkv"
    import av

    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264rgb", rate=25, options={"crf": "0", "g": "10", "bf": "2", "sc_threshold": "0"})
        stream.height, stream.width, stream.pix_fmt = 48, 64, "rgb24"
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        out.mux(stream.encode())
    monkeypatch.setattr(FilmReader, "_seek", lambda self, n: (seeks.append(n), seek(self, n))[1])
    reader = FilmReader(str(path), index_film(str(path)))
    for number in (0, 4, 9, 10, 12, 25, 29, 3):
        assert np.array_equal(reader.read(number, number + 1)[0], frames[number])
    reader.close()
    assert seeks == [0, 25, 3]


def test_a_reader_goes_at_once_when_nobody_holds_it(tmp_path):
    path = write_rgb(tmp_path / "x.mkv", noise(5))
    reader = FilmReader(str(path), index_film(str(path)))
    reader.read(0, 2)
    gone = weakref.ref(reader)
    gc.disable()
    try:
        del reader
        assert gone() is None
    finally:
        gc.enable()


def test_a_film_that_was_written_anew_is_listed_anew(tmp_path):
    path = write_rgb(tmp_path / "x.mkv", noise(5))
    assert len(index_film(str(path)).pts) == 5
    write_rgb(path, noise(9))
    assert len(index_film(str(path)).pts) == 9
    path.unlink()
    with pytest.raises(ValueError, match="cannot be read"):
        index_film(str(path))


def test_a_trimmed_film_starts_later(tmp_path):
    path = write_rgb(tmp_path / "x.mkv", noise(24), Fraction(24))
    assert len(index_film(str(path), 0.5, 0.25).pts) == 6


@pytest.mark.parametrize("content", [b"", b"not a film at all, just text", b"\0" * 4096])
def test_what_is_no_film_is_refused(tmp_path, content):
    path = tmp_path / "x.mp4"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="expected a film"):
        index_film(str(path))


def test_a_broken_film_names_the_frame(tmp_path):
    path = write_rgb(tmp_path / "x.mkv", noise(12))
    index = index_film(str(path))
    path.write_bytes(path.read_bytes()[:-40_000])
    reader = FilmReader(str(path), index)
    with pytest.raises(ValueError, match=r"none after frame \d+|cannot be decoded"):
        reader.read(0, 12)
    reader.close()
