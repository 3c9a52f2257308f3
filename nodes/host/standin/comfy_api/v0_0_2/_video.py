"""VIDEO on the wire: a file that is read when it is asked for, or frames that the graph made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from fractions import Fraction
from io import BytesIO
from typing import Any

import av

from . import _copy, _encode
from ._decode import VideoComponents, first_pictures, read_components

_SPACES = {1: "sRGB", 13: "sRGB", 18: "HDR", 16: "HDR PQ"}


class VideoContainer(str, Enum):
    """File formats."""

    AUTO = "auto"
    MP4 = "mp4"
    MKV = "mkv"
    WEBM = "webm"

    @classmethod
    def get_extension(cls, value: str) -> str:
        """Ending of the file's name."""
        return "mp4" if cls(value) is cls.AUTO else cls(value).value


class VideoCodec(str, Enum):
    """Encodings."""

    AUTO = "auto"
    H264 = "h264"
    AV1 = "av1"


class VideoFromFile:
    """A film in a file or in memory; nothing is decoded before somebody asks."""

    def __init__(self, file: str | BytesIO, *, start_time: float = 0, duration: float = 0) -> None:
        self._file, self._start, self._duration = file, start_time, duration

    @contextmanager
    def _open(self) -> Iterator[Any]:
        with av.open(self.get_stream_source(), mode="r") as container:
            yield container

    def get_stream_source(self) -> str | BytesIO:
        """The file, to stream from."""
        if isinstance(self._file, BytesIO):
            self._file.seek(0)
        return self._file

    def get_active_trim_window(self) -> tuple[float, float]:
        """First second and number of seconds (0: all) that are wanted of the file."""
        start = self._start if self._start >= 0 else max(self._file_seconds() + self._start, 0.0)
        return float(start), float(self._duration)

    def get_components(self) -> VideoComponents:
        """Decode."""
        with self._open() as container:
            return read_components(container, self._file, *self.get_active_trim_window())

    def get_dimensions(self) -> tuple[int, int]:
        """Width and height in pixels."""
        with self._open() as container:
            stream = first_pictures(container, self._file)
            return stream.width, stream.height

    def get_frame_rate(self) -> Fraction:
        """Frames a second."""
        with self._open() as container:
            return Fraction(first_pictures(container, self._file).average_rate or 1)

    def get_frame_count(self) -> int:
        """Number of frames in the window, from the file's header where it says so."""
        start, duration = self.get_active_trim_window()
        with self._open() as container:
            stream = first_pictures(container, self._file)
            if stream.frames and not start and not duration:
                return int(stream.frames)
            if stream.duration and stream.average_rate:
                seconds = float(stream.duration * stream.time_base) - start
                return round((min(seconds, duration) if duration else seconds) * float(stream.average_rate))
            first, last = start / stream.time_base, (start + duration) / stream.time_base if duration else float("inf")
            return sum(first <= f.pts < last for f in container.decode(stream))

    def get_duration(self) -> float:
        """Seconds in the window."""
        whole = self._file_seconds()
        rest = min(whole, -self._start) if self._start < 0 else whole - self._start
        return min(self._duration, rest) if self._duration else rest

    def _file_seconds(self) -> float:
        with self._open() as container:
            if container.duration is not None:
                return float(container.duration / av.time_base)
            stream = first_pictures(container, self._file)
            return float((stream.frames or sum(1 for _ in container.decode(stream))) / (stream.average_rate or 1))

    def get_container_format(self) -> str:
        """Format of the file, in FFmpeg's words."""
        with self._open() as container:
            return container.format.name

    def get_bit_depth(self) -> int:
        """Bits of a component."""
        with self._open() as container:
            shape = first_pictures(container, self._file).format
            return max((c.bits for c in shape.components), default=8) if shape else 8

    def get_color_space(self) -> str:
        """`sRGB`, `HDR` (HLG) or `HDR PQ`, from the file's tags."""
        with self._open() as container:
            return _SPACES.get(first_pictures(container, self._file).codec_context.color_trc, "sRGB")

    def save_to(self, path: str | BytesIO, format: str = "auto", codec: str = "auto", metadata: dict | None = None,
                bit_depth: int | None = None, crf: float | None = None, color_space: str | None = None) -> None:
        """Copy the tracks, or encode again where what is asked for differs from what is there."""
        _copy.save_file(self, path, VideoContainer(format).value, VideoCodec(codec).value, metadata, bit_depth, crf, color_space)

    def as_trimmed(self, start_time: float = 0, duration: float = 0, strict_duration: bool = True) -> VideoFromFile | None:
        """A window of this window, or None where it is shorter than asked for."""
        part = VideoFromFile(self.get_stream_source(), start_time=self._start + start_time, duration=duration)
        return None if strict_duration and part.get_duration() < duration else part


class VideoFromComponents:
    """A film of frames in memory."""

    def __init__(self, components: VideoComponents, bit_depth: int = 8) -> None:
        self._parts, self._bit_depth = components, bit_depth

    def get_components(self) -> VideoComponents:
        """The frames, by reference."""
        return VideoComponents(self._parts.images, self._parts.frame_rate, self._parts.audio)

    def get_stream_source(self) -> BytesIO:
        """The film, encoded to memory."""
        buffer = BytesIO()
        self.save_to(buffer)
        buffer.seek(0)
        return buffer

    def get_active_trim_window(self) -> tuple[float, float]:
        """All of it."""
        return 0.0, 0.0

    def get_dimensions(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self._parts.images.shape[2], self._parts.images.shape[1]

    def get_frame_rate(self) -> Fraction:
        """Frames a second."""
        return self._parts.frame_rate

    def get_frame_count(self) -> int:
        """Number of frames."""
        return len(self._parts.images)

    def get_duration(self) -> float:
        """Seconds."""
        return float(len(self._parts.images) / self._parts.frame_rate)

    def get_container_format(self) -> str:
        """Format that the film would have as a file, in FFmpeg's words."""
        with av.open(self.get_stream_source(), mode="r") as container:
            return container.format.name

    def get_bit_depth(self) -> int:
        """Bits of a component when it is encoded."""
        return self._bit_depth

    def get_color_space(self) -> str:
        """Always `sRGB`."""
        return "sRGB"

    def save_to(self, path: str | BytesIO, format: str = "auto", codec: str = "auto", metadata: dict | None = None,
                bit_depth: int | None = None, crf: float | None = None, color_space: str | None = None) -> None:
        """Encode."""
        depth = self._bit_depth if bit_depth is None else bit_depth
        _encode.save_frames(self._parts, path, VideoContainer(format).value, VideoCodec(codec).value, metadata, depth, crf,
                            color_space or "sRGB")

    def as_trimmed(self, start_time: float = 0, duration: float = 0, strict_duration: bool = True) -> VideoFromFile | None:  # noqa: ARG002
        """A window, or None where it is shorter than asked for."""
        if self.get_duration() < start_time + duration:
            return None
        return VideoFromFile(self.get_stream_source(), start_time=start_time, duration=duration)
