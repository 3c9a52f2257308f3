"""Pictures of a reading: where the patches were found and what they should be, and the frame before and after."""

from __future__ import annotations

import numpy as np
import torch

from ..image import draw
from ..image.grade import grade_pixels
from ..image.opencv import cv2
from ..wires.grade import Grade
from ..wires.plate import Plate
from .place import Found
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


def before_after(frame: torch.Tensor, graded: torch.Tensor, left: str, right: str, split: float | None = None) -> np.ndarray:
    """Canvas of a frame (H, W, 3|4), left of `split` (0..1 of the width, by default the middle) as it was, right of it graded."""
    target, _ = _reduced(frame)
    after, _ = _reduced(graded)
    width = target.shape[1]
    middle = int(width * (0.5 if split is None else min(max(split, 0.2), 0.8)))
    target[:, middle:] = after[:, middle:]
    draw.outline(target, np.array(((middle, 0), (middle, target.shape[0])), float), draw.INK, closed=False)
    size = max(11, target.shape[0] // 20)
    draw.write(target, left, (8, 8), size=size)
    draw.write(target, right, (middle + 8, 8), size=size)
    return target


def chart(plate: Plate, grade: Grade, colours: np.ndarray, hidden: np.ndarray, width: int) -> np.ndarray:
    """Canvas of the plate, `width` pixels wide: each patch as seen, as graded and as it should be, with the error that is left.

    `colours` (N, 3) are the encoded values seen.
    """
    side = max(24, width // plate.columns)
    low = max(12, side // 3) if side >= 90 else 0
    wanted = np.array([p.rgb for p in plate.patches])
    after = grade_pixels(torch.from_numpy(np.asarray(colours, float)), grade).numpy()
    left, size = errors(grade, colours, wanted), int(np.clip(side / 11, 10, 24))
    target = np.full((plate.rows * side, width, 3), draw.PAPER, np.uint8)
    for i, patch in enumerate(plate.patches):
        y, x = (n * side for n in divmod(i, plate.columns))
        edges = np.linspace(x + 3, x + side - 3, 4).astype(int)
        for k, colour in enumerate((colours[i], after[i], wanted[i])):
            target[y + 3:y + side - 3 - low, edges[k]:edges[k + 1]] = np.round(np.clip(colour, 0, 1) * 255)
        if low:
            said = "hidden" if hidden[i] else f"dE {left[i]:.1f}"
            draw.write(target, f"{patch.name}, {said}", (x + 2, y + side - low), size=size, background=None)
    return target


def stacked(*canvases: np.ndarray) -> torch.Tensor:
    """Canvases of one width under each other, as an IMAGE."""
    return draw.to_image(np.concatenate(canvases, axis=0))
