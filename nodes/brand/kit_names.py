"""Where a studio's kits lie, and what they are called; no kit is opened."""

from __future__ import annotations

from pathlib import Path

from ..media.paths import check_relative, library_file, library_names
from ..wires.check import quoted

SUFFIX = ".safetensors"
TEXTS = (".tokens.json", ".tokens", ".json")


def kit_names() -> list[str]:
    """Names of the studio's kits, as menus show them: sealed ones without their ending."""
    names = library_names("kits", SUFFIX, *TEXTS)
    return [name[:-len(SUFFIX)] if name.endswith(SUFFIX) else name for name in names]


def find_kit(name: str, what: str = "kit name") -> Path:
    """Path of a studio's kit: sub-folder `kits` of the library folders and of `input/raccord`.

    Raises:
        ValueError: The name is not safe, or there is no such kit.
    """
    shown = str(check_relative(name.strip(), what))
    full = shown if shown.lower().endswith((SUFFIX, *TEXTS)) else f"{shown}{SUFFIX}"
    path = library_file("kits", full)
    if path is None:
        raise ValueError(f"expected a kit named {full}, got none: put it into input/raccord/kits or a library's kits folder")
    return path


def refusal(name: object, what: str = "name") -> str:
    """Why no kit of this name can be loaded, or nothing; the file is not opened."""
    if not isinstance(name, str):
        return f"expected the name of a kit in {what}, got {quoted(name)}"
    try:
        find_kit(name, "kit name" if what == "name" else what)
    except ValueError as error:
        return str(error)
    return ""
