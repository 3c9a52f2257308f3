"""What nodes wrote and read in this process, for `fingerprint_inputs`.

ComfyUI does not run an unchanged node again, though a delivery may have been deleted or a file that was read may have
changed. `generation` is a number that stays while everything is as the node left it, and grows when something is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path

from .. import runtime
from .listing import files_below

Look = Callable[[], Hashable]

_content: dict[Path, str] = {}
_left: dict[tuple[str, str], dict[Hashable, tuple[Look, Hashable]]] = {}
_generations: dict[tuple[str, str], int] = {}


def file_state(path: Path) -> str:
    """Size and time of a file in words, or `absent`."""
    try:
        state = path.stat()
    except OSError:
        return "absent"
    return f"{state.st_size} {state.st_mtime_ns}"


def library_state(kind: str) -> str:
    """Changes when a studio's file of this kind (`plates`, `profiles`, …) is added, taken away or edited."""
    digest = hashlib.sha256()
    for folder in (root / kind for root in runtime.library_directories()):
        for name in files_below(folder, ("",)):
            digest.update(f"{folder / name}\0{file_state(folder / name)}\n".encode())
    return digest.hexdigest()


def reading_state(node: str, name: object, find: Callable[[str], Path]) -> str:
    """For a node that reads one file by name: changes when the file does, or when another file has that name now.

    Args:
        node: Node id; its `execute` calls `remember_read`.
        name: Value of the input, None over a link.
        find: Gives the file of a name, or a ValueError.
    """
    if not isinstance(name, str):
        return str(generation(node, None))
    try:
        path = find(name)
    except ValueError:
        return "absent"  # the run says so in a sentence
    return f"{path} {file_state(path)}"


def note_content(path: Path, content: str) -> None:
    """Say what `path` holds now (a hash), so that a run whose file was written over since can be told."""
    _content[path.resolve()] = content


def remember(node: str, name: str, look: Look, seen: Hashable, what: Hashable = None) -> None:
    """Keep what a run of `node` saw, or left, so that `generation` can look again.

    Args:
        node: Node id.
        name: Value of the input that names the files.
        look: Looks at the world; cheap.
        seen: What it said when the run looked.
        what: Tells runs of one name apart that concern other files.
    """
    before = _left.setdefault((node, name), {}).get(what)
    if before is not None and before[1] != seen:  # an earlier run of this name that may still be cached
        _grow((node, name))
    _left[node, name][what] = look, seen


def remember_written(node: str, name: str, paths: Iterable[Path]) -> None:
    """Keep which files a run left: one that is deleted, or that another run fills, makes the node run again.

    A file that somebody mended by hand stays as it is.
    """
    files = tuple(path.resolve() for path in paths)

    def look() -> Hashable:
        return tuple(_content.get(path) if path.exists() else "absent" for path in files)

    remember(node, name, look, look(), files)


def remember_read(node: str, name: str, paths: Iterable[Path]) -> None:
    """Keep which files a run read: one that changes makes the node run again."""
    files = tuple(paths)

    def look() -> Hashable:
        return tuple(map(file_state, files))

    remember(node, name, look, look(), files)


def generation(node: str, name: object) -> int:
    """A number that grows when something that the node saw or left under `name` is not so any more.

    Args:
        node: Node id.
        name: Value of the input; over a link it is not known there (None): then all that nodes of this kind did counts.
    """
    keys = [key for key in _left if key[0] == node and (name is None or key[1] == name)]
    for key in keys:
        changed = [what for what, (look, seen) in _left[key].items() if look() != seen]
        for what in changed:  # counted once; running again notes it anew
            del _left[key][what]
        if changed:
            _grow(key)
    return sum(count for key, count in _generations.items() if key[0] == node and (name is None or key[1] == name))


def _grow(key: tuple[str, str]) -> None:
    _generations[key] = _generations.get(key, 0) + 1
