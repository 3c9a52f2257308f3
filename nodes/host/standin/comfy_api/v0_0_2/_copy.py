"""Saving a film that is a file: its tracks are copied where they fit, and encoded again, frame by frame, where they do not."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange

from . import _hooks
from ._decode import first_pictures, last_sound
from ._encode import CURVES, ENCODERS, FORMATS, LAYOUTS, Target, tag_colours

WEBM = {"video": {"av1", "vp8", "vp9"}, "audio": {"opus", "vorbis"}, "subtitle": {"webvtt"}}


def save_file(video: Any, path: str | BytesIO, format: str, codec: str, metadata: dict | None, depth: int | None,
              crf: float | None, space: str | None) -> None:
    """Copy or encode the window of a film to a path or buffer."""
    if space is not None and space not in CURVES:
        raise ValueError(f"Unsupported video color space: {space}")
    target, window = Target.of(path, format, codec), video.get_active_trim_window()
    with av.open(video.get_stream_source(), mode="r") as source:
        pictures = first_pictures(source, path)
        tagged = next((name for name, curve in CURVES.items() if pictures.codec_context.color_trc == curve), None)
        tagged = "sRGB" if pictures.codec_context.color_trc == 1 else tagged
        if tagged is not None and space is not None and tagged != space:
            raise ValueError(f"Cannot save {tagged} video as {space} without color conversion; use auto or {tagged}")
        own_depth = video.get_bit_depth()
        keeps = (
            (format == "auto" or FORMATS[format] in source.format.name.split(","))
            and (target.format != "webm" or _fits_webm(source))
            and codec in ("auto", pictures.codec.canonical_name)
            and depth in (None, own_depth) and crf is None and space is None and not any(window)
        )
        if keeps:
            _copy(source, path, format, metadata)
        else:
            _Transcoder(source, pictures, target, metadata, depth or own_depth, crf, space or tagged, tagged, window).run()


def _fits_webm(source: Any) -> bool:
    known = (s for s in source.streams if s.type in WEBM and s.codec_context is not None)
    return all(s.codec.canonical_name in WEBM[s.type] for s in known)


def _tell(source: Any, out: Any, metadata: dict | None) -> None:
    """Pass the file's own words on, ours over them."""
    words = {k: v if isinstance(v, str) else json.dumps(v) for k, v in (metadata or {}).items()}
    for key, value in {**source.metadata, **words}.items():
        out.metadata[key] = value


def _copy(source: Any, path: str | BytesIO, format: str, metadata: dict | None) -> None:
    """Copy every track's packets; without a wish the format follows the name, in memory the source."""
    in_memory = isinstance(path, BytesIO)
    name = (FORMATS.get(format) or source.format.name.split(",")[0]) if in_memory else Path(path).suffix.lower().lstrip(".")
    flags = {"movflags": "use_metadata_tags" + ("" if in_memory else "+faststart")} if name in ("mov", "mp4") else {}
    with av.open(path, mode="w", format=name if in_memory else None, options=flags) as out:
        _tell(source, out, metadata)
        kept = [s for s in source.streams if s.type in WEBM and s.codec_context is not None]
        streams = {s.index: out.add_stream_from_template(template=s, opaque=True) for s in kept}
        for packet in source.demux():
            _hooks.between_frames()
            if packet.dts is not None and packet.stream.index in streams:
                packet.stream = streams[packet.stream.index]
                out.mux(packet)


