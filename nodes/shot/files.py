"""Which clips lie in the input folder, and whether one has changed. Imported by the schema, so it imports nothing heavy."""

from __future__ import annotations

from .. import runtime
from ..media.paths import input_file

FILMS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".mxf", ".m4v", ".mpg", ".ts")


def films() -> list[str]:
    """Names of the films in the input folder, sorted."""
    root = runtime.input_directory()
    return sorted(p.name for p in root.iterdir() if p.suffix.lower() in FILMS) if root.is_dir() else []


def refusal(name: str) -> str:
    """Why the file `name` cannot be read, or nothing."""
    try:
        input_file(name)
    except ValueError as error:
        return str(error)
    return ""


def fingerprint(name: str) -> str:
    """Changes when the file `name` does: path, size and time."""
    state = input_file(name).stat()
    return f"{name} {state.st_size} {state.st_mtime_ns}"
