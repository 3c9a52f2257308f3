"""Writing films: exact BT.709 from RGB, tagged on stream and frames, fed block by block.

The stock conversion takes BT.601 and floors; a tag alone does not change that. So frames go through a filter graph that names the
matrix and rounds accurately, the counterpart of `rgb.py`. tests/media measures both together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.filter
import numpy as np

from .. import runtime
from ..image.opencv import cv2
from .pieces import PieceEncoder
from .rgb import ACCURATE
from .sound import aac

_BT709, _LIMITED = 1, 1
_GLOBAL_HEADER = 1 << 22  # FFmpeg's AV_CODEC_FLAG_GLOBAL_HEADER: an MP4 has the parameter sets in its index
_THREADS = 1  # of one encoder; several work at once, see `pieces.py`
_X264 = "open-gop=0:vbv-init=0.55:rc-lookahead=10:sync-lookahead=0:b-adapt=0"
_AVX_512F = 13  # as OpenCV counts what a processor can
_UP_TO_AVX2 = "MMX2,SSE,SSE2,SSE2Fast,LZCNT,SSE3,SSSE3,SSE4.1,SSE4.2,AVX,FMA3,BMI1,BMI2,AVX2"


@dataclass(frozen=True, slots=True)
class FilmSpec:
    """How a film is written: H.264 4:2:0 8 bit, BT.709, limited range, MP4 with the index in front and no edit list.

    `peak_kbps` bounds the rate of any second; below it `crf` decides (less is better and heavier). `gop` is in frames, groups are
    closed. `sound_kbps` is for AAC-LC stereo at 48 kHz. At one `crf` a slower `preset` is lighter, not better to look at.
    """

    width: int
    height: int
    fps: Fraction
    peak_kbps: int = 8000
    crf: float = 14
    gop: int = 12
    b_frames: int = 2
    sound_kbps: int = 384
    preset: str = "faster"

    def __post_init__(self) -> None:
        if self.width % 2 or self.height % 2 or min(self.width, self.height) < 16:
            raise ValueError(f"expected an even size of 16 or more for a film, got {self.width}x{self.height}")


class FilmWriter:
    """One film being written. Use as a context manager; a film that is left by an exception is not finished.

    Sound is interleaved with the pictures as they come, so that the muxer holds back nothing.

    Attributes:
        step: Called with the frames' worth of work that is done, half a frame when it goes in and half when it comes out; it
            may raise to stop.
    """

    def __init__(self, path: Path, spec: FilmSpec, audio: dict | None = None) -> None:
        """Open `path`; `audio` is ComfyUI's AUDIO, cut or padded with silence to the length of the pictures."""
        self.spec, self._count = spec, 0
        self._sent: int | None = None
        self.step: Callable[[float], None] = lambda _: runtime.check_cancelled()
        options = {"movflags": "+faststart+write_colr+negative_cts_offsets", "use_editlist": "0", "fflags": "+bitexact"}
        self._container: Any = av.open(str(path), "w", format="mp4", options=options)
        self._stream = self._add_picture()
        self._pieces = PieceEncoder(self._encoder, _piece(spec), spec.width * spec.height * 3 // 2)
        self._sound = aac(self._container, audio, spec.sound_kbps) if audio is not None else None
        self._graph = rgb_to_yuv((spec.width, spec.height), "rgb24", "yuv420p")

    def __enter__(self) -> FilmWriter:
        self._pieces.__enter__()
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        try:
            if kind is None:
                self._mux(self._pieces.finish())
                if self._sound:
                    self._sound.finish(float(self._count / self.spec.fps))
        finally:
            self._pieces.__exit__()
            self._container.close()

    def write(self, frames: np.ndarray) -> None:
        """Append frames (n, H, W, 3), uint8 encoded sRGB, of the film's size."""
        for picture in frames:
            self._mux(self._pieces.put(self._convert(picture)))
            self._count += 1
            self.step(0.5)
        if self._sound:
            self._sound.feed(float(self._count / self.spec.fps))

    def _mux(self, packets: Iterator[Any]) -> None:
        for packet in packets:
            if packet is None:  # the encoders are busy
                self.step(0)
                continue
            # A last piece of a frame or two has no delay of its own: its packets would leave a hole in front of them.
            self._sent = packet.dts if self._sent is None else self._sent + 1
            packet.dts, packet.stream = self._sent, self._stream
            self._container.mux(packet)
            self.step(0.5)

    def _add_picture(self) -> Any:
        """The stream, with an encoder that only says how the others write."""
        stream = self._container.add_stream("libx264", rate=self.spec.fps, options=_x264(self.spec))
        self._set(stream, stream.codec_context)
        return stream

    def _encoder(self) -> Any:
        """An encoder of one piece."""
        context: Any = av.CodecContext.create("libx264", "w")
        context.options, context.framerate = _x264(self.spec), self.spec.fps
        self._set(context, context)
        context.flags = int(context.flags) | _GLOBAL_HEADER
        return context

    def _set(self, shape: Any, context: Any) -> None:
        spec = self.spec
        shape.width, shape.height, shape.pix_fmt, shape.time_base = spec.width, spec.height, "yuv420p", 1 / spec.fps
        context.thread_count = _THREADS
        tag(context)

    def _convert(self, picture: np.ndarray) -> Any:
        _, source, sink = self._graph
        source.push(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgb24"))
        frame = sink.pull()
        frame.pts, frame.time_base = self._count, 1 / self.spec.fps
        tag(frame)
        return frame


def _x264(spec: FilmSpec) -> dict[str, str]:
    return {"crf": f"{spec.crf:g}", "preset": spec.preset, "bf": str(spec.b_frames), "g": str(spec.gop),
            "keyint_min": str(spec.gop), "sc_threshold": "0", "maxrate": f"{spec.peak_kbps}k", "bufsize": f"{spec.peak_kbps}k",
            "x264-params": _X264 + _without_avx512(spec.width)}


def _without_avx512(width: int) -> str:
    """Setting that gives the same bytes in every run, where x264 would not.

    With AVX-512 its macroblock tree takes eight blocks of a line at once, and behind a line that is no multiple of eight what
    the memory happens to hold: where the rate is limited, the film differs from run to run.
    """
    return f":asm={_UP_TO_AVX2}" if -(-width // 16) % 8 and cv2.checkHardwareSupport(_AVX_512F) else ""


def _piece(spec: FilmSpec) -> int:
    """Frames of a piece: groups of about a second, an even number of them, as neighbouring key frames must differ in id."""
    return spec.gop * 2 * max(1, round(float(spec.fps) / spec.gop / 2))


def tag(target: Any) -> None:
    """State BT.709 and limited range on a codec context or a frame: players look at either."""
    target.colorspace, target.color_range = _BT709, _LIMITED
    if hasattr(target, "color_primaries"):  # frames have it from PyAV 15 on
        target.color_primaries, target.color_trc = _BT709, _BT709


def rgb_to_yuv(size: tuple[int, int], given: str, wanted: str) -> tuple[Any, Any, Any]:
    """Filter graph from full-range RGB of `size` to BT.709 of limited range, with its ends; all three must live."""
    graph = av.filter.Graph()
    source = graph.add_buffer(width=size[0], height=size[1], format=av.VideoFormat(given), time_base=Fraction(1, 24))
    scale = graph.add("scale", f"out_color_matrix=bt709:in_range=pc:out_range=tv:flags={ACCURATE}")
    form, sink = graph.add("format", wanted), graph.add("buffersink")
    for one, other in ((source, scale), (scale, form), (form, sink)):
        one.link_to(other)
    graph.configure()
    return graph, source, sink
