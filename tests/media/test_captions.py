import subprocess
from fractions import Fraction

import av
import numpy as np
import pytest
from raccord.nodes.media.captions import parse_srt, read_srt
from raccord.nodes.media.captions_mux import can_mux, mux_captions
from raccord.nodes.media.encode import FilmSpec, FilmWriter
from raccord.nodes.media.film_facts import film_facts


def test_cues_are_read():
    captions = parse_srt("\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\nthere\r\n\r\n2\r\n00:01:00.5 --> "
                         "00:01:01.25\r\nBye\r\n")
    assert [(c.start, c.end, c.text) for c in captions.cues] == [(1.0, 2.5, "Hello\nthere"), (60.5, 61.25, "Bye")]
    assert captions.end == 61.25
    assert captions.fastest()[0] == pytest.approx(10 / 1.5)


@pytest.mark.parametrize("text", ["", "hello", "1\n00:00:02,000 --> 00:00:01,000\nx",
                                  "WEBVTT\n\n00:00.000 --> 00:00.200\nHi\n", "1\n00:00:00,000 --> 00:00:01,000\n\n"])
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


@pytest.mark.parametrize("text", [
    "1\r00:00:01,000 --> 00:00:02,500\rOne\r\r2\r00:00:03,000 --> 00:00:04,000\rTwo\r",  # an old Mac
    "1\r\r\n00:00:01,000 --> 00:00:02,500\r\r\nOne\r\r\n\r\r\n2\r\r\n00:00:03,000 --> 00:00:04,000\r\r\nTwo",  # converted twice
    "2\n00:00:03,000 --> 00:00:04,000\nTwo\n\n1\n00:00:01,000 --> 00:00:02,500\nOne\n",  # out of order
    "1\n00:00:01,000 --> 00:00:02,500\nOne\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n",  # no line between
    "00:01.000-->00:02.5 align:start position:0%\nOne\n\n00:03.0 --> 00:04.0\nTwo",  # no hours, no counters
    "1\n0:00:01 --> 0:00:02,5 X1:40 X2:600 Y1:20 Y2:50\n\nOne\n\n\n2\n\n00:00:03 --> 00:00:04\nTwo",  # places, blank lines
    "1\n00:00:01,000 --> 00:00:02,500\nOne\n\n2\n00:00:02,600 --> 00:00:02,700\n\n3\n00:00:03,000 --> 00:00:04,000\nTwo"])
def test_what_editors_write_is_read(text):
    captions = parse_srt(text)
    assert [(c.start, c.end, c.text) for c in captions.cues] == [(1.0, 2.5, "One"), (3.0, 4.0, "Two")]
    assert captions.text == "1\n00:00:01,000 --> 00:00:02,500\nOne\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n"
    assert parse_srt(captions.text) == captions


def test_a_year_a_sum_and_an_arrow_are_words():
    said = "In\n1984\n\n12:30 - 13:45\n1,234,567 – a lot\nA --> B"
    captions = parse_srt(f"1\n00:00:01,000 --> 00:00:02,500\n{said}\n\n2\n00:00:03,000 --> 00:00:04,000\n42\n")
    assert [c.text for c in captions.cues] == [said.replace("\n\n", "\n"), "42"]
    without_counters = parse_srt("00:00:01,000 --> 00:00:02,500\nIn\n1984\n00:00:03,000 --> 00:00:04,000\nTwo")
    assert [c.text for c in without_counters.cues] == ["In\n1984", "Two"]


@pytest.mark.parametrize("times", [
    "00:00:03,000 -> 00:00:04,000", "00:00:03;000 --> 00:00:04;000", "00:00:03,4O0 --> 00:00:04,000", "0O:00:03,000 --> 00:00:04",
    "00:00:03,000 --> 00:00:99,000", "00:75:03,000 --> 00:76:04,000", "00:03 --> 00:04", "00:00:03,000 -->", "--> 00:00:04,000",
    "00:00:03,000 → 00:00:04,000", "00:00:03,000 - 00:00:04,000", "-00:00:01,000 --> 00:00:04,000", "00:00:03,000 --> 4",
    "00: 00: 03, 000 --> 00: 00: 04, 000", "00:00:04,000 --> 00:00:03,000"])
