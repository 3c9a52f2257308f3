"""Mezzanine films for the edit: 10 bit, intra only, BT.709 in a MOV, with time code and PCM sound.

From 16-bit RGB by the accurate scaler; see `encode.py` for why the stock conversion will not do.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import torch

from .encode import Sound, rgb_to_yuv, tag

# name on the node: encoder, pixel format, options. The encoders cut a frame into slices: the bytes are the same on any machine.
MEZZANINES = {
    "DNxHR HQX": ("dnxhd", "yuv422p10le", {"profile": "dnxhr_hqx"}),
    "ProRes 422 HQ": ("prores_ks", "yuv422p10le", {"profile": "hq", "vendor": "apl0"}),
    "ProRes 4444": ("prores_ks", "yuv444p10le", {"profile": "4444", "vendor": "apl0"}),
}
_LEAST = {"DNxHR HQX": (256, 120)}


@dataclass(frozen=True, slots=True)
class MezzanineSpec:
    """A film of `kind`, a key of `MEZZANINES`; `first` is the number of its first frame, from which its time code counts.

    ProRes 4444 keeps `alpha`, straight; the others have none.
    """

    kind: str
    width: int
    height: int
    fps: Fraction
    first: int = 0
    alpha: bool = False

    def __post_init__(self) -> None:
        least = _LEAST.get(self.kind, (16, 16))
        if self.width % 2 or self.width < least[0] or self.height < least[1]:
            raise ValueError(f"expected an even width, and {least[0]}x{least[1]} or more, for {self.kind}, "
                             f"got {self.width}x{self.height}: scale the clip, or choose no mezzanine")

    @property
    def pixel_format(self) -> str:
        """FFmpeg's name of it."""
        return "yuva444p10le" if self.alpha and self.kind == "ProRes 4444" else MEZZANINES[self.kind][1]

    @property
    def time_code(self) -> str:
        """Of the first frame, without drop frames."""
        nominal = round(self.fps)
        seconds, frame = divmod(self.first, nominal)
        return f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frame:02d}"


class MezzanineWriter:
    """One mezzanine being written. Use as a context manager; one that is left by an exception is not finished."""

    def __init__(self, path: Path, spec: MezzanineSpec, audio: dict | None = None) -> None:
        """Open `path`; `audio` is ComfyUI's AUDIO, cut or padded with silence to the length of the pictures."""
        self.spec, self._count = spec, 0
        self._container: Any = av.open(str(path), "w", format="mov", options={"movflags": "+write_colr", "fflags": "+bitexact"})
        encoder, _, options = MEZZANINES[spec.kind]
        self._stream: Any = self._container.add_stream(encoder, rate=spec.fps, options=options)
        self._stream.width, self._stream.height, self._stream.pix_fmt = spec.width, spec.height, spec.pixel_format
        self._stream.time_base = 1 / spec.fps
        self._stream.codec_context.thread_type = "SLICE"
        self._container.metadata["timecode"] = spec.time_code
        tag(self._stream.codec_context)
        self._sound = Sound(self._container, audio, "pcm_s24le", "s32", {}) if audio is not None else None
        self._alpha = spec.pixel_format.startswith("yuva")
        self._graph = rgb_to_yuv((spec.width, spec.height), "rgba64le" if self._alpha else "rgb48le", spec.pixel_format)

    def __enter__(self) -> MezzanineWriter:
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        try:
            if kind is None:
                self._container.mux(self._stream.encode(None))
                if self._sound:
                    self._sound.finish(float(self._count / self.spec.fps))
        finally:
            self._container.close()

    def write(self, frame: torch.Tensor) -> None:
        """Append a frame (H, W, 3|4), encoded sRGB, straight alpha: float 0..1 or uint8 codes."""
        values = frame if self._alpha else frame[..., :3]
        _, source, sink = self._graph
        source.push(av.VideoFrame.from_ndarray(_codes16(values), "rgba64le" if self._alpha else "rgb48le"))
        out = sink.pull()
        out.pts, out.time_base = self._count, 1 / self.spec.fps
        tag(out)
        self._container.mux(self._stream.encode(out))
        self._count += 1
        if self._sound:
            self._sound.feed(float(self._count / self.spec.fps))


def _codes16(values: torch.Tensor) -> np.ndarray:
    """Values 0..1, or codes of 8 bit, as codes of 16 bit."""
    if values.dtype == torch.uint8:
        return values.contiguous().numpy().astype(np.uint16) * 257
    return (values.detach().cpu().float().clamp(0, 1) * 65535 + 0.5).numpy().astype(np.uint16)
