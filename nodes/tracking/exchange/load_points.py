"""From points of a file to the four corners of a surface on every frame, with what had to be assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from ...media.tracks_read import FilePoint, FilePoints
from ...wires.check import quoted
from ...wires.quad import Quad
from ...wires.track import TrackFrame
from .fit_points import follow, least, model_of

MOST_USED = 200
_NAMES = {"tl": 0, "topleft": 0, "upperleft": 0, "ul": 0, "tr": 1, "topright": 1, "upperright": 1, "ur": 1, "br": 2,
          "bottomright": 2, "lowerright": 2, "lr": 2, "bl": 3, "bottomleft": 3, "lowerleft": 3, "ll": 3}
LOST = TrackFrame(None, "lost", 0.0)


@dataclass(slots=True)
class Built:
    """Frames of a track, the frame that the corners lie on, the points' RMS distance a frame, and what was assumed."""

    frames: list[TrackFrame]
    reference: int
    rms: list[float | None] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


def points_of_tracks(tracks: object) -> FilePoints:
    """Points of core's `TRACKS`: `track_path` (T, N, 2) in pixels, `track_visibility` (T, N) or none; at most 200 of them.

    Raises:
        ValueError: Something else came over the wire.
    """
    path = tracks.get("track_path") if isinstance(tracks, Mapping) else None
    if not isinstance(path, torch.Tensor) or path.ndim != 3 or path.shape[-1] != 2 or not path.shape[1]:
        raise ValueError(f"expected TRACKS with points of every frame in tracks, got {quoted(tracks)}: wire a node's TRACKS")
    seen = tracks.get("track_visibility")  # type: ignore[union-attr]
    if not isinstance(seen, torch.Tensor):
        seen = torch.ones(path.shape[:2])
    if seen.shape != path.shape[:2]:
        raise ValueError(f"expected one visibility a point and frame in tracks, got {tuple(seen.shape)} for "
                         f"{tuple(path.shape[:2])}: wire a node's TRACKS")
    used = np.unique(np.linspace(0, path.shape[1] - 1, min(MOST_USED, path.shape[1])).astype(int))
    at, shown = path.detach().cpu().double().numpy()[:, used], seen.detach().cpu().numpy()[:, used] > 0.5
    shown &= np.isfinite(at).all(-1)
    points = tuple(FilePoint(f"track {n}", {int(f): (float(at[f, i, 0]), float(at[f, i, 1])) for f in np.nonzero(shown[:, i])[0]})
                   for i, n in enumerate(used))
    return FilePoints(points, False, False, "tracks")


def build(points: Sequence[FilePoint], count: int, corners: str, *, pinned: bool, in_order: bool) -> Built:
    """Corners on every frame.

    Args:
        points: By 0-based frame, pixel areas, y down.
        count: Frames of the clip.
        corners: `x,y x,y x,y x,y` on the first frame that shows enough points, or empty.
        pinned: The points are corners TL TR BR BL.
        in_order: Four points are meant as TL TR BR BL where that gives a surface.

    Raises:
        ValueError: Fewer than four points and no corners, or corners that are none.
    """
    if pinned:
        return _pinned(list(points), count)
    if len(points) == 4 and not corners.strip():
        ordered, said = _ordered(list(points), count, in_order)
        built = _pinned(ordered, count)
        return Built(built.frames, built.reference, built.rms, [said])
    if len(points) < 4 and not corners.strip():
        raise ValueError(f"expected four tracks or more, or corners, got {len(points)} and no corners: "
                         "write in corners where the surface lies on the first frame")
    return _carried(points, count, corners)


def _shown(points: Sequence[FilePoint], frame: int) -> list[tuple[float, float] | None]:
    return [p.at(frame) for p in points]


def _pinned(points: list[FilePoint], count: int) -> Built:
    frames = [_frame(_shown(points, f)) for f in range(count)]
    first = next((i for i, f in enumerate(frames) if f.state == "tracked"), 0)
    return Built(frames, first, [None] * count)


def _frame(at: Sequence[tuple[float, float] | None] | np.ndarray, confidence: float = 1.0) -> TrackFrame:
    if any(p is None for p in at):
        return LOST
    try:
        return TrackFrame(Quad.from_array(np.array(at, float)), "tracked", confidence)
    except ValueError:
        return LOST  # corners that cross or lie on a line are no surface


def _ordered(points: list[FilePoint], count: int, in_order: bool) -> tuple[list[FilePoint], str]:
    """Four points as TL TR BR BL, and how that was decided."""
    words = ["".join(filter(str.isalpha, p.name.lower())) for p in points]
    places = [next((n for word, n in _NAMES.items() if w.endswith(word)), -1) for w in words]
    if sorted(places) == [0, 1, 2, 3]:
        return [points[places.index(n)] for n in range(4)], "The four tracks are taken as the corners that their names say."
    shown = next((at for f in range(count) if None not in (at := _shown(points, f))), None)
    if shown is None or (in_order and _frame(shown).corners):
        return points, "The four tracks are taken as the corners TL TR BR BL, in this order."
    at = np.array(shown, float)
    turn = np.argsort(np.arctan2(*(at - at.mean(0)).T[::-1]))
    start = int(np.argmin(at[turn].sum(1)))
    return [points[i] for i in np.roll(turn, -start)], (
        "The four tracks are taken as corners by where they lie: the upper left one first, then round the surface.")


def _carried(points: Sequence[FilePoint], count: int, corners: str) -> Built:
    need = least(len(points))
    places = [_shown(points, f) for f in range(count)]
    reference = next((f for f, at in enumerate(places) if sum(p is not None for p in at) >= need), None)
    if reference is None:
        raise ValueError(f"expected a frame that shows {need} of the points, got none: give tracks that overlap in time")
    known = [i for i, p in enumerate(places[reference]) if p is not None]
    start = np.array([places[reference][i] for i in known], float)
    quad = Quad.parse(corners).array if corners.strip() else _box(start).array
    built = Built([], reference, [], [_sentence(len(known), reference, bool(corners.strip()))])
    for at in places:
        common = [k for k, i in enumerate(known) if at[i] is not None]
        target = np.array([at[known[k]] for k in common], float)
        found = follow(quad, start[common], target) if len(common) >= need else None
        frame = LOST if found is None else _frame(found.corners, found.agree)
        built.frames.append(frame)
        built.rms.append(found.rms if found and frame.corners else None)
    return built


def _box(at: np.ndarray) -> Quad:
    low, size = at.min(0), np.ptp(at, axis=0)
    if not (size > 1).all():
        raise ValueError("expected points that spread over a surface, got all of them on one line: write corners")
    return Quad.rectangle(*low, *size)


def _sentence(count: int, reference: int, given: bool) -> str:
    where = "The corners as typed" if given else "The box around the points"
    points = "one point" if count == 1 else f"{count} points"
    return (f"{where} is taken to be the surface on frame {reference}, and " if not given else
            f"{where} are taken to lie on frame {reference}, and ") + (
        f"the surface to be flat and to move by {model_of(count)}, as {points} tell{'s' * (count == 1)}.")
