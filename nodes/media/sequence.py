"""Numbered pictures as one clip: `plates/sh010.####.exr` stands for `sh010.1001.exr`, `sh010.1002.exr` and so on."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path, PurePosixPath

from .. import runtime
from .listing import names_in
from .paths import check_relative

PICTURES = (".exr", ".png", ".tif", ".tiff", ".dpx")
_NUMBERED = re.compile(r"(?P<stem>.*?)(?<!\d)(?P<number>\d{1,9})(?P<tail>_?\.[A-Za-z]+)")  # SaveImage ends in 00001_.png
_VERSION = re.compile(r"(^|[^A-Za-z])[vV]$")
_MARKS = re.compile(r"#+|%(0?\d*)d")
_RANGE = re.compile(r"\s+\[?(\d{1,9})\s*-\s*(\d{1,9})\]?$")


@dataclass(frozen=True, slots=True)
class Sequence:
    """Pictures of one name. `numbers` are those that are there, rising; `width` is 0 for one picture without a number."""

    stem: str
    width: int
    tail: str
    numbers: tuple[int, ...]

    @property
    def name(self) -> str:
        """The name with `#` for each digit."""
        return f"{self.stem}{'#' * self.width}{self.tail}"

    def file(self, number: int) -> str:
        """Name of one picture."""
        return f"{self.stem}{number:0{self.width}d}{self.tail}" if self.width else f"{self.stem}{self.tail}"


@dataclass(frozen=True, slots=True)
class Clip:
    """A sequence in its folder, and the frames it should have: `first` to `last`, both included."""

    folder: Path
    sequence: Sequence
    first: int
    last: int

    def path(self, number: int) -> Path:
        """Where a picture lies."""
        return self.folder / self.sequence.file(number)

    def missing(self, numbers: Iterable[int]) -> list[int]:
        """Those of `numbers` that are not there."""
        there = set(self.sequence.numbers)
        return [number for number in numbers if number not in there]


@lru_cache(maxsize=256)
def sequences_of(files: tuple[str, ...]) -> tuple[Sequence, ...]:
    """Sequences among the files of one folder, also those of one picture; `shot_v001.exr` is a version, not a frame."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for file in files:
        match = _NUMBERED.fullmatch(file)
        if match and file.lower().endswith(PICTURES) and not _VERSION.search(match["stem"]):
            groups[match["stem"], match["tail"]].append(match["number"])
    return tuple(Sequence(stem, width, tail, tuple(sorted(numbers)))
                 for (stem, tail), digits in sorted(groups.items()) for width, numbers in sorted(_by_width(digits).items()))


def _by_width(digits: list[str]) -> dict[int, list[int]]:
    """Numbers by the digits they are filled up to; 1..12 and 998..1002 are sequences too."""
    filled = sorted({len(text) for text in digits if text.startswith("0") and len(text) > 1}, reverse=True)
    free = [len(text) for text in digits if text[0] != "0" or len(text) == 1]
    found: dict[int, list[int]] = defaultdict(list)
    for text in digits:
        is_filled = text.startswith("0") and len(text) > 1
        width = len(text) if is_filled else next((w for w in filled if w <= len(text)), min(free, default=0))
        found[width].append(int(text))
    return found


def is_sequence(name: str) -> bool:
    """Whether a name is one of pictures and not of a film."""
    return _RANGE.sub("", name.strip()).lower().endswith(PICTURES)


def find_clip(name: str) -> Clip:
    """Find pictures of the input folder.

    Args:
        name: With `####` or `%04d` for the number, or the name of any one frame; slashes of both kinds separate folders.
            ` [1001-1048]` behind it, brackets or not, says which frames there should be; else they are those from the
            first to the last that is there.

    Raises:
        ValueError: The name is not safe, or no picture has it.
    """
    text = name.strip()
    asked = _RANGE.search(text)
    relative = check_relative(_RANGE.sub("", text), "file")
    folder = runtime.input_directory() / relative.parent
    sequence = _find(folder, relative)
    first, last = (int(asked[1]), int(asked[2])) if asked else (sequence.numbers[0], sequence.numbers[-1])
    if first > last:
        raise ValueError(f"expected a range from the first to the last frame in file, got {first}-{last}: turn it round")
    if asked and not sequence.width:
        raise ValueError(f"expected one picture without a range in file, got {name[:60]!r}: leave the range out")
    return Clip(folder, sequence, first, last)


def _find(folder: Path, relative: PurePosixPath) -> Sequence:
    files, _ = names_in(folder)
    known, file = sequences_of(files), relative.name
    if (marks := _MARKS.search(file)) is None:
        member = next((s for s in known for m in [_NUMBERED.fullmatch(file)]
                       if m and (m["stem"], m["tail"]) == (s.stem, s.tail) and s.file(int(m["number"])) == file), None)
        if file in files:
            return member or Sequence(relative.stem, 0, relative.suffix, (0,))
        raise ValueError(f"expected file in the input folder, got {str(relative)[:60]!r}, which is not there: correct the name")
    stem, tail = file[:marks.start()], file[marks.end():]
    alike = [s for s in _all_of(files, stem, tail) if s.numbers]
    if not alike:
        raise ValueError(f"expected pictures in the input folder, got none of the name {str(relative)[:60]!r}: correct it")
    width = len(marks[0]) if marks[0][0] == "#" else int(marks[1] or 1)
    return next((s for s in alike if s.width == width), alike[0])


def _all_of(files: tuple[str, ...], stem: str, tail: str) -> list[Sequence]:
    """Sequences of exactly this name, versions (`shot_v###.exr`) included: who writes the marks means them."""
    pattern = re.compile(rf"{re.escape(stem)}(\d{{1,9}}){re.escape(tail)}")
    digits = [match[1] for file in files if (match := pattern.fullmatch(file))]
    return [Sequence(stem, width, tail, tuple(sorted(numbers))) for width, numbers in sorted(_by_width(digits).items())]


def clip_state(clip: Clip) -> str:
    """Changes when a picture of the clip does, comes or goes: names, sizes and times of all of them."""
    digest = hashlib.sha256()
    for number in clip.sequence.numbers:
        state = clip.path(number).stat()
        digest.update(f"{number} {state.st_size} {state.st_mtime_ns}\n".encode())
    return f"{clip.folder} {clip.sequence.name} {clip.first}-{clip.last} {digest.hexdigest()}"


def numbers_words(numbers: list[int]) -> str:
    """Frame numbers, neighbours joined: `1007, 1010-1012`; the first twelve groups of them."""
    cuts = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(numbers)) if b != a + 1), len(numbers)]
    parts = [str(numbers[a]) if b - a == 1 else f"{numbers[a]}-{numbers[b - 1]}" for a, b in pairwise(cuts)]
    return ", ".join(parts[:12]) + (f" and {len(parts) - 12} more gaps" if len(parts) > 12 else "")
