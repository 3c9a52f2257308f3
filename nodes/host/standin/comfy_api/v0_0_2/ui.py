"""What a node shows: previews and words."""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np
import torch
from PIL import Image as Picture

from . import _hooks
from ._base import FolderType


class SavedResult(dict):
    """A file, by name, folder below the root, and root."""

    def __init__(self, filename: str, subfolder: str, type: FolderType) -> None:
        super().__init__(filename=filename, subfolder=subfolder, type=type.value)


class PreviewImage:
    """Pictures to look at, written to the folder of temporary files."""

    def __init__(self, image: torch.Tensor, animated: bool = False, cls: Any = None) -> None:  # noqa: ARG002
        stem, self.animated = f"ComfyUI_temp_{secrets.token_hex(3)}", animated
        folder, self.values = _hooks.temp_directory(), []
        for number, frame in enumerate(image, 1):
            _hooks.between_frames()
            pixels = (frame.cpu().float().numpy() * 255).clip(0, 255).astype(np.uint8)
            name = f"{stem}_{number:05}_.png"
            Picture.fromarray(pixels).save(folder / name, compress_level=1)
            self.values.append(SavedResult(name, "", FolderType.temp))

    def as_dict(self) -> dict[str, Any]:
        """What the canvas receives."""
        return {"images": self.values, "animated": (self.animated,)}


class PreviewVideo:
    """Films to look at, where they lie."""

    def __init__(self, values: list[SavedResult]) -> None:
        self.values = values

    def as_dict(self) -> dict[str, Any]:
        """What the canvas receives."""
        return {"images": self.values, "animated": (True,)}


class PreviewText:
    """Words to read."""

    def __init__(self, value: str) -> None:
        self.value = value

    def as_dict(self) -> dict[str, Any]:
        """What the canvas receives."""
        return {"text": (self.value,)}
