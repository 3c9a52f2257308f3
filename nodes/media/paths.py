"""Names that are safe, folders that cannot be left, and files that are whole or absent."""

from __future__ import annotations

import errno
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from .. import runtime
from ..wires.check import quoted
from .listing import files_below

_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\.|$)")
# of systems, what would end a line of `files`, and what shows a name as another one
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]')
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_BARRED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)
_NO_LINKS = tuple(getattr(errno, name, errno.EPERM) for name in ("EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL", "EMLINK"))
IF_EXISTS = ("resume", "replace", "refuse")


class TakenError(FileExistsError):
    """A file that was not to be written over is there."""


def check_relative(name: str, what: str = "name") -> PurePosixPath:
    """Check a file or folder name that came from a widget; slashes of both kinds separate folders.

    Raises:
        ValueError: Empty, absolute, with `..`, a drive, a reserved name, a sign that some system refuses, or too long.
    """
    text = name.replace("\\", "/")
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if not parts or text.startswith("/") or (len(text) > 1 and text[1] == ":"):
        raise ValueError(f"expected {what} as a path inside its folder, got {quoted(name)}: "
                         "leave out drives and a leading slash")
    for part in parts:
        bad = part == ".." or _UNSAFE.search(part) or _RESERVED.match(part) or part != part.rstrip(" .").lstrip(" ")
        if bad or len(part.encode()) > 200:
            raise ValueError(f"expected {what} that every system accepts, got {quoted(name)}: use letters, digits, - and _")
    if len(text.encode()) > 800:
        raise ValueError(f"expected {what} of at most 800 bytes, got {len(text.encode())}: use fewer or shorter folders")
    return PurePosixPath(*parts)


def inside(root: Path, name: str | PurePosixPath, what: str = "name") -> Path:
    """Path of `name` under `root`, symbolic links followed.

    Raises:
        ValueError: The name is not safe, or leads out of `root`.
    """
    path = root / check_relative(str(name), what)
    real, base = path.resolve(), root.resolve()
    if real != base and base not in real.parents:
        raise ValueError(f"expected {what} inside {root.name}, got {quoted(str(name))}: "
                         "a link leads out of it, so name another")
    return path


def output_path(name: str | PurePosixPath, what: str = "name") -> Path:
    """Path of a delivery under the output directory; its folder is not made yet."""
    return inside(runtime.output_directory(), name, what)


def listed_files(texts: Iterable[str]) -> set[Path]:
    """Paths under the output directory that `files` outputs list, one a line.

    Raises:
        ValueError: Something else came over the wire, or a name is not safe.
    """
    for text in texts:
        if not isinstance(text, str):
            raise ValueError(f"expected paths, one a line, in files, got {quoted(text)}: wire the `files` output of a node")
    return {output_path(line.strip(), "files") for text in texts for line in text.splitlines() if line.strip()}


def output_folder(name: str, what: str = "folder") -> Path:
    """Folder under the output directory, `.` for itself."""
    root = runtime.output_directory()
    return root if name.strip() in (".", "") else inside(root, name.strip(), what)


def relative_to_output(path: Path) -> str:
    """How reports and `files` outputs name a file: relative to the output directory, with `/`."""
    return path.resolve().relative_to(runtime.output_directory().resolve()).as_posix()


def input_file(name: str, what: str = "file") -> Path:
    """Existing file in the input directory; a link there may lead elsewhere, as to a server with plates: a name cannot make one.

    Raises:
        ValueError: The name is not safe or there is no such file.
    """
    path = runtime.input_directory() / check_relative(name, what)
    if not path.is_file():
        raise ValueError(f"expected {what} in the input folder, got {quoted(name)}, which is not there: "
                         "put it there or correct the name")
    return path


def library_file(kind: str, name: str) -> Path | None:
    """A studio's own file `kind`/`name` from the library folders, the first that has it, or None."""
    relative = check_relative(name, f"{kind} name")
    return next((path for root in runtime.library_directories() if (path := root / kind / relative).is_file()), None)


def library_names(kind: str, *suffixes: str) -> list[str]:
    """Names of the studio's files of a kind, sorted, with folders (`acme/look.cube`) and suffix, each once; none is opened."""
    return sorted({name for root in runtime.library_directories() for name in files_below(root / kind, suffixes)})


def library_stems(kind: str, suffix: str) -> list[str]:
    """Names of the studio's files of a kind without their suffix, as menus show them."""
    return [name[:-len(suffix)] for name in library_names(kind, suffix)]


def reason_of(error: Exception, path: Path) -> str:
    """What a library says of a file that it cannot read: one short line that names no folder."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.replace(str(path), path.name).split())[:120]


@contextmanager
def writing(path: Path, *, replace: bool = True) -> Iterator[Path]:
    """Give a temporary path beside `path`; when the block ends well, the file takes its name, else nothing is left.

    Raises:
        TakenError: The file is there in the end and `replace` is false.
        ValueError: The disk is full, or the folder is not to be written to. Folders that were made for the file are gone too.
    """
    new_folders = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
    temporary = path.with_name(f".raccord-{secrets.token_hex(6)}{path.suffix}")  # same folder: the rename is atomic
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        if replace:
            temporary.replace(path)
        else:
            _give_new_name(temporary, path)
    except OSError as error:
        if (said := _said(error, path)) is not None:
            raise said from error
        raise
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
            for folder in new_folders:  # not empty, and so not removed, when the file is there
                folder.rmdir()
    runtime.wrote(path)


def _give_new_name(temporary: Path, path: Path) -> None:
    """Name a file unless there is one of that name, perhaps made by another machine just now: a rename would write over it."""
    try:
        try:
            path.hardlink_to(temporary)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            _take_place(temporary, path)
    except FileExistsError as error:
        raise TakenError(f"expected {path.name} to be absent, got a file: choose another name or if_exists") from error


def _take_place(temporary: Path, path: Path) -> None:
    """The same on a file system without hard links: an empty file holds the place for a moment."""
    path.open("x").close()
    try:
        temporary.replace(path)
    except OSError:
        path.unlink()
        raise


def _said(error: OSError, path: Path) -> ValueError | None:
    """What hinders a file from being written, in a sentence; None where it is about something else."""
    if error.errno in _FULL:
        return ValueError(f"expected room on the disk for {path.name}, got none: make room and run again")
    if error.errno in _BARRED:
        return ValueError(f"expected a folder to write {path.name} into, got {error.strerror!r} for {path.parent.name}: "
                          "see to the output folder and its rights")
    return None


def write_text(path: Path, text: str, *, replace: bool = True) -> Path:
    """Write UTF-8 text with line feeds, whole or not at all."""
    with writing(path, replace=replace) as temporary:
        temporary.write_bytes(text.encode("utf-8"))
    return path
