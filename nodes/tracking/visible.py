"""Where the tracked surface is seen: a mask for every frame, from what agreed with the reference there."""

from __future__ import annotations

import cv2
import numpy as np
import torch

from .. import runtime
from ..image.warp import homography, to_opencv
from .judge import Sight
from .reference import Reference
from .surface import Tracked

FILM_BYTES = 256 << 20


def mask_size(count: int, width: int, height: int, *, whole: bool) -> tuple[int, int]:
    """Width and height of the masks: the frame's, or for a film what keeps all of them within 256 MiB."""
    if whole or count * width * height * 4 <= FILM_BYTES:
        return width, height
    scale = np.sqrt(FILM_BYTES / (count * width * height * 4))
    return max(8, round(width * scale)), max(8, round(height * scale))


def visible_mask(tracked: Tracked, *, whole: bool) -> torch.Tensor:
    """Soft mask (T, h, w), 1 where the surface is seen; 0 on frames that are not tracked.

    Args:
        tracked: The track with its sights.
        whole: At the frame's size whatever the length; otherwise smaller for long films, see `mask_size`.
    """
    width, height = tracked.track.frame_size
    size = mask_size(len(tracked.sights), width, height, whole=whole)
    out = torch.zeros((len(tracked.sights), size[1], size[0]))
    scale = np.array([[size[0] / width, 0, 0], [0, size[1] / height, 0], [0, 0, 1.0]])
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    to_mask = np.linalg.inv(half) @ scale @ half
    bar = runtime.Progress(len(out))
    for i, (frame, sight, reference) in enumerate(zip(tracked.track.frames, tracked.sights, tracked.references, strict=True)):
        bar.step()
        if frame.state == "tracked" and frame.corners is not None:
            out[i] = torch.from_numpy(_draw(sight, reference, frame.corners.array, to_mask, size))
    return out


def _draw(sight: Sight, reference: Reference, corners: np.ndarray, to_mask: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    picture = np.zeros(size[::-1], np.uint8)
    at = cv2.perspectiveTransform(to_opencv(corners)[None], to_mask)[0]
    cv2.fillConvexPoly(picture, np.round(at * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    if sight.agrees is None:
        return picture.astype(np.float32) / 255
    rows, columns = sight.agrees.shape
    template = reference.size
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    cells = np.linalg.inv(half) @ np.diag([template[0] / columns, template[1] / rows, 1.0]) @ half
    h = to_mask @ homography(reference.corners, to_opencv(corners)) @ cells
    seen = cv2.warpPerspective(sight.agrees, h, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.minimum(picture, seen).astype(np.float32) / 255

