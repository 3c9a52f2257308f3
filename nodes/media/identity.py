"""What a clip is: one name for its content, so that a second run knows the work of the first."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch

from .. import runtime
from .frames import Frames

_MOST_AT_ONCE = 4


def clip_identity(clip: Any, frames: Frames) -> str:
    """SHA-256 of an IMAGE batch's frames, or of a film's file and the part of it that is shown; nothing is decoded.

    Args:
        clip: IMAGE or VIDEO.
        frames: `Frames` of it.
    """
    source = None if isinstance(clip, torch.Tensor) else runtime.video_source(clip)
    digest = hashlib.sha256()
    if source is None:
        digest.update(repr((len(frames), *frames.size, frames.channels)).encode())
        for one in _digests(frames):
            digest.update(one)
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


def _digests(frames: Frames) -> Iterator[bytes]:
    """SHA-256 of each frame of a batch, several at once: a second of 1080p is 600 MB."""
    bar = runtime.Progress(len(frames))
    pool = ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_AT_ONCE), "raccord-hash")
    try:
        for one in pool.map(_digest, map(frames.frame, range(len(frames)))):
            yield one
            bar.step()
    finally:
        pool.shutdown(cancel_futures=True)


def _digest(frame: torch.Tensor) -> bytes:
    return hashlib.sha256(frame.detach().cpu().contiguous().numpy().data).digest()


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
