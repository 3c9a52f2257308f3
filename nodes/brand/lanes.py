"""Several pictures at once, answers in their order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

import torch

Thing = TypeVar("Thing")
Answer = TypeVar("Answer")
_MOST = 4
_PIXELS = 16e6  # that may be in work together, at some 60 bytes each


def lanes_for(pixels: int) -> int:
    """How many pictures of so many pixels to work on at once."""
    return max(1, min(os.cpu_count() or 1, _MOST, int(_PIXELS // max(1, pixels))))


def at_once(work: Callable[[Thing], Answer], things: Iterable[Thing], lanes: int, done: Callable[[], None]) -> list[Answer]:
    """What `work` answers to each of `things`, which are taken one by one as there is room; `done` is called after each.

    What one of them raises is raised, and the rest is left.
    """
    out: list[Answer] = []
    waiting: deque[Future[Answer]] = deque()

    def settle(most: int) -> None:
        while len(waiting) > most:
            out.append(waiting.popleft().result())
            done()

    if lanes == 1:
        for thing in things:
            out.append(work(thing))
            done()
        return out
    threads = torch.get_num_threads()
    # lanes that each split their small sums over all cores wait for one another half of the time
    with ThreadPoolExecutor(lanes, "raccord-score", torch.set_num_threads, (1,)) as pool:
        try:
            for thing in things:
                waiting.append(pool.submit(copy_context().run, work, thing))  # the host is known by a context variable
                settle(lanes)
            settle(0)
        finally:
            for future in waiting:
                future.cancel()
            torch.set_num_threads(threads)  # what the lanes set also counts for threads to come
    return out
