"""The clip under repair, counted from the join outwards, so that its head and its tail are repaired by the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch

ROOM = 8  # frames that may be put in at the join
Undo = Callable[[], None]


class Film:
    """A clip whose frames near one end change, frame 0 being the one at the join.

    The batch that comes in is never written to; the first change copies it, once, with some room at both ends.
    """

    def __init__(self, images: torch.Tensor, tail: bool = False, skip: int = 0) -> None:
        """Take (B, H, W, 3|4); the others as `turn` does."""
        self._buffer, self._start, self._stop, self._own = images, 0, len(images), False
        self.turn(tail, skip)

    def turn(self, tail: bool, skip: int = 0) -> None:
        """Count from the other join; `tail`: behind the last frame; `skip`: frames at the head that only overlap."""
        self.tail, self.skip = tail, 0 if tail else skip

    @property
    def frames(self) -> torch.Tensor:
        """The clip as it stands, in the order of time: a view."""
        return self._buffer[self._start:self._stop]

    def __len__(self) -> int:
        """Frames that can be counted from the join."""
        return self._stop - self._start - self.skip

    def number(self, k: int) -> int:
        """Number in the clip of the frame `k` places from the join."""
        return len(self.frames) - 1 - k if self.tail else self.skip + k

    def near(self, k: int) -> torch.Tensor:
        """Frame (H, W, C) `k` places from the join."""
        return self.frames[self.number(k)]

    def write(self, changed: Mapping[int, torch.Tensor]) -> Undo:
        """Put frames in the place of others, by their place from the join; the answer puts the old ones back."""
        self._take()
        kept = {k: self.near(k).clone() for k in changed}
        for k, frame in changed.items():
            self.near(k).copy_(frame)

        def undo() -> None:
            for k, frame in kept.items():
                self.near(k).copy_(frame)

        return undo

    def drop(self, count: int) -> Undo:
        """Leave out the first `count` frames from the join; the answer puts them back."""
        if self.skip:
            return self._drop_behind(count)
        start, stop = self._start, self._stop
        self._start, self._stop = (start, stop - count) if self.tail else (start + count, stop)

        def undo() -> None:
            self._start, self._stop = start, stop

        return undo

    def _drop_behind(self, count: int) -> Undo:
        """The same behind frames that overlap: these move up."""
        self._take()
        kept = [self.near(k).clone() for k in range(count)]
        frames = self.frames
        for i in reversed(range(self.skip)):
            frames[i + count].copy_(frames[i])
        self._start += count

        def undo() -> None:
            self._start -= count
            for i in range(self.skip):
                self.frames[i].copy_(self.frames[i + count])
            for k, frame in enumerate(kept):
                self.near(k).copy_(frame)

        return undo

    def insert(self, added: Sequence[torch.Tensor]) -> Undo:
        """Put at most `ROOM` new frames at the join, the first nearest to it; the answer takes them out again."""
        self._take()
        start, stop = self._start, self._stop
        self._start, self._stop = (start, stop + len(added)) if self.tail else (start - len(added), stop)
        for k, frame in enumerate(added):
            self.near(k).copy_(frame)

        def undo() -> None:
            self._start, self._stop = start, stop

        return undo

    def _take(self) -> None:
        if self._own:
            return
        count = self._stop - self._start
        buffer = self._buffer.new_empty((count + 2 * ROOM, *self._buffer.shape[1:]))
        buffer[ROOM:ROOM + count] = self.frames
        self._buffer, self._start, self._stop, self._own = buffer, ROOM, ROOM + count, True
