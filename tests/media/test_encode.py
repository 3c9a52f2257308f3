import os
import subprocess
import sys
from fractions import Fraction

import av
import numpy as np
import pytest
import torch
from raccord.nodes.media.decode import FilmReader, index_film
from raccord.nodes.media.encode import FilmSpec, FilmWriter

COLOURS = ((200, 30, 30), (30, 200, 30), (30, 30, 200), (255, 255, 255), (0, 0, 0), (200, 150, 120), (128, 128, 128), (255, 0, 0))


def patches(width=256, height=128):
    picture = np.zeros((height, width, 3), np.uint8)
    for i, colour in enumerate(COLOURS):
        y, x = (i // 4) * height // 2, (i % 4) * width // 4
        picture[y:y + height // 2, x:x + width // 4] = colour
    return picture


def film(path, frames, audio=None, **settings):
    spec = FilmSpec(frames.shape[2], frames.shape[1], settings.pop("fps", Fraction(24)), **settings)
    with FilmWriter(path, spec, audio) as writer:
        writer.write(frames[:3])
        writer.write(frames[3:])
    return path


def test_colours_survive_as_tagged(tmp_path):
    path = film(tmp_path / "a.mp4", np.stack([patches()] * 6))
    index = index_film(str(path))
    back = FilmReader(str(path), index).read(0, 6)
    for i, colour in enumerate(COLOURS):
        y, x = (i // 4) * 64, (i % 4) * 64
        seen = back[:, y + 12:y + 52, x + 12:x + 52].reshape(-1, 3).astype(int)
        assert np.abs(seen - colour).max() <= 2, colour
        assert np.abs(seen.mean(0) - colour).max() <= 1, colour


def test_the_film_is_as_the_platforms_want_it(tmp_path):
    path = film(tmp_path / "a.mp4", np.stack([patches()] * 30), fps=Fraction(24000, 1001), gop=12)
    data = path.read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")
    assert b"elst" not in data
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.profile, context.pix_fmt, stream.average_rate) == ("High", "yuv420p", Fraction(24000, 1001))
        tags = (context.colorspace, context.color_primaries, context.color_trc, context.color_range)
        assert tuple(map(int, tags)) == (1, 1, 1, 1)
        packets = [p for p in container.demux(stream) if p.size]
        assert min(p.pts for p in packets) == 0
        shown = sorted((p.pts, p.is_keyframe) for p in packets)
        assert [i for i, (_, key) in enumerate(shown) if key] == [0, 12, 24]


def test_sound_keeps_its_place_and_is_as_long_as_the_picture(tmp_path):
    wave = torch.zeros(1, 1, 44100)
    wave[..., 22050:22090] = 0.9
    path = film(tmp_path / "a.mp4", np.stack([patches()] * 48), {"waveform": wave, "sample_rate": 44100})
    with av.open(str(path)) as container:
        sound = np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)
        assert container.streams.audio[0].codec_context.profile == "LC"
    assert sound.shape[0] == 2
    assert np.abs(sound[0]).argmax() == pytest.approx(24000, abs=100)
    assert sound.shape[1] == pytest.approx(96000, abs=2048)


def test_the_same_film_twice_is_the_same_bytes(tmp_path):
    frames = np.random.default_rng(1).integers(0, 255, (5, 64, 64, 3), np.uint8)
    assert film(tmp_path / "a.mp4", frames).read_bytes() == film(tmp_path / "b.mp4", frames).read_bytes()


IN_A_PROCESS = """
import hashlib, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from raccord.nodes.media.encode import FilmSpec, FilmWriter

path, rng = Path(sys.argv[1]), np.random.default_rng(1)
for width, height in ((64, 64), (272, 144)):
    scene = rng.integers(0, 256, (height, width, 3))
    frames = [np.roll(scene, i, 1) * 0.6 + rng.integers(0, 256, scene.shape) * 0.4 for i in range(24)]
    with FilmWriter(path, FilmSpec(width, height, Fraction(24), peak_kbps=max(64, width * height // 800))) as writer:
        writer.write(np.stack(frames).astype(np.uint8))
    print(hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_what_the_memory_held_before_does_not_matter(tmp_path):
    """Of lines that are no multiple of 128 px x264's AVX-512 reads on, where the rate is limited."""
    said = []
    for held in ("85", "170"):  # glibc fills with it what it gives; elsewhere both runs are plain ones
        told = {"MALLOC_PERTURB_": held, "MALLOC_MMAP_THRESHOLD_": "2000000000", "MALLOC_TOP_PAD_": "100000000"}
        run = [sys.executable, "-c", IN_A_PROCESS, str(tmp_path / f"{held}.mp4")]
        said.append(subprocess.run(run, env=os.environ | told, check=True, capture_output=True, text=True).stdout.split())
    assert said[0] == said[1]
    assert len(set(said[0])) == 2


@pytest.mark.parametrize("count", [1, 2, 5, 6, 9, 10, 11])
def test_a_last_group_of_a_frame_or_two_leaves_no_hole(tmp_path, count):
    path = film(tmp_path / "a.mp4", np.stack([patches()] * count), gop=4, fps=Fraction(16))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == 16
        times = [p.dts for p in container.demux(stream) if p.size]
    assert len(set(np.diff(times))) <= 1


def test_odd_sizes_are_refused():
    with pytest.raises(ValueError, match="expected an even size"):
        FilmSpec(321, 180, Fraction(24))


def test_ten_generations_do_not_drift(tmp_path):
    field = np.kron(np.random.default_rng(0).integers(20, 236, (16, 16, 3)), np.ones((16, 16, 1))).astype(np.uint8)
    picture = field
    for _ in range(10):
        path = film(tmp_path / "g.mp4", picture[None], peak_kbps=200_000, crf=1)
        reader = FilmReader(str(path), index_film(str(path)))
        picture = reader.read(0, 1)[0]
        reader.close()
    assert np.abs((picture.astype(float) - field).mean((0, 1))).max() <= 0.15


def test_every_frame_counts_half_going_in_and_half_coming_out(tmp_path):
    steps, going_in = [], []
    with FilmWriter(tmp_path / "x.mp4", FilmSpec(64, 48, Fraction(24))) as writer:
        writer.step = steps.append
        writer.write(np.zeros((30, 48, 64, 3), np.uint8))
        going_in += steps
    assert sum(going_in) < 30  # the encoder holds some back
    assert sum(steps) == 30


def test_cancelling_the_last_frames_leaves_no_film(tmp_path):
    from raccord.nodes.media.paths import writing

    def stop(_):
        raise KeyboardInterrupt

    spec = FilmSpec(64, 48, Fraction(24))
    with pytest.raises(KeyboardInterrupt), writing(tmp_path / "x.mp4") as file, FilmWriter(file, spec) as writer:
        writer.write(np.zeros((30, 48, 64, 3), np.uint8))
        writer.step = stop
    assert list(tmp_path.iterdir()) == []


def test_pieces_join_without_a_seam_and_are_the_same_on_any_number_of_cores(tmp_path, monkeypatch):
    frames = np.repeat(np.random.default_rng(3).integers(0, 255, (1, 128, 128, 3), np.uint8), 110, 0)
    frames = np.stack([np.roll(f, 2 * i, 1) for i, f in enumerate(frames)])
    data = []
    for cores in (1, 2, 5):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        data.append(film(tmp_path / f"{cores}.mp4", frames, peak_kbps=1600).read_bytes())  # so little that the rate is limited
    assert data[0] == data[1] == data[2]
    with av.open(str(tmp_path / "5.mp4")) as container:
        packets = [p for p in container.demux(container.streams.video[0]) if p.size]
    step = Fraction(1, 24) / packets[0].time_base
    assert [p.dts for p in packets] == sorted({p.dts for p in packets})
    assert [p.pts for p in sorted(packets, key=lambda p: p.pts)] == [n * step for n in range(110)]
    assert [n for n, p in enumerate(sorted(packets, key=lambda p: p.pts)) if p.is_keyframe] == list(range(0, 110, 12))
    kbps = sum(p.size for p in packets) * 8 / 1000 / (110 / 24)
    assert kbps <= 1600 * 1.1


def test_an_encoder_that_fails_stops_the_film(tmp_path, monkeypatch):
    def broken(_):
        raise ValueError("expected an encoder, got none")

    monkeypatch.setattr(FilmWriter, "_encoder", broken)
    with pytest.raises(ValueError, match="got none"), FilmWriter(tmp_path / "a.mp4", FilmSpec(64, 48, Fraction(24))) as writer:
        writer.write(np.zeros((60, 48, 64, 3), np.uint8))
