"""Where the stand-in meets the host that runs it: the host puts its own functions here."""

from __future__ import annotations

import tempfile
from pathlib import Path


def between_frames() -> None:
    """Called for every frame that is read or written; it may raise to stop the run."""


def temp_directory() -> Path:
    """Folder of previews."""
    return Path(tempfile.gettempdir())
