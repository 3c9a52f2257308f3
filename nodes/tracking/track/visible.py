"""Where the tracked surface is seen: a mask for every frame, from what agreed with the reference there."""

from __future__ import annotations

import numpy as np
import torch

from ... import runtime
from .seen import seen_on_frame
from .surface import Tracked

FILM_BYTES = 256 << 20


def mask_size(count: int, width: int, height: int, *, whole: bool) -> tuple[int, int]:
    """Width and height of the masks: the frame's, or for a film what keeps all of them within 256 MiB."""
    if whole or count * width * height * 4 <= FILM_BYTES:
        return width, height
    scale = np.sqrt(FILM_BYTES / (count * width * height * 4))
    return max(8, round(width * scale)), max(8, round(height * scale))


def visible_mask(tracked: Tracked, *, whole: bool) -> torch.Tensor:
    """Soft mask (T, h, w), 1 where the surface is seen; 0 on frames that show nothing of it.

    Args:
        tracked: The track with its sights.
        whole: At the frame's size whatever the length; otherwise smaller for long films, see `mask_size`.
    """
    width, height = tracked.track.frame_size
    size = mask_size(len(tracked.sights), width, height, whole=whole)
    out = torch.zeros((len(tracked.sights), size[1], size[0]))
    bar = runtime.Progress(len(out))
    for i, (frame, sight, reference) in enumerate(
        zip(tracked.track.frames, tracked.sights, tracked.references, strict=True)
    ):
        bar.step()
        if frame.corners is not None and (frame.state == "tracked" or sight.kind == "partly"):
            out[i] = torch.from_numpy(seen_on_frame(sight, reference, frame.corners.array, (width, height), size))
    return out
