"""Frames of a film by number: its packets listed once, then decoded forwards, with a seek only where one is shorter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np

from .. import runtime
from .glance import full_luma, small_rgb
from .rgb import MATRIX_OF_TAG, is_rgb, stated_matrix, to_rgb

_TRANSFERS = {16: "PQ", 18: "HLG"}


@dataclass(frozen=True, slots=True)
class FilmIndex:
    """What is known of a film before a frame is decoded: `pts` of every frame in order of showing, `keys` of the key frames.

    `matrix` is `rgb`, `bt709`, `bt601` or `bt2020`, with ` (untagged)` where it is assumed; `transfer` is `SDR`, `PQ` or `HLG`.
    """

    width: int
    height: int
    fps: Fraction
    pts: tuple[int, ...]
    keys: tuple[int, ...]
    steady: bool
    matrix: str
    transfer: str


def _video_stream(container: Any) -> Any:
    if not container.streams.video:
        raise ValueError(f"expected a film, got {_name(container.name)} without a picture stream: choose another file")
    return container.streams.video[0]


def _name(source: Any) -> str:
    return Path(source).name if isinstance(source, (str, Path)) and str(source) else "a file"


def _unreadable(source: Any, error: Exception) -> ValueError:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return ValueError(f"expected a film, got {_name(source)}, which cannot be read ({reason}): export it again")


def _rewound(source: Any) -> Any:
    if hasattr(source, "seek"):
        source.seek(0)
    return source


def index_film(source: Any, start: float = 0.0, duration: float = 0.0) -> FilmIndex:
    """Read a film's packets, not its pictures, and list the frames from `start` seconds on, for `duration` (0: to the end).

    Raises:
        ValueError: The file is no film, or holds no frame there.
    """
    try:
        stat = Path(source).stat() if isinstance(source, (str, Path)) else None
    except OSError as error:
        raise _unreadable(source, error) from error
    if stat is None:
        return _index(source, start, duration)
    return _index_file(str(source), start, duration, (stat.st_size, stat.st_mtime_ns))


@lru_cache(maxsize=8)
def _index_file(path: str, start: float, duration: float, _: tuple[int, int]) -> FilmIndex:
    """Several nodes ask about one file; its size and time say whether it is still the same."""
    return _index(path, start, duration)


def _index(source: Any, start: float, duration: float) -> FilmIndex:
    try:
        with av.open(_rewound(source), metadata_errors="ignore") as container:
            stream = _video_stream(container)
            base, shown, keys = stream.time_base, [], []
            for packet in container.demux(stream):
                runtime.check_cancelled()
                if packet.size and packet.pts is not None and not packet.is_discard:
                    shown.append(packet.pts)
                    keys += [packet.pts] if packet.is_keyframe else []
            turned, matrix, transfer = _first_frame(container, stream)
            width, height = stream.width, stream.height
            fps = Fraction(stream.average_rate or stream.guessed_rate or 24)
    except (av.error.FFmpegError, OSError) as error:
        raise _unreadable(source, error) from error
    first, last = int(start / base), int((start + duration) / base) if duration else None
    pts = tuple(p for p in sorted(shown) if p >= first and (last is None or p < last))
    if not pts:
        raise ValueError(f"expected a film with frames, got none in that part of {_name(source)}: trim it less")
    steps = np.diff(pts)
    steady = len(steps) < 2 or float(base * int(steps.max() - steps.min())) <= 0.5 / float(fps)
    return FilmIndex(height if turned else width, width if turned else height, fps, pts, tuple(sorted(keys)), steady, matrix,
                     transfer)


def _first_frame(container: Any, stream: Any) -> tuple[bool, str, str]:
    container.seek(0, stream=stream)
    first = next(container.decode(stream), None)  # display matrix and tags come with the frames
    if first is None:
        return False, "rgb", "SDR"
    tag = int(first.colorspace)
    matrix = "rgb" if is_rgb(first) else stated_matrix(first) + ("" if tag in MATRIX_OF_TAG else " (untagged)")
    transfer = _TRANSFERS.get(int(getattr(stream.codec_context, "color_trc", 0) or 0), "SDR")
    return _turns(first) % 2 == 1, matrix, transfer


def _turns(frame: Any) -> int:
    return round((getattr(frame, "rotation", 0) or 0) / 90)


def _decoded(container: Any, stream: Any) -> Iterator[tuple[int, Any]]:
    """Frames from where the container stands. No method: a reader that held itself would keep its decoder for long."""
    for packet in container.demux(stream):
        for frame in packet.decode():
            runtime.check_cancelled()  # from the key frame that a seek lands on, hundreds may have to be decoded
            yield frame.pts, frame


class FilmReader:
    """Decodes frames of an indexed film, going on where it stands as long as no key frame is nearer, and seeking elsewhere."""

    def __init__(self, source: Any, index: FilmIndex, matrix: str = "") -> None:
        """Open nothing yet. `matrix` overrides what the film's tags state."""
        self._source, self._index, self._matrix = source, index, matrix
        self._container: Any = None
        self._frames: Iterator[tuple[int, Any]] = iter(())
        self._next, self._graphs = -1, {}
        self._held: tuple[int, Any] = -1, None  # the last frame: it may be asked for small, then whole

    def read(self, start: int, stop: int) -> np.ndarray:
        """Frames `start` to `stop` as (n, H, W, 3), uint8 for 8-bit films and float32 0..1 above.

        Raises:
            ValueError: The film breaks off before `stop`; the frame is named.
        """
        return np.stack([self._upright(frame, to_rgb(frame, self._graphs, self._matrix))
                         for frame in map(self._at, range(start, stop))])

    def glance(self, number: int, size: tuple[int, int], *, luma: bool) -> tuple[np.ndarray, np.ndarray | None]:
        """One frame as uint8 RGB (h, w, 3) of `size` (width, height), and where asked for its luma (H, W), uint8."""
        frame = self._at(number)
        across = (size[1], size[0]) if _turns(frame) % 2 else size
        return (self._upright(frame, small_rgb(frame, across, self._graphs)),
                self._upright(frame, full_luma(frame, self._graphs)) if luma else None)

    def _at(self, number: int) -> Any:
        if self._held[0] != number:
            self._held = -1, None
            frame = self._frame(number)
            if frame is None:
                total = len(self._index.pts)
                raise ValueError(f"expected {total} frames in the film, got none after frame {number - 1}: it is broken off")
            self._held, self._next = (number, frame), number + 1
        return self._held[1]

    def _frame(self, number: int) -> Any:
        """The decoded frame, or None where the film ends before."""
        try:
            if not self._is_ahead(number):
                self._seek(number)
            wanted = self._index.pts[number]
            return next((f for pts, f in self._frames if pts >= wanted), None)
        except (av.error.FFmpegError, OSError) as error:
            raise ValueError(f"at frame {number} {_unreadable(self._source, error)}") from error

    def close(self) -> None:
        """Close the file."""
        if self._container is not None:
            self._container.close()
        self._container, self._next, self._held = None, -1, (-1, None)

    def _is_ahead(self, number: int) -> bool:
        """Whether decoding on comes to a frame as soon as a seek would."""
        if not 0 <= self._next <= number:
            return False
        here, there = (bisect_right(self._index.keys, self._index.pts[n]) for n in (self._next, number))
        return number == self._next or here == there

    def _seek(self, number: int) -> None:
        if self._container is None:
            self._container = av.open(_rewound(self._source), metadata_errors="ignore")
            _video_stream(self._container).thread_type = "AUTO"  # fixed once the decoder runs
        stream = _video_stream(self._container)
        self._container.seek(self._index.pts[number], stream=stream, backward=True)
        self._frames = _decoded(self._container, stream)

    def _upright(self, frame: Any, picture: np.ndarray) -> np.ndarray:
        return np.rot90(picture, k=_turns(frame)) if _turns(frame) else picture
