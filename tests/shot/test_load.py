from fractions import Fraction

import numpy as np
import pytest
import torch
from films import noise, write_rgb, write_yuv
from raccord.nodes.media.audio import read_audio
from raccord.nodes.shot.load import load_film


def write_with_sound(path, frames, rate=24, sample_rate=48_000):
    import av

    tone = np.sin(np.arange(sample_rate * len(frames) // rate) / 30).astype(np.float32)[None]
    with av.open(str(path), "w") as out:
        video = out.add_stream("ffv1", rate=rate)
        video.height, video.width, video.pix_fmt = *frames[0].shape[:2], "bgr0"
        sound = out.add_stream("pcm_f32le", rate=sample_rate, layout="mono")
        for frame in frames:
            out.mux(video.encode(av.VideoFrame.from_ndarray(frame, "rgb24").reformat(format="bgr0")))
        out.mux(video.encode())
        chunk = av.AudioFrame.from_ndarray(tone, format="flt", layout="mono")
        chunk.sample_rate, chunk.pts = sample_rate, 0
        out.mux(sound.encode(chunk))
        out.mux(sound.encode())
    return tone


def test_a_film_is_read_exactly_with_its_sound_and_time(tmp_path):
    frames = noise(24)
    tone = write_with_sound(tmp_path / "SH010.mkv", frames)
    clip = load_film(tmp_path / "SH010.mkv")
    assert torch.equal(clip.images, torch.from_numpy(frames).float() / 255)
    assert (clip.shot.shot, clip.shot.fps) == ("SH010", Fraction(24))
    assert clip.audio is not None
    assert np.abs(clip.audio["waveform"][0].numpy() - tone).max() == 0
    assert clip.report.verdict == "pass"


def test_a_part_of_it_has_its_part_of_the_sound(tmp_path):
    frames = noise(24)
    tone = write_with_sound(tmp_path / "x.mkv", frames)
    clip = load_film(tmp_path / "x.mkv", first=6, count=12)
    assert torch.equal(clip.images, torch.from_numpy(frames[6:18]).float() / 255)
    assert np.array_equal(clip.audio["waveform"][0].numpy(), tone[:, 12_000:36_000])


def test_silence_is_none(tmp_path):
    assert read_audio(str(write_rgb(tmp_path / "x.mkv", noise(2)))) is None


def test_an_assumed_matrix_is_a_warning_with_the_next_step(tmp_path):
    planes = [np.full((64, 96), 120, np.uint8), np.full((32, 48), 90, np.uint8), np.full((32, 48), 160, np.uint8)]
    path = write_yuv(tmp_path / "x.mkv", planes, "yuv420p", colorspace=2, color_range=0)
    finding = load_film(path).report.findings[0]
    assert (finding.check, finding.verdict) == ("shot.matrix", "warn")
    assert "Rec.601" in finding.message
    assert "colour space" in finding.suggestion
    assert load_film(path, colour_space="Rec.709").report.verdict == "pass"
    assert not torch.equal(load_film(path).images, load_film(path, colour_space="Rec.709").images)


@pytest.mark.parametrize(("first", "count"), [(5, 0), (0, 6), (3, 3)])
def test_frames_it_does_not_have(tmp_path, first, count):
    path = write_rgb(tmp_path / "x.mkv", noise(5))
    with pytest.raises(ValueError, match=r"x\.mkv, which has 5"):
        load_film(path, first, count)
