"""Repairing a clip's joins: only this clip changes, only near the join, and only where the guard says that it gets better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch

from ...image.layout import check_image, join_alpha, resize, split_alpha
from ...media.frames import Frames
from ...wires.check import number, one_of
from ...wires.report import Finding, Report
from ..guard import guard
from ..join.window import REACH
from ..profile import load_profile
from ..question import EDGES, Question
from .film import Film
from .measure import Join, failing
from .mend import STEPS, Work, mend
from .picture import Shown, compose, look
from .steps import Side

_FAR = 5  # frames beyond a join that are looked at for light, motion and detail
_CUTS = ("hard cut", "match cut", "dissolve")


@dataclass(frozen=True, slots=True)
class Wish:
    """What lies round the clip, what may be done to it (`repairs`: names of steps), and over how many frames."""

    previous_clip: Any = None
    next_clip: Any = None
    first_frame: torch.Tensor | None = None
    last_frame: torch.Tensor | None = None
    previous_edge: str = "continuous"
    next_edge: str = "continuous"
    overlap_frames: int = 0
    repairs: tuple[str, ...] = tuple(step.name for step in STEPS)
    reach: int = 12
    profile: str = "broadcast"
    grain_seed: int = 0


@dataclass(frozen=True, slots=True)
class Repaired:
    """The clip, itself where nothing was kept; the picture (1, h, w, 3); the report."""

    images: torch.Tensor
    evidence: torch.Tensor
    report: Report


def repair(images: torch.Tensor, wish: Wish) -> Repaired:
    """Repair the joins of a clip with its neighbours, or with its keyframes where no neighbour is wired.

    Args:
        images: IMAGE batch (B, H, W, 3|4), encoded sRGB 0..1; never written to. Alpha goes along with its frame.
        wish: Neighbours, keyframes and what may be done.

    Returns:
        Frames farther than `reach` from a join are those of the input, bit for bit; all are where nothing gets better.

    Raises:
        ValueError: An input is of another kind, or a profile cannot be read.
    """
    check_image(images)
    number(wish.reach, "reach", 1, 240)
    number(wish.overlap_frames, "overlap_frames", 0, 240)
    number(wish.grain_seed, "grain_seed", 0)
    load_profile(wish.profile)
    for which in ("previous", "next"):
        one_of(getattr(wish, f"{which}_edge"), EDGES, f"{which}_edge")
    film, works, findings, shown = Film(images), [], [], []
    for which in ("previous", "next"):
        side = _side(film, images, wish, which, findings)
        if side is not None:
            before = look(side)
            work = mend(side, wish.repairs)
            works.append(work)
            shown += [Shown(work, before, look(side))]
    findings += [f for work in works for f in work.findings]
    kept = [name for work in works for name in work.kept]
    if kept and (harm := _harm(images, film.frames, wish, works)):
        words = f"All was undone: over the whole clip {', '.join(sorted(harm))} would fail, which does not now."
        findings, kept, film = [Finding("repair.crossfade", "warn", words)], [], Film(images)
        works = [Work(w.side, w.before, w.before) for w in works]
    findings += [f for work in works for f in failing(work.after).values()]
    out = film.frames if kept else images
    report = Report("RaccordRepairSeam", "clip", findings, _metrics(works, kept, film.changed), _inputs(images, out, wish))
    return Repaired(out, compose(shown, report, images), report)


def _side(film: Film, images: torch.Tensor, wish: Wish, which: str, findings: list[Finding]) -> Side | None:
    """The join of one end, or None, with a finding that says why, where there is nothing to repair."""
    tail, edge = which == "next", getattr(wish, f"{which}_edge")
    other, key = getattr(wish, f"{which}_clip"), wish.last_frame if tail else wish.first_frame
    name = "the join to the next clip" if tail else "the join from the previous clip"
    if edge in _CUTS and other is not None:
        words = f"{name.capitalize()} is a {edge} by intent: nothing is repaired across it, which would make a flash."
        findings.append(Finding("repair.crossfade", "refused", words))
        return None
    if other is None and edge == "loop" and not tail:
        other = images[-(REACH + 1):]  # its own tail comes before its head
    if other is None and key is None:
        return None
    key = None if key is None else check_image(key, "last_frame" if tail else "first_frame")
    overlap = wish.overlap_frames if edge == "overlap" else 0
    film.turn(tail, overlap)
    if len(film) < 1:
        findings.append(Finding("repair.crossfade", "not tested", f"All frames at {name} lie in the overlap of {overlap}."))
        return None
    join = Join(which, other, key, "overlap" if overlap else "continuous", overlap, wish.profile)
    return Side(film, _beyond(join, images), other is None, join, wish.reach, wish.grain_seed)


def _beyond(join: Join, images: torch.Tensor) -> list[torch.Tensor]:
    """Frames behind the join, nearest first, of the clip's size and channels; the keyframe where there is no neighbour."""
    at = -1 if join.tail else 0
    if join.neighbour is None:
        return [_alike(key[at], images[at]) for key in (join.keyframe,) if key is not None]
    frames = Frames(join.neighbour, f"{join.which}_clip")
    count = len(frames)
    start, stop = (join.overlap, join.overlap + _FAR) if join.tail else (max(0, count - _FAR), count)
    picked = [_alike(frames.frame(i), images[at]) for i in range(start, min(stop, count))]
    return picked if join.tail else picked[::-1]


def _alike(frame: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """A neighbour's frame in the size of the clip's, with the clip's alpha where it has one."""
    rgb = resize(frame[None, ..., :3].float(), *like.shape[:2])[0].to(like)
    return join_alpha(rgb, split_alpha(like)[1])


def _harm(before: torch.Tensor, after: torch.Tensor, wish: Wish, works: list[Work]) -> set[str]:
    """Checks of the whole clip that fail only after the repair; a short clip with one join was wholly looked at in each step."""
    if len(works) < 2 and len(before) <= wish.reach + REACH + 1:
        return set()
    edges = {f"{which}_edge": getattr(wish, f"{which}_edge") for which in ("previous", "next")}
    question = Question(wish.first_frame, wish.last_frame, wish.previous_clip, wish.next_clip, **edges,
                        overlap_frames=wish.overlap_frames, profile=wish.profile)
    was, now = (Counter(f.check for f in guard(clip, question).report.findings if f.verdict == "fail")
                for clip in (before, after))
    return set(now - was)


def _metrics(works: Iterable[Work], kept: list[str], changed: list[int]) -> dict[str, Any]:
    out: dict[str, Any] = {"repair.kept": list(dict.fromkeys(kept)), "repair.frames": changed if kept else []}
    for work in works:
        rows = {}
        for key, f in failing(work.before).items():
            now = work.after.get(key)
            rows[key[0]] = {"before": _plain(f), "after": _plain(now), "unit": f.unit, "limit": f.limit,
                            "verdict": now.verdict if now else "pass"}
        out[f"repair.{work.side.join.which}"] = rows
    return out


def _plain(f: Finding | None) -> float | None:
    return round(float(f.value), 4) if f is not None and isinstance(f.value, (int, float)) else None


def _inputs(images: torch.Tensor, out: torch.Tensor, wish: Wish) -> dict[str, Any]:
    asked = ("previous_edge", "next_edge", "overlap_frames", "repairs", "reach", "profile", "grain_seed")
    count, height, width = images.shape[:3]
    return {"clip": {"frames": count, "width": width, "height": height}, "frames_after": len(out),
            "parameters": {name: getattr(wish, name) for name in asked}}
