"""The continuity guard: keyframes, joins, drift and what happens inside, in one report, one picture and one mask."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .. import runtime
from ..image.layout import check_image, check_mask
from ..media.frames import Frames
from ..wires.check import one_of, wired_or_none
from ..wires.report import Finding
from ..wires.shot import Shot
from ..wires.zone import parse_zones
from .answer import Answer, Found, make_mask, make_picture, make_report
from .inside.drift import LEAST, judge_drift
from .inside.integrity import judge_integrity, judge_loop
from .inside.latent import GRIDS, add_latent_hints
from .inside.lighting import judge_lighting
from .inside.lights import compared_lights
from .inside.persist import LINKS, follow
from .inside.scan import Scan, scan_clip
from .inside.series import series_of
from .join.joins import ask_seam
from .join.judge import Seam
from .join.window import REACH
from .keyframe.anchor import OFFSETS, judge_anchor
from .profile import Profile, load_profile
from .question import EDGES, Question
from .watch.detail import Box
from .watch.joins import judge_watched_join, places_at
from .watch.region import boxes_of, judge_regions


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
    scan, found = scan_clip(frames, bar), Found()
    _ask_anchors(found, scan, frames, q, profile, bar)
    for which in ("previous", "next"):
        ask_seam(found, which, scan, frames, q, profile, bar)
    found.findings += [judge_loop(s.findings, len(scan)) for s in found.seams if s.place.which == "loop"]
    drifted = follow(scan.through, bar.step) if len(scan) >= LEAST else None
    found.findings += judge_drift(scan, drifted, profile)
    found.findings += judge_lighting(compared_lights(drifted, found.anchors, found.seams), profile)
    found.findings += judge_integrity(scan, profile, _rate(frames, q)) + _time(frames, q)
    found.regions = judge_regions(frames, zones, watched, profile, bar)
    ends = boxes_of(zones, watched[-1:] if watched is not None else None, *frames.size)
    for seam in found.seams:
        found.findings += _ask_watched(seam, frames, q, places_at(seam.place.which, found.regions, ends), profile)
    unmarked = Finding("drift.region", "not tested", "No region is marked: wire watch_mask or fill in watch_zones.")
    found.findings += [r.finding for r in found.regions] or [unmarked]
    findings = add_latent_hints(found.findings, q.latent_grid, len(frames))
    report = make_report(findings, scan, frames, q, profile, found)
    report = replace(report, series={**report.series, **series_of(scan, drifted, found.regions)})
    return Answer(report, make_picture(found, findings, scan, frames, report), make_mask(found, frames))


def _work(frames: Frames, q: Question, regions: bool) -> int:
    """Steps of the bar: frames of every pass, links that drift is followed through, keyframes, and pairs round each join."""
    keys = sum(key is not None for key in (q.first_frame, q.last_frame))
    asked = ((q.previous_clip, q.previous_edge), (q.next_clip, q.next_edge))
    joins = sum(other is not None or edge == "loop" for other, edge in asked)
    return len(frames) * (1 + regions) + LINKS + keys * OFFSETS + joins * 4 * REACH


def _ask_anchors(found: Found, scan: Scan, frames: Frames, q: Question, profile: Profile, bar: runtime.Progress) -> None:
    for which, key in (("first", q.first_frame), ("last", q.last_frame)):
        if key is None:
            found.findings.append(Finding(f"anchor.{which}.geometry", "not tested", f"No {which} keyframe is wired."))
            continue
        key = check_image(key, f"{which}_frame")
        near = scan.head[:OFFSETS] if which == "first" else scan.tail[:-OFFSETS - 1:-1]
        anchor = judge_anchor(which, key[0 if which == "first" else -1], near, frames.size, len(frames), profile)
        found.anchors.append(anchor)
        found.findings += anchor.findings
        bar.step(OFFSETS)


def _ask_watched(seam: Seam, frames: Frames, q: Question, places: list[tuple[str, Box]], profile: Profile) -> list[Finding]:
    """Follow watched details over a judged join."""
    which = seam.place.which
    if which == "loop" or not places:
        return judge_watched_join(seam, places, frames, frames, profile)
    neighbour = Frames(q.next_clip if which == "next" else q.previous_clip, f"{which}_clip")
    return judge_watched_join(seam, places, *((frames, neighbour) if which == "next" else (neighbour, frames)), profile)


def _rate(frames: Frames, q: Question) -> float:
    return float(q.shot.fps if q.shot is not None else frames.fps or 24)


def _time(frames: Frames, q: Question) -> list[Finding]:
    out = []
    if not frames.steady:
        words = "The film's frames are not evenly spaced in time: speeds here are per frame, not per second."
        out.append(Finding("integrity.cadence", "warn", words, suggestion="Bring the film to a constant frame rate."))
    if q.shot is not None and frames.fps is not None and frames.fps != q.shot.fps:
        words = f"The film says {float(frames.fps):.3f} frames a second, the shot {float(q.shot.fps):.3f}: the shot's count."
        out.append(Finding("integrity.cadence", "pass", words))
    return out
