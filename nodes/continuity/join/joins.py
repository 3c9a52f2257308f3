"""Asking a clip's joins: which are judged, what is read of the neighbour, and what is not scored by intent."""

from __future__ import annotations

from collections.abc import Sequence

from ... import runtime
from ...media.frames import Frames
from ...wires.report import Finding
from ..answer import Found
from ..evidence.pictures import draw_stated
from ..inside.scan import Scan, read_ends
from ..place import Place
from ..profile import Profile
from ..question import Question
from .judge import judge_seam
from .pair import Proxy
from .repeated import overlap_of
from .window import REACH, look_at

_NOT_SCORED = {"hard cut": "is a hard cut by intent: it is not scored, and must never be repaired.",
               "match cut": "is a match cut by intent: it is not scored, and must never be repaired.",
               "dissolve": "is a dissolve: both clips are seen at once, so that a step cannot be told from the blend."}


def ask_seam(found: Found, which: str, scan: Scan, frames: Frames, q: Question, profile: Profile,
             bar: runtime.Progress) -> None:
    """Judge the join to the `next` or from the `previous` clip, or the loop, into `found`."""
    edge = q.next_edge if which == "next" else q.previous_edge
    other = q.next_clip if which == "next" else q.previous_clip
    name = Place(which, len(scan)).name
    if edge == "loop" and other is None:
        if which == "next" or q.next_edge != "loop":
            _judge(found, Place("loop", len(scan), 0, len(scan)), scan.tail, scan.head, profile, frames, bar)
        return
    if other is None:
        found.findings.append(Finding("seam.colour", "not tested", f"No {which} clip is wired: {name} is not looked at."))
        return
    neighbour = Frames(other, f"{which}_clip")
    if edge in _NOT_SCORED:
        found.findings.append(Finding("seam.colour", "not tested", f"{name.capitalize()} {_NOT_SCORED[edge]}"))
        at = 0 if which == "next" else len(neighbour) - 1
        beside = scan.tail[-1].rgb if which == "next" else scan.head[0].rgb
        found.stated.append(draw_stated(which, edge, beside, neighbour.frame(at)))
        return
    if abs(neighbour.width * frames.height - frames.width * neighbour.height) > max(*neighbour.size, *frames.size):
        words = f"The {which} clip is {neighbour.width}x{neighbour.height}, another shape than {frames.width}x{frames.height}."
        found.findings.append(Finding("seam.position", "refused", words, suggestion="Bring both clips to one shape."))
        return
    skip = q.overlap_frames if edge == "overlap" else 0
    if which == "next":
        before, after = scan.tail, read_ends(neighbour, skip, skip + REACH + 1, scan.size, bar.step)
    else:
        before = read_ends(neighbour, len(neighbour) - REACH - 1, len(neighbour), scan.size, bar.step)
        after = read_ends(frames, skip, skip + REACH + 1, scan.size) if skip else scan.head
    if not after:
        words = f"{name.capitalize()}: all frames behind it lie in the overlap of {skip}."
        found.findings.append(Finding("seam.colour", "not tested", words, suggestion="Set overlap_frames to what both hold."))
        return
    if skip:
        heads = read_ends(neighbour, 0, REACH, scan.size) if which == "next" else scan.head
        found.findings += _overlap(before, heads, skip, name)
    place = Place(which, len(scan), skip, len(scan) if which == "next" else len(neighbour))
    _judge(found, place, before, after, profile, frames, bar)


def _overlap(before: Sequence[Proxy], after: Sequence[Proxy], stated: int, name: str) -> list[Finding]:
    share, better = overlap_of(before, after, stated)
    if share < 0.5 or better == stated:
        return []
    words = f"The {stated} overlapping frames at {name} differ ({share:.1f} times the usual change); {better} fit best."
    return [Finding("seam.echo", "warn", words, round(share, 3), "ratio", 0.5, suggestion=f"Set overlap_frames to {better}.")]


def _judge(found: Found, place: Place, before: Sequence[Proxy], after: Sequence[Proxy], profile: Profile, frames: Frames,
           bar: runtime.Progress) -> None:
    seam = judge_seam(look_at(before, after, step=bar.step), place, profile, frames.size)
    found.seams.append(seam)
    found.findings += seam.findings
