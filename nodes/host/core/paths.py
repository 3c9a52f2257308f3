"""Names of files as the core nodes take and make them."""

from __future__ import annotations

import mimetypes
import re
import time
from pathlib import Path

from ... import runtime


def files_in_input(kind: str) -> list[str]:
    """Names of the files of a kind (`image`, `video`) that lie directly in the input directory."""
    folder = runtime.input_directory()
    names = (p.name for p in folder.iterdir() if p.is_file()) if folder.is_dir() else ()
    return sorted(n for n in names if (mimetypes.guess_type(n, strict=False)[0] or "").startswith(f"{kind}/"))


def find(name: str) -> Path:
    """Path of a file by name; ` [output]` and ` [temp]` at the name's end say that it lies there, and not in the input directory.

    Raises:
        ValueError: The name leads out of the folder.
    """
    match = re.fullmatch(r"(.*)\[(input|output|temp)\]", name, re.DOTALL)
    name, place = (match[1][:-1], match[2]) if match else (name, "input")
    root = getattr(runtime, f"{place}_directory")().resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise ValueError(f"Invalid file path: {name!r}")
    return path


def exists(name: str) -> bool:
    """True where a file of that name can be read."""
    try:
        return find(name).exists()
    except ValueError:
        return False


def numbered(prefix: str, root: Path, width: int, height: int) -> tuple[Path, str, str, int]:
    """Folder, its path below `root`, stem and first free number of files called `stem_00001_.ext`; the folder is made.

    Raises:
        ValueError: The prefix leads out of `root`.
    """
    now = time.localtime()
    marks = {"width": width, "height": height, "year": now.tm_year, "month": f"{now.tm_mon:02}", "day": f"{now.tm_mday:02}",
             "hour": f"{now.tm_hour:02}", "minute": f"{now.tm_min:02}", "second": f"{now.tm_sec:02}"}
    for mark, value in marks.items():
        prefix = prefix.replace(f"%{mark}%", str(value))
    folder = (root / prefix).parent
    if not folder.resolve().is_relative_to(root.resolve()):
        raise ValueError(f"expected a prefix below the output directory, got {prefix!r}: leave out .. and leading slashes")
    stem = Path(prefix).name
    folder.mkdir(parents=True, exist_ok=True)
    pattern = re.compile(rf"{re.escape(stem)}_(\d+)(?:[_.].*)?", re.IGNORECASE)
    numbers = (int(m[1]) for p in folder.iterdir() if (m := pattern.fullmatch(p.name)))
    below = folder.relative_to(root).as_posix()
    return folder, "" if below == "." else below, stem, max(numbers, default=0) + 1
