"""Writing a grade as files, with the error that each form brings."""

from __future__ import annotations

from dataclasses import dataclass

from ..media.claim import check_if_exists, place
from ..media.grades import FORMATS, Cdl, Residual, cdl_error, cdl_text, cube_table, cube_text, fit_cdl, lut_error
from ..media.memory import remember_written
from ..media.paths import check_relative, relative_to_output
from ..wires.check import quoted, wired
from ..wires.grade import Grade


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written: `files` relative to the output directory, and the residuals of the LUT and of the CDL, if any."""

    files: tuple[str, ...]
    sentence: str
    lut: Residual | None
    cdl: Residual | None
    fitted: Cdl | None


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
        grade: What to write; a refused one writes nothing.
        name: File name without ending, may hold sub-folders.
        formats: Of `cube`, `cdl`, `cc`, `ccc`, separated by commas.
        size: Nodes of the LUT on each axis.
        if_exists: `resume`, `replace` or `refuse`.

    Raises:
        ValueError: A name or format that cannot be, or `refuse` and a file is there.
    """
    wired(grade, Grade, "grade")
    names, stem = parse_formats(formats), check_relative(name)
    check_if_exists(if_exists)
    if grade.refused:
        return Saved((), "Nothing is written.", None, None, None)
    contents, lut, cdl, fitted = {}, None, None, None
    if "cube" in names:
        contents[".cube"] = cube_text(grade, size, stem.name)
        lut = lut_error(grade, cube_table(grade, size))
    if set(names) - {"cube"}:
        fitted = fit_cdl(grade)
        cdl = cdl_error(grade, fitted)
        contents |= {f".{n}": cdl_text(fitted, n, stem.name) for n in names if n != "cube"}
    placed = place(name, {f".{n}": contents[f".{n}"] for n in names}, if_exists)
    remember_written("RaccordSaveGrade", name, placed.paths)
    return Saved(tuple(map(relative_to_output, placed.paths)), placed.sentence, lut, cdl, fitted)
