"""The continuity guard: keyframes, joins, drift and what happens inside, in one report, one picture and one mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from .. import runtime
from ..image import draw
from ..image.layout import check_image, check_mask
from ..image.opencv import cv2
from ..media.frames import Frames
from ..wires.check import one_of, wired_or_none
from ..wires.report import Finding, Report
from ..wires.shot import Shot
from ..wires.zone import parse_zones
from . import differences, evidence, summary
from .anchor import OFFSETS, Anchor, judge_anchor
from .drift import judge_drift
from .integrity import judge_integrity, thumb_changes
from .latent import GRIDS, add_latent_hints
from .pair import Proxy
from .persist import LINKS
from .place import Place
from .profile import Profile, load_profile
from .region import Region, judge_regions
from .repeated import overlap_of
from .scan import Scan, read_ends, scan_clip
from .seam import Seam, judge_seam
from .window import REACH, look_at

EDGES = ("continuous", "hard cut", "match cut", "dissolve", "overlap", "loop")


@dataclass(frozen=True, slots=True)
class Question:
    """What the guard is asked beside the clip; everything may be absent."""

    first_frame: torch.Tensor | None = None
    last_frame: torch.Tensor | None = None
    previous_clip: Any = None
    next_clip: Any = None
    watch_mask: torch.Tensor | None = None
    watch_zones: str = ""
    previous_edge: str = "continuous"
    next_edge: str = "continuous"
    overlap_frames: int = 0
    latent_grid: str = "none"
    profile: str = "broadcast"
    shot: Shot | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Report, picture (1, h, w, 3) and mask (1, H, W) of where something differs."""

    report: Report
    evidence: torch.Tensor
    mask: torch.Tensor


@dataclass(slots=True)
class _Found:
    findings: list[Finding] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    seams: list[Seam] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)


def guard(clip: Any, question: Question) -> Answer:
    """Compare a clip with its keyframes and its neighbours, and follow it inside.

    Args:
        clip: IMAGE batch (B, H, W, 3|4), encoded sRGB 0..1, or VIDEO, which is streamed.
        question: Keyframes, neighbours, edges, marked regions and profile.

    Returns:
        The answer; frames are counted over the clip and then the next one, the previous clip backwards from −1.

    Raises:
        ValueError: An input is of another kind, or a profile or zone cannot be read.
    """
    q, frames = question, Frames(clip, "clip")
    wired_or_none(q.shot, Shot, "shot")
    one_of(q.latent_grid, GRIDS, "latent_grid")
    for which, edge in (("previous", q.previous_edge), ("next", q.next_edge)):
        one_of(edge, EDGES, f"{which}_edge")
    profile = load_profile(q.profile)
    zones = parse_zones(q.watch_zones, "watch_zones")
    watched = check_mask(q.watch_mask, len(frames), frames.height, frames.width, "watch_mask")
    bar = runtime.Progress(_work(frames, q, bool(zones) or watched is not None))
    scan, found = scan_clip(frames, bar), _Found()
    _ask_anchors(found, frames, q, profile, bar)
    for which in ("previous", "next"):
        _ask_seam(found, which, scan, frames, q, profile, bar)
    found.findings += judge_drift(scan, profile, bar.step) + judge_integrity(scan, profile) + _time(frames, q)
    found.regions = judge_regions(frames, zones, watched, profile, bar)
    unmarked = Finding("drift.region", "not tested", "No region is marked: wire watch_mask or fill in watch_zones.")
    found.findings += [r.finding for r in found.regions] or [unmarked]
    findings = add_latent_hints(found.findings, q.latent_grid, len(frames))
    report = _report(findings, scan, frames, q, profile, found)
    return Answer(report, _picture(found, findings, scan, frames, report), _mask(found, frames))


def _work(frames: Frames, q: Question, regions: bool) -> int:
    """Steps of the bar: frames of every pass, links that drift is followed through, keyframes, and pairs round each join."""
    keys = sum(key is not None for key in (q.first_frame, q.last_frame))
    asked = ((q.previous_clip, q.previous_edge), (q.next_clip, q.next_edge))
    joins = sum(other is not None or edge == "loop" for other, edge in asked)
    return len(frames) * (1 + regions) + LINKS + keys * OFFSETS + joins * 4 * REACH


def _ask_anchors(found: _Found, frames: Frames, q: Question, profile: Profile, bar: runtime.Progress) -> None:
    for which, key in (("first", q.first_frame), ("last", q.last_frame)):
        if key is None:
            found.findings.append(Finding(f"anchor.{which}.geometry", "not tested", f"No {which} keyframe is wired."))
            continue
        key = check_image(key, f"{which}_frame")
        count = min(OFFSETS, len(frames))
        picks = range(count) if which == "first" else range(len(frames) - 1, len(frames) - 1 - count, -1)
        near = [frames.frame(i).clone() for i in sorted(picks)]  # in the order of the film: a step back is a seek
        key, near = (key[0], near) if which == "first" else (key[-1], near[::-1])
        anchor = judge_anchor(which, key, near, len(frames), profile)
        found.anchors.append(anchor)
        found.findings += anchor.findings
        bar.step(OFFSETS)


