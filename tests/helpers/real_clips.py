"""The generated clips that ComfyUI's own template package carries; read where it is installed, never copied."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageSequence

PACKAGE = "comfyui-workflow-templates"


def folder() -> Path | None:
    """Folder of the templates, or None where the package is not installed."""
    try:
        return Path(importlib.metadata.distribution(PACKAGE).locate_file("comfyui_workflow_templates/templates"))
    except importlib.metadata.PackageNotFoundError:
        return None


def names() -> list[str]:
    """Stems of the animated pictures, sorted."""
    root = folder()
    if root is None or not root.is_dir():
        return []
    out = []
    for path in sorted(root.glob("*.webp")):
        with Image.open(path) as picture:
            if getattr(picture, "n_frames", 1) > 1:
                out.append(path.stem)
    return out


def clip(name: str) -> torch.Tensor | None:
    """Frames (B, H, W, 3) of a clip, or None where it is not there."""
    root = folder()
    path = root / f"{name}.webp" if root else None
    if path is None or not path.is_file():
        return None
    with Image.open(path) as picture:
        frames = [np.asarray(f.convert("RGB")) for f in ImageSequence.Iterator(picture)]
    return torch.from_numpy(np.stack(frames)).float() / 255
