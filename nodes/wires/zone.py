"""Named rectangles of the frame: where text will stand, or what must not change."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from .check import plain_text, quoted

MOST = 64  # each one is followed or measured by itself
_TAIL = re.compile(r"(?P<colour>#[0-9A-Fa-f]{6})|(?P<height>\d+(?:\.\d+)?)px|@(?P<channel>\w+)")


@dataclass(frozen=True, slots=True)
class Zone:
    """A rectangle in fractions of the frame; `colour` (#RRGGBB) and `height_px` (at 1080 lines) of the text, and its channel."""

    name: str
    x: float
    y: float
    width: float
    height: float
    colour: str = ""
    height_px: float | None = None
    channel: str = ""

    def box(self, frame_width: int, frame_height: int) -> tuple[int, int, int, int]:
        """The rectangle in whole pixels of a frame: x, y, width, height, at least one pixel."""
        left, top = int(self.x * frame_width), int(self.y * frame_height)
        left, top = min(left, frame_width - 1), min(top, frame_height - 1)
        right = min(frame_width, max(left + 1, math.ceil((self.x + self.width) * frame_width - 1e-6)))
        low = min(frame_height, max(top + 1, math.ceil((self.y + self.height) * frame_height - 1e-6)))
        return left, top, right - left, low - top


def parse_fractions(text: str, what: str) -> tuple[float, float, float, float]:
    """Read `x y w h`, fractions of the frame.

    Raises:
        ValueError: Not four numbers, or the rectangle leaves the frame or is empty.
    """
    try:
        x, y, width, height = (float(word) for word in text.split())
    except ValueError:
        raise ValueError(f"expected {what} as `x y w h` in fractions of the frame, "
                         f"got {quoted(text.strip())}: write four numbers from 0 to 1") from None
    inside = x >= 0 and y >= 0 and width > 0 and height > 0 and x + width <= 1.0001 and y + height <= 1.0001
    if not inside:
        raise ValueError(f"expected {what} inside the frame (0..1) and not empty, got {quoted(text.strip())}: "
                         "x + w and y + h may reach 1")
    return x, y, width, height


def parse_zones(text: str, what: str = "text_zones") -> tuple[Zone, ...]:
    """Read zones, one a line: `headline: x y w h #FFFFFF 48px @youtube_16x9`, the last three optional.

    Raises:
        ValueError: A line is not of that form; it is named by its number. Or there are more than 64.
    """
    zones: list[Zone] = []
    for number, line in enumerate(plain_text(text, what).splitlines(), 1):
        if not line.strip():
            continue
        name, colon, rest = line.partition(":")
        tail = {kind: value for m in _TAIL.finditer(rest) for kind, value in m.groupdict().items() if value}
        where = _TAIL.sub(" ", rest)
        if not colon or not name.strip():
            raise ValueError(f"expected `name: x y w h` in {what} line {number}, got {quoted(line.strip())}: "
                             "write a name, a colon and four numbers")
        box = parse_fractions(where, f"{what} line {number}")
        height = float(tail["height"]) if "height" in tail else None
        zones.append(Zone(name.strip(), *box, tail.get("colour", ""), height, tail.get("channel", "")))
    if len(zones) > MOST:
        raise ValueError(f"expected at most {MOST} zones in {what}, got {len(zones)}: join neighbours")
    return tuple(zones)
