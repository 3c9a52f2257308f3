"""Reading films and stills as ComfyUI 0.33 does: PyAV, float planes, the last sound track.

The conversion is not exact: 8-bit YUV comes out about 255/256 too dark. It is kept, so that a workflow gives the same
pixels in both.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
import av.error
import av.filter
import numpy as np
import torch

from . import _hooks

EIGHT_BIT = ("yuvj420p", "yuvj422p", "yuvj444p", "rgb24", "rgba", "pal8")
ALIGNMENT = 32


@dataclass
class VideoComponents:
    """What a film is made of: images (B, H, W, 3) in 0..1, sound, frames a second, alpha (B, H, W, 1)."""

    images: torch.Tensor
    frame_rate: Fraction
    audio: dict | None = None
    metadata: dict | None = None
    alpha: torch.Tensor | None = None


@dataclass
class _Window:
    """Part of a film that is wanted, in seconds; a duration of 0 is all of it."""

    start: float
    duration: float

    def picks(self, stream: Any) -> tuple[int, float]:
        first = int(self.start / stream.time_base)
        last = int((self.start + self.duration) / stream.time_base) if self.duration else math.inf
        return first, last


@dataclass
class _Pixels:
    """Turns frames into arrays, all in the format that the first one asks for."""

    expected: int
    format: str = ""
    batch: torch.Tensor | None = None
    count: int = 0
    _padding: tuple | None = None

    def add(self, frame: av.VideoFrame) -> None:
        if not self.format:
            alpha = frame.format.name == "pal8" or any(c.is_alpha for c in frame.format.components)
            kind = ("rgba", "rgb24") if frame.format.name in EIGHT_BIT else ("gbrapf32le", "gbrpf32le")
            self.format = kind[0] if alpha else kind[1]
        pixels = self._array(frame)
        if frame.rotation:
            pixels = np.rot90(pixels, round(frame.rotation // 90)).copy()
        self._keep(torch.from_numpy(np.ascontiguousarray(pixels)))

    def _array(self, frame: av.VideoFrame) -> np.ndarray:
        """Pixels of a frame; widths that the converter's vectors do not divide are padded with their own edge and cut again."""
        if frame.width % ALIGNMENT == 0 or not self.format.endswith("f32le"):
            return frame.to_ndarray(format=self.format)
        if self._padding is None:
            self._padding = _padding_graph(frame)
        _, source, sink = self._padding
        source.push(frame)
        return sink.pull().to_ndarray(format=self.format)[: frame.height, : frame.width]

    def _keep(self, pixels: torch.Tensor) -> None:
        # One block for the whole film: a list to be stacked later would hold every frame twice.
        if self.batch is None:
            self.batch = torch.empty((self.expected, *pixels.shape), dtype=torch.float32)
        if self.count == len(self.batch):
            self.batch = torch.cat((self.batch, torch.empty_like(self.batch)))
        self.batch[self.count] = pixels if pixels.dtype == torch.float32 else pixels.float() / 255.0
        self.count += 1

    def split(self) -> tuple[torch.Tensor, torch.Tensor | None]:
        if self.batch is None:
            return torch.zeros(0, 0, 0, 3), None
        batch = self.batch[: self.count]
        return (batch, None) if batch.shape[-1] == 3 else (batch[..., :-1], batch[..., -1:])


def _padding_graph(frame: av.VideoFrame) -> tuple:
    wide, high = (-(-side // ALIGNMENT) * ALIGNMENT for side in (frame.width, frame.height))
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1000))
    steps = [source, graph.add("pad", f"{wide}:{high}:0:0"),
             graph.add("fillborders", f"left=0:right={wide - frame.width}:top=0:bottom={high - frame.height}:mode=smear"),
             graph.add("buffersink")]
    for one, following in itertools.pairwise(steps):
        one.link_to(following)
    graph.configure()
    return graph, steps[0], steps[-1]


@dataclass
class _Sound:
    """Gathers the samples of the window."""

    stream: Any
    window: _Window
    parts: list[np.ndarray] = field(default_factory=list)
    done: bool = False

    def __post_init__(self) -> None:
        self.resampler = av.AudioResampler(format="fltp")

    def add(self, packet: av.Packet) -> None:
        for decoded in packet.decode():
            for frame in self.resampler.resample(decoded):
                if self.window.duration and (frame.time or 0.0) > self.window.start + self.window.duration:
                    self.done = True
                    return
                skip = 0
                if not self.parts:
                    skip = max(0, int((self.window.start - frame.pts * self.stream.time_base) * self.stream.sample_rate))
                if skip < frame.samples:
                    self.parts.append(frame.to_ndarray()[..., skip:])

    def audio(self) -> dict | None:
        if not self.parts:
            return None
        samples = np.concatenate(self.parts, axis=1)
        if self.window.duration:
            samples = samples[..., : int(self.window.duration * self.stream.sample_rate)]
        return {"waveform": torch.from_numpy(samples).unsqueeze(0), "sample_rate": int(self.stream.sample_rate or 1)}


def last_sound(container: Any) -> Any:
    """Last sound track that can be decoded, or None."""
    return next((s for s in reversed(container.streams.audio) if s.codec_context is not None), None)


def first_pictures(container: Any, name: Any) -> Any:
    """The picture track."""
    if not container.streams.video:
        raise ValueError(f"No video stream found in file '{name}'")
    return container.streams.video[0]


def _expected(container: Any, stream: Any) -> int:
    seconds = container.duration / av.time_base if container.duration else 0.0
    return max(stream.frames or 0, math.ceil(seconds * (stream.average_rate or 1)) + 1, 1)


def read_components(container: Any, name: Any, start: float, duration: float) -> VideoComponents:
    """Decode the window of an open file."""
    stream, window = first_pictures(container, name), _Window(start, duration)
    first, last = window.picks(stream)
    if first:
        container.seek(first, stream=stream)
    pixels, track = _Pixels(_expected(container, stream)), last_sound(container)
    sound, done = _Sound(track, window) if track is not None else None, False
    for packet in container.demux([stream, *([track] if track is not None else [])]):
        if done and (sound is None or sound.done):
            break
        if packet.stream.type == "audio":
            if sound is not None and not sound.done:
                sound.add(packet)
        elif not done:
            done = _add_frames(pixels, packet, first, last)
    images, alpha = pixels.split()
    rate = Fraction(stream.average_rate) if stream.average_rate else Fraction(1)
    return VideoComponents(images, rate, sound.audio() if sound else None, container.metadata, alpha)


def _add_frames(pixels: _Pixels, packet: av.Packet, first: int, last: float) -> bool:
    """Take the frames of a packet; True after the last wanted one. A packet that cannot be decoded is left out, as in ComfyUI."""
    try:
        frames = packet.decode()
    except av.error.InvalidDataError:
        return False
    for frame in frames:
        _hooks.between_frames()
        if frame.pts >= last:
            return True
        if frame.pts >= first:
            pixels.add(frame)
    return False
