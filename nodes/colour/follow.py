"""Light that changes within a clip, measured on the clip itself, so that a map can follow it without flicker.

A map that is solved for each frame follows what the frame shows: it flickers when something crosses the picture. Here only the
light is followed: the median change of places from one frame to the next, which nothing that moves through less than half of
the picture can touch; its course is smoothed and never changes fast.
"""

from __future__ import annotations

import numpy as np
import torch

from .. import runtime
from ..image.opencv import cv2
from ..wires.grade import Grade

_CELLS = 64  # of the longer side
_SMOOTH, _FASTEST = 2.0, 0.03  # frames; log2 of light a frame: a third of a stop in 11 frames
_STILL = 0.004  # log2: less than a tenth of a code value
_MOST_KEYS = 240


def _cells(frame: torch.Tensor) -> np.ndarray:
    """Means of encoded values over cells (n, 3); NaN where a cell is clipped or black."""
    picture = np.ascontiguousarray(frame[..., :3].detach().cpu().float().numpy())
    height, width = picture.shape[:2]
    scale = min(1.0, _CELLS / max(height, width))
    size = max(2, round(width * scale)), max(2, round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).reshape(-1, 3)
    return np.where((small < 0.98) & (small > 0.03), small, np.nan)


def drift(images: torch.Tensor, space: str) -> np.ndarray:
    """How light changes over a clip (B, 3): log2 against its middle frame, smoothed.

    Args:
        images: (B, H, W, 3|4), encoded sRGB.
        space: `linear` measures light, `encoded` encoded values.
    """
    steps, before = np.zeros((len(images), 3)), None
    bar = runtime.Progress(len(images))
    for number, frame in enumerate(images):
        cells = _cells(frame)
        values = np.where(cells <= 0.04045, cells / 12.92, ((cells + 0.055) / 1.055) ** 2.4) if space == "linear" else cells
        if before is not None:
            ratio = np.log2(values / before)
            enough = np.isfinite(ratio).sum(0) >= 20
            steps[number, enough] = np.nanmedian(ratio[:, enough], axis=0)
        before = values
        bar.step()
    return _smoothed(np.cumsum(np.clip(steps, -0.5, 0.5), axis=0))


def _smoothed(course: np.ndarray) -> np.ndarray:
    """A course (B, 3) made smooth and slow, 0 at its middle."""
    count = len(course)
    far = np.arange(-round(4 * _SMOOTH), round(4 * _SMOOTH) + 1)
    kernel = np.exp(-0.5 * (far / _SMOOTH) ** 2)
    ends = np.pad(course, ((-far[0], far[-1]), (0, 0)), mode="reflect", reflect_type="odd") if count > far[-1] else None
    if ends is not None:
        course = np.stack([np.convolve(ends[:, k], kernel / kernel.sum(), mode="valid") for k in range(3)], axis=1)
    slow = np.cumsum(np.clip(np.diff(course, axis=0, prepend=course[:1]), -_FASTEST, _FASTEST), axis=0)
    return slow - slow[count // 2]


def follow(grade: Grade, images: torch.Tensor) -> tuple[Grade, float]:
    """A grade with keys that take the clip's own changes of light back, so that all frames look as the middle one does.

    Returns:
        The grade, itself where the light holds still, and the largest change that it follows, as a factor.

    Raises:
        ValueError: The grade is a table, which cannot follow.
    """
    if not grade.is_formula or grade.curves is not None:
        raise ValueError(f"expected a map of gains or a matrix to follow the light, got {grade.model}: choose method gains, "
                         "transport or auto, or turn per_frame off")
    course = drift(images, grade.space)
    most = float(np.abs(course).max())
    if len(images) < 3 or most < _STILL:
        return grade, 2.0**most
    frames = np.unique(np.linspace(0, len(images) - 1, min(len(images), _MOST_KEYS)).round().astype(int))
    return grade.ramp(*((int(t), grade.after_gains((2.0 ** -course[t]).tolist())) for t in frames)), 2.0**most
