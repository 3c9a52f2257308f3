"""Loudness against what the standard says and what ffmpeg's own command reads in the finished film."""

import re
import subprocess
from fractions import Fraction

import numpy as np
import pytest
import torch
from raccord.nodes.media.encode import FilmSpec, FilmWriter
from raccord.nodes.media.loudness import film_loudness, measure_loudness, set_loudness


def tone(level, seconds=6.0, rate=48000, hertz=997.0):
    """A sine in both channels: -20 dBFS of 997 Hz in stereo is -20 LUFS (EBU Tech 3341, case 1 at another level)."""
    wave = 10 ** (level / 20) * torch.sin(torch.arange(round(seconds * rate)) * (2 * np.pi * hertz / rate))
    return {"waveform": torch.stack([wave, wave])[None], "sample_rate": rate}


@pytest.mark.parametrize(("level", "rate"), [(-20.0, 48000), (-36.0, 44100)])
def test_a_sine_measures_what_the_standard_says(level, rate):
    seen = measure_loudness(tone(level, rate=rate))
    assert seen is not None
    assert seen.lufs == pytest.approx(level, abs=0.1)
    assert seen.true_peak == pytest.approx(level, abs=0.1)


@pytest.mark.parametrize("audio", [None, {"waveform": torch.zeros(1, 2, 48000), "sample_rate": 48000}, tone(-20, 0.3)])
def test_silence_and_a_click_are_not_measured(audio):
    assert measure_loudness(audio) is None


def test_a_gain_where_there_is_room_and_a_limiter_where_there_is_none():
    soft, seen = set_loudness(tone(-30), -23, -1)
    assert seen is not None
    assert measure_loudness(soft).lufs == pytest.approx(-23, abs=0.1)  # type: ignore[union-attr]
    clicks = tone(-26)
    clicks["waveform"][..., ::12000] = 0.9
    loud, seen = set_loudness(clicks, -14, -1)
    after = measure_loudness(loud)
    assert after is not None
    assert after.lufs == pytest.approx(-14, abs=0.5)
    assert after.true_peak <= -1
    assert loud["waveform"].shape == clicks["waveform"].shape
    assert clicks["waveform"].max() == pytest.approx(0.9)  # not changed


def test_ffmpeg_reads_the_same_in_the_film(tmp_path):
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    sound, _ = set_loudness(tone(-30), -23, -1)
    path = tmp_path / "a.mp4"
    with FilmWriter(path, FilmSpec(64, 64, Fraction(24)), sound) as writer:
        writer.write(np.full((120, 64, 64, 3), 90, np.uint8))
    said = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"],
                          capture_output=True, text=True, check=True).stderr
    theirs = float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])
    assert film_loudness(path).lufs == pytest.approx(theirs, abs=0.15)  # type: ignore[union-attr]
    assert theirs == pytest.approx(-23, abs=0.5)
