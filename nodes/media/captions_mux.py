"""Captions in a film: a track of timed text beside its pictures and its sound, which are copied as they are."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.container

from .. import runtime
from .captions import Captions, Cue

_MILLISECOND = Fraction(1, 1000)
_MP4 = {"movflags": "+faststart+write_colr+negative_cts_offsets", "use_editlist": "0", "fflags": "+bitexact"}  # as `encode.py`


def can_mux() -> bool:
    """Whether this PyAV takes captions that are encoded already (16 and newer)."""
    return hasattr(av.container.OutputContainer, "add_mux_stream")


def mux_captions(film: Path, captions: Captions) -> None:
    """Put captions into an MP4 as a track of timed text (3GPP TS 26.245); those beyond its end are cut or left out."""
    whole = film.with_name(f"{film.stem}-text{film.suffix}")
    try:
        with av.open(str(film)) as source, av.open(str(whole), "w", format="mp4", options=_MP4) as target:
            pictures = source.streams.video[0]
            waiting = list(captions.within(float((pictures.duration or 0) * (pictures.time_base or 0))).cues)
            if not waiting:
                return
            streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
            text: Any = target.add_mux_stream("mov_text")
            text.time_base = _MILLISECOND
            for packet in source.demux():
                runtime.check_cancelled()
                if packet.dts is None:
                    continue
                while waiting and waiting[0].start <= packet.dts * packet.time_base:
                    target.mux(_packet(waiting.pop(0), text))
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
            for cue in waiting:
                target.mux(_packet(cue, text))
        whole.replace(film)
    finally:
        whole.unlink(missing_ok=True)


def _packet(cue: Cue, stream: Any) -> Any:
    text = cue.plain.encode("utf-8")[:65535].decode("utf-8", "ignore").encode("utf-8")  # its length is two bytes
    packet = av.Packet(len(text).to_bytes(2, "big") + text)
    packet.pts = packet.dts = round(cue.start * 1000)
    packet.duration, packet.time_base, packet.stream = round((cue.end - cue.start) * 1000), _MILLISECOND, stream
    return packet
