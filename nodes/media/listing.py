"""What lies in a folder and in those below it, by name alone: menus ask for it every time they are built, so it must be quick.

A folder of 10,000 files is listed anew only when it has changed, and a disk that answers slowly is not asked at every turn.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

_DEEPEST, _MOST_FOLDERS = 6, 2000
_SETTLED = 3_000_000_000  # ns: some disks note the time of a change no finer than 2 s
_SLOW, _REST = 0.05, 20  # a walk of that many seconds is good for so many times as long
_known: dict[str, tuple[int, tuple[str, ...], tuple[str, ...]]] = {}
_walks: dict[tuple[str, tuple[str, ...]], tuple[float, list[tuple[str, tuple[str, ...]]]]] = {}


def names_in(folder: Path | str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the files and of the folders in a folder, sorted, hidden ones left out; none where it cannot be read."""
    path = str(folder)
    try:
        changed = os.stat(path).st_mtime_ns  # noqa: PTH116  (thousands of folders: a Path for each costs more than the question)
        if path in _known and _known[path][0] == changed:
            return _known[path][1:]
        with os.scandir(path) as entries:
            seen = [(e.name, e.is_dir()) for e in entries if not e.name.startswith(".") and not _leads_back(e, path)]
    except OSError:
        return (), ()  # gone or closed to us: it holds nothing that can be chosen
    files = tuple(sorted(name for name, is_folder in seen if not is_folder))
    folders = tuple(sorted(name for name, is_folder in seen if is_folder))
    if len(_known) >= _MOST_FOLDERS:
        _known.clear()
    if time.time_ns() - changed > _SETTLED:
        _known[path] = changed, files, folders
    return files, folders


def _leads_back(entry: os.DirEntry, path: str) -> bool:
    """Whether a link leads to the folder it lies in, or to one above it."""
    return entry.is_symlink() and entry.is_dir() and Path(path).resolve().is_relative_to(Path(entry.path).resolve())


def walk(root: Path, skip: tuple[str, ...] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """Folders from `root` on and their files: (`""` or `sub/folder/`, names).

    Args:
        root: Where to begin; links to folders are followed, unless they lead back.
        skip: Folders of `root` that are left out.
    """
    began, key = time.monotonic(), (str(root), skip)
    if key in _walks and began < _walks[key][0]:
        return _walks[key][1]
    found = list(_walk(root, skip))
    took = time.monotonic() - began
    _walks.pop(key, None)
    if took > _SLOW:
        _walks[key] = began + took * _REST, found
    return found


def _walk(root: Path, skip: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    todo = [("", 0)]
    for number, (below, depth) in enumerate(todo):
        files, folders = names_in(f"{root}/{below}")
        yield below, files
        if depth < _DEEPEST and number < _MOST_FOLDERS:
            todo += [(f"{below}{name}/", depth + 1) for name in folders if depth or name not in skip]


def files_below(root: Path, suffixes: tuple[str, ...], skip: tuple[str, ...] = ()) -> list[str]:
    """Files with one of some suffixes (lower case), relative to `root` with `/`, sorted."""
    return sorted(below + name for below, files in walk(root, skip) for name in files if name.lower().endswith(suffixes))
