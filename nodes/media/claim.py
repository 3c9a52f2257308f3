"""What happens when a file is there already: the `if_exists` input of every writer.

`resume` keeps what is complete from identical inputs and gives other inputs the next version, `replace` writes over,
`refuse` stops. `place` is for files whose bytes are known beforehand; `package.py` does the same for what an encoder
makes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .. import runtime
from ..wires.check import one_of
from .memory import note_content
from .paths import IF_EXISTS, TakenError, check_relative, output_path, writing

_VERSION = re.compile(r"_v(\d+)$")
_MOST_VERSIONS = 999


def check_if_exists(if_exists: str) -> str:
    """Return `if_exists` if it is one of the three.

    Raises:
        ValueError: It is not.
    """
    return one_of(if_exists, IF_EXISTS, "if_exists")


def with_version(name: str, version: int) -> str:
    """`look` as version 2 is `look_v002`, `look_v001` too; version 0 stands for the name as it is."""
    if version == 0:
        return name
    old = _VERSION.search(name)
    width = len(old.group(1)) if old else 3
    return f"{_VERSION.sub('', name)}_v{version:0{width}d}"


def first_version(name: str) -> int:
    """The version that `name` states, or 1."""
    old = _VERSION.search(name)
    return int(old.group(1)) if old else 1


def refusal(path: Path) -> ValueError:
    """The error of `refuse`, naming the file that is there."""
    return ValueError(f"expected {path.name} to be absent, got a file of that name: "
                      "choose another name, or if_exists resume or replace")


@dataclass(frozen=True, slots=True)
class Made:
    """Content that is made when it is written, since a clip of it would not fit into memory.

    Attributes:
        mark: Names the content: the same mark, the same content.
        write: Writes it to a path.
        holds: Whether a file holds it already, whole.
    """

    mark: str
    write: Callable[[Path], None]
    holds: Callable[[Path], bool]


@dataclass(frozen=True, slots=True)
class Placed:
    """Files of one name: where they lie, which of them were there already, and a sentence that says so."""

    name: str
    paths: tuple[Path, ...]
    kept: tuple[bool, ...]
    sentence: str


def place(name: str, contents: Mapping[str, bytes | str | Made], if_exists: str, *, what: str = "name") -> Placed:
    """Write files of one name under the output directory, each whole or not at all, as `if_exists` says.

    Args:
        name: From the widget, without suffix; may hold sub-folders (`grades/look`).
        contents: Suffix to content (`{".cube": text, ".cdl": text}`); text is written as UTF-8, `Made` writes itself.
        if_exists: `resume`: identical files are kept; when any differs, all get the next version (`look_v002.cube`).
            `replace`: written over. `refuse`: an error when any is there.
        what: How the input is called in errors.

    Returns:
        The paths in the order of `contents`; every one was told to the host, the kept ones too.

    Raises:
        ValueError: The name is not safe, or `refuse` and a file is there.
    """
    check_if_exists(if_exists)
    stem = check_relative(name, what)
    data = {suffix: text.encode("utf-8") if isinstance(text, str) else text for suffix, text in contents.items()}
    while True:
        versions = _versions(stem) if if_exists == "resume" else [0]
        version = next(v for v in versions if if_exists != "resume" or _fits(stem, v, data, what))
        chosen = stem.with_name(with_version(stem.name, version))
        paths = {output_path(f"{chosen}{suffix}", what): content for suffix, content in data.items()}
        if if_exists == "refuse" and (there := next((p for p in paths if p.exists()), None)):
            raise refusal(there)
        kept = tuple(if_exists == "resume" and path.is_file() for path in paths)
        try:
            for path, content in paths.items():
                runtime.check_cancelled()
                _put(path, content, over=if_exists == "replace")
        except TakenError:  # another machine was faster: look again at what there is
            continue
        return Placed(str(chosen), tuple(paths), kept, _sentence(stem, chosen, kept))


def _put(path: Path, content: bytes | Made, *, over: bool) -> None:
    if _holds(path, content):  # a new time would tell the checklist that something has changed
        runtime.wrote(path)
    else:
        with writing(path, replace=over) as temporary:
            content.write(temporary) if isinstance(content, Made) else temporary.write_bytes(content)
    note_content(path, content.mark if isinstance(content, Made) else hashlib.sha256(content).hexdigest())


def _versions(stem: PurePosixPath) -> list[int]:
    after = first_version(stem.name) + 1
    return [0, *range(after, after + _MOST_VERSIONS), _MOST_VERSIONS + after]


def _fits(stem: PurePosixPath, version: int, data: Mapping[str, bytes | Made], what: str) -> bool:
    """Whether every file of this version is absent or identical; past the last version the answer is an error."""
    if version > first_version(stem.name) + _MOST_VERSIONS:
        raise ValueError(f"expected fewer than {_MOST_VERSIONS} versions of {stem.name}, got as many: "
                         f"clear the folder or choose another {what}")
    chosen = stem.with_name(with_version(stem.name, version))
    paths = {output_path(f"{chosen}{suffix}", what): content for suffix, content in data.items()}
    return all(not path.exists() or _holds(path, content) for path, content in paths.items())


def _holds(path: Path, content: bytes | Made) -> bool:
    if isinstance(content, Made):
        return path.is_file() and content.holds(path)
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def _sentence(stem: PurePosixPath, chosen: PurePosixPath, kept: tuple[bool, ...]) -> str:
    if all(kept):
        return f"{chosen.name} was there already, from identical inputs, and is kept."
    if chosen != stem:
        return f"{stem.name} was there from other inputs: this one is {chosen.name}."
    return f"{chosen.name} is written."
