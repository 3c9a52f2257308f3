"""The manifest of a delivered folder: what it names, and whether that is still there, to the byte.

Hashing a file costs a second a gigabyte; a size and a date would call a broken disk complete.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from .. import runtime
from ..wires.report import PACK
from .paths import inside, reason_of


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            runtime.check_cancelled()
            digest.update(piece)
    return digest.hexdigest()


def fingerprint(**inputs: Any) -> str:
    """One name for everything that decides what files contain; values as in JSON."""
    text = json.dumps({"pack": PACK, **inputs}, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_manifest(path: Path) -> dict | None:
    """A manifest, or None where there is none that can be read."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    entries = document.get("files") if isinstance(document, dict) else None
    return document if isinstance(entries, list) and all(isinstance(e, dict) and "path" in e for e in entries) else None


def whole_files(folder: Path, entries: list[dict]) -> dict[str, dict]:
    """Of a manifest's entries those whose files are there and complete, by name.

    Raises:
        ValueError: A file is there and cannot be read.
    """
    kept, bar = {}, runtime.Progress(len(entries))
    for entry in entries:
        if _is_whole(folder, entry):
            kept[entry["path"]] = entry
        bar.step()
    return kept


def _is_whole(folder: Path, entry: dict) -> bool:
    path = inside(folder, entry["path"])
    try:
        return path.is_file() and path.stat().st_size == entry.get("bytes") and file_sha256(path) == entry.get("sha256")
    except OSError as error:
        raise ValueError(f"expected a file that can be read in {folder.name}, got {reason_of(error, path)!r} for {path.name}: "
                         "see to its rights, or choose another folder") from error
