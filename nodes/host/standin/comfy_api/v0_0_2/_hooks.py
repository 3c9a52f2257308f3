"""Where the stand-in meets the host that runs it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

between_frames: Callable[[], None] = lambda: None
"""Called for every frame that is read or written; it may raise to stop the run."""

temp_directory: Callable[[], Path] = lambda: Path(tempfile.gettempdir())
"""Folder of previews."""
