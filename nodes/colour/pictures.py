"""Pictures of a reading: where the patches were found and what they should be, and the frame before and after."""

from __future__ import annotations

import numpy as np
import torch

from ..image import draw
from ..image.grade import grade_pixels
from ..image.opencv import cv2
from ..wires.plate import Plate
from .place import Found
from .solve import DOUBT, Solved

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
    draw.caption(target, sentence, colour=draw.COLOURS[verdict])
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


def chart(plate: Plate, reading: tuple[np.ndarray, np.ndarray], solved: Solved, width: int) -> np.ndarray:
    """Canvas of the plate, `width` pixels wide: each patch seen, corrected and wanted, its error in the fit and out of it.

    `reading` holds the encoded colours seen (N, 3) and which of them are hidden (N,): those are crossed out.
    """
    colours, hidden = reading
    wanted = np.array([p.rgb for p in plate.patches])
    after = grade_pixels(torch.from_numpy(np.asarray(colours, float)), solved.grade).numpy()
    inside, outside = np.full((2, len(wanted)), np.nan)
    inside[~hidden], outside[~hidden] = solved.after, solved.left_out
    side = width // plate.columns
    size = int(np.clip(side / (12 if side >= 150 else 9), 10, 22))
    tall, low = max(20, side // 2), 2 * size
    head = _legend(width, size)
    target = np.full((plate.rows * (tall + low), width, 3), draw.PAPER, np.uint8)
    for i, patch in enumerate(plate.patches):
        row, column = divmod(i, plate.columns)
        x, y = column * side, row * (tall + low)
        edges = np.linspace(x + 2, x + side - 2, 4).astype(int)
        for k, colour in enumerate((colours[i], after[i], wanted[i])):
            target[y + 2:y + tall, edges[k]:edges[k + 1]] = np.round(np.clip(colour, 0, 1) * 255)
        box = np.array(((edges[0], y + 2), (edges[3], y + 2), (edges[3], y + tall), (edges[0], y + tall)), float)
        said, far = f"{inside[i]:.1f} ({outside[i]:.1f})", "warn" if outside[i] >= DOUBT else ""
        if hidden[i]:
            said, far = "hidden", "fail"
            draw.outline(target, box[[0, 2]], draw.COLOURS["fail"], closed=False)
            draw.outline(target, box[[1, 3]], draw.COLOURS["fail"], closed=False)
        name = f"{patch.name}: " if side >= 150 else ""
        draw.write(target, name + said, (x, y + tall), size=size, colour=draw.COLOURS[far] if far else draw.INK, background=None)
    return np.concatenate((head, target))


def _legend(width: int, size: int) -> np.ndarray:
    """What the chart shows, shorter where it is narrow."""
    target = np.full((3 * size, width, 3), draw.PAPER, np.uint8)
    long = "Each patch: seen, corrected, wanted. dE of the fit (dE of the same patch left out of the fit)."
    draw.write(target, long if width >= 55 * size else "seen, corrected, wanted: dE (left out)", (0, size // 2), size=size,
               background=None)
    return target


def stacked(*canvases: np.ndarray) -> torch.Tensor:
    """Canvases of one width under each other, as an IMAGE."""
    return draw.to_image(np.concatenate(canvases, axis=0))
