"""A delivered folder that is being filled: its files, their manifest, and what somebody changed in it since.

The manifest is `{"files": [{"path", "sha256", "bytes", …}]}` with paths relative to it; `inputs` in it names what the files were
made from, so that `resume` can tell a complete file of identical inputs from another one (manifest.py). Every half second it
takes in what has been written, so that a run that was killed goes on where it stood.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from .. import runtime
from ..wires.report import PACK
from .manifest import file_sha256, read_manifest
from .memory import note_content
from .paths import TakenError, inside, writing

_EVERY = 0.5  # seconds between two notes
closed: dict[Path, dict] = {}  # manifests of this process: one that was deleted comes back, in the same version


@dataclass(slots=True)
class Package:
    """A folder that is being filled. Made by `open_package`; several threads may write files into it.

    Attributes:
        folder: Where its files lie.
        version: The version that was free, or that holds files of the same inputs.
        kept: Manifest entries of the files that an earlier run of the same inputs left complete, by name.
        entries: Manifest entries by name, in the order of writing.
        there: Names in the folder when it was opened, which may be written over; None for any name.
        stale: Names of files of an earlier run that `replace` takes away when the new ones are there.
        aside: Where `resume` put what somebody had made of a file since, by the file's name.
    """

    folder: Path
    manifest: Path
    version: int
    inputs: str
    facts: dict[str, Any] = field(default_factory=dict)
    noted: float = 0.0
    made: list[Path] = field(default_factory=list)
    kept: dict[str, dict] = field(default_factory=dict)
    entries: dict[str, dict] = field(default_factory=dict)
    there: set[str] | None = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    aside: dict[str, Path] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    def path(self, name: str) -> Path:
        """Path of the file `name` in this folder."""
        return inside(self.folder, name)

    def keep(self, name: str) -> bool:
        """Whether `name` is there already, complete; if so it is told to the host and stays in the manifest."""
        if name in self.kept and name not in self.entries:
            self._enter(name, self.kept[name])
            runtime.wrote(self.path(name))
        return name in self.entries

    @contextmanager
    def writing(self, name: str, **extra: Any) -> Iterator[Path]:
        """Give a temporary path; when the block ends well the file takes its name and enters the manifest with `extra`."""
        path = self.path(name)
        self.note(0.0 if not self.noted else _EVERY)
        try:
            with writing(path, replace=self.there is None or name in self.there) as temporary:
                yield temporary  # hashed before it takes its name: a run that is cancelled meanwhile leaves no file unlisted
                entry = {"path": name, "sha256": file_sha256(temporary), "bytes": temporary.stat().st_size, **extra}
                self._put_aside(name, entry["sha256"])
        except TakenError:  # another machine at the same work was faster, and its file is whole
            entry = {"path": name, "sha256": file_sha256(path), "bytes": path.stat().st_size, **extra}
            runtime.wrote(path)
        self._enter(name, entry)

    def _put_aside(self, name: str, sha256: str) -> None:
        """Move what lies at `name` out of the way if it is not what comes there: perhaps somebody painted on a frame.

        A file gets its name when it is whole, so one that differs from its manifest was changed by hand, or the disk is failing.
        """
        path = self.path(name)
        mine = self.there is None or name not in self.there or name in self.entries
        if mine or not path.is_file() or not path.stat().st_size or file_sha256(path) == sha256:
            return
        stem = f"{self.folder.name}_changed/{path.stem}"
        places = (inside(self.folder.parent, f"{stem}{mark}{path.suffix}") for mark in ("", *(f"_{n}" for n in range(2, 1000))))
        aside = next(place for place in places if not place.exists())
        aside.parent.mkdir(exist_ok=True)
        path.rename(aside)
        self.aside[name] = aside

    def _enter(self, name: str, entry: dict) -> None:
        with self._lock:
            self.entries[name] = entry
        note_content(self.path(name), entry["sha256"])

    def write(self, name: str, content: bytes, **extra: Any) -> Path:
        """Write a file whose bytes are known, unless it is kept."""
        if not self.keep(name):
            with self.writing(name, **extra) as temporary:
                temporary.write_bytes(content)
        return self.path(name)

    @property
    def paths(self) -> list[Path]:
        """Paths of all files so far, in order, and of the manifest once it is there."""
        return [self.path(n) for n in self.entries] + ([self.manifest] if self.manifest.is_file() else [])

    def note(self, every: float = _EVERY) -> None:
        """Write what there is so far into the manifest, unless that was done within `every` seconds."""
        with self._lock:
            if time.monotonic() - self.noted >= every:
                self._write({"complete": False, "writing": True})
                self.noted = time.monotonic()

    def close(self, complete: bool) -> None:
        """Write the manifest: what is there, from what inputs, and whether it is all there was to be."""
        self._write({"complete": complete})

    def _write(self, state: dict[str, bool]) -> None:
        text = self._text(state)
        if self.manifest.is_file() and self.manifest.read_text(encoding="utf-8") == text:
            runtime.wrote(self.manifest)
            return
        with writing(self.manifest) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")

    def _text(self, state: dict[str, bool]) -> str:
        rows = sorted(self.entries.values(), key=lambda entry: entry["path"])  # whatever was kept and what written
        document = {"schema": "raccord.manifest/1", "pack": PACK, "version": self.version, "inputs": self.inputs, **state,
                    **self.facts, "files": rows}
        if "writing" not in state:
            closed[self.manifest] = document
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def claim(self) -> bool:
        """Make the manifest of a new version; False where another run was faster."""
        self.made = [folder for folder in (self.folder, *self.folder.parents) if not folder.exists()]
        try:
            with writing(self.manifest, replace=False) as temporary:
                temporary.write_text(self._text({"complete": False, "writing": True}), encoding="utf-8", newline="\n")
        except TakenError:
            return False
        self.noted = time.monotonic()
        return True

    def give_up(self) -> None:
        """Take the claim back where nothing was written."""
        document = read_manifest(self.manifest)
        if self.noted and document and document.get("writing") and not document["files"]:
            self.manifest.unlink(missing_ok=True)
            with suppress(OSError):
                for folder in self.made:
                    folder.rmdir()
