"""From what was seen to a track: states, and corners predicted across the gaps."""

from __future__ import annotations

import numpy as np

from ...image.opencv import cv2
from ...image.warp import from_opencv
from ...wires.quad import Quad
from ...wires.track import TrackFrame
from .judge import Sight
from .reference import Reference

HOLD = 12


def corners_of(sight: Sight, reference: Reference) -> np.ndarray | None:
    """Corners (4, 2) in pixel areas of what a sight says, or None."""
    if sight.h is None:
        return None
    return from_opencv(cv2.perspectiveTransform(reference.corners[None], sight.h)[0])


def states(sights: list[Sight], corners: list[np.ndarray | None], reference_frame: int) -> list[TrackFrame]:
    """State and corners of every frame.

    Gaps between two sightings are filled along a smooth curve; past the last sighting a blocked surface is predicted for at
    most `HOLD` frames and then lost.

    Args:
        sights: One a frame, from 0.
        corners: Measured corners when seen or partly seen, expected ones when blocked or out, None when gone.
        reference_frame: Where the corners were given.
    """
    count = len(sights)
    seen = [i for i in range(count) if sights[i].kind in ("seen", "partly") and corners[i] is not None]
    out: list[TrackFrame] = []
    for i, sight in enumerate(sights):
        if sight.kind == "seen":
            out.append(_frame(corners[i], "tracked", sight.confidence))
            continue
        before = max((k for k in seen if k < i), default=None)
        after = min((k for k in seen if k > i), default=None)
        state = "out" if sight.kind == "out" else "occluded"
        if sight.kind == "gone":
            out.append(_frame(None, "lost", 0.0))
        elif sight.kind == "partly":
            out.append(_frame(corners[i], state, 0.0))
        elif before is not None and after is not None and not _cut_between(sights, before, after):
            out.append(_frame(_between(corners, seen, before, after, i), state, 0.0))
        else:
            near = before if i > reference_frame else after
            far = near is None or abs(i - near) > HOLD
            out.append(_frame(None if far and state == "occluded" else corners[i], state, 0.0))
    return out


def _frame(corners: np.ndarray | None, state: str, confidence: float) -> TrackFrame:
    if corners is None or not np.isfinite(corners).all():
        return TrackFrame(None, "lost", 0.0)
    try:
        return TrackFrame(Quad.from_array(corners), state, confidence)
    except ValueError:  # seen edge on, the four corners span no area any more
        return TrackFrame(None, "lost", 0.0)


def _cut_between(sights: list[Sight], before: int, after: int) -> bool:
    return any(s.kind == "gone" for s in sights[before + 1 : after])


def _between(corners: list[np.ndarray | None], seen: list[int], before: int, after: int, at: int) -> np.ndarray:
    """Cubic Hermite curve through the sightings on both sides, with their own velocities."""
    known = set(seen)
    span = after - before
    p, q = corners[before], corners[after]
    if p is None or q is None:
        raise ValueError(f"expected corners on frames {before} and {after}, which were seen, got none")
    v = _pace(corners, known, before, -1, (q - p) / span)
    w = _pace(corners, known, after, 1, (q - p) / span)
    s = (at - before) / span
    a, b = 2 * s**3 - 3 * s**2 + 1, s**3 - 2 * s**2 + s
    return a * p + b * span * v + (1 - a) * q + (s**3 - s**2) * span * w


def _pace(corners: list[np.ndarray | None], known: set[int], at: int, step: int, otherwise: np.ndarray) -> np.ndarray:
    """Motion a frame next to a gap, over up to four sightings: two neighbours alone are too noisy to be drawn out."""
    reach = 0
    while reach < 4 and at + step * (reach + 1) in known:
        reach += 1
    here, there = corners[at], corners[at + step * reach]
    return otherwise if reach == 0 or here is None or there is None else (there - here) * step / reach
