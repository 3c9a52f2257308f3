"""Which grades there are, by name. Imported by the schema, so it imports nothing heavy."""

from __future__ import annotations

from pathlib import Path

from .. import runtime
from ..media.listing import files_below
from ..media.paths import input_file, library_file, library_names
from ..wires.check import quoted

SUFFIXES = (".cube", ".cdl", ".cc", ".ccc", ".grade.json")


def grade_names() -> list[str]:
    """What a menu of grades offers: the studio's `luts`, then the input folder's."""
    studio = library_names("luts", *SUFFIXES)
    return list(dict.fromkeys((*studio, *files_below(runtime.input_directory(), SUFFIXES, skip=("raccord",)))))


def split_name(name: str) -> tuple[str, str]:
    """`show.ccc#sh020` as file and name of one correction in it; without #, or where it belongs to the file, all is file."""
    file, mark, correction = name.rpartition("#")
    chosen = mark and file.lower().endswith((".cdl", ".ccc", ".cc")) and not name.lower().endswith(SUFFIXES)
    return (file, correction.strip()) if chosen else (name, "")


def find_grade(name: str) -> Path:
    """Path of a grade: the studio's `luts` first, then the input folder.

    Raises:
        ValueError: The name is not safe, of another kind, or there is no such file.
    """
    file, _ = split_name(name)
    if not file.lower().endswith(SUFFIXES):
        raise ValueError(f"expected a .cube, .cdl, .cc, .ccc or .grade.json in file, got {quoted(name)}: name another")
    return library_file("luts", file) or input_file(file)


def refusal(name: object) -> str:
    """Why no grade of this name can be loaded, or nothing; the file is not opened."""
    if not isinstance(name, str):
        return f"expected the name of a grade in file, got {quoted(name)}"
    try:
        find_grade(name)
    except ValueError as error:
        return str(error)
    return ""
