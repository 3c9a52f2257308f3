"""Captions: reading an .srt file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..wires.check import quoted
from .paths import input_file

_TIMES = re.compile(r"(\d+):(\d\d):(\d\d)[,.](\d{1,3})\s*-->\s*(\d+):(\d\d):(\d\d)[,.](\d{1,3})")


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: seconds from the start of the film, and its lines."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Captions:
    """A caption file: its text as it was and its cues in order."""

    text: str
    cues: tuple[Cue, ...]

    @property
    def end(self) -> float:
        """When the last cue ends, in seconds."""
        return max((c.end for c in self.cues), default=0.0)

    def reading_speed(self) -> float:
        """Most characters a second that a cue asks of the reader."""
        return max((len(c.text.replace("\n", "")) / max(c.end - c.start, 1e-3) for c in self.cues), default=0.0)


def parse_srt(text: str) -> Captions:
    """Read SubRip text.

    Raises:
        ValueError: No cue, or one that ends before it begins; its line is named.
    """
    cues, lines = [], text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines):
        if not (times := _TIMES.search(line)):
            continue
        h1, m1, s1, f1, h2, m2, s2, f2 = (int(g.ljust(3, "0")) if i in (3, 7) else int(g) for i, g in enumerate(times.groups()))
        start, end = h1 * 3600 + m1 * 60 + s1 + f1 / 1000, h2 * 3600 + m2 * 60 + s2 + f2 / 1000
        if end <= start:
            raise ValueError(f"expected a caption that ends after it begins in line {number + 1}, "
                             f"got {quoted(line.strip())}: mend its times")
        words = []
        for following in lines[number + 1:]:
            if not following.strip():
                break
            words.append(following)
        cues.append(Cue(start, end, "\n".join(words)))
    if not cues:
        raise ValueError("expected captions such as `00:00:01,000 --> 00:00:02,500`, got none: give an .srt file")
    return Captions(text, tuple(cues))


def load_captions(name: str) -> Captions | None:
    """Captions of an .srt in the input folder; None for an empty name.

    Raises:
        ValueError: There is no such file, it is not UTF-8, or holds no captions.
    """
    if not name.strip():
        return None
    try:
        return parse_srt(input_file(name.strip(), "captions").read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"expected captions in UTF-8, got other bytes in {name!r}: save the .srt as UTF-8") from error
