"""Captions beside a film: can they be read, in time, in the time there is?"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from ..media.captions import Captions, read_srt
from ..media.film_facts import film_facts
from ..media.paths import relative_to_output
from ..wires.report import Finding
from .channels import Channel

_FASTEST = 21.0  # characters a second, where no channel says otherwise
_LONGEST, _MOST_LINES = 42, 2
_OVERHANG = 0.1  # seconds


def check_captions(path: Path, channel: Channel | None) -> list[Finding]:
    """Findings of an .srt.

    Raises:
        ValueError: It holds no captions, or some that cannot be read.
    """
    file, captions = relative_to_output(path), read_srt(path)
    limit = float(channel.get("characters_per_second", _FASTEST)) if channel else _FASTEST
    speed, cue = captions.fastest()
    good = speed <= limit
    text = f"Captions ask for {speed:.0f} characters a second at most" + ("." if good else f", at {cue.start:.1f} s.")  # type: ignore[union-attr]
    return [Finding("publish.captions_speed", "pass" if good else "warn", text, value=round(speed, 1), unit="characters/s",
                    limit=limit,
                    file=file, suggestion="" if good else "Shorten that caption, or leave it longer."),
            _lines(captions, file), *_times(captions, path, file)]


def _lines(captions: Captions, file: str) -> Finding:
    long = max((len(line) for c in captions.cues for line in c.plain.splitlines()), default=0)
    tall = max((len(c.plain.splitlines()) for c in captions.cues), default=0)
    good = long <= _LONGEST and tall <= _MOST_LINES
    return Finding("publish.captions_lines", "pass" if good else "warn", f"Captions have {tall} lines of {long} letters at most.",
                   value=long, unit="letters", limit=_LONGEST, file=file,
                   suggestion="" if good else f"Break them into {_MOST_LINES} lines of {_LONGEST} letters.")


def _times(captions: Captions, path: Path, file: str) -> list[Finding]:
    found = []
    ordered = sorted(captions.cues, key=lambda c: c.start)
    clash = next((b for a, b in pairwise(ordered) if b.start < a.end - 0.001), None)
    if clash is not None:
        found.append(Finding("publish.captions", "warn", f"Two captions show at once at {clash.start:.2f} s.", file=file,
                             suggestion="End the first before the second begins."))
    film = path.with_suffix(".mp4")
    if not film.is_file():
        return found
    seconds = film_facts(film).seconds
    good = captions.end <= seconds + _OVERHANG
    found.append(Finding("publish.captions", "pass" if good else "warn",
                         f"The last caption ends at {captions.end:.2f} s, the film at {seconds:.2f} s.",
                         value=round(captions.end, 3),
                         unit="s", limit=round(seconds, 3), file=file,
                         suggestion="" if good else "Take the captions of this cut, or cut them."))
    return found
