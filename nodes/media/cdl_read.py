"""Reading ASC Color Decision Lists 1.2: .cc, .cdl and .ccc files, with or without name spaces, with one correction or more.

What a correction leaves out does nothing. Only the tags of the list are looked for, not all of XML: no entity is opened.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from xml.sax.saxutils import unescape

from ..wires.check import quoted
from .cdl import Cdl

_COMMENT = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_OPEN = re.compile(r"<(?:\w+:)?ColorCorrection(\s[^>]*)?>")
_CLOSE = re.compile(r"</(?:\w+:)?ColorCorrection\s*>")
_ID = re.compile(r"""\bid\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PARTS = (("Slope", 3, 1.0), ("Offset", 3, 0.0), ("Power", 3, 1.0), ("Saturation", 1, 1.0))


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of a list and its name there, which may be empty."""

    name: str
    cdl: Cdl


def parse_cdls(text: str) -> list[Correction]:
    """All corrections of a file, in order.

    Raises:
        ValueError: There is none, it is cut short, or a value cannot be; the line is named.
    """
    if "\0" in text:
        raise ValueError("expected a CDL, which is text, got a file of bytes or of UTF-16: save it again as UTF-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)  # lines keep their numbers
    out, at = [], 0
    while (start := _OPEN.search(plain, at)) is not None:
        end, following = _CLOSE.search(plain, start.end()), _OPEN.search(plain, start.end())
        if end is None or (following is not None and following.start() < end.start()):
            raise ValueError(f"expected </ColorCorrection> after line {_line(plain, start.start())}, got none: the file is cut "
                             "short, so save it again")
        name = _ID.search(start.group(1) or "")
        said = unescape(name.group(1) or name.group(2) or "", {"&quot;": '"', "&apos;": "'"}) if name else ""
        out.append(Correction(said, _correction(plain, start.end(), end.start())))
        at = end.end()
    if not out:
        raise ValueError(f"expected a <ColorCorrection> in the file, got {quoted(text.strip(), 40)}: save it as ASC CDL")
    return out


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _correction(text: str, start: int, end: int) -> Cdl:
    values = [_numbers(text, start, end, *part) for part in _PARTS]
    return Cdl(*values[:3], values[3][0])  # type: ignore[arg-type]


def _numbers(text: str, start: int, end: int, tag: str, count: int, plain: float) -> tuple[float, ...]:
    found = re.compile(rf"<(?:\w+:)?{tag}(?:\s[^>]*)?>([^<]*)(</(?:\w+:)?{tag}\s*>)?").search(text, start, end)
    if found is None:
        return (plain,) * count
    try:
        values = tuple(map(float, found.group(1).split()))
    except ValueError:
        values = ()
    good = len(values) == count and found.group(2) and all(map(math.isfinite, values))
    low = {"Power": 1e-6, "Offset": -math.inf}.get(tag, 0.0)
    if not good or min(values) < low:
        least = {"Power": ", above 0", "Offset": ""}.get(tag, ", 0 or more")
        raise ValueError(f"expected {count} finite number{'s' * (count > 1)}{least} in <{tag}>, got "
                         f"{quoted(found.group(1).strip(), 40)} at line {_line(text, found.start())}: save it again")
    return values


def choose(corrections: list[Correction], name: str = "") -> Correction:
    """The correction of a name, or the first.

    Raises:
        ValueError: No correction has that name.
    """
    found = next((c for c in corrections if not name or c.name == name), None)
    if found is None:
        there = ", ".join(quoted(c.name, 30) for c in corrections[:8])
        raise ValueError(f"expected a correction named {quoted(name, 40)} in the file, got {there}: name one of them after the #")
    return found
