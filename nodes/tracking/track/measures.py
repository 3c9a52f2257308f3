"""What is measured on a track: its runs, jitter, and the numbers of its report, in all and frame by frame."""

from __future__ import annotations

from itertools import groupby

import numpy as np

from ...wires.track import Track
from .surface import Tracked


def runs(track: Track, *states: str) -> list[tuple[int, int]]:
    """First and last frame of each run of frames in one of `states`."""
    flags = [f.state in states for f in track.frames]
    numbered = groupby(enumerate(flags), key=lambda pair: pair[1])
    groups = [[i for i, _ in group] for flag, group in numbered if flag]
    return [(g[0], g[-1]) for g in groups]


def jitter(track: Track) -> float | None:
    """How far corners jump about their smooth path, root mean square in pixels."""
    parts = [np.stack([f.corners.array for f in track.frames[a:b + 1] if f.corners]) for a, b in runs(track, "tracked")]
    third = [np.diff(p, 3, axis=0) for p in parts if len(p) > 6]
    if not third:
        return None
    spread = np.median(np.concatenate(third) ** 2) / 0.455  # median of χ²
    return float(np.sqrt(spread / 20))  # 1+9+9+1 of a third difference


def measured(tracked: Tracked, name: str) -> list[float | None]:
    """A number of every frame's sight, None where the frame is not tracked or was given."""
    values = [getattr(s, name) if f.state == "tracked" else None
              for s, f in zip(tracked.sights, tracked.track.frames, strict=True)]
    return [None if v is None or not np.isfinite(v) else float(v) for v in values]


def median(values: list[float | None]) -> float | None:
    """The typical one of the numbers that are known."""
    known = [v for v in values if v is not None]
    return float(np.median(known)) if known else None


def track_metrics(tracked: Tracked) -> dict:
    """Metrics of the report, as the contract names them, and some more."""
    track = tracked.track
    return {
        "track.loop_closure_px": track.metrics.get("loop_closure_px"),
        "track.first_bad_frame": track.first_bad_frame,
        "track.breathing_px": float(tracked.breathes.max(initial=0.0)),
        "track.residual_px": median(measured(tracked, "residual")),
        "track.corner_error_px": median(measured(tracked, "sigma")),
        "track.jitter_px": jitter(track),
        "track.confidence": track.confidence(),
        "track.tracked": sum(f.state == "tracked" for f in track.frames),
        "track.frames": len(track.frames),
    }


def track_series(tracked: Tracked) -> dict:
    """One number a frame."""
    return {
        "track.confidence": [round(f.confidence, 4) for f in tracked.track.frames],
        "track.residual_px": measured(tracked, "residual"),
        "track.corner_error_px": measured(tracked, "sigma"),
        "track.breathing_px": [round(float(v), 4) for v in tracked.breathes.max((1, 2))],
    }
