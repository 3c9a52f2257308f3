"""Points and corners from track files: Nuke scripts, and coordinates as ComfyUI's packs pass them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..wires.check import quoted
from .nuke_script import Node, Word, axis, read_nodes

PIN = ("TL", "TR", "BR", "BL")
_TO = {"TL": "to4", "TR": "to3", "BR": "to2", "BL": "to1"}  # CornerPin2D counts BL BR TR TL
_PLANAR = {"TL": "outputTopLeft", "TR": "outputTopRight", "BR": "outputBottomRight", "BL": "outputBottomLeft"}
MOST_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class FilePoint:
    """A point as its file has it: (x, y) by the file's own frame numbers.

    Attributes:
        name: In the file.
        keys: Where it is.
        still: Where it stands on every frame, without keys.
        off: Frames with a key on which it is switched off.
    """

    name: str
    keys: dict[int, tuple[float, float]]
    still: tuple[float, float] | None = None
    off: frozenset[int] = frozenset()

    def at(self, frame: int) -> tuple[float, float] | None:
        """Where it is on a frame, None where it is not known or switched off."""
        return self.still if frame not in self.keys else None if frame in self.off else self.keys[frame]


@dataclass(frozen=True, slots=True)
class FilePoints:
    """Points of a file. `corners` are four in the order TL TR BR BL; `up` counts y from the lower edge."""

    points: tuple[FilePoint, ...]
    corners: bool
    up: bool
    source: str
    frame_size: tuple[int, int] | None = None


def read_nuke(text: str) -> tuple[FilePoints, ...]:
    """Everything of a Nuke script that is tracked: corner pins first, then planar trackers, then trackers.

    Expressions, empty rows and nodes without keys are left out.

    Raises:
        ValueError: The text is no Nuke script, or holds no track.
    """
    nodes = list(read_nodes(text))
    size = _frame_size(nodes)
    found = [_pin(n, _TO, size) for n in nodes if n.kind.startswith("CornerPin")]
    found += [_pin(n, _PLANAR, size) for n in nodes if n.kind.startswith("PlanarTracker")]
    found += [_tracker(n, size) for n in nodes if n.kind in ("Tracker4", "Tracker3")]
    out = tuple(f for f in found if f is not None and f.points)
    if not out:
        raise ValueError("expected a CornerPin2D or a Tracker4 with keys in the Nuke script, got none: bake its expressions")
    return out


def _frame_size(nodes: list[Node]) -> tuple[int, int] | None:
    """Format of the script, else of its first picture, as `1920 1080 0 0 1920 1080 1`."""
    for node in sorted(nodes, key=lambda n: n.kind != "Root"):
        words = node.knobs.get("format", [])
        numbers = words[0].split() if words and isinstance(words[0], str) else []
        if len(numbers) >= 2 and numbers[0].isdigit() and numbers[1].isdigit() and len(numbers[0] + numbers[1]) <= 12:
            return int(numbers[0]), int(numbers[1])
    return None


def _pair(words: list[Word]) -> list[Word]:
    """The two words of `{{curve …} {curve …}}` or `{1126 676}`."""
    return words[0] if len(words) == 1 and isinstance(words[0], list) else words


def _point(name: str, x: Word, y: Word) -> FilePoint | None:
    xs, ys = axis(x), axis(y)
    if xs is None or ys is None:
        return None
    if isinstance(xs, float) and isinstance(ys, float):
        return FilePoint(name, {}, (xs, ys))
    both = [set(one) for one in (xs, ys) if isinstance(one, dict)]
    return FilePoint(name, {f: (_on(xs, f), _on(ys, f)) for f in sorted(set.intersection(*both))})


def _on(values: dict[int, float] | float, frame: int) -> float:
    return values[frame] if isinstance(values, dict) else values


def _pin(node: Node, knobs: dict[str, str], size: tuple[int, int] | None) -> FilePoints | None:
    points = []
    for corner in PIN:
        words = _pair(node.knobs.get(knobs[corner], []))
        point = _point(corner, *words) if len(words) == 2 else None
        if point is None:
            return None
        points.append(point)
    moving = any(p.keys for p in points)
    return FilePoints(tuple(points), True, True, f"{node.kind} {node.name}", size) if moving else None


def _tracker(node: Node, size: tuple[int, int] | None) -> FilePoints:
    rows = _rows4(node) if node.kind == "Tracker4" else [
        (name, None, *words) for name in (f"track{i}" for i in range(1, 5))
        if len(words := _pair(node.knobs.get(name, []))) == 2]
    points = []
    for name, enable, x, y in rows[:MOST_POINTS]:
        point = _point(name, x, y)
        if point is not None and point.keys:
            on = axis(enable) if enable is not None else None
            points.append(FilePoint(name, point.keys, None, frozenset(f for f in point.keys if _value(on, f) <= 0)))
    return FilePoints(tuple(points), False, True, f"{node.kind} {node.name}", size)


def _rows4(node: Node) -> list[tuple[str, Word | None, Word, Word]]:
    """Name, switch, x and y of every row: the third list of the knob `tracks`, whose columns the second one names."""
    words = node.knobs.get("tracks", [])
    table = words[0] if words and isinstance(words[0], list) else []
    if len(table) < 3 or not isinstance(table[1], list) or not isinstance(table[2], list):
        return []
    columns = [c[3] if isinstance(c, list) and len(c) > 3 else "" for c in table[1]]
    if not all(name in columns for name in ("enable", "name", "track_x", "track_y")):
        return []
    at = [columns.index(name) for name in ("name", "enable", "track_x", "track_y")]
    rows = [[row[i] for i in at] for row in table[2] if isinstance(row, list) and len(row) > max(at)]
    return [(n if isinstance(n, str) else "", e, x, y) for n, e, x, y in rows]


def _value(on: dict[int, float] | float | None, frame: int) -> float:
    """Value of a switch at a frame: that of the last key before it."""
    if not isinstance(on, dict):
        return 1.0 if on is None else on
    before = [f for f in on if f <= frame]
    return on[max(before)] if before else on[min(on)]


def read_coordinates(text: str) -> FilePoints:
    """Coordinates of a spline editor or a point tracker: a JSON list of tracks, each a list of {"x": …, "y": …}, a frame each.

    Raises:
        ValueError: The text is not of that form.
    """
    document = _json(text)
    if isinstance(document, list) and document and isinstance(document[0], dict):
        document = [document]
    if not isinstance(document, list) or not document or not all(isinstance(t, list) and t for t in document):
        raise _no_coordinates(text)
    if len(document) > MOST_POINTS:
        raise ValueError(f"expected at most {MOST_POINTS} tracks in coordinates, got {len(document)}: give fewer")
    points = []
    for number, track in enumerate(document):
        keys = {frame: _place(row, number, frame) for frame, row in enumerate(track) if row is not None}
        points.append(FilePoint(f"track {number}", keys))
    return FilePoints(tuple(points), False, False, "coordinates")


def _json(text: str) -> object:
    for candidate in (text, text.replace("'", '"')):  # some packs pass Python's own quotes
        try:
            return json.loads(candidate)
        except (ValueError, RecursionError):
            continue
    raise _no_coordinates(text)


def _no_coordinates(text: str) -> ValueError:
    return ValueError('expected coordinates as [[{"x": 12, "y": 30}, …], …], '
                      f"got {quoted(text.strip(), 40)}: wire the coordinates of a spline editor or a point tracker")


def _place(row: object, track: int, frame: int) -> tuple[float, float]:
    values = [row.get(axis) for axis in "xy"] if isinstance(row, dict) else []
    if len(values) != 2 or not all(isinstance(v, (int, float)) and not isinstance(v, bool) and abs(v) < 1e7 for v in values):
        raise ValueError(f"expected x and y in pixels in coordinates, got something else in track {track} at frame {frame}: "
                         "give a number for each")
    return float(values[0]), float(values[1])  # type: ignore[arg-type]
