"""Reading a grade from a file of the studio or of the input folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..media.cube_read import Lut
from ..media.grades import choose, parse_cdls, parse_cube, parse_json
from ..media.memory import remember_read
from ..wires.grade import Domain, Grade
from .files import find_grade, split_name

_MOST_BYTES = 64 << 20  # a LUT of 129 nodes is 60 MB of text


@dataclass(frozen=True, slots=True)
class Loaded:
    """A grade and `there`, the names of all corrections of the file it comes from; none of a LUT."""

    grade: Grade
    there: tuple[str, ...] = ()


def load_grade(name: str) -> Loaded:
    """Grade of a file, for sRGB-encoded values.

    Args:
        name: A .cube, .cdl, .cc, .ccc or .grade.json; `show.ccc#sh020` chooses one correction of several, else the first counts.

    Raises:
        ValueError: It cannot be found or read; the line is named.
    """
    path = find_grade(name)
    remember_read("RaccordLoadGrade", name, [path])
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"expected a grade of at most 64 MB, got {path.name} with {path.stat().st_size >> 20} MB: "
                         "take a smaller LUT")
    try:
        return _parse(path, path.read_text(encoding="utf-8", errors="replace"), split_name(name)[1])
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def _parse(path: Path, text: str, correction: str) -> Loaded:
    suffix = path.suffix.lower()
    if suffix == ".cube":
        return Loaded(_lut(parse_cube(text), path.name))
    if suffix == ".json":
        return Loaded(parse_json(text))
    every = parse_cdls(text)
    chosen = choose(every, correction)
    numbers = (*chosen.cdl.slope, *chosen.cdl.offset, *chosen.cdl.power, chosen.cdl.saturation)
    source = f"{path.name}#{chosen.name}" if chosen.name and len(every) > 1 else path.name
    return Loaded(Grade("CDL", "encoded", source=source, cdl=numbers), tuple(c.name for c in every))


def _lut(lut: Lut, source: str) -> Grade:
    shaper, table = (None if part is None else torch.from_numpy(part).float() for part in (lut.shaper, lut.table))
    model = "LUT" if shaper is None else "1D LUT" if table is None else "1D and 3D LUT"
    return Grade(model, "encoded", source=source, table=table, domain=_domain(lut.domain), shaper=shaper,
                 shaper_domain=_domain(lut.shaper_domain))


def _domain(span: np.ndarray) -> Domain:
    low, high = (tuple(map(float, row)) for row in span)
    return low, high
