import subprocess
from fractions import Fraction

import numpy as np
import pytest
from raccord.nodes.media.captions import can_mux, mux_captions, parse_srt
from raccord.nodes.media.encode import FilmSpec, FilmWriter
from raccord.nodes.media.film_facts import film_facts


def test_cues_are_read():
    captions = parse_srt("\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\nthere\r\n\r\n2\r\n00:01:00.5 --> "
                         "00:01:01.25\r\nBye\r\n")
    assert [(c.start, c.end, c.text) for c in captions.cues] == [(1.0, 2.5, "Hello\nthere"), (60.5, 61.25, "Bye")]
    assert captions.end == 61.25
    assert captions.fastest()[0] == pytest.approx(10 / 1.5)


@pytest.mark.parametrize("text", ["", "hello", "1\n00:00:02,000 --> 00:00:01,000\nx"])
def test_what_is_no_caption_is_refused(text):
    with pytest.raises(ValueError, match="expected"):
        parse_srt(text)


def test_captions_in_a_film_are_read_by_ffmpeg_and_nothing_else_moves(tmp_path):
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    if not can_mux():
        pytest.skip("this PyAV takes no captions")
    path = tmp_path / "a.mp4"
    with FilmWriter(path, FilmSpec(64, 64, Fraction(16), gop=8)) as writer:
        writer.write(np.random.default_rng(0).integers(0, 255, (33, 64, 64, 3), np.uint8))
    before = film_facts(path)
    mux_captions(path, parse_srt("1\n00:00:00,500 --> 00:00:01,250\nBonjour à tous\n\n"
                                 "2\n00:00:01,500 --> 00:00:02,000\nDeux\nlignes\n"))
    after = film_facts(path)
    assert (after.frames, after.fps, after.matrix, after.index_first, after.edit_list) == (
        before.frames, before.fps, "bt709", True, False)
    assert after.texts == 1
    said = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-map", "0:s", "-f", "srt", "-"],
                          capture_output=True, check=True).stdout.decode("utf-8")
    assert "00:00:00,500 --> 00:00:01,250\nBonjour à tous" in said.replace("\r", "")
    assert "Deux\nlignes" in said.replace("\r", "")
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]
