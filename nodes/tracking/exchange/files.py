"""Which track files there are, by name. Imported by the schema, so it imports nothing heavy."""

from __future__ import annotations

from pathlib import Path

from ... import runtime
from ...media.listing import files_below
from ...media.paths import input_file
from ...wires.check import quoted

NONE = "none"
SUFFIXES = (".nk", ".json", ".txt")


def track_names() -> list[str]:
    """What a menu of track files offers: nothing, then those of the input folder."""
    return [NONE, *files_below(runtime.input_directory(), SUFFIXES, skip=("raccord",))]


def find_track(name: str) -> Path:
    """Path of a track file in the input folder.

    Raises:
        ValueError: The name is not safe, of another kind, or there is no such file.
    """
    if Path(name).suffix.lower() not in SUFFIXES:
        raise ValueError(f"expected a .nk, .json or .txt in file, got {quoted(name)}: name another")
    return input_file(name)


def refusal(name: object) -> str:
    """Why no track of this name can be loaded, or nothing; the file is not opened."""
    if not isinstance(name, str):
        return f"expected the name of a track file in file, got {quoted(name)}"
    if name == NONE:
        return ""
    try:
        find_track(name)
    except ValueError as error:
        return str(error)
    return ""
