"""Reports of the tracking nodes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import torch

from ..media.frames import Frames
from ..wires.check import wired
from ..wires.quad import Quad
from ..wires.report import Finding, Report
from ..wires.shot import Shot
from ..wires.track import Track
from .insert.graphic import Inserted
from .markers.layout import ENOUGH, unlike
from .markers.marked import Marked, strays
from .markers.patterns import SMALLEST_KEPT, TAG
from .markers.report import marked_findings, marked_metrics
from .markers.stamp import Stamped
from .track.findings import findings
from .track.measures import track_metrics, track_series
from .track.surface import Tracked


def rate_of(frames: Frames, shot: Shot | None) -> tuple[Fraction, str]:
    """Rate of the track, and a sentence where a shot and a film disagree: the shot's wins."""
    if shot is None:
        return frames.fps or Fraction(24), ""
    wired(shot, Shot, "shot")
    if frames.fps is not None and frames.fps != shot.fps:
        return (
            shot.fps,
            f"The film runs at {float(frames.fps):g} frames a second, the shot at {float(shot.fps):g}: the shot's rate is used.",
        )
    return shot.fps, ""


def stamp_report(stamped: Stamped) -> Report:
    """What was painted, and whether a generator will keep it."""
    markers = stamped.markers
    share = float(stamped.mask[0].gt(0.5).float().mean())
    found = [
        Finding("markers.stamped", "pass",
                f"{len(markers.markers)} markers ({markers.pattern}) of {markers.size_px:g} px are painted on the surface.",
                value=len(markers.markers), unit="markers", box=markers.corners.box)
    ]
    smallest = SMALLEST_KEPT[markers.pattern]
    if markers.size_px < smallest:
        found.append(
            Finding("markers.size", "warn",
                    f"Markers ({markers.pattern}) of {markers.size_px:g} px may not survive a video model that compresses by 8.",
                    value=markers.size_px, unit="px", limit=smallest, suggestion=f"Use {smallest:g} px or more.")
        )
    found += _layout(stamped)
    if len(markers.markers) < 8:
        found.append(
            Finding("markers.count", "warn", "Fewer than 8 markers leave little when some are hidden.",
                    value=len(markers.markers), unit="markers", limit=8)
        )
    inside = [
        m
        for m in markers.markers
        if 0 <= m.centre[0] <= markers.frame_size[0] and 0 <= m.centre[1] <= markers.frame_size[1]
    ]
    if len(inside) < len(markers.markers):
        found.append(
            Finding("markers.outside", "warn", f"{len(markers.markers) - len(inside)} markers lie outside the picture.",
                    value=len(markers.markers) - len(inside), unit="markers")
        )
    metrics = {
        "markers.found": len(inside),
        "markers.px": [list(m.centre) for m in markers.markers],
        "markers.share": share,
    }
    return Report("RaccordStampMarkers", "markers", found, metrics, markers.to_json())


def _layout(stamped: Stamped) -> list[Finding]:
    """Whether all markers that were asked for had room, and whether their places tell a turned or mirrored surface."""
    markers, out = stamped.markers, []
    count = len(markers.markers)
    if count < stamped.asked:
        sentence = (f"Only {count} of {stamped.asked} markers are stamped: more would touch each other, or look the same on a "
                    "surface that is turned or mirrored.")
        out.append(Finding("markers.room", "warn", sentence, value=count, unit="markers", limit=stamped.asked,
                           suggestion="Use smaller markers or a larger surface for more of them."))
    far = unlike(np.array([m.uv for m in markers.markers]), 1 / np.array(markers.size_uv))
    if far < ENOUGH and markers.pattern != TAG:
        out.append(Finding("markers.order", "warn", "Turned or mirrored, the markers stand nearly as they do: a surface that was "
                           "generated the other way round is not told apart.", value=round(far, 2), unit="markers", limit=ENOUGH,
                           suggestion="Use 5 markers or more, smaller ones, or a larger surface."))
    return out


def track_report(tracked: Tracked, frames: Frames, quad: Quad, shot: Shot | None, said: str,
                 marked: Marked | None = None) -> Report:
    """What the track is worth, and what markers say of it."""
    found, metrics = findings(tracked), track_metrics(tracked)
    if marked is not None:
        strayed = strays(frames, tracked.track, marked)
        found += marked_findings(marked, strayed, frames.size)
        metrics |= marked_metrics(marked, strayed)
    if said:
        found.append(Finding("track.rate", "warn", said))
    inputs = {
        "frames": len(frames),
        "frame_size": list(frames.size),
        "fps": tracked.track.fps,
        "corners": str(quad),
        "reference_frame": tracked.track.reference_frame,
        "motion_model": tracked.track.metrics.get("model"),
        "keyframes": tracked.track.metrics.get("keyframes"),
    } | ({"shot": shot.to_json()} if shot else {})
    return Report("RaccordTrackSurface", shot.subject if shot else "surface", found, metrics, inputs, track_series(tracked))


def insert_report(done: Inserted, track: Track, wired: bool) -> Report:
    """Which frames carry the graphic, and why others do not."""
    count = len(track.frames)
    metrics = {"insert.drawn": len(done.drawn), "insert.frames": count, "insert.softness_px": round(done.softness, 2)}
    if done.grain is not None:
        metrics["insert.grain_255"] = [round(255 * sigma, 2) for sigma in done.grain.sigma]
    found = [_drawn(done, track, wired)]
    partly = [i for i in done.drawn if track.frames[i].state == "occluded"]
    if partly:
        sentence = f"On {len(partly)} frames the surface is mostly hidden: the graphic is placed by what is still seen of it."
        found.append(Finding("insert.partly", "warn", sentence, value=len(partly), unit="frames", frames=partly))
    return Report("RaccordInsertGraphic", "insert", found, metrics, {"frame_size": list(track.frame_size)})


def _drawn(done: Inserted, track: Track, wired: bool) -> Finding:
    count = len(track.frames)
    passed = [i for i in range(count) if i not in set(done.drawn)]
    if not wired:
        return Finding("insert.graphic", "not tested", "No graphic is wired: the frames pass unchanged.")
    if track.refused:
        sentence = f"The frames pass unchanged: the track was refused, {track.refused}."
        return Finding("insert.graphic", "refused", sentence)
    if not passed:
        return Finding("insert.graphic", "pass", f"The graphic is on all {count} frames.", value=count, unit="frames")
    drawn = len(done.drawn)
    sentence = f"The graphic is on {drawn} of {count} frames; the others pass unchanged, because the surface is not seen there."
    return Finding("insert.graphic", "warn", sentence, value=drawn, unit="frames", limit=count, frames=passed)


def flatten_report(views: torch.Tensor, track: Track) -> Report:
    """On how many frames the flat view shows the surface."""
    count, known = len(track.frames), sum(f.state == "tracked" for f in track.frames)
    if track.refused:
        found = Finding("flatten.view", "refused", f"The views are black: the track was refused, {track.refused}.")
    else:
        sentence = f"The flat view shows the tracked surface on {known} of {count} frames."
        found = Finding("flatten.view", "pass" if known == count else "warn", sentence, value=known, unit="frames", limit=count)
    size = {"flatten.width": views.shape[2], "flatten.height": views.shape[1]}
    return Report("RaccordFlattenSurface", "flat view", [found], size, {"frame_size": list(track.frame_size)})
