"""Captions: reading an .srt file, and putting it into a film as a track of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.container

from .. import runtime
from ..wires.check import quoted
from .paths import input_file

_MILLISECOND = Fraction(1, 1000)
_TIMES = re.compile(r"(\d+):(\d\d):(\d\d)[,.](\d{1,3})\s*-->\s*(\d+):(\d\d):(\d\d)[,.](\d{1,3})")


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: seconds from the start of the film, and its lines."""

    start: float
    end: float
    text: str


def _speed(cue: Cue) -> float:
    return len(re.sub(r"<[^>]*>|\n", "", cue.text)) / max(cue.end - cue.start, 1e-3)


@dataclass(frozen=True, slots=True)
class Captions:
    """A caption file: its text as it was and its cues in order."""

    text: str
    cues: tuple[Cue, ...]

    @property
    def end(self) -> float:
        """When the last cue ends, in seconds."""
        return max((c.end for c in self.cues), default=0.0)

    def fastest(self) -> tuple[float, Cue | None]:
        """Most characters a second that a cue asks of the reader, and that cue."""
        return max(((_speed(c), c) for c in self.cues), key=lambda pair: pair[0], default=(0.0, None))


def parse_srt(text: str) -> Captions:
    """Read SubRip text.

    Raises:
        ValueError: No cue, or one that ends before it begins; its line is named.
    """
    cues, lines = [], text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines):
        if not (times := _TIMES.search(line)):
            continue
        h1, m1, s1, f1, h2, m2, s2, f2 = (int(g.ljust(3, "0")) if i in (3, 7) else int(g) for i, g in enumerate(times.groups()))
        start, end = h1 * 3600 + m1 * 60 + s1 + f1 / 1000, h2 * 3600 + m2 * 60 + s2 + f2 / 1000
        if end <= start:
            raise ValueError(f"expected a caption that ends after it begins in line {number + 1}, "
                             f"got {quoted(line.strip())}: mend its times")
        words = []
        for following in lines[number + 1:]:
            if not following.strip():
                break
            words.append(following)
        cues.append(Cue(start, end, "\n".join(words)))
    if not cues:
        raise ValueError("expected captions such as `00:00:01,000 --> 00:00:02,500`, got none: give an .srt file")
    return Captions(text, tuple(cues))


def load_captions(name: str) -> Captions | None:
    """Captions of an .srt in the input folder; None for an empty name.

    Raises:
        ValueError: There is no such file, it is not UTF-8, or holds no captions.
    """
    if not name.strip():
        return None
    try:
        return parse_srt(input_file(name.strip(), "captions").read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"expected captions in UTF-8, got other bytes in {name!r}: save the .srt as UTF-8") from error


_MP4 = {"movflags": "+faststart+write_colr+negative_cts_offsets", "use_editlist": "0", "fflags": "+bitexact"}  # as `encode.py`


def can_mux() -> bool:
    """Whether this PyAV takes captions that are encoded already (16 and newer)."""
    return hasattr(av.container.OutputContainer, "add_mux_stream")


def mux_captions(film: Path, captions: Captions) -> None:
    """Put captions into an MP4 as a track of timed text (3GPP TS 26.245), its pictures and sound copied as they are."""
    whole = film.with_name(f"{film.stem}-text{film.suffix}")
    try:
        with av.open(str(film)) as source, av.open(str(whole), "w", format="mp4", options=_MP4) as target:
            streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
            text: Any = target.add_mux_stream("mov_text")
            text.time_base = _MILLISECOND
            waiting = [_packet(cue, text) for cue in captions.cues]
            for packet in source.demux():
                runtime.check_cancelled()
                if packet.dts is None:
                    continue
                while waiting and waiting[0].pts * _MILLISECOND <= packet.dts * packet.time_base:
                    target.mux(waiting.pop(0))
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
            for packet in waiting:
                target.mux(packet)
        whole.replace(film)
    finally:
        whole.unlink(missing_ok=True)


def _packet(cue: Cue, stream: Any) -> Any:
    text = cue.text.encode("utf-8")[:65535]
    packet = av.Packet(len(text).to_bytes(2, "big") + text)
    packet.pts = packet.dts = round(cue.start * 1000)
    packet.duration, packet.time_base, packet.stream = round((cue.end - cue.start) * 1000), _MILLISECOND, stream
    return packet
