"""What a clip is: one name for its content, so that a second run knows the work of the first."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import torch

from .. import runtime
from .frames import Frames


def clip_identity(clip: Any, frames: Frames) -> str:
    """SHA-256 of an IMAGE batch's values, or of a film's file and the part of it that is shown; nothing is decoded.

    Args:
        clip: IMAGE or VIDEO.
        frames: `Frames` of it.
    """
    source = None if isinstance(clip, torch.Tensor) else runtime.video_source(clip)
    digest = hashlib.sha256()
    if source is None:
        digest.update(repr((len(frames), *frames.size, frames.channels)).encode())
        bar = runtime.Progress(len(frames))
        for _, block in frames.blocks():
            digest.update(block.detach().cpu().contiguous().numpy().data)
            bar.step(len(block))
        return digest.hexdigest()
    file, *window = source
    digest.update(repr(window).encode())
    if isinstance(file, (str, Path)):
        with Path(file).open("rb") as opened:
            _take(digest, opened, Path(file).stat().st_size)
    else:
        size = file.seek(0, 2)
        file.seek(0)
        _take(digest, file, size)
        file.seek(0)
    return digest.hexdigest()


def _take(digest: Any, opened: Any, size: int) -> None:
    bar = runtime.Progress(size)
    while piece := opened.read(1 << 20):
        digest.update(piece)
        bar.step(len(piece))


def tensor_identity(tensor: torch.Tensor | None) -> str:
    """SHA-256 of a tensor's shape and values, empty for None."""
    if tensor is None:
        return ""
    values = tensor.detach().cpu().contiguous().numpy()
    digest = hashlib.sha256(repr(values.shape).encode())
    digest.update(values.data)  # a view: a long batch of layers is not copied
    return digest.hexdigest()