def test_times_that_say_nothing_are_refused_by_their_line(times):
    with pytest.raises(ValueError, match=r"expected .* line 6.*, got .*: mend") as caught:
        parse_srt(f"1\n00:00:01,000 --> 00:00:02,500\nOne\n\n2\n{times}\nTwo\n")
    assert "\n" not in str(caught.value)


def test_what_a_film_shows_ends_with_it_and_is_one_text_at_a_time():
    captions = parse_srt("1\n00:00:00,000 --> 00:00:01,000\nA\n\n2\n00:00:00,500 --> 00:00:09,000\n<i>B</i>\n\n"
                         "3\n00:00:03,000 --> 00:00:04,000\nC\n")
    assert [(c.start, c.end, c.plain) for c in captions.within(2.5).cues] == [
        (0.0, 0.5, "A"), (0.5, 1.0, "A\nB"), (1.0, 2.5, "B")]


def test_tags_are_not_shown_and_not_counted():
    cue = parse_srt('1\n00:00:00,000 --> 00:00:01,000\n{\\an8}<font color="#fff">a < b</font> <b>c</B>\n').cues[0]
    assert (cue.plain, cue.speed) == ("a < b c", 7.0)


def test_a_file_of_notepad_and_one_that_cannot_be_read(tmp_path):
    (tmp_path / "wide.srt").write_bytes("1\r\n00:00:01,000 --> 00:00:02,500\r\nÉté\r\n".encode("utf-16"))
    assert read_srt(tmp_path / "wide.srt").cues[0].text == "Été"
    (tmp_path / "folder.srt").mkdir()
    (tmp_path / "latin.srt").write_bytes("1\n00:00:01,000 --> 00:00:02,500\nÉté\n".encode("latin-1"))
    for name in ("folder.srt", "latin.srt", "none.srt"):
        with pytest.raises(ValueError, match=rf"expected captions .* in {name}, got [^/]+: ") as caught:
            read_srt(tmp_path / name)
        assert caught.type is ValueError


@pytest.mark.parametrize("text", [
    "2\n00:00:00,300 --> 00:00:00,400\nsecond\n\n1\n00:00:00,000 --> 00:00:00,200\n<b>first</b>\n",
    "1\n00:00:00,000 --> 00:00:00,200\nfirst\n\n2\n00:00:00,300 --> 99:00:00,000\nsecond\n\n"
    "3\n00:09:00,000 --> 00:09:01,000\nx\n",
    "".join(f"{n}\n00:00:00,{n * 3:03d} --> 00:00:00,{n * 3 + 2:03d}\nc{n}\n\n" for n in range(90))])
def test_muxed_captions_are_in_order_plain_and_within_the_film(tmp_path, text):
    if not can_mux():
        pytest.skip("this PyAV takes no captions")
    path = tmp_path / "a.mp4"
    with FilmWriter(path, FilmSpec(64, 64, Fraction(24), gop=8)) as writer:
        writer.write(np.zeros((12, 64, 64, 3), np.uint8))
    mux_captions(path, parse_srt(text))
    with av.open(str(path)) as film:
        shown = [(p.pts * p.time_base, p.duration * p.time_base, bytes(p)[2:]) for p in film.demux(film.streams.subtitles[0])
                 if p.size > 2]
        assert film.duration <= 0.5 * 1e6 + 1000
    assert [start for start, _, _ in shown] == sorted(start for start, _, _ in shown)
    assert max(start + long for start, long, _ in shown) <= 0.5
    assert b"<" not in b"".join(said for _, _, said in shown)
    if len(shown) == 2:
        assert [said for _, _, said in shown] == [b"first", b"second"]
