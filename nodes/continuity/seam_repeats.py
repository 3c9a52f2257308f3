"""Sentences about frames that come twice at a join, with the count to drop."""

from __future__ import annotations

from ..wires.report import Finding
from .place import Place
from .repeated import Repetition
from .window import Window


def judge_repeats(r: Repetition, place: Place, window: Window) -> list[Finding]:
    """Findings of a duplicated, a frozen and a repeated passage."""
    if r.still:
        words = f"The shot hardly moves ({r.usual:.2f} of 255 levels a frame): a repeated frame cannot be told from a new one."
        return [Finding(f"seam.{name}", "not tested", words, frames=place.frames()) for name in ("duplicate", "freeze", "echo")]
    return [_duplicate(r, place), _freeze(r, place, window), _echoed(r, place)]


def _drop(clip: str, at: int, count: int) -> dict:
    return {"clip": clip, "at": at, "count": count}


def _frames(count: int) -> str:
    return f"{count} frame{'s' * (count != 1)}"


def _duplicate(r: Repetition, place: Place) -> Finding:
    if r.head > r.own or r.exact or (r.head and r.period and not r.in_phase):
        count = r.exact or r.head
        head, copies = _frames(count), f"repeat{'s' * (count == 1)} the last frame before it"
        words = (f"The first {head} behind {place.name} {copies}: motion stops." if count > 1
                 else f"The first frame behind {place.name} {copies}: motion stops.")
        return Finding("seam.duplicate", "fail", words, count, "frames", r.own, [place.before(),
                                                                                 *(place.behind(i) for i in range(count))],
                                                                                 suggestion=f"Drop the first {head} of the "
                                                                                     f"{place.second_name}.",
                       drop=_drop(place.second, place.skipped, count))
    words = f"No frame is repeated at {place.name}."
    if r.head:
        words = f"The frame at {place.name} repeats, as the clip's own frames do{f' every {r.period}' if r.period else ''}."
    return Finding("seam.duplicate", "pass", words, r.head, "frames", r.own, place.frames())


def _freeze(r: Repetition, place: Place, window: Window) -> Finding:
    allowed = max(r.own, 1)
    if r.tail > allowed:
        at = window.seam + 1 - r.tail
        start = place.length - r.tail if place.which != "previous" else len(window.before) - r.tail
        return Finding("seam.freeze", "fail", f"The last {_frames(r.tail + 1)} before {place.name} stand still.", r.tail,
                       "frames", allowed,
                       [place.before(i) for i in range(r.tail + 1, 0, -1)], suggestion=f"Drop the last {_frames(r.tail)} of the "
                           f"{place.first_name}.",
                       drop=_drop(place.first, start, r.tail)) if at >= 0 else Finding("seam.freeze", "pass",
                           "Nothing stands still.")
    run = max(r.exact or r.head, r.head_run if not r.head else 0)
    if run > max(allowed, 2):
        head = _frames(run)
        return Finding("seam.freeze", "fail", f"The picture stands still for {head} behind {place.name}.", run, "frames",
                       max(allowed, 2),
                       [place.behind(i) for i in range(run)], suggestion=f"Drop the first {head} of the {place.second_name}.",
                       drop=_drop(place.second, place.skipped, run))
    return Finding("seam.freeze", "pass", f"Nothing stands still at {place.name}.", run, "frames", max(allowed, 2),
                   place.frames())


def _echoed(r: Repetition, place: Place) -> Finding:
    if r.echo:
        return Finding("seam.echo", "fail", f"The first {_frames(r.echo)} behind {place.name} play the last {_frames(r.echo)} "
                                            f"before it again.", r.echo,
                       "frames", 0, [place.behind(i) for i in range(r.echo)], suggestion=f"Drop the first {_frames(r.echo)} of "
                           f"the {place.second_name}.",
                       drop=_drop(place.second, place.skipped, r.echo))
    return Finding("seam.echo", "pass", f"Nothing is played again at {place.name}.", 0, "frames", 0, place.frames())
