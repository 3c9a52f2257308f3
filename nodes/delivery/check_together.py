"""What can only be told of a delivery's files together: do they show one shot in one light, with the logo at one place?"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ..media.paths import relative_to_output
from ..wires.kit import Kit
from ..wires.report import Finding
from .channels import Channel, claimed_by
from .check_logo import check_logo_place
from .check_set import check_consistency, first_picture
from .check_text import check_contrast
from .overlap import thumbnail
from .source import Source
from .verify import read_back

_SHOWN = (".mp4", ".mov", ".mkv", ".webm", ".jpg", ".jpeg", ".avif", ".webp", ".png")
_FILMS = _SHOWN[:4]
_WIDTH = re.compile(r"_w(\d+)\.")
_LAST = -1  # number that stands for the last frame of each film


def check_together(paths: list[Path], known: list[Channel], source: Source, kit: Kit | None) -> list[Finding]:
    """Channel files beside each other, and the kit's texts and logo on them; of a web set the widest file of each format."""
    shown = _pictures(paths, known, source)
    plain = [(path, thumbnail(picture), frame) for path, picture, frame in shown if "lut" not in source.entry(path)]
    found = check_consistency(plain) + _with_looks([path for path, _, _ in shown], source)
    if kit is None or not kit.text_zones:
        found += _untested("publish.contrast", "The contrast of texts is not measured: no kit says where they stand.", shown)
    else:
        for path, picture, _ in shown:
            found += check_contrast(path, picture, claimed_by(relative_to_output(path), known), kit)
    if kit is None or not kit.logos:
        return found + _untested("publish.logo_place", "The logo's place is not compared: no kit brings a logo.", shown)
    return found + check_logo_place([*shown, *_last_frames([path for path, _, _ in shown], source)], kit)


def _pictures(paths: list[Path], known: list[Channel], source: Source) -> list[tuple[Path, np.ndarray, int]]:
    """Pictures (path, (H, W, 3) uint8 without its bar, number of the frame that it shows)."""
    widest: dict[tuple, tuple[int, Path]] = {}
    for path in paths:
        if claimed_by(relative_to_output(path), known) and path.is_file() and path.suffix.lower() in _SHOWN:
            width = int(m[1]) if (m := _WIDTH.search(path.name)) else 0
            key = path.parent, _WIDTH.sub(".", path.name)
            if key not in widest or width > widest[key][0]:
                widest[key] = width, path
    shown = []
    for _, path in widest.values():
        entry, film = source.entry(path), path.suffix.lower() in _FILMS
        frame = 0 if film else int(entry.get("frame", 0))
        picture = first_picture(path, frame)
        if picture is not None:
            bar = int(entry.get("bar", 0))
            shown.append((path, picture[:picture.shape[0] - bar] if bar else picture, frame))
    return shown


def _with_looks(paths: list[Path], source: Source) -> list[Finding]:
    looks = [(path, str(source.entry(path)["lut"])) for path in paths if "lut" in source.entry(path)]
    return [Finding("publish.consistency", "not tested", f"It has a look of its own, {look}: it is not compared with the others.",
                    file=relative_to_output(path)) for path, look in looks]


def _untested(check: str, text: str, shown: list) -> list[Finding]:
    return [Finding(check, "not tested", text, suggestion="Wire the kit.")] if shown else []


def _last_frames(paths: list[Path], source: Source) -> list[tuple[Path, np.ndarray, int]]:
    """The last picture of each film: where a campaign's logo most often stands."""
    out = []
    for path in paths:
        if path.suffix.lower() in _FILMS:
            try:
                last, bar = read_back(path, ())[0] - 1, int(source.entry(path).get("bar", 0))
                picture = read_back(path, (last,))[1][last]
                out.append((path, picture[:picture.shape[0] - bar], _LAST))
            except (ValueError, KeyError):
                continue  # said by the checks that read it
    return out
