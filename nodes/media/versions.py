"""Which version of a delivery a run writes: the first that is free, or that was made from the same inputs.

The manifest is the claim on a version: whoever is first makes it. So of two machines with different inputs each gets a version,
and two with the same share one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .claim import check_if_exists, refusal
from .manifest import read_manifest, whole_files
from .package import Package, closed
from .paths import check_relative, output_path

_MOST_VERSIONS = 999
_ALIVE, _LEFT_OVER = 60.0, 3600.0  # seconds: until a silent run counts as dead, to sweep up


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
    old = read_manifest(package.manifest) if package.manifest.is_file() else closed.get(package.manifest)
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
