"""Reading a track that was made elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from ...media.frames import Frames
from ...media.memory import remember_read
from ...media.tracks_read import FilePoint, FilePoints, read_coordinates, read_nuke
from ...wires.check import number, wired_or_none
from ...wires.shot import Shot, exact_rate
from ...wires.track import Track
from .files import NONE, find_track
from .load_points import build, points_of_tracks

_MOST_BYTES = 64 << 20
MOST_FRAMES = 100_000


@dataclass(frozen=True, slots=True)
class Ask:
    """What Load Track is asked for; see the tooltips of its inputs. `size` and `fps` of 0 stand for none."""

    file: str = NONE
    coordinates: str = ""
    tracks: object = None
    corners: str = ""
    size: tuple[int, int] = (0, 0)
    fps: float = 0.0
    start_frame: int = 1001
    frames: Frames | None = None
    shot: Shot | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A track, where it comes from, what was assumed, keys outside the clip, and the points' RMS distance a frame."""

    track: Track
    source: str
    assumed: tuple[str, ...] = ()
    outside: int = 0
    rms: tuple[float | None, ...] = field(default=())


def load_track(ask: Ask) -> Loaded:
    """Track of a wire, a text or a file, whichever is given first in this order.

    Raises:
        ValueError: Nothing is given, it cannot be read, or frame size or corners are not known.
    """
    wired_or_none(ask.shot, Shot, "shot")
    number(ask.fps, "fps", 0, 1000)
    if ask.tracks is not None:
        return _from_points(points_of_tracks(ask.tracks), ask, 0)
    if ask.coordinates.strip():
        return _from_points(read_coordinates(ask.coordinates), ask, 0)
    if ask.file == NONE:
        raise ValueError("expected a track in file, coordinates or tracks, got none: choose a file, or wire one of the others")
    path = find_track(ask.file)
    remember_read("RaccordLoadTrack", ask.file, [path])
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"expected a track file of at most 64 MB, got {path.name} with {path.stat().st_size >> 20} MB: "
                         "save the track's node alone")
    try:
        return _from_file(path, ask)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def _from_file(path: Path, ask: Ask) -> Loaded:
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    if path.suffix.lower() == ".nk":
        start = ask.shot.start_frame if ask.shot else ask.start_frame
        return _from_points(_chosen(read_nuke(text)), ask, start)
    if text.lstrip().startswith("{"):
        return _from_json(text, ask)
    return _from_points(read_coordinates(text), ask, 0)


def _chosen(found: tuple[FilePoints, ...]) -> FilePoints:
    """A corner pin, else the first tracker of four points or more, else the points of all of them."""
    best = next((f for f in found if f.corners), None) or next((f for f in found if len(f.points) >= 4), None)
    if best is not None or len(found) == 1:
        return best or found[0]
    return replace(found[0], points=tuple(p for f in found for p in f.points), source=f"{len(found)} trackers")


def _from_json(text: str, ask: Ask) -> Loaded:
    try:
        document = json.loads(text)
        track = Track.from_json(document)
        sizes = [number(n, "frame_size", 1, 65536) for n in track.frame_size]
        if track.fps <= 0 or not track.frames or len(track.frames) > MOST_FRAMES or not sizes:
            raise ValueError("no frames or no rate")
        if not isinstance(track.refused, str) or track.reference_frame not in range(len(track.frames)):
            raise ValueError("no reference frame")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, ZeroDivisionError, RecursionError):
        raise ValueError("expected a track as Export Track writes it in json, got a document of another form: "
                         "export it again") from None
    size = _size(ask, track.frame_size)
    if size != track.frame_size:
        raise ValueError(f"expected a track of {size[0]}x{size[1]}, got one of {track.frame_size[0]}x{track.frame_size[1]}: "
                         "wire the clip that was tracked, and leave width and height at 0")
    if ask.frames is not None:
        track.check_clip(len(ask.frames), *ask.frames.size, "clip")
    return Loaded(replace(track, fps=_rate(ask, track.fps)), "Raccord's own track")


def _rate(ask: Ask, own: Fraction | None) -> Fraction:
    if ask.shot is not None:
        return ask.shot.fps
    if ask.fps:
        return exact_rate(ask.fps)
    return own or (ask.frames.fps if ask.frames is not None else None) or Fraction(24)


def _size(ask: Ask, own: tuple[int, int] | None) -> tuple[int, int]:
    """The clip's size, else the typed one, else the file's.

    Raises:
        ValueError: None is known, or the clip has another than the typed one.
    """
    typed = ask.size if all(n > 0 for n in ask.size) else None
    clip = ask.frames.size if ask.frames is not None else None
    if clip and typed and clip != typed:
        raise ValueError(f"expected a clip of {typed[0]}x{typed[1]} as width and height say, got {clip[0]}x{clip[1]}: "
                         "leave width and height at 0")
    size = clip or typed or own
    if size is None:
        raise ValueError("expected the frame size of the track, got none: wire clip, or set width and height")
    return size


def _from_points(found: FilePoints, ask: Ask, start: int) -> Loaded:
    size = _size(ask, found.frame_size)
    keyed = sorted({f - start for p in found.points for f in p.keys})
    count = len(ask.frames) if ask.frames is not None else (keyed[-1] + 1 if keyed else 0)
    inside = [f for f in keyed if 0 <= f < count]
    if not inside:
        raise ValueError(f"expected keys from frame {start} on, got {_span(keyed, start)}: set start_frame to the clip's first")
    if count > MOST_FRAMES:
        raise ValueError(f"expected at most {MOST_FRAMES} frames, got {_span(keyed, start)}: correct start_frame or the keys")
    points = [_turned(p, start, size[1] if found.up else None) for p in found.points]
    built = build(points, count, ask.corners, pinned=found.corners, in_order=not found.up)
    track = Track(size, _rate(ask, None), tuple(built.frames), built.reference)
    if not any(f.state == "tracked" for f in track.frames):
        track = Track.lost(size, track.fps, count, "no frame has four corners that span a surface")
    return Loaded(track, f"{found.source}, {len(found.points)} points", tuple(built.assumed), len(keyed) - len(inside),
                  tuple(built.rms))


def _span(keyed: list[int], start: int) -> str:
    return f"frames {keyed[0] + start} to {keyed[-1] + start}" if keyed else "none"


def _turned(point: FilePoint, start: int, height: int | None) -> FilePoint:
    """The point by 0-based frame, y down."""
    def at(place: tuple[float, float]) -> tuple[float, float]:
        return place if height is None else (place[0], height - place[1])

    return FilePoint(point.name, {f - start: at(p) for f, p in point.keys.items()},
                     None if point.still is None else at(point.still), frozenset(f - start for f in point.off))
