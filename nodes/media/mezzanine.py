"""Mezzanine films for the edit: 10 bit, intra only, BT.709 in a MOV, with time code and PCM sound.

The matrix is applied here, the counterpart of `rgb.py`: with RGB of 16 bit swscale writes white as 943 instead of 940, and reads
it so, too. swscale only halves the chroma.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.filter
import numpy as np
import torch

from ..image.opencv import cv2
from .encode import tag
from .rgb import ACCURATE
from .sound import Sound

# name on the node: encoder, pixel format, options. The encoders cut a frame into slices: the bytes are the same on any machine.
MEZZANINES = {
    "DNxHR HQX": ("dnxhd", "yuv422p10le", {"profile": "dnxhr_hqx"}),
    "ProRes 422 HQ": ("prores_ks", "yuv422p10le", {"profile": "hq", "vendor": "apl0"}),
    "ProRes 4444": ("prores_ks", "yuv444p10le", {"profile": "4444", "vendor": "apl0"}),
}
_LEAST = {"DNxHR HQX": (256, 120)}
_KR, _KB = 0.2126, 0.0722


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
        self._graph = _halving(spec, "yuva444p16le" if self._alpha else "yuv444p16le")

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
        source.push(_yuv16(values))
        out = sink.pull()
        out.pts, out.time_base = self._count, 1 / self.spec.fps
        tag(out)
        self._container.mux(self._stream.encode(out))
        self._count += 1
        if self._sound:
            self._sound.feed(float(self._count / self.spec.fps))


def _yuv16(values: torch.Tensor) -> Any:
    """A frame (H, W, 3|4) as limited-range BT.709 of 16 bit at full size, with full-range alpha."""
    rgb = values.detach().cpu().numpy()
    rgb = rgb.astype(np.float32) / 255 if rgb.dtype == np.uint8 else rgb.astype(np.float32, copy=False).clip(0, 1)
    planes = [*cv2.split(cv2.transform(np.ascontiguousarray(rgb[..., :3]), _matrix())),
              *(rgb[..., i] * 65535 for i in range(3, rgb.shape[2]))]
    frame = av.VideoFrame(rgb.shape[1], rgb.shape[0], "yuva444p16le" if len(planes) == 4 else "yuv444p16le")
    for plane, codes in zip(frame.planes, planes, strict=True):
        lines = np.zeros((rgb.shape[0], plane.line_size // 2), np.uint16)
        lines[:, :rgb.shape[1]] = codes + 0.5
        plane.update(lines.tobytes())
    return frame


def _matrix() -> np.ndarray:
    """RGB 0..1 to Y, Cb and Cr as codes of 16 bit (3 × 4)."""
    luma = np.array([_KR, 1 - _KR - _KB, _KB])
    blue, red = (np.array([0, 0, 1]) - luma) / (2 - 2 * _KB), (np.array([1, 0, 0]) - luma) / (2 - 2 * _KR)
    return 256 * np.array([[*(219 * luma), 16], [*(224 * blue), 128], [*(224 * red), 128]], np.float32)


def _halving(spec: MezzanineSpec, given: str) -> tuple[Any, Any, Any]:
    """Filter graph from `given` to the film's pixel format, with its ends; all three must live."""
    graph = av.filter.Graph()
    source = graph.add_buffer(width=spec.width, height=spec.height, format=av.VideoFormat(given), time_base=1 / spec.fps)
    matrix = "in_color_matrix=bt709:out_color_matrix=bt709:in_range=tv:out_range=tv"
    scale, form = graph.add("scale", f"{matrix}:flags={ACCURATE}"), graph.add("format", spec.pixel_format)
    sink = graph.add("buffersink")
    for one, other in ((source, scale), (scale, form), (form, sink)):
        one.link_to(other)
    graph.configure()
    return graph, source, sink
