"""Writing films with the settings of ComfyUI 0.33: H.264 or AV1, BT.709 with the sRGB curve, AAC or Opus."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import torch
from av.video.reformatter import ColorRange

from . import _hooks

ENCODERS = {"h264": "h264", "av1": "libsvtav1"}
FORMATS = {"mp4": "mp4", "mkv": "matroska", "webm": "webm"}
CURVES = {"sRGB": 13, "HDR": 18, "HDR PQ": 16}  # ITU-T H.273: IEC 61966-2-1, ARIB STD-B67, SMPTE 2084
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
BT709, BT2020 = 1, 9


@dataclass(frozen=True)
class Target:
    """Where a film goes, and as what."""

    path: str | BytesIO
    format: str
    codec: str

    @classmethod
    def of(cls, path: str | BytesIO, format: str, codec: str) -> Target:
        """Resolve `auto`: the format from the name's ending, the codec from the format."""
        ending = "" if isinstance(path, BytesIO) else Path(path).suffix.lower()
        container = {".mkv": "mkv", ".webm": "webm"}.get(ending, "mp4") if format == "auto" else format
        if codec == "auto":
            codec = "av1" if container == "webm" else "h264"
        if container == "webm" and codec != "av1":
            raise ValueError("WebM output requires the AV1 codec")
        return cls(path, container, codec)

    def open(self) -> Any:
        """Open for writing; the index of an .mp4 goes to the front where the file can be read again."""
        flags = "use_metadata_tags" + ("" if isinstance(self.path, BytesIO) else "+faststart")
        options = {"movflags": flags} if self.format == "mp4" else {}
        return av.open(self.path, mode="w", format=FORMATS[self.format], options=options)

    def options(self, crf: float | None) -> dict[str, str]:
        """Options of the encoder for a quality."""
        if crf is None:
            return {}
        return {"svtav1-params": "lossless=1"} if self.codec == "av1" and crf == 0 else {"crf": str(crf)}

    @property
    def sound(self) -> str:
        """Encoder of the sound."""
        return "libopus" if self.format == "webm" else "aac"


def tag_colours(target: Any, space: str) -> None:
    """Say in which colours a stream or frame is."""
    wide = space != "sRGB"
    if hasattr(target, "color_primaries"):  # frames have it from PyAV 15 on
        target.color_primaries, target.color_trc = BT2020 if wide else BT709, CURVES[space]
    target.colorspace = BT2020 if wide else BT709
    target.color_range = ColorRange.MPEG


def _checked(space: str | None) -> None:
    if space is not None and space not in CURVES:
        raise ValueError(f"Unsupported video color space: {space}")


def save_frames(parts: Any, path: str | BytesIO, format: str, codec: str, metadata: dict | None, depth: int,
                crf: float | None, space: str) -> None:
    """Encode frames in memory, then their sound."""
    _checked(space)
    target, depth = Target.of(path, format, codec), depth if space == "sRGB" else max(depth, 10)
    rate = Fraction(round(parts.frame_rate * 1000), 1000)
    with target.open() as out:
        for key, value in (metadata or {}).items():
            out.metadata[key] = json.dumps(value)
        stream = out.add_stream(ENCODERS[target.codec], rate=rate)
        stream.height, stream.width = parts.images.shape[1:3]
        stream.pix_fmt = "yuv420p10le" if depth >= 10 else "yuv420p"
        stream.options = target.options(crf)
        tag_colours(stream.codec_context, space)
        sound = _Sound.of(out, target, parts.audio, rate, len(parts.images)) if parts.audio else None
        for image in parts.images:
            _hooks.between_frames()
            frame = _frame(image, depth).reformat(format=stream.pix_fmt, dst_colorspace=BT709 if space == "sRGB" else BT2020)
            tag_colours(frame, space)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if sound:
            sound.write(out)


def _frame(image: torch.Tensor, depth: int) -> av.VideoFrame:
    if depth >= 10:
        deep = (image.float() * 65535).clamp(0, 65535).cpu().numpy().astype(np.uint16)
        return av.VideoFrame.from_ndarray(deep, format="rgb48le")
    return av.VideoFrame.from_ndarray((image * 255).clamp(0, 255).byte().cpu().numpy(), format="rgb24")


@dataclass
class _Sound:
    stream: Any
    samples: np.ndarray
    layout: str
    rate: int

    @classmethod
    def of(cls, out: Any, target: Target, audio: dict, fps: Fraction, count: int) -> _Sound:
        rate = int(audio["sample_rate"])
        samples = audio["waveform"][0, :, : math.ceil((rate / fps) * count)]
        layout = LAYOUTS.get(samples.shape[0], "stereo")
        stream = out.add_stream(target.sound, rate=48000 if target.format == "webm" else rate, layout=layout)
        return cls(stream, samples.float().cpu().contiguous().numpy(), layout, rate)

    def write(self, out: Any) -> None:
        frame = av.AudioFrame.from_ndarray(self.samples, format="fltp", layout=self.layout)
        frame.sample_rate, frame.pts = self.rate, 0
        frames = [frame]
        if self.stream.rate != self.rate:
            resampler = av.AudioResampler(format="fltp", layout=self.layout, rate=self.stream.rate)
            frames = [*resampler.resample(frame), *resampler.resample(None)]
        for frame in frames:
            out.mux(self.stream.encode(frame))
        out.mux(self.stream.encode(None))