class _Transcoder:
    """Encodes the frames of a window at their own times, then the sound that belongs to them."""

    def __init__(self, source: Any, pictures: Any, target: Target, metadata: dict | None, depth: int, crf: float | None,
                 space: str | None, tagged: str | None, window: tuple[float, float]) -> None:
        self.source, self.pictures, self.target, self.metadata, self.crf = source, pictures, target, metadata, crf
        self.space, self.tagged = space, tagged
        self.format = "yuv420p10le" if (10 if space in ("HDR", "HDR PQ") else depth) >= 10 else "yuv420p"
        self.start, self.length = window
        self.track = last_sound(source)
        self.rate = (48000 if target.format == "webm" else self.track.codec_context.sample_rate) if self.track else 0
        self.sound: list[tuple[float, np.ndarray]] = []

    def run(self) -> None:
        base = self.pictures.time_base
        first, last = int(self.start / base), int((self.start + self.length) / base) if self.length else math.inf
        if first:
            self.source.seek(first, stream=self.pictures)
        with self.target.open() as out:
            _tell(self.source, out, self.metadata)
            stream, sound = self._streams(out)
            end = self._frames(out, stream, first, last)
            if sound is not None and self.sound:
                self._write_sound(out, sound, end)

    def _streams(self, out: Any) -> tuple[Any, Any]:
        stream = out.add_stream(ENCODERS[self.target.codec], rate=Fraction(self.pictures.average_rate or 1))
        stream.codec_context.max_b_frames = 0  # reordered frames would end at the wrong time
        stream.width, stream.height, stream.pix_fmt = self.pictures.width, self.pictures.height, self.format
        if stream.width % 2 or stream.height % 2:
            raise ValueError(f"{self.target.codec.upper()} output requires even dimensions, got {stream.width}x{stream.height}")
        stream.options = self.target.options(self.crf)
        self._tag(stream.codec_context)
        stream.codec_context.time_base = self.pictures.time_base
        if self.track is None:
            return stream, None
        self.layout = LAYOUTS.get(self.track.codec_context.channels, "stereo")
        self.resampler = av.AudioResampler(format="fltp", layout=self.layout, rate=self.rate)
        return stream, out.add_stream(self.target.sound, rate=self.rate, layout=self.layout)

    def _tag(self, target: Any) -> None:
        """Keep the colours that the source names; ours where it names none and one was asked for."""
        if self.tagged is not None:
            for name in ("color_primaries", "color_trc", "colorspace", "color_range"):
                setattr(target, name, getattr(self.pictures.codec_context, name))
        elif self.space is not None:
            tag_colours(target, self.space)

    def _frames(self, out: Any, stream: Any, first: int, last: float) -> float:
        """Encode the pictures; gives the second at which the last one ends."""
        step = max(1, round(1 / (Fraction(self.pictures.average_rate or 1) * self.pictures.time_base)))
        offset, previous = None, -1
        self.lengths: dict[int, int] = {}
        for packet in self.source.demux([self.pictures, *([self.track] if self.track is not None else [])]):
            if packet.stream.type == "audio":
                self._gather(packet)
                continue
            for frame in packet.decode():
                _hooks.between_frames()
                if frame.pts is not None and not first <= frame.pts < last:
                    continue
                if frame.rotation:
                    raise ValueError("expected a film without a rotation tag, got one: rotate its frames first")
                offset = (frame.pts or 0) if offset is None else offset
                previous = previous + step if frame.pts is None else max(frame.pts - offset, previous + 1)
                self.lengths[previous] = frame.duration or step
                self._mux(out, stream.encode(self._converted(frame, previous)))
        self._mux(out, stream.encode(None))
        return float((previous + self.lengths.get(previous, step)) * self.pictures.time_base)

    def _mux(self, out: Any, packets: Any) -> None:
        for packet in packets:
            packet.duration = self.lengths.get(packet.pts, 0)
            out.mux(packet)

    def _converted(self, frame: Any, pts: int) -> Any:
        full = frame.color_range == ColorRange.JPEG and self.tagged is None
        ranges = {"src_color_range": "JPEG", "dst_color_range": "MPEG"} if full else {}
        frame = frame.reformat(format=self.format, **ranges)
        self._tag(frame)
        frame.pts, frame.pict_type = pts, 0  # the source's picture types would force ours
        return frame

    def _gather(self, packet: Any) -> None:
        for decoded in packet.decode():
            for frame in self.resampler.resample(decoded):
                self.sound.append((float((frame.pts or 0) * (frame.time_base or Fraction(1, self.rate))), frame.to_ndarray()))

    def _write_sound(self, out: Any, stream: Any, end: float) -> None:
        skip = max(0, int((self.start - self.sound[0][0]) * self.rate))
        most = math.ceil((min(end, self.length) if self.length else end) * self.rate)
        samples = np.concatenate([part for _, part in self.sound], axis=1)[:, skip : skip + most]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=self.layout)
        frame.sample_rate, frame.pts = self.rate, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            out.mux(packet)
