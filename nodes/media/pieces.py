"""A film encoded in pieces, each by an encoder of its own, several at once: fast on many cores and the same bytes on any number.

With threads inside, x264 gives other bytes in every run as soon as the rate is limited: what a thread spends depends on how far
the others are. Pieces that begin with a key frame do not look at each other.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event
from typing import Any

_MOST_LANES = 4
_AHEAD = 4  # frames that wait for an encoder beyond whole pieces
_MOST_HELD = 256 << 20  # bytes of frames that wait
_PATIENCE = 0.2  # seconds to wait for an encoder before the caller may look at cancel
_open: set[int] = set()  # encoders of films that are being written: they share the cores


@dataclass(slots=True)
class _Piece:
    """Frames on their way into an encoder, and packets on their way out of it."""

    frames: SimpleQueue = field(default_factory=SimpleQueue)
    packets: deque = field(default_factory=deque)
    ended: bool = False
    work: Future | None = None


class PieceEncoder:
    """Encodes a film in pieces of `length` frames. Use as a context manager; leaving it ends the work at the next frame."""

    def __init__(self, make: Callable[[], Any], length: int, frame_bytes: int) -> None:
        """Take a function that makes an encoder, and the size of a frame."""
        self._make, self._length, self._bytes = make, length, frame_bytes
        self._pieces: deque[_Piece] = deque()
        self._stop, self._given, self._taken = Event(), 0, SimpleQueue()
        self._held = 0
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> PieceEncoder:
        _open.add(id(self))
        return self

    def __exit__(self, *_: object) -> None:
        _open.discard(id(self))
        self._stop.set()
        for piece in self._pieces:
            piece.frames.put(None)
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def put(self, frame: Any) -> Iterator[Any]:
        """Take a frame; give the packets that are ready, in order, and None where an encoder lets wait for long."""
        if self._given % self._length == 0:
            self._end_piece()
            yield from self._wait(lambda: sum(not piece.ended for piece in self._pieces) < self._lanes())
            # no more threads than lanes: what one of them has freed only it can use again
            self._pool = self._pool or ThreadPoolExecutor(self._lanes(), "raccord-film")
            piece = _Piece()
            piece.work = self._pool.submit(self._encode, piece)
            self._pieces.append(piece)
        yield from self._wait(lambda: self._held < self._limit())
        self._pieces[-1].frames.put(frame)
        self._given, self._held = self._given + 1, self._held + 1
        yield from self._ready()

    def finish(self) -> Iterator[Any]:
        """Give all packets that are left, and None where an encoder lets wait for long."""
        self._end_piece()
        yield from self._wait(lambda: all(piece.ended for piece in self._pieces))
        yield from self._ready()

    def _end_piece(self) -> None:
        if self._pieces:
            self._pieces[-1].frames.put(None)

    def _limit(self) -> int:
        """Frames that may wait: enough to keep several encoders busy where this film has the cores to itself."""
        return max(4, min((self._lanes() - 1) * self._length + _AHEAD, _MOST_HELD // self._bytes))

    def _lanes(self) -> int:
        """Pieces that may be at work, of 130 MB each at 1080p: one more than cores, so that the last one is not long alone."""
        cores = os.cpu_count() or 1
        return max(1, min(cores + (cores > 1), _MOST_LANES) // max(len(_open), 1))

    def _wait(self, enough: Callable[[], bool]) -> Iterator[Any]:
        while not self._taken.empty():
            self._held -= self._taken.get()
        while not enough():
            yield from self._ready()
            try:
                self._held -= self._taken.get(timeout=_PATIENCE)
            except Empty:
                yield None

    def _ready(self) -> Iterator[Any]:
        while self._pieces:
            piece = self._pieces[0]
            ended = piece.ended
            while piece.packets:
                yield piece.packets.popleft()
            if not ended:
                return
            piece.work.result()  # type: ignore[union-attr]  # raises what went wrong
            self._pieces.popleft()

    def _encode(self, piece: _Piece) -> None:
        try:
            self._fill(piece, self._make())
        finally:
            piece.ended = True
            self._taken.put(0)

    def _fill(self, piece: _Piece, encoder: Any) -> None:
        while (frame := piece.frames.get()) is not None and not self._stop.is_set():
            piece.packets.extend(encoder.encode(frame))
            self._taken.put(1)
        if not self._stop.is_set():
            piece.packets.extend(encoder.encode(None))
