"""Nuke scripts: CornerPin2D and Tracker4, to paste into a comp.

Nuke counts pixels from the lower left corner of the picture. Every key carries its own `x<frame>`: without it Nuke goes on
in the step of the last two keys, which a gap would bend. CornerPin2D's corners are BL, BR, TR, TL.
"""

from __future__ import annotations

from .tracks_keys import Keys, Points, number, switches

_PIN_ORDER = (3, 2, 1, 0)
_COLUMNS = (
    ("5 1 20", "enable", "e"),
    ("3 1 75", "name", "name"),
    ("2 1 58", "track_x", "track_x"),
    ("2 1 58", "track_y", "track_y"),
    ("2 1 63", "offset_x", "offset_x"),
    ("2 1 63", "offset_y", "offset_y"),
    ("4 1 27", "T", "T"),
    ("4 1 27", "R", "R"),
    ("4 1 27", "S", "S"),
    ("2 0 45", "error", "error"),
    ("1 1 0", "error_min", "error_min"),
    ("1 1 0", "error_max", "error_max"),
    *(
        ("1 1 0", n, n)
        for n in ("pattern_x", "pattern_y", "pattern_r", "pattern_t", "search_x", "search_y", "search_r", "search_t")
    ),
    *(
        ("2 1 0", n, n)
        for n in (
            "key_track",
            "key_search_x",
            "key_search_y",
            "key_search_r",
            "key_search_t",
            "key_track_x",
            "key_track_y",
            "key_track_r",
            "key_track_t",
            "key_centre_offset_x",
            "key_centre_offset_y",
        )
    ),
)


def curve(keys: list[tuple[int, float]]) -> str:
    """`{curve L x1001 5 x1002 5.5}`, straight from key to key, or `{curve}` without keys."""
    return "{curve" + " L" * bool(keys) + "".join(f" x{frame} {number(value)}" for frame, value in keys) + "}"


def _axes(keys: Keys, corner: int) -> tuple[str, str]:
    at = [(keys.start_frame + f, x, y) for f, x, y in keys.up(corner)]
    return curve([(f, x) for f, x, _ in at]), curve([(f, y) for f, _, y in at])


def _pin(keys: Keys) -> list[str]:
    lines = ["CornerPin2D {"]
    for n, corner in enumerate(_PIN_ORDER, 1):
        x, y = _axes(keys, corner)
        lines.append(f" to{n} {{{x} {y}}}")
    lines += [" from1 {0 0}", " from2 {{width} 0}", " from3 {{width} {height}}", " from4 {0 {height}}"]
    lines += [
        f' label "{keys.size[0]}x{keys.size[1]}{_aspect(keys.pixel_aspect)}, {len(keys.frames)} of {keys.count} frames"',
        f" name {keys.label}",
        "}",
    ]
    return lines


def _aspect(pixel_aspect: float) -> str:
    return "" if pixel_aspect == 1 else f", pixel aspect {number(pixel_aspect)}"


def corner_pin(keys: Keys) -> str:
    """CornerPin2D, and behind it a Multiply that hides the insert on frames without a key."""
    lines = ["set cut_paste_input [stack 0]", "version 11.0 v1", "push $cut_paste_input", *_pin(keys)]
    if not all(keys.visible):
        shown = " ".join(f"x{frame} {flag}" for frame, flag in switches(keys.visible, keys.start_frame))
        lines += ["Multiply {", " channels rgba", f" value {{{{curve K {shown}}}}}", f" name {keys.label}_visible", "}"]
    return "\n".join(lines) + "\n"


def bare_corner_pin(keys: Keys) -> str:
    """CornerPin2D alone, as Mocha reads and writes it; a gap is missing keys."""
    return "\n".join(_pin(keys)) + "\n"


def tracker4(points: Points) -> str:
    """Tracker4 with a row for each point, switched off on frames without a key."""
    header = "\n".join(f"{{ {kind} {name} {short} 1 }}" for kind, name, short in _COLUMNS)
    lines = ["set cut_paste_input [stack 0]", "version 16.0 v5", "push $cut_paste_input", "Tracker4 {"]
    lines += [f"tracks {{ {{ 1 31 {len(points.points)} }}", "{ " + header, "}", "{", *_rows(points), "}", "}"]
    lines += [f"reference_frame {points.start_frame + points.reference_frame}", f"name {points.label}", "}"]
    return "\n".join(lines) + "\n"


def _rows(points: Points) -> list[str]:
    """Rows of 31 columns: on or off, name, position, offset, what it is for, error, pattern and search area, key pattern."""
    rows = []
    for point in points.points:
        known = point.frames
        on = switches(tuple(f in known for f in range(points.count)), points.start_frame)
        enable = " ".join(f"x{frame} {flag}" for frame, flag in on)
        at = [(points.start_frame + f, x, y) for f, x, y in points.up(point)]
        x, y = curve([(f, x) for f, x, _ in at]), curve([(f, y) for f, _, y in at])
        flat = f"{{curve K x{points.start_frame} 0}}"
        areas = ["-12", "-12", "12", "12", "-30", "-30", "30", "30"]
        row = [f"{{curve K {enable}}}", _quoted(point.name), x, y, flat, flat, "1", "1", "1", "{}", "0", "1", *areas]
        rows.append(" { " + " ".join([*row, *["{}"] * 11]) + " }")
    return rows


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
