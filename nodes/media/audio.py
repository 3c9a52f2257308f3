"""Sound of a film, as ComfyUI's AUDIO: {"waveform": (1, channels, samples) float32, "sample_rate"}."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
import torch


def read_audio(source: Any, start: float = 0.0, duration: float | None = None) -> dict | None:
    """Decode the first audio stream.

    Args:
        source: Path or file object of a film.
        start: Seconds to leave out at the beginning.
        duration: Seconds to read; None reads to the end.

    Returns:
        An AUDIO, or None where the film is silent.
    """
    with av.open(source) as container:
        stream = next((s for s in container.streams.audio if s.codec_context is not None), None)
        if stream is None:
            return None
        resampler = av.AudioResampler(format="fltp")
        parts, rate = [], int(stream.sample_rate)
        for packet in container.demux(stream):
            for frame in packet.decode():
                parts += [piece.to_ndarray() for piece in resampler.resample(frame)]
        parts += [piece.to_ndarray() for piece in resampler.resample(None)]
    if not parts:
        return None
    samples = np.concatenate(parts, axis=1)
    first = round(start * rate)
    last = samples.shape[1] if duration is None else first + round(duration * rate)
    return {"waveform": torch.from_numpy(np.ascontiguousarray(samples[:, first:last]))[None], "sample_rate": rate}
