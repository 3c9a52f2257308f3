"""The clip under repair, counted from the join outwards, so that its head and its tail are repaired by the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import torch

ROOM = 8  # frames that may be put in at the join
Undo = Callable[[], None]


class Film:
    """A clip whose frames near one end change, frame 0 being the one at the join.

    The batch that comes in is never written to; the first change copies it, once, with some room at both ends.
    """

    def __init__(self, images: torch.Tensor, tail: bool = False, skip: int = 0) -> None:
        """Take (B, H, W, 3|4); the others as `turn` does."""
        self._source, self._buffer, self._start, self._stop, self._own = images, images, 0, len(images), False
        self._base, self._changed = 0, set[int]()
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

    @property
    def changed(self) -> list[int]:
        """Numbers of the frames that are not those of the batch that came in."""
        return sorted(at - self._start for at in self._changed if self._start <= at < self._stop)

    def number(self, k: int) -> int:
        """Number in the clip of the frame `k` places from the join."""
        return len(self.frames) - 1 - k if self.tail else self.skip + k

    def near(self, k: int) -> torch.Tensor:
        """Frame (H, W, C) `k` places from the join."""
        return self.frames[self.number(k)]

    def write(self, changed: Iterable[tuple[int, torch.Tensor]]) -> Undo:
        """Put frames in the place of others, one by one, by their place from the join; the answer puts the old ones back.

        What was not changed before is put back from the batch that came in, so that only frames changed twice are held twice.
        """
        self._take()
        kept: dict[int, torch.Tensor | None] = {}
        for k, frame in changed:
            at = self._start + self.number(k)
            kept[at] = self._buffer[at].clone() if at in self._changed else None
            self._changed.add(at)
            self._buffer[at].copy_(frame)

        def undo() -> None:
            for at, frame in kept.items():
                self._buffer[at].copy_(self._source[at - self._base] if frame is None else frame)
                self._changed -= {at} if frame is None else set()

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
        self._changed |= set(range(self._start, self._start + self.skip + count))
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
            self._changed.add(self._start + self.number(k))

        def undo() -> None:
            self._start, self._stop = start, stop

        return undo

    def _take(self) -> None:
        if self._own:
            return
        count = self._stop - self._start
        buffer = self._buffer.new_empty((count + 2 * ROOM, *self._buffer.shape[1:]))
        buffer[ROOM:ROOM + count] = self.frames
        self._base = ROOM - self._start  # where the first frame that came in would stand
        self._buffer, self._start, self._stop, self._own = buffer, ROOM, ROOM + count, True
