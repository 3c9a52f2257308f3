"""Captions: reading an .srt file as editors really write it.

Taken: any line ends, a byte order mark, `.` for `,`, fewer digits, no hours, no counters, no blank line between captions, blank
lines within one, any order, places behind the times. Refused: times that cannot be understood, by the number of their line.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ..wires.check import quoted
from .paths import input_file, reason_of

_CLOCK = r"(?:([0-9]{1,3}):)?([0-9]{1,2}):([0-9]{2})(?:[,.]([0-9]{1,3}))?"
_TIMES = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s+[XYxy][12]:[0-9]+|\s+[a-z]+:\S+)*\s*")
_MEANT = re.compile(r"\s*(?:-->|(?:-?\d|[Oo]\d).*-->|"
                    r"[\dOoIl]{1,3}\s*[:;]\s*[\dOoIl]{1,2}\s*[:;.,]\s*[\dOoIl]{1,2}[\s\d:;.,OoIl]*[-–—=→>])")
_TAGS = re.compile(r"</?(?:b|i|u|s|font|c|v|ruby|rt|span)\b[^>\n]*>|\{\\[^}\n]*\}|\{/?[biu]\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: seconds from the start of the film, and its lines with the tags that they came with."""

    start: float
    end: float
    text: str

    @property
    def plain(self) -> str:
        """Its lines as they are shown: without tags for slanted letters or a place."""
        return _TAGS.sub("", self.text).strip()

    @property
    def speed(self) -> float:
        """Characters a second that it asks of the reader."""
        return len(self.plain.replace("\n", "")) / max(self.end - self.start, 1e-3)


@dataclass(frozen=True, slots=True)
class Captions:
    """A caption file: its cues in order."""

    cues: tuple[Cue, ...]

    @property
    def text(self) -> str:
        """SubRip as every player reads it: in order, numbered from 1, hours and milliseconds, line feeds."""
        return "\n".join(f"{n}\n{_clock(c.start)} --> {_clock(c.end)}\n{c.text}\n" for n, c in enumerate(self.cues, 1))

    @property
    def end(self) -> float:
        """When the last cue ends, in seconds."""
        return max((c.end for c in self.cues), default=0.0)

    def fastest(self) -> tuple[float, Cue | None]:
        """Most characters a second that a cue asks of the reader, and that cue."""
        return max(((c.speed, c) for c in self.cues), key=lambda pair: pair[0], default=(0.0, None))

    def within(self, seconds: float) -> Captions:
        """What a film of that length shows at every moment: cues in turn, one at a time, none beyond its end.

        Cues that overlap are shown together: a track of timed text holds one text at a time.
        """
        last = int(seconds * 1000)
        spans = [(round(c.start * 1000), min(round(c.end * 1000), last), c.text) for c in self.cues if c.plain]
        spans = [span for span in spans if span[0] < span[1]]
        turns = sorted({turn for start, end, _ in spans for turn in (start, end)})
        waiting, on, shown = deque(spans), [], []
        for start, end in pairwise(turns):
            on = [span for span in on if span[1] > start]
            while waiting and waiting[0][0] <= start:
                on.append(waiting.popleft())
            if on:
                shown.append(Cue(start / 1000, end / 1000, "\n".join(text for _, _, text in on)))
        return Captions(tuple(shown))


def _clock(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d},{thousandths:03d}"


def parse_srt(text: str) -> Captions:
    """Read SubRip text; its cues are put in order, those without a word left out.

    Raises:
        ValueError: No cue, a cue that ends before it begins, or times that cannot be read; the line is named.
    """
    lines = re.sub(r"\r*\n|\r", "\n", text.lstrip("\ufeff")).split("\n")
    spans = [(number, span) for number, line in enumerate(lines) if (span := _span(line, number + 1))]
    counted = bool(spans) and _counter(lines, 0, spans[0][0]) is not None
    cues, starts = [], [number for number, _ in spans]
    _nothing_above(lines, _counter(lines, 0, starts[0]) if counted else starts[0] if starts else 0)
    for (number, (start, end)), following in zip(spans, [*starts[1:], len(lines)], strict=False):
        counter = _counter(lines, number + 1, following) if counted and following < len(lines) else None
        words = [line.rstrip() for line in lines[number + 1:following if counter is None else counter] if line.strip()]
        cues.append(Cue(start, end, "\n".join(words)))
    cues = sorted((cue for cue in cues if cue.plain), key=lambda cue: cue.start)
    if not cues:
        raise ValueError("expected captions such as `00:00:01,000 --> 00:00:02,500` and their words, got none: give an .srt file")
    return Captions(tuple(cues))


def _nothing_above(lines: list[str], first: int | None) -> None:
    """Raise a ValueError for words that belong to no caption, such as WEBVTT: they would be lost."""
    above = next((n for n in range(first or 0) if lines[n].strip()), None)
    if above is not None:
        raise ValueError(f"expected the first caption's number and times in line {above + 1} of the captions, "
                         f"got {quoted(lines[above].strip())}: save them as .srt")


def _span(line: str, number: int) -> tuple[float, float] | None:
    """Start and end in seconds of a line of times, None for any other line."""
    times = _TIMES.fullmatch(line)
    if times is None and _MEANT.match(line) is None:
        return None
    clocks = list(_clocks(times.groups())) if times else []
    if len(clocks) < 2:
        raise ValueError(f"expected times such as 00:00:01,000 --> 00:00:02,500 in line {number} of the captions, "
                         f"got {quoted(line.strip())}: mend them")
    if clocks[1] <= clocks[0]:
        raise ValueError(f"expected a caption that ends after it begins in line {number}, got {quoted(line.strip())}: "
                         "mend its times")
    return clocks[0], clocks[1]


def _clocks(groups: tuple[str | None, ...]) -> Iterator[float]:
    """Seconds of each of two clocks, left out where it says no time: `01:75`, or `01:02`, which may be hours or minutes."""
    for clock in (groups[:4], groups[4:]):
        hours, minutes, seconds = (int(part or 0) for part in clock[:3])
        if minutes < 60 and seconds < 60 and (clock[0] or clock[3]):
            yield hours * 3600 + minutes * 60 + seconds + int((clock[3] or "0").ljust(3, "0")) / 1000


def _counter(lines: list[str], first: int, last: int) -> int | None:
    """Place of the counter of the cue whose times stand in line `last`: a number alone, right above; None without."""
    above = next((n for n in range(last - 1, first - 1, -1) if lines[n].strip()), None)
    return above if above is not None and re.fullmatch(r"\s*[0-9]+\s*", lines[above]) else None


def read_srt(path: Path) -> Captions:
    """Read an .srt file: UTF-8, or UTF-16 with a byte order mark.

    Raises:
        ValueError: It cannot be read, is in another encoding, or holds no captions.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(f"expected captions that can be read in {path.name}, got {reason_of(error, path)!r}: "
                         "see to the rights of the file") from error
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"expected captions in UTF-8 in {path.name}, got other bytes: save it as UTF-8") from error
    return parse_srt(text)


def load_captions(name: str) -> Captions | None:
    """Captions of an .srt in the input folder; None for an empty name.

    Raises:
        ValueError: There is no such file, it cannot be read, or holds no captions.
    """
    return read_srt(input_file(name.strip(), "captions")) if name.strip() else None
