"""A delivered folder: its files, their manifest, and what an earlier run left of it.

The manifest is `{"files": [{"path", "sha256", "bytes", …}]}` with paths relative to it; `inputs` in it names what the files were
made from, so that `resume` can tell a complete file of identical inputs from another one (manifest.py).

The manifest is also the claim on a version: whoever is first makes it, and every few seconds it takes in what has been written.
So of two machines with different inputs each gets a version, and a run that was killed goes on where it stood.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from .. import runtime
from ..wires.report import PACK
from .claim import check_if_exists, refusal
from .manifest import file_sha256, read_manifest, whole_files
from .memory import note_content
from .paths import TakenError, check_relative, inside, output_path, writing

_MOST_VERSIONS = 999
_EVERY, _ALIVE, _LEFT_OVER = 0.5, 60.0, 3600.0  # seconds: between two notes, until a silent run counts as dead, to sweep up
_closed: dict[Path, dict] = {}  # manifests of this process: one that was deleted comes back, in the same version


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
        except TakenError:  # another machine at the same work was faster, and its file is whole
            entry = {"path": name, "sha256": file_sha256(path), "bytes": path.stat().st_size, **extra}
            runtime.wrote(path)
        self._enter(name, entry)

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
            _closed[self.manifest] = document
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


@contextmanager
def open_package(parent: str, name: Callable[[int], str], version: int, inputs: str, if_exists: str,
                 facts: dict[str, Any] | None = None) -> Iterator[Package]:
    """Open the folder that files of `inputs` go to, and leave a manifest in it whatever happens.

    Args:
        parent: Folder under the output directory, `.` for itself.
        name: Name of the package's folder, and stem of its manifest, at a version.
        version: First version to try.
        inputs: `fingerprint` of everything that decides the content.
        if_exists: `resume` keeps complete files of the same `inputs` and goes to the next version for others; `replace`
            writes over; `refuse` stops when the folder holds anything.
        facts: More for the manifest; may still be filled while the package is open.

    Raises:
        ValueError: Names are not safe, `refuse` and the folder is not empty, `replace` while another run writes there, or what
            hinders a file from being written; then it also says what is finished.
    """
    check_if_exists(if_exists)
    package = _find(parent, name, version, inputs, if_exists, facts if facts is not None else {})
    try:
        yield package
    except BaseException as error:
        with suppress(OSError, ValueError):  # what stopped the run is on its way to the user; a full disk stops this too
            package.close(False) if package.entries else package.give_up()
        if isinstance(error, ValueError) and package.entries:
            raise ValueError(f"{error}; {_finished(package)}") from error
        raise
    package.close(True)
    for stale in package.stale - set(package.entries):  # a shorter clip must not end in a longer one's frames
        package.path(stale).unlink(missing_ok=True)


def _finished(package: Package) -> str:
    names = sorted(package.entries)
    what = f"{names[0]} to {names[-1]}, {len(names)} files, are" if len(names) > 1 else f"{names[0]} is"
    return f"{what} finished, and resume goes on from there"


def _find(parent: str, name: Callable[[int], str], version: int, inputs: str, if_exists: str, facts: dict[str, Any]) -> Package:
    for number in range(version, version + _MOST_VERSIONS):
        stem = str(check_relative(name(number), "show, shot or task"))
        if "/" in stem:
            raise ValueError(f"expected show, shot and task without folders in them, got {stem[:60]!r}: leave out slashes")
        folder = output_path(stem if parent.strip() in ("", ".") else f"{parent}/{stem}", "folder")
        package = Package(folder, folder / f"{stem}.manifest.json", number, inputs, facts)
        if _takes(package, if_exists):
            return package
    raise ValueError(f"expected fewer than {_MOST_VERSIONS} versions of {name(version)}, got as many: clear the folder")


def _takes(package: Package, if_exists: str) -> bool:
    """Whether a version is the one to write to: free, of the same inputs, or to be replaced."""
    if _is_free(package.folder) and package.claim():
        return True
    if if_exists == "refuse":
        raise refusal(package.folder)
    old = read_manifest(package.manifest) if package.manifest.is_file() else _closed.get(package.manifest)
    same = old is not None and old.get("inputs") == package.inputs
    if if_exists == "replace":
        if old and not same and old.get("writing") and time.time() - package.manifest.stat().st_mtime < _ALIVE:
            raise ValueError(f"expected {package.folder.name} to be nobody's at work, got another run that writes it now: "
                             "wait for its end, or choose if_exists resume for the next version")
        package.stale, package.there = {e["path"] for e in (old or {}).get("files", [])}, None
        return True
    if same and old is not None:
        package.there = {path.name for path in package.folder.iterdir()}
        package.kept = whole_files(package.folder, old["files"])
    return same


def _is_free(folder: Path) -> bool:
    """Whether a folder holds no file; what a killed run left half written goes, once it is old."""
    if not folder.is_dir():
        return True
    for path in folder.glob(".raccord-*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _LEFT_OVER:
                path.unlink()
    return all(path.name.startswith(".raccord-") for path in folder.iterdir())
