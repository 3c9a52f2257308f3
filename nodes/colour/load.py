"""Reading a grade from a file of the studio or of the input folder."""

from __future__ import annotations

from pathlib import Path

import torch

from ..media.grades import parse_cdl, parse_cube
from ..media.memory import remember_read
from ..wires.grade import Grade
from .files import find_grade

_MOST_BYTES = 64 << 20  # a LUT of 129 nodes is 60 MB of text


def load_grade(name: str) -> Grade:
    """Grade of a file, for sRGB-encoded values.

    Raises:
        ValueError: It cannot be found or read; the line is named.
    """
    path = find_grade(name)
    remember_read("RaccordLoadGrade", name, [path])
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"expected a grade of at most 64 MB, got {path.name} with {path.stat().st_size >> 20} MB: "
                         "take a smaller LUT")
    try:
        return _parse(path, path.read_text(encoding="utf-8", errors="replace"))
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def _parse(path: Path, text: str) -> Grade:
    if path.suffix.lower() == ".cube":
        table, (low, high) = parse_cube(text)
        return Grade("LUT", "encoded", source=path.name, table=torch.from_numpy(table).float(),
                     domain=(tuple(low.tolist()), tuple(high.tolist())))
    cdl = parse_cdl(text)
    return Grade("CDL", "encoded", source=path.name, cdl=(*cdl.slope, *cdl.offset, *cdl.power, cdl.saturation))
