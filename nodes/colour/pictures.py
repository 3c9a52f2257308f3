"""Pictures of a reading: where the patches were found and what they should be, and the frame before and after."""

from __future__ import annotations

import cv2
import numpy as np
import torch

from ..image import draw
from ..wires.grade import Grade
from .find import Found
from .solve import errors

_LONGEST = 1920


def _reduced(frame: torch.Tensor) -> tuple[np.ndarray, float]:
    """A canvas of at most 1920 pixels, and its scale."""
    target = draw.canvas(frame)
    scale = min(1.0, _LONGEST / max(target.shape[:2]))
    if scale < 1:
        target = cv2.resize(target, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return target, scale


def _fill(target: np.ndarray, points: np.ndarray, colour: np.ndarray) -> None:
    cv2.fillPoly(target, [np.round((points - 0.5) * 32).astype(np.int32)], [int(c) for c in colour], cv2.LINE_AA, 5)


def overlay(frame: torch.Tensor, found: Found | None, hidden: np.ndarray | None, sentence: str, verdict: str) -> torch.Tensor:
    """A frame (H, W, 3|4) with every patch outlined, its reference colour as a chip inside, hidden ones crossed, patch 1 named.

    Returns:
        An IMAGE of one frame, at most 1920 pixels long.
    """
    target, scale = _reduced(frame)
    if found is not None:
        marks = found.hidden if hidden is None else hidden
        wanted = np.clip([p.rgb for p in found.plate.patches], 0, 1) * 255
        draw.outline(target, found.quad() * scale, draw.COLOURS[verdict])
        for corners, colour, is_hidden in zip(found.outlines() * scale, wanted, marks, strict=True):
            middle = corners.mean(0)
            if is_hidden:
                draw.outline(target, corners[[0, 2]], draw.COLOURS["fail"], closed=False)
                draw.outline(target, corners[[1, 3]], draw.COLOURS["fail"], closed=False)
            else:
                _fill(target, middle + (corners - middle) * 0.42, colour)
            draw.outline(target, corners, draw.COLOURS["fail" if is_hidden else "pass"], thickness=1)
        first = found.outlines()[0].mean(0) * scale
        draw.write(target, "1", tuple(first), size=max(10, draw.text_size(target.shape[0]) // 2))
    draw.write(target, sentence, (8, target.shape[0]), colour=draw.COLOURS[verdict])
    return draw.to_image(target)


def before_after(frame: torch.Tensor, graded: torch.Tensor, left: str, right: str) -> torch.Tensor:
    """Left half of a frame (H, W, 3|4) as it was, right half graded, each with a label."""
    target, _ = _reduced(frame)
    after, _ = _reduced(graded)
    middle = target.shape[1] // 2
    target[:, middle:] = after[:, middle:]
    draw.outline(target, np.array(((middle, 0), (middle, target.shape[0])), float), draw.INK, closed=False)
    draw.write(target, left, (8, 8))
    draw.write(target, right, (middle + 8, 8))
    return draw.to_image(target)


def chart(found: Found, grade: Grade, colours: np.ndarray, hidden: np.ndarray) -> torch.Tensor:
    """The plate drawn large: each patch as seen, as graded and as it should be, with the CIEDE2000 that is left.

    `colours` (N, 3) are the encoded values seen.
    """
    side, plate = 132, found.plate
    wanted = np.array([p.rgb for p in plate.patches])
    from ..image.grade import grade_pixels

    after = grade_pixels(torch.from_numpy(np.asarray(colours, float)), grade).numpy()
    left = errors(grade, colours, wanted)
    target = np.full((plate.rows * side, plate.columns * side, 3), draw.PAPER, np.uint8)
    for i, patch in enumerate(plate.patches):
        y, x = (n * side for n in divmod(i, plate.columns))
        for k, colour in enumerate((colours[i], after[i], wanted[i])):
            cell = target[y + 4:y + side - 26, x + 4 + k * 41:x + 4 + (k + 1) * 41]
            cell[:] = np.round(np.clip(colour, 0, 1) * 255)
        label = "hidden" if hidden[i] else f"dE {left[i]:.1f}"
        draw.write(target, f"{patch.name}", (x + 4, y + side - 26), size=11, background=None)
        draw.write(target, label, (x + 4, y + side - 14), size=11, background=None, colour=draw.MUTED)
    return draw.to_image(target)
