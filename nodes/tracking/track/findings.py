"""What a track says in its report: states, gaps, drift, rigidity and where it stops being true."""

from __future__ import annotations

import numpy as np

from ...wires.quad import Quad
from ...wires.report import Finding
from ...wires.track import Track
from .breathe import LEAST_PX, cell_corners
from .measures import measured, median, runs
from .surface import Tracked

LOOP_LIMIT, LOOP_FAIL = 0.3, 1.5
RESIDUAL_LIMIT = 0.75
SIGMA_LIMIT = 0.25
KEYFRAME_LIMIT = 1.5


def spelt(spans: list[tuple[int, int]]) -> str:
    """Runs of frames in words."""
    shown = ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in spans[:6])
    return shown + (f" and {len(spans) - 6} more" if len(spans) > 6 else "")


def findings(tracked: Tracked) -> list[Finding]:
    """Findings of a track, the most important first."""
    track = tracked.track
    if track.refused:
        return [Finding("track.state", "refused", f"Nothing is tracked: {track.refused}.", value=0, unit="frames",
                        suggestion="Choose corners on a flat, rigid, textured part of the set, or another reference frame.")]
    happened = [*_gaps(tracked), *_ends(tracked), *_keyframes(track), *_breathing(tracked)]
    return [_state(track), *happened, _loop(track), _residual(tracked), _sigma(tracked)]


def _state(track: Track) -> Finding:
    good = sum(f.state == "tracked" for f in track.frames)
    lost = sum(f.state == "lost" for f in track.frames)
    verdict = "fail" if lost else ("warn" if good < len(track.frames) else "pass")
    return Finding("track.state", verdict, f"The surface is tracked on {good} of {len(track.frames)} frames.", value=good,
                   unit="frames", limit=len(track.frames))


def _gaps(tracked: Tracked) -> list[Finding]:
    out = []
    words = {
        "occluded": "Something stands in front of the surface on frames {}: positions there are predicted and are not exported.",
        "out": "The surface has left the picture on frames {}: positions there are predicted and are not exported.",
    }
    for state, words_of in words.items():
        spans = runs(tracked.track, state)
        if spans:
            numbers = [i for a, b in spans for i in range(a, b + 1)]
            out.append(Finding(f"track.{state}", "warn", words_of.format(spelt(spans)), value=len(numbers), unit="frames",
                               frames=numbers))
    return out


def _ends(tracked: Tracked) -> list[Finding]:
    """Where and why the track ends for good."""
    out, track = [], tracked.track
    for first, last in runs(track, "lost"):
        why = next((s.why for s in tracked.sights[first : last + 1] if s.why), "hidden")
        edge = last if first < track.reference_frame else first
        way = "before" if first < track.reference_frame else "from"
        at = edge + 1 if way == "before" else edge
        sentence, advice = _REASONS[why]
        out.append(Finding(f"track.{'cut' if why == 'cut' else 'lost'}", "fail", sentence.format(way=way, at=at), value=at,
                           unit="frame", frames=[first, last], is_range=True, box=_last_box(track, edge), suggestion=advice))
    return out


_REASONS = {
    "cut": ("There is a cut: the surface is not trackable {way} frame {at}.",
            "Split the clip at the cut and track each part."),
    "bent": ("The surface changes its shape, no plane fits it any more: not trackable {way} frame {at}.",
             "Generate again with a rigid surface, or end the insert before that frame."),
    "hidden": ("The surface is not found again: not trackable {way} frame {at}.",
               "Set a keyframe by hand where it can be seen, or end the insert before that frame."),
}


def _last_box(track: Track, edge: int) -> tuple[float, ...] | None:
    near = [f.corners for f in track.frames[max(0, edge - 1) : edge + 2] if f.corners]
    return near[0].box if near else None


def _loop(track: Track) -> Finding:
    gap = track.metrics.get("loop_closure_px")
    if gap is None:
        return Finding("track.loop_closure", "not tested", "The way back to the reference frame could not be tracked.", unit="px")
    verdict = "pass" if gap <= LOOP_LIMIT else ("warn" if gap <= LOOP_FAIL else "fail")
    return Finding("track.loop_closure", verdict, f"Tracked there and back, the corners miss by {gap:.2f} px.",
                   value=round(gap, 4), unit="px", limit=LOOP_LIMIT,
                   suggestion="" if verdict == "pass" else "Look at the overlay: the surface may breathe or bend.")


def _keyframes(track: Track) -> list[Finding]:
    """Corrections that the picture contradicts: they are kept, but may be slips."""
    misses = {n: m for n, m in track.metrics.get("keyframe_misses", {}).items() if m > KEYFRAME_LIMIT}
    if not misses:
        return []
    worst = max(misses, key=lambda n: misses[n])
    sentence = (f"Tracked from the corners before it, the surface on frame {worst} lies {misses[worst]:.1f} px from where a hand "
                "has put it.")
    advice = "Look at that frame: if the hand is right, the frames before it drift; if not, take its keyframe out."
    return [Finding("track.keyframe", "warn", sentence, value=round(misses[worst], 4), unit="px", limit=KEYFRAME_LIMIT,
                    frames=sorted(misses), suggestion=advice)]


def _breathing(tracked: Tracked) -> list[Finding]:
    """Where a part of the surface moves by itself, though the rest of it still is tracked."""
    apart = tracked.breathes.max((1, 2))
    frames = [int(i) for i in np.flatnonzero(apart)]
    if not frames:
        return []
    after = [i for i in frames if i > tracked.track.reference_frame]
    first, way = (after[0], "from") if after else (frames[-1], "up to")
    quad = tracked.track.frames[first].corners
    sentence = (f"A part of the surface moves by itself {way} frame {first}, by up to {apart.max():.1f} px: no plane is true "
                "there.")
    return [Finding("track.breathing", "fail" if tracked.track.first_bad_frame == first else "warn", sentence,
                    value=round(float(apart.max()), 4), unit="px", limit=LEAST_PX, frames=frames,
                    box=None if quad is None else Quad.from_array(cell_corners(tracked.breathes[first], quad.array)).box,
                    suggestion="Look at the red cells of the overlay. Keep the corners to the part that is rigid, end the insert "
                               "before that frame, or generate again.")]


def _residual(tracked: Tracked) -> Finding:
    values = [v for i, v in enumerate(measured(tracked, "residual")) if i != tracked.track.reference_frame]
    typical = median(values)
    if typical is None:
        return Finding("track.residual", "not tested", "The surface has too few features to measure how rigid it is.", unit="px")
    verdict = "pass" if typical <= RESIDUAL_LIMIT else "warn"
    as_one = "Most of the surface moves as one plane" if tracked.breathes.any() else "The surface moves as one plane"
    sentence = as_one if verdict == "pass" else "The surface breathes or is not quite flat"
    return Finding("track.residual", verdict, f"{sentence}: its features stay within {typical:.2f} px of it.",
                   value=round(typical, 4), unit="px", limit=RESIDUAL_LIMIT)


def _sigma(tracked: Tracked) -> Finding:
    values = [v for v in measured(tracked, "sigma") if v is not None]
    if not values:
        return Finding("track.corner_error", "not tested", "No frame could be measured.", unit="px")
    typical = float(np.median(values))
    verdict = "pass" if typical <= SIGMA_LIMIT else "warn"
    advice = "" if verdict == "pass" else "Use a larger surface, one with more detail, or a simpler motion model."
    return Finding("track.corner_error", verdict,
                   f"From the picture's detail and noise the corners are expected within {typical:.2f} px.",
                   value=round(typical, 4), unit="px", limit=SIGMA_LIMIT, suggestion=advice)
