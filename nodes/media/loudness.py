"""Loudness of a sound by EBU R 128, and setting it: one gain for all of it, a limiter where its peaks would pass the ceiling.

FFmpeg's `ebur128` measures (ITU-R BS.1770-4, gated; true peak four times oversampled) and its `alimiter` limits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import av.error
import av.filter
import numpy as np
import torch

from .. import runtime

_PIECE, _RATE = 9600, 48000
_SILENT = -69.5  # LUFS: below the absolute gate nothing is measured
_SHORTEST = 0.4  # seconds: one block of the gate


@dataclass(frozen=True, slots=True)
class Loudness:
    """Programme loudness in LUFS and true peak in dBTP."""

    lufs: float
    true_peak: float


def _graph(rate: int, filters: list[tuple[str, str]]) -> tuple[Any, Any, Any]:
    graph = av.filter.Graph()
    source = graph.add("abuffer", sample_rate=str(rate), sample_fmt="fltp", channel_layout="stereo", time_base=f"1/{rate}")
    chain = [source, *(graph.add(name, arguments) for name, arguments in filters), graph.add("abuffersink")]
    for one, other in pairwise(chain):
        one.link_to(other)
    graph.configure()
    return graph, source, chain[-1]  # the graph must live as long as its ends


def _pass(pieces: Iterable[np.ndarray], rate: int, filters: list[tuple[str, str]]) -> Iterator[Any]:
    """Send pieces (2, n) float32 of a sound through filters and give the frames that come out."""
    _graph_held, source, sink = _graph(rate, filters)
    at = 0
    for piece in pieces:
        runtime.check_cancelled()
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), "fltp", "stereo")
        frame.sample_rate, frame.pts, at = rate, at, at + piece.shape[1]
        source.push(frame)
        yield from _ready(sink)
    source.push(None)
    yield from _ready(sink)


def _ready(sink: Any) -> Iterator[Any]:
    while True:
        try:
            frame = sink.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        yield frame


def _pieces(samples: np.ndarray) -> Iterator[np.ndarray]:
    return (samples[:, start:start + _PIECE] for start in range(0, samples.shape[1], _PIECE))


def _measured(pieces: Iterable[np.ndarray], rate: int) -> Loudness | None:
    said: dict[str, str] = {}
    for frame in _pass(pieces, rate, [("ebur128", "metadata=1:peak=true:framelog=quiet")]):
        words = getattr(frame, "metadata", {})
        said = words if "lavfi.r128.I" in words else said  # the last frame that says it: integrated over all before it
    loudness, peak = float(said.get("lavfi.r128.I", "-70")), float(said.get("lavfi.r128.true_peak", "0"))
    return Loudness(loudness, 20 * math.log10(peak)) if loudness > _SILENT and peak > 0 else None


def stereo(audio: dict) -> np.ndarray:
    """Samples of an AUDIO as (2, n) float32: mono on both sides, more channels mixed to both."""
    waveform = audio["waveform"]
    samples = (waveform[0] if waveform.ndim == 3 else waveform.reshape(-1, waveform.shape[-1])).detach().cpu().float()
    if samples.shape[0] != 2:
        samples = samples.mean(0, keepdim=True).expand(2, -1)
    return samples.contiguous().numpy()


def measure_loudness(audio: dict | None) -> Loudness | None:
    """Measure an AUDIO as a film plays it, in stereo; None where it is silent, absent or shorter than 0.4 s."""
    if audio is None or audio["waveform"].shape[-1] < _SHORTEST * audio["sample_rate"]:
        return None
    return _measured(_pieces(stereo(audio)), int(audio["sample_rate"]))


def film_loudness(film: Path) -> Loudness | None:
    """Measure the first sound of a film as it is decoded; None where there is none, or it is silent or shorter than 0.4 s."""
    with av.open(str(film), metadata_errors="ignore") as container:
        if not container.streams.audio:
            return None
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=_RATE)
        return _measured(_decoded(container, resampler), _RATE)


def _decoded(container: Any, resampler: Any) -> Iterator[np.ndarray]:
    for frame in container.decode(container.streams.audio[0]):
        for piece in resampler.resample(frame):
            yield piece.to_ndarray()
    for piece in resampler.resample(None):
        yield piece.to_ndarray()


def set_loudness(audio: dict, lufs: float, true_peak: float) -> tuple[dict, Loudness | None]:
    """Bring a sound to a loudness under a ceiling.

    Args:
        audio: An AUDIO; it is not changed.
        lufs: Programme loudness to reach.
        true_peak: Ceiling in dBTP.

    Returns:
        The sound, stereo at 48 kHz where it was limited, and what it measures now; as it was where it is silent.
    """
    was = measure_loudness(audio)
    if was is None:
        return audio, None
    gain = lufs - was.lufs
    out = {"waveform": torch.from_numpy(stereo(audio) * 10 ** (gain / 20))[None], "sample_rate": int(audio["sample_rate"])}
    if was.true_peak + gain <= true_peak:
        return out, Loudness(lufs, was.true_peak + gain)
    ceiling = 10 ** ((true_peak - 0.7) / 20)  # AAC and what is between samples add some tenths of a decibel
    done, now = out, None
    for _ in range(2):  # limiting takes some loudness away: once more with that much gain
        rate = int(out["sample_rate"])
        limited = _pass(_pieces(out["waveform"][0].numpy()), rate, [
            ("aresample", "192000"), ("alimiter", f"limit={ceiling:.5f}:attack=2:release=60:level=false:latency=true"),
            ("aresample", str(_RATE)), ("aformat", "sample_fmts=fltp:channel_layouts=stereo")])
        samples = np.concatenate([f.to_ndarray() for f in limited], axis=1)
        done = {"waveform": torch.from_numpy(np.ascontiguousarray(samples))[None], "sample_rate": _RATE}
        now = measure_loudness(done)
        if now is None or abs(now.lufs - lufs) < 0.3:
            break
        out = {"waveform": out["waveform"] * 10 ** (min(lufs - now.lufs, 6) / 20), "sample_rate": rate}
    return done, now
