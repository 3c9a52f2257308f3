"""Sound of a film that is being written: stereo at 48 kHz, as far as the pictures are: so the muxer holds back nothing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
import numpy as np
import torch

_AAC_PRIMING = 1024  # samples an AAC encoder puts in front; an edit list would hide them


class Sound:
    """Stereo at 48 kHz from an AUDIO, fed as far as the pictures are."""

    RATE = 48000

    def __init__(self, container: Any, audio: dict, codec: str, form: str, options: dict[str, str], priming: int = 0) -> None:
        """Add a stream of `codec` that takes samples of `form`; the first `priming` samples are left out."""
        self._container, self._at, self._given, self._form = container, 0, 0, form
        self._samples, self._rate = _stereo(audio["waveform"]), int(audio["sample_rate"])
        self._stream = container.add_stream(codec, rate=self.RATE, options=options)
        self._stream.layout, self._stream.codec_context.format = "stereo", form
        self._resampler = av.AudioResampler(format=form, layout="stereo", rate=self.RATE)
        self._drop = priming

    def feed(self, seconds: float) -> None:
        """Encode up to `seconds`; where the sound is shorter than the film, silence follows."""
        stop = round(seconds * self._rate)
        piece = self._samples[:, self._at:stop]
        missing = stop - self._at - piece.shape[1]
        if missing > 0:
            piece = np.concatenate([piece, np.zeros((2, missing), np.float32)], axis=1)
        self._at = stop
        if piece.shape[1]:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), "fltp", "stereo")
            frame.sample_rate = self._rate
            self._encode(self._resampler.resample(frame))

    def finish(self, seconds: float) -> None:
        """Encode the rest and empty the encoder."""
        self.feed(seconds)
        self._encode(self._resampler.resample(None))
        self._container.mux(self._stream.encode())

    def _encode(self, frames: list[Any]) -> None:
        for frame in frames:
            data, step = frame.to_ndarray(), 1 if frame.format.is_planar else 2  # interleaved samples lie in one row
            cut = min(self._drop, frame.samples)  # without an edit list the priming would delay the sound by 21 ms
            self._drop, data = self._drop - cut, data[:, cut * step:]
            if not data.shape[1]:
                continue
            out = av.AudioFrame.from_ndarray(np.ascontiguousarray(data), self._form, "stereo")
            out.sample_rate, out.pts, out.time_base = self.RATE, self._given, Fraction(1, self.RATE)
            self._given += data.shape[1] // step
            self._container.mux(self._stream.encode(out))


def aac(container: Any, audio: dict, kbps: int) -> Sound:
    """AAC-LC of a container that has no edit list."""
    return Sound(container, audio, "aac", "fltp", {"b": str(kbps * 1000)}, _AAC_PRIMING)


def _stereo(waveform: torch.Tensor) -> np.ndarray:
    """(1, channels, samples) as (2, samples); mono twice, more than two channels mixed to both sides."""
    samples = (waveform[0] if waveform.ndim == 3 else waveform.reshape(-1, waveform.shape[-1])).detach().cpu().float()
    if samples.shape[0] == 2:
        return samples.numpy()
    return samples.mean(0, keepdim=True).expand(2, -1).contiguous().numpy()
