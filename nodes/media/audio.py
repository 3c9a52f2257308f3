"""Sound of a film, as ComfyUI's AUDIO: {"waveform": (1, channels, samples) float32, "sample_rate"}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import av
import numpy as np
import torch

from .. import runtime
from ..wires.check import number, quoted

_LOUDEST = 16.0  # 24 dB over full scale: more is no sound, and the encoder refuses it


def check_audio(audio: Any, name: str = "audio") -> dict | None:
    """Return `audio` if it is one AUDIO, or None where none is wired.

    Raises:
        ValueError: It is something else, several sounds at once, or holds samples that are not numbers of about -1 to 1.
    """
    if audio is None:
        return None
    waveform = audio.get("waveform") if isinstance(audio, Mapping) else audio
    rate = audio.get("sample_rate") if isinstance(audio, Mapping) else None
    if not isinstance(waveform, torch.Tensor) or waveform.ndim not in (2, 3) or 0 in waveform.shape[:-1]:
        got = tuple(waveform.shape) if isinstance(waveform, torch.Tensor) else quoted(waveform)
        raise ValueError(f"expected an AUDIO (1, channels, samples) in {name}, got {got}: wire a sound")
    if waveform.ndim == 3 and len(waveform) != 1:
        raise ValueError(f"expected one sound in {name}, got {len(waveform)}: choose one of them")
    number(rate, f"the sample_rate of {name}", 1000, 768_000)  # type: ignore[arg-type]
    peak = float(waveform.abs().max()) if waveform.numel() else 0.0
    if not peak <= _LOUDEST:
        raise ValueError(f"expected samples of -1 to 1 in {name}, got {peak:g}: normalise the sound")
    return dict(audio)


def read_audio(source: Any, start: float = 0.0, duration: float | None = None) -> dict | None:
    """Decode the first audio stream.

    Args:
        source: Path or file object of a film.
        start: Seconds to leave out at the beginning.
        duration: Seconds to read; None reads to the end.

    Returns:
        An AUDIO, or None where the film is silent.
    """
    with av.open(source, metadata_errors="ignore") as container:
        stream = next((s for s in container.streams.audio if s.codec_context is not None), None)
        if stream is None:
            return None
        resampler = av.AudioResampler(format="fltp")
        parts, rate = [], int(stream.sample_rate)
        for packet in container.demux(stream):
            runtime.check_cancelled()
            for frame in packet.decode():
                parts += [piece.to_ndarray() for piece in resampler.resample(frame)]
        parts += [piece.to_ndarray() for piece in resampler.resample(None)]
    if not parts:
        return None
    samples = np.concatenate(parts, axis=1)
    first = round(start * rate)
    last = samples.shape[1] if duration is None else first + round(duration * rate)
    return {"waveform": torch.from_numpy(np.ascontiguousarray(samples[:, first:last]))[None], "sample_rate": rate}
