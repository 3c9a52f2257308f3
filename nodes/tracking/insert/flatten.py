"""A tracked plane seen from the front, still: the stabilised view in which to paint, look or measure."""

from __future__ import annotations

import numpy as np
import torch

from ... import runtime
from ...image.layout import check_image
from ...image.warp import doubled, homography, unit_square, warp
from ...wires.check import wired
from ...wires.track import Track
from .artwork import plane_shape

LARGEST = 2048


def flat_size(track: Track, width: int = 0) -> tuple[int, int]:
    """Width and height of the flattened plane: `width`, or that of the largest view, at most 2048, in the reference's shape."""
    if width <= 0:
        edges = [f.corners.edge_lengths for f in track.frames if f.corners and f.state == "tracked"]
        width = round(max(((top + low) / 2 for top, _, low, _ in edges), default=8.0))
    width = int(np.clip(width, 8, LARGEST))
    return width, int(np.clip(round(width / plane_shape(track)), 8, LARGEST))


def flatten_surface(images: torch.Tensor, track: Track, width: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw the plane upright on every frame.

    Args:
        images: (T, H, W, C), as many frames as the track and of its size.
        track: The plane.
        width: Pixels of the flattened view; 0 takes the largest view's.

    Returns:
        Views (T, h, w, C), 0 where the frame does not show the plane, and a mask (T, h, w): 1 inside the frame when tracked.

    Raises:
        ValueError: Counts or sizes that do not belong together.
    """
    images = check_image(images, "images")
    size = (images.shape[2], images.shape[1])
    wired(track, Track, "track").check_clip(len(images), *size)
    out_width, out_height = flat_size(track, width)
    views = torch.zeros((len(images), out_height, out_width, images.shape[3]), device=images.device)
    mask, bar = torch.zeros(views.shape[:3], device=images.device), runtime.Progress(len(images))
    for i, frame in enumerate(track.frames):
        bar.step()
        if frame.corners is None:
            continue
        low = np.clip(np.floor(frame.corners.array.min(0)) - 2, 0, np.array(size) - 1).astype(int)
        high = np.clip(np.ceil(frame.corners.array.max(0)) + 2, low + 1, size).astype(int)
        part = images[i, low[1] : high[1], low[0] : high[0]][None]
        covered = torch.cat((part, torch.ones_like(part[..., :1])), dim=-1)
        shrinks = max(frame.corners.edge_lengths[::2]) > 1.1 * out_width
        covered, scale = (covered, 1) if shrinks else (doubled(covered), 2)
        h = homography(scale * (frame.corners.array - low) - (scale - 1) / 2, unit_square(out_width, out_height))
        drawn = warp(covered, h, out_height, out_width, samples=None if shrinks else 1, cubic=not shrinks)[0]
        views[i] = drawn[..., :-1].clamp(part.min(), part.max())  # sinc rings
        if frame.state == "tracked":
            mask[i] = drawn[..., -1].clamp(0, 1)
    return views, mask
