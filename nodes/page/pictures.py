"""Pictures for the canvas: small JPEG files in the host's folder of temporary files, as previews are."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from .. import runtime
from ..image.flow import shrink
from ..image.opencv import cv2

LONGEST, DRAWN_ON = 1024, 2048
_FOLDER, _QUALITY = "raccord", 85
log = logging.getLogger(__name__)


@dataclass
class Album:
    """Writes pictures for one report, each frame of an input once."""

    stem: str = field(default_factory=lambda: secrets.token_hex(8))
    _kept: dict[Any, dict] = field(default_factory=dict)

    def add(self, key: Any, frame: torch.Tensor, longest: int = LONGEST) -> dict[str, Any] | None:
        """Write a frame (H, W, 3|4), unless what `key` names is written already; no side is longer than `longest` pixels.

        Returns:
            `filename`, `subfolder` and `type` as `/view` takes them, with the `width` and `height` of the frame itself; None
            where the disk takes nothing more: a picture that is not seen is no reason to stop a run.
        """
        if (key := (key, longest)) not in self._kept:
            height, width = frame.shape[:2]
            scale = min(1.0, longest / max(height, width))
            small = shrink(frame, (max(1, round(width * scale)), max(1, round(height * scale))))
            name = f"{self.stem}_{len(self._kept)}.jpg"
            if not self._write(runtime.temp_directory() / _FOLDER / name, small):
                return None
            self._kept[key] = {"filename": name, "subfolder": _FOLDER, "type": "temp", "width": width, "height": height}
        return self._kept[key]

    @staticmethod
    def _write(path: Path, picture: Any) -> bool:
        code = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(code.tobytes())
        except OSError as error:
            log.warning("no picture for the canvas: %s", error)
            return False
        return True
