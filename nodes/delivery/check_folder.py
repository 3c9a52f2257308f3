"""What lies in a folder that is to be checked: files that can be read, and what is said of all that cannot."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .. import runtime
from ..media.paths import listed_files, output_folder, reason_of
from ..wires.check import quoted
from ..wires.report import Finding


@dataclass(slots=True)
class Lying:
    """Files to read, sorted; those that cannot be read; and the findings about these and about closed folders."""

    files: list[Path] = field(default_factory=list)
    barred: list[Path] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def paths_below(folder: str, listed: list[str], closed: list[OSError] | None = None) -> list[Path]:
    """Names in a folder under the output directory, and those listed one a line; each once, sorted; none is opened.

    An empty folder is none when files are listed. Temporary files of a run and `*.workflow.json` are left out. Links to folders
    are not followed: they are names. Folders that cannot be entered are put into `closed`.

    Raises:
        ValueError: The folder is not there, or a listed name is not safe.
    """
    found = listed_files(listed)
    if folder.strip():
        root = output_folder(folder)
        if not root.is_dir():
            raise ValueError(f"expected a folder inside the output directory, got {quoted(folder.strip())}, "
                             "which is not there: deliver first, or correct the folder")
        found |= set(_walk(root, [] if closed is None else closed))
    kept = (p for p in found if not p.name.startswith(".raccord-") and not p.name.endswith(".workflow.json"))
    return sorted(kept, key=lambda p: p.as_posix())


def _walk(root: Path, closed: list[OSError]) -> Iterator[Path]:
    for place, folders, names in os.walk(root, onerror=closed.append):
        runtime.check_cancelled()
        yield from (Path(place, name) for name in names)
        yield from (path for name in folders if (path := Path(place, name)).is_symlink())


def look_into(folder: str, listed: list[str]) -> Lying:
    """Sort what is there into files that can be read and others; arguments and errors as of `paths_below`."""
    lying, closed = Lying(), []
    for path in paths_below(folder, listed, closed):
        finding = _hindrance(path)
        if finding is None:
            lying.files.append(path)
        else:
            lying.findings.append(finding)
            lying.barred.append(path)
    for error in closed:
        place = Path(error.filename)
        lying.findings.append(_unread(place, f"The folder {_name(place)} cannot be read ({reason_of(error, place)})."))
    return lying


def _hindrance(path: Path) -> Finding | None:
    """Why a file is not read, or None where it can be."""
    try:
        kind = path.stat().st_mode
        if _leads_out(path):
            return _unread(path, f"{_name(path)} is a link that leads out of the output folder: it is not read.",
                           "Put the file itself there: a delivery that is copied takes no link along.")
        if stat.S_ISDIR(kind):
            return Finding("publish.kind", "not tested", f"{_name(path)} is a link to a folder: it is not followed.",
                           file=_name(path), suggestion="Check that folder by its own name.")
        if not stat.S_ISREG(kind):
            return _unread(path, f"{_name(path)} is no file, but a pipe or a device.", "Take it out of the folder.")
        with path.open("rb"):
            pass
    except FileNotFoundError:
        if path.is_symlink():
            return _unread(path, f"{_name(path)} is a link to nothing.", "Put the file itself there.")
        return Finding("publish.written", "fail", "The file is listed, but is not there.", file=_name(path),
                       suggestion="Run the export again.")
    except OSError as error:
        return _unread(path, f"{_name(path)} cannot be read ({reason_of(error, path)}).")
    if _name(path) != path.relative_to(runtime.output_directory()).as_posix():
        return Finding("publish.naming", "fail", "Its name is no UTF-8: no other system can show it.", value=_name(path),
                       file=_name(path), suggestion="Rename it in plain letters.")
    return None


def _leads_out(path: Path) -> bool:
    return not path.resolve().is_relative_to(runtime.output_directory().resolve())


def _unread(path: Path, text: str, advice: str = "See to its rights, and check again.") -> Finding:
    return Finding("publish.readable", "fail", text, file=_name(path), suggestion=advice)


def _name(path: Path) -> str:
    """How a report names what may be a link: by its own place, not by where it leads, in letters that any file can hold."""
    own = path.relative_to(runtime.output_directory()).as_posix()
    return own.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
