"""Sentences about frames that come twice at a join, with the count to drop."""

from __future__ import annotations

from collections.abc import Sequence

from ...wires.report import Finding
from ..place import Place
from .repeated import Repetition


def judge_repeats(r: Repetition, place: Place) -> list[Finding]:
    """Findings of a duplicated, a frozen and a repeated passage."""
    if r.still:
        words = f"The shot hardly moves ({r.usual:.2f} of 255 levels a frame): a repeated frame cannot be told from a new one."
        return [Finding(f"seam.{name}", "not tested", words, frames=place.frames()) for name in ("duplicate", "freeze", "echo")]
    return [_duplicate(r, place), _freeze(r, place), _echoed(r, place)]


def _frames(count: int) -> str:
    return f"{count} frames" if count != 1 else "frame"


def _holds(check: str, words: str, count: int, allowed: int, place: Place) -> Finding:
    return Finding(check, "pass", words, count, "frames", allowed, place.frames())


def _head_to_drop(check: str, words: str, count: int, allowed: int, frames: Sequence[int], place: Place) -> Finding:
    """Failure that dropping the first `count` frames behind the join heals."""
    drop = {"clip": place.second, "at": place.skipped, "count": count}
    return Finding(check, "fail", words, count, "frames", allowed, frames, drop=drop,
                   suggestion=f"Drop the first {_frames(count)} of the {place.second_name}.")


def _duplicate(r: Repetition, place: Place) -> Finding:
    if r.again:
        count = r.again
        repeat = "repeats" if count == 1 else "repeat"
        words = f"The first {_frames(count)} behind {place.name} {repeat} the last frame before it: motion stops."
        return _head_to_drop("seam.duplicate", words, count, r.own, [place.before(), *map(place.behind, range(count))], place)
    words = f"No frame is repeated at {place.name}."
    if r.head:
        beat = f" every {r.period}" if r.period else f", {r.hold} times each" if r.hold else ""
        words = f"The frame at {place.name} repeats, as the clip's own frames do{beat}."
    return _holds("seam.duplicate", words, r.head, r.own, place)


def _freeze(r: Repetition, place: Place) -> Finding:
    allowed = max(r.own, 1)
    if r.tail > allowed:
        words = f"The last {_frames(r.tail + 1)} before {place.name} stand still."
        drop = {"clip": place.first, "at": place.first_length - r.tail, "count": r.tail}
        return Finding("seam.freeze", "fail", words, r.tail, "frames", allowed, list(map(place.before, range(r.tail + 1, 0, -1))),
                       drop=drop, suggestion=f"Drop the last {_frames(r.tail)} of the {place.first_name}.")
    run, allowed = max(r.again, 0 if r.head else r.head_run - max(r.hold - 1, 0)), max(1 if r.hold else allowed, 2)
    if run > allowed:
        words = f"The picture stands still for {_frames(run)} behind {place.name}."
        return _head_to_drop("seam.freeze", words, run, allowed, list(map(place.behind, range(run))), place)
    return _holds("seam.freeze", f"Nothing stands still at {place.name}.", run, allowed, place)


def _echoed(r: Repetition, place: Place) -> Finding:
    if not r.echo:
        return _holds("seam.echo", f"Nothing is played again at {place.name}.", 0, 0, place)
    words = f"The first {_frames(r.echo)} behind {place.name} play the last {_frames(r.echo)} before it again."
    return _head_to_drop("seam.echo", words, r.echo, 0, list(map(place.behind, range(r.echo))), place)
