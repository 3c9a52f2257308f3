"""Writing a grade as files, with the error that each form brings."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..media.claim import check_if_exists, place
from ..media.grades import (
    FORMATS,
    SUFFIXES,
    Cdl,
    Residual,
    cdl_error,
    cdl_text,
    cube_table,
    cube_text,
    curve_error,
    curve_table,
    curve_text,
    fit_cdl,
    is_per_channel,
    json_text,
    lut_error,
)
from ..media.memory import remember_written
from ..media.paths import check_relative, relative_to_output
from ..wires.check import quoted, wired
from ..wires.grade import Grade


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written: `files` relative to the output directory.

    `errors` holds the residuals of what was written under their checks' names; `refused` says, by check, which formats could
    not hold the grade, and why.
    """

    files: tuple[str, ...]
    sentence: str
    errors: dict[str, Residual] = field(default_factory=dict)
    fitted: Cdl | None = None
    refused: dict[str, str] = field(default_factory=dict)


def parse_formats(text: str) -> list[str]:
    """Names of formats separated by commas, each once, in order.

    Raises:
        ValueError: There is none, or one that we do not write.
    """
    names = list(dict.fromkeys(word.strip().lower().lstrip(".") for word in text.replace("\n", ",").split(",") if word.strip()))
    unknown = [n for n in names if n not in FORMATS]
    if unknown or not names:
        raise ValueError(f"expected formats of {', '.join(FORMATS)}, got {quoted(text.strip())}: "
                         "separate names with commas")
    return names


def save_grade(grade: Grade, name: str, formats: str, size: int, if_exists: str) -> Saved:
    """Write a grade under the output directory.

    Args:
        grade: What to write; a refused one writes nothing. Of one that changes over the clip the JSON holds all, the others
            the steady map.
        name: File name without ending, may hold sub-folders.
        formats: Of `cube`, `cube1d`, `cdl`, `cc`, `ccc`, `json`, separated by commas. `cube1d` is refused, alone, where the
            grade mixes channels.
        size: Nodes of the 3D LUT on each axis.
        if_exists: `resume`, `replace` or `refuse`.

    Raises:
        ValueError: A name or format that cannot be, or `refuse` and a file is there.
    """
    wired(grade, Grade, "grade")
    names, stem = parse_formats(formats), check_relative(name)
    check_if_exists(if_exists)
    if grade.refused:
        return Saved((), "Nothing is written.")
    refused = {}
    if "cube1d" in names and not is_per_channel(grade):
        refused["grade.cube1d"] = f"the grade ({grade.model}) mixes the channels, which 1D curves cannot hold"
        names.remove("cube1d")
    if not names:
        return Saved((), "Nothing is written.", refused=refused)
    texts, errors, fitted = _contents(grade, names, size, stem.name)
    placed = place(name, {SUFFIXES[n]: texts[n] for n in names}, if_exists)
    remember_written("RaccordSaveGrade", name, placed.paths)
    return Saved(tuple(map(relative_to_output, placed.paths)), placed.sentence, errors, fitted, refused)


def _contents(grade: Grade, names: list[str], size: int, title: str) -> tuple[dict[str, str], dict[str, Residual], Cdl | None]:
    """Text of each format, the residuals, and the CDL if there is one."""
    texts: dict[str, str] = {}
    errors: dict[str, Residual] = {}
    fitted = fit_cdl(grade) if {"cdl", "cc", "ccc"} & set(names) else None
    if "cube" in names:
        texts["cube"], errors["lut.delta_e"] = cube_text(grade, size, title), lut_error(grade, cube_table(grade, size))
    if "cube1d" in names:
        texts["cube1d"], errors["lut1d.delta_e"] = curve_text(grade, title), curve_error(grade, curve_table(grade))
    if fitted is not None:
        errors["cdl.delta_e"] = cdl_error(grade, fitted)
        texts |= {n: cdl_text(fitted, n, title) for n in names if n in ("cdl", "cc", "ccc")}
    if "json" in names:
        texts["json"] = json_text(grade)
    return texts, errors, fitted
