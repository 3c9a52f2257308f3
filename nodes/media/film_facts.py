"""What a film says of itself, read from its packets and boxes without decoding its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import av.error

from .paths import reason_of
from .xmp import read_xmp_box, stated_source_type

_MATRIX = {1: "bt709", 5: "bt601", 6: "bt601", 9: "bt2020"}
_RANGE = {1: "limited", 2: "full"}


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """Facts of the first picture stream, its sound and its container; empty texts where nothing is stated."""

    width: int
    height: int
    fps: Fraction
    frames: int
    seconds: float
    codec: str
    profile: str
    pixel_format: str
    matrix: str
    range: str
    group: int
    steady: bool
    sound: str
    sound_rate: int
    sound_channels: int
    index_first: bool
    edit_list: bool
    source_type: str
    bytes: int
    xmp: bytes = b""
    texts: int = 0

    @property
    def kbps(self) -> float:
        """Mean bit rate of the whole file."""
        return self.bytes * 8 / 1000 / max(self.seconds, 1e-6)


def film_facts(path: Path) -> FilmFacts:
    """Read a film's facts.

    Raises:
        ValueError: It is no film, or broken.
    """
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.video:
                raise ValueError(f"expected a film in {path.name}, got a file without a picture stream: deliver it again")
            stream = container.streams.video[0]
            return _facts(path, container, stream)
    except (av.error.FFmpegError, OSError) as error:
        raise ValueError(f"expected a film in {path.name}, got one that cannot be read ({reason_of(error, path)}): "
                         "export it again") from error


def _facts(path: Path, container: Any, stream: Any) -> FilmFacts:
    shown = sorted((p.pts, bool(p.is_keyframe)) for p in container.demux(stream) if p.size and p.pts is not None)
    if not shown:
        raise ValueError(f"expected a film with frames in {path.name}, got none: deliver it again")
    boxes = top_boxes(path)
    if len(shown) < stream.frames or any(at + length > path.stat().st_size for _, at, length in boxes):
        raise ValueError(f"expected {stream.frames} frames in {path.name}, got {len(shown)}: it is broken off")
    context, fps = stream.codec_context, Fraction(stream.average_rate or stream.guessed_rate or 24)
    steps = [b[0] - a[0] for a, b in pairwise(shown)]
    steady = not steps or float(stream.time_base * (max(steps) - min(steps))) <= 0.5 / float(fps)
    sound = container.streams.audio[0].codec_context if container.streams.audio else None
    names = [name for name, _, _ in boxes]
    xmp = next(filter(None, (read_xmp_box(box) for box in _contents(path, boxes, "uuid"))),
               b"")  # a signature has a box of its own
    return FilmFacts(
        width=stream.width, height=stream.height, fps=fps, frames=len(shown), seconds=float(len(shown) / fps),
        codec=context.name.replace("libdav1d", "av1"), profile=str(context.profile or ""),
        pixel_format=str(context.pix_fmt or ""),
        matrix=_MATRIX.get(int(context.colorspace or 0), ""),
        range=_RANGE.get(int(context.color_range or 0), ""),
        group=_longest_group([key for _, key in shown]), steady=steady,
        sound=f"{sound.name} {sound.profile or ''}".strip() if sound else "",
        sound_rate=int(sound.sample_rate or 0) if sound else 0,
        sound_channels=int(sound.channels or 0) if sound else 0,
        index_first={"moov", "mdat"} <= set(names) and names.index("moov") < names.index("mdat"),
        edit_list=any(b"elst" in box for box in _contents(path, boxes, "moov")),
        source_type=stated_source_type(xmp), bytes=path.stat().st_size, xmp=xmp, texts=len(container.streams.subtitles))


def _longest_group(keys: list[bool]) -> int:
    starts = [i for i, key in enumerate(keys) if key] + [len(keys)]
    return max((b - a for a, b in pairwise(starts)), default=len(keys))


def top_boxes(path: Path) -> list[tuple[str, int, int]]:
    """Name, place and length of the boxes at the top of an MP4 or MOV, in order; empty for other files."""
    boxes, at, size = [], 0, path.stat().st_size
    with path.open("rb") as file:
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            length, name = int.from_bytes(head[:4], "big"), head[4:8]
            length = int.from_bytes(head[8:16], "big") if length == 1 else length or size - at
            if not name.isalnum() or length < 8:
                break
            boxes.append((name.decode("ascii"), at, length))
            at += length
    return boxes


def _contents(path: Path, boxes: list[tuple[str, int, int]], wanted: str) -> Iterator[bytes]:
    """Top boxes of a name with their heads, at most 16 MiB of each."""
    with path.open("rb") as file:
        for name, at, length in boxes:
            if name == wanted:
                file.seek(at)
                yield file.read(min(length, 16 << 20))
