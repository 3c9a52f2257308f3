"""The clip that delivered files were made from, to compare them with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..image.layout import to_uint8
from ..media.frames import Frames
from ..media.manifest import read_manifest
from .framing import Framing
from .reframe import reframe, scaled


class Source:
    """Frames of the source as a file shows them: cut and scaled as its manifest says."""

    def __init__(self, clip: Any = None) -> None:
        """Take an IMAGE or VIDEO, or None: then nothing can be compared."""
        self.frames = Frames(clip, "source") if clip is not None else None
        self._manifests: dict[Path, dict[str, dict]] = {}

    def entry(self, path: Path) -> dict:
        """What the manifest beside a file says of it; empty where there is none."""
        folder = path.parent
        if folder not in self._manifests:
            documents = (read_manifest(m) for m in sorted(folder.glob("*manifest*.json")))
            self._manifests[folder] = {e["path"]: e for d in documents if d for e in d["files"]}
        return self._manifests[folder].get(path.name, {})

    def signed(self, path: Path) -> bool:
        """Whether a file left its export with content credentials."""
        return bool(self.entry(path).get("signed"))

    def film_frame(self, path: Path, number: int) -> np.ndarray | None:
        """What frame `number` of a film should show (H, W, 3) uint8, or None where that is not known."""
        entry = self.entry(path)
        framing = entry.get("framing")
        if self.frames is None or framing is None or "lut" in entry or number >= len(self.frames):
            return None
        return reframe(self.frames.read(number, number + 1), number, Framing.from_json(framing))[0]

    def still(self, path: Path, width: int, height: int) -> np.ndarray | None:
        """What a still of this size should show (H, W, 3) uint8, or None where that is not known."""
        number = self.entry(path).get("frame")
        if self.frames is None or number is None or "lut" in self.entry(path) or number >= len(self.frames):
            return None
        frame = self.frames.read(number, number + 1)[..., :3]
        return to_uint8(frame)[0] if frame.shape[1:3] == (height, width) else scaled(frame, height, width)[0]

    def plain_frame(self, number: int) -> np.ndarray | None:
        """A frame of the source as it is (H, W, 3) uint8, or None where there is none of that number."""
        if self.frames is None or number >= len(self.frames):
            return None
        return to_uint8(self.frames.read(number, number + 1)[..., :3])[0]
