"""Stamped markers on a clip that is tracked: where its reference frame shows them, and whether they move with the track."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ... import runtime
from ...image.warp import homography, transform
from ...media.frames import Frames
from ...wires.check import wired
from ...wires.markers import Markers
from ...wires.quad import Quad
from ...wires.track import Track
from .finder import FoundMarkers, find_markers

CHECKED = 6
_SURE, _LEAST = 3.0, 0.1  # corners are moved where that is more than so many times their error, and than so many pixels
_SAME = 1.5  # of a marker: corners farther away mean another part of the picture


@dataclass(frozen=True, slots=True)
class Marked:
    """Markers on the reference frame.

    Attributes:
        markers: What was stamped.
        found: Where the reference frame shows them.
        given: Whether somebody gave corners; otherwise they are those of the stamped picture, scaled.
        same: Whether those corners are the markers' own.
        moved: How far the corners were moved to where the markers put them, px; 0 where they stay.
        reference_frame: Counted from 0.
    """

    markers: Markers
    found: FoundMarkers
    given: bool
    same: bool
    moved: float
    reference_frame: int


def marked_corners(frames: Frames, number: int, markers: Markers, quad: Quad, *, given: bool) -> tuple[Quad, Marked]:
    """Corners of the surface by its markers, where enough of them are found on the reference frame; else `quad`.

    Args:
        frames: The clip.
        number: Reference frame; negative counts from the end.
        markers: What was stamped.
        quad: Corners as they are known.
        given: Whether somebody gave them for this frame, so that the markers may also lie elsewhere.
    """
    wired(markers, Markers, "markers")
    number %= len(frames)
    picture, scale = frames.frame(number)[None], np.divide(frames.size, markers.frame_size)
    stamped = Quad.from_array(markers.corners.array * scale)
    size = _SAME * markers.size_px * float(np.sqrt(quad.area / markers.corners.area))
    found = find_markers(picture, markers, quad)
    if given and np.abs(stamped.array - quad.array).max() > size:
        found = max(found, find_markers(picture, markers, stamped), key=lambda f: len(f.markers))
    off = float("inf") if found.corners is None else float(np.linalg.norm(found.corners.array - quad.array, axis=1).max())
    same = off <= max(size, 4.0)
    moves = same and off > max(_LEAST, _SURE * found.corner_error)
    corners = found.corners if moves and found.corners is not None else quad
    return corners, Marked(markers, found, given, same, off if moves else 0.0, number)


def strays(frames: Frames, track: Track, marked: Marked) -> dict[int, float | None]:
    """How far the markers lie from where the track puts them, median px, on some tracked frames; None where none are found."""
    plane, at_reference = marked.found.corners, track.frames[track.reference_frame].corners
    tracked = [i for i, f in enumerate(track.frames) if f.state == "tracked" and i != track.reference_frame]
    if plane is None or at_reference is None or not tracked:
        return {}
    chosen = sorted({tracked[i] for i in np.linspace(0, len(tracked) - 1, min(CHECKED, len(tracked))).round().astype(int)})
    out: dict[int, float | None] = {}
    for n in chosen:
        runtime.check_cancelled()
        moved = homography(at_reference.array, track.frames[n].corners.array)  # type: ignore[union-attr]
        out[n] = _stray(frames, n, marked.markers, transform(moved, plane.array), marked.found)
    return out


def _stray(frames: Frames, number: int, markers: Markers, corners: np.ndarray, before: FoundMarkers) -> float | None:
    """The distance on one frame, from the markers that the reference frame shows as well."""
    if not np.isfinite(corners).all():
        return None
    found = find_markers(frames.frame(number)[None], markers, Quad.from_array(corners))
    to_frame = homography(before.corners.array, corners)  # type: ignore[union-attr]
    expected = {m.number: transform(to_frame, np.array(m.alone)) for m in before.markers}
    off = [float(np.linalg.norm(expected[m.number] - m.alone)) for m in found.markers if m.number in expected]
    return float(np.median(off)) if off else None
