"""The header of an EXR frame: what it says, and the bytes that say it.

Source: OpenEXR, "The OpenEXR File Layout" (attributes, channel lists); SMPTE ST 12-1 (time code).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .exr_colour import COLOUR_SPACES

_ZIP, _KINDS = 3, {"uint32": 0, "float16": 1, "float32": 2}
LINES = 16  # of a block of ZIP
_LONGEST = 31  # bytes of a name that readers before 2013 take


@dataclass(frozen=True, slots=True)
class TimeCode:
    """Hours, minutes, seconds and frame; of the two frames that share a count at 60 frames/s the `second` is marked."""

    hours: int
    minutes: int
    seconds: int
    frame: int
    second: bool = False

    def packed(self) -> int:
        """The 32 bits of ST 12-1: two decimal digits a byte, the mark of field or pair at bit 15."""
        digits = (value // 10 << 4 | value % 10 for value in (self.hours, self.minutes, self.seconds, self.frame))
        hours, minutes, seconds, frame = digits
        return hours << 24 | minutes << 16 | self.second << 15 | seconds << 8 | frame


Value = str | float | Fraction | TimeCode | tuple[float, ...]  # of an attribute; eight floats are chromaticities


def time_code(number: int, fps: Fraction) -> TimeCode:
    """Time code that counts the frame number from zero, without drop frames; above 30 fps it counts pairs, as ST 12-1 does."""
    nominal = round(fps)
    together = -(-nominal // 30)  # frames that share a count: the code has room for 39
    seconds, frame = divmod(number, nominal)
    return TimeCode(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60, frame // together, together == 2 and frame % 2 == 1)


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What the header of every frame says: number of the frame, rate, colour space, and words of the shot and of its rights."""

    number: int
    fps: Fraction
    colour_space: str
    words: Mapping[str, str]

    def attributes(self) -> dict[str, Value]:
        """The header by attribute, with `raccord/light` linear or encoded."""
        primaries, linear, interop = COLOUR_SPACES[self.colour_space]
        words = {f"raccord/{key}": value for key, value in self.words.items() if value}
        owner = {"owner": self.words["creator"]} if self.words.get("creator") else {}  # the format's own attribute for it
        return {"framesPerSecond": self.fps, "timeCode": time_code(self.number, self.fps), "colorInteropID": interop,
                "chromaticities": tuple(float(v) for xy in primaries for v in xy),
                "raccord/light": "linear" if linear else "encoded", **owner, **words}


def header_bytes(attributes: Mapping[str, Value], channels: Mapping[str, np.ndarray], part: str = "") -> bytes:
    """Header of one part, ZIP, lines from above; what every file must say is added.

    Args:
        attributes: More to say, by name.
        channels: (H, W) each, of one size, in the order of the file.
        part: Its name in a file of several.
    """
    height, width = next(iter(channels.values())).shape
    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    listed = b"".join(name.encode() + struct.pack("<xiB3xii", _KINDS[v.dtype.name], 0, 1, 1) for name, v in channels.items())
    own = {"channels": ("chlist", listed + b"\0"), "compression": ("compression", bytes([_ZIP])), "dataWindow": ("box2i", window),
           "displayWindow": ("box2i", window), "lineOrder": ("lineOrder", b"\0"), "pixelAspectRatio": ("float", _float(1.0)),
           "screenWindowCenter": ("v2f", bytes(8)), "screenWindowWidth": ("float", _float(1.0)),
           "type": ("string", b"scanlineimage")}
    if part:
        own |= {"name": ("string", part.encode()), "chunkCount": ("int", struct.pack("<i", -(-height // LINES)))}
    said = own | {name: _typed(value) for name, value in attributes.items()}
    return b"".join(name.encode() + b"\0" + kind.encode() + struct.pack("<xi", len(data)) + data
                    for name, (kind, data) in sorted(said.items())) + b"\0"


def version_bytes(names: list[str], parts: int) -> bytes:
    """The first eight bytes: what the file is, and whether it has names of more than 31 bytes, or several parts."""
    longest = max(len(name.encode()) for name in names)
    return struct.pack("<II", 20000630, 2 | (longest > _LONGEST) << 10 | (parts > 1) << 12)


def _typed(value: Value) -> tuple[str, bytes]:
    """Type and bytes of an attribute."""
    if isinstance(value, str):
        return "string", value.encode()
    if isinstance(value, TimeCode):
        return "timecode", struct.pack("<II", value.packed(), 0)
    if isinstance(value, Fraction):
        return "rational", struct.pack("<iI", value.numerator, value.denominator)
    if isinstance(value, (int, float)):
        return "float", _float(value)
    return "chromaticities", b"".join(map(_float, value))


def _float(value: float) -> bytes:
    return struct.pack("<f", value)
