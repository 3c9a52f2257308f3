"""Work on a clip in blocks of frames, so that memory does not grow with its length."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch

from .. import runtime

BLOCK_BYTES = 192 << 20
Operation = Callable[[torch.Tensor], torch.Tensor]


def block_length(height: int, width: int, channels: int = 3, *, copies: int = 4) -> int:
    """Frames of float32 of which `copies` at once stay within the budget of a block (192 MiB); at least 1."""
    return max(1, BLOCK_BYTES // (height * width * channels * 4 * copies))


def spans(count: int, length: int) -> Iterator[tuple[int, int]]:
    """Start and stop of consecutive blocks over `count` frames."""
    for start in range(0, count, length):
        yield start, min(start + length, count)


def map_blocks(images: torch.Tensor, operation: Operation, *, block: int | None = None) -> torch.Tensor:
    """Apply a frame-by-frame `operation` to an IMAGE batch, on the device to compute on, with progress and cancel.

    Args:
        images: (B, H, W, C), not changed.
        operation: Takes and gives a block (n, H, W, C) of the same shape.
        block: Frames at a time; by default what fits the budget.

    Returns:
        A new batch on the device of `images`.
    """
    device, out = runtime.compute_device(images), torch.empty_like(images)
    bar = runtime.Progress(len(images))
    for start, stop in spans(len(images), block or block_length(*images.shape[1:])):
        out[start:stop] = operation(images[start:stop].to(device)).to(out.device)
        bar.step(stop - start)
    return out
