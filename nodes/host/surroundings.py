"""What the host offers to the nodes it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


class Cancelled(Exception):  # noqa: N818  (not an error)
    """The user has cancelled the run."""


@dataclass(slots=True)
class Surroundings:
    """Folders, cancelling, progress and the files that were written, for one run."""

    input_directory: Path
    output_directory: Path
    temp_directory: Path
    library: tuple[Path, ...] = ()
    cancel: threading.Event = field(default_factory=threading.Event)
    on_progress: Callable[[str, float], None] | None = None
    running: str = ""
    written: set[str] = field(default_factory=set)

    def check_cancelled(self) -> None:
        """Raise to stop the run."""
        if self.cancel.is_set():
            raise Cancelled

    def show_progress(self, done: float, total: float) -> None:
        """Take the share of the running node's work that is done."""
        if self.on_progress is not None:
            self.on_progress(self.running, min(done / total, 1.0))

    def wrote(self, path: Path) -> None:
        """Take note of a file below the output directory; others are nobody's delivery."""
        full, root = Path(path).resolve(), self.output_directory.resolve()
        if full.is_relative_to(root):
            self.written.add(full.relative_to(root).as_posix())

    @property
    def files(self) -> list[str]:
        """Files that were written and are there, relative to the output directory."""
        return sorted(name for name in self.written if (self.output_directory / name).is_file())