def _time(frames: Frames, q: Question) -> list[Finding]:
    out = []
    if not frames.steady:
        words = "The film's frames are not evenly spaced in time: speeds here are per frame, not per second."
        out.append(Finding("integrity.cadence", "warn", words, suggestion="Bring the film to a constant frame rate."))
    if q.shot is not None and frames.fps is not None and frames.fps != q.shot.fps:
        words = f"The film says {float(frames.fps):.3f} frames a second, the shot {float(q.shot.fps):.3f}: the shot's count."
        out.append(Finding("integrity.cadence", "pass", words))
    return out


_NOT_SCORED = {"hard cut": "is a hard cut by intent: it is not scored, and must never be repaired.",
               "match cut": "is a match cut by intent: it is not scored, and must never be repaired.",
               "dissolve": "is a dissolve: both clips are seen at once, so that a step cannot be told from the blend."}


def _ask_seam(found: _Found, which: str, scan: Scan, frames: Frames, q: Question, profile: Profile,
              bar: runtime.Progress) -> None:
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
    if edge in _NOT_SCORED:
        found.findings.append(Finding("seam.colour", "not tested", f"{name.capitalize()} {_NOT_SCORED[edge]}"))
        return
    neighbour = Frames(other, f"{which}_clip")
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


def _judge(found: _Found, place: Place, before: Sequence[Proxy], after: Sequence[Proxy], profile: Profile, frames: Frames,
           bar: runtime.Progress) -> None:
    seam = judge_seam(look_at(before, after, step=bar.step), place, profile, frames.size)
    found.seams.append(seam)
    found.findings += seam.findings


def _report(findings: list[Finding], scan: Scan, frames: Frames, q: Question, profile: Profile, found: _Found) -> Report:
    sizes = {"clip": {"frames": len(frames), "width": frames.width, "height": frames.height, "fps": frames.fps}}
    asked = ("watch_zones", "previous_edge", "next_edge", "overlap_frames", "latent_grid", "profile")
    parameters = {k: getattr(q, k) for k in asked}
    metrics: dict[str, Any] = {"profile": {"name": profile.name, "version": profile.version, "dead_band": profile.dead_band}}
    for seam in found.seams:
        metrics[f"seam.{seam.place.which}"] = {name: {"value": round(s.value, 5), "usual": round(s.usual, 5), "z": round(s.z, 2)}
                                               for name, s in seam.standings.items()}
        r = seam.repetition
        metrics[f"seam.{seam.place.which}"]["repeats"] = {k: getattr(r, k) for k in r.__slots__}
    series = {f"clip.{name}": [None if not np.isfinite(v) else round(float(v), 3) for v in values]
              for name, values in scan.series.items()}
    series["clip.change"] = [None, *(round(float(v), 3) for v in thumb_changes(scan))]
    subject = q.shot.subject if q.shot else "clip"
    return Report("RaccordContinuityGuard", subject, findings, metrics, sizes | {"parameters": parameters}, series)


def _picture(found: _Found, findings: list[Finding], scan: Scan, frames: Frames, report: Report) -> torch.Tensor:
    rows = [evidence.draw_anchor(a, frames.size) for a in found.anchors]
    rows += [evidence.draw_seam(s, frames.size) for s in found.seams]
    if not rows:
        rows = [evidence.draw_clip(*(scan.through[at] for at in (0, len(scan.through) // 2, -1)))]
    rows += [evidence.draw_region(r) for r in found.regions]
    numbers = [n for f in findings for n in f.frames]
    span = min([0, *numbers]), max([len(scan) - 1, *numbers])
    return draw.to_image(summary.compose(report.subject, report.verdict, rows, findings, span))


def _mask(found: _Found, frames: Frames) -> torch.Tensor:
    """Where keyframe, join or region differ visibly: 1 at twice the level that is counted as a difference."""
    out = np.zeros((frames.height, frames.width), np.float32)
    maps = [differences.anchor_difference(a) for a in found.anchors if _bad(a.findings)]
    maps += [differences.seam_difference(s) for s in found.seams if _bad(s.findings)]
    for difference in maps:
        share = np.clip((difference - 6) / 12, 0, 1).astype(np.float32)
        out = np.maximum(out, cv2.resize(share, frames.size, interpolation=cv2.INTER_LINEAR))
    for region in found.regions:
        if region.finding.verdict in ("warn", "fail"):
            x, y, w, h = region.box
            out[y:y + h, x:x + w] = 1
    return torch.from_numpy(out)[None]


def _bad(findings: tuple[Finding, ...]) -> bool:
    return any(f.verdict in ("warn", "fail") for f in findings)
