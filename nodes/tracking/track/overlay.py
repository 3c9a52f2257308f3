"""The picture of a track: the plane drawn on each frame, coloured by its state, over a strip of confidence."""

from __future__ import annotations

import numpy as np
import torch

from ... import runtime
from ...image import draw
from ...image.opencv import cv2
from ...image.warp import from_opencv
from ...media.frames import Frames
from .breathe import cells_on_frame
from .judge import agreeing
from .points import homographies
from .surface import Tracked

MOST = 96
WIDEST = 960
FILM_BYTES = 256 << 20


def frames_shown(count: int, *, whole: bool) -> list[int]:
    """Numbers of the frames to draw: all of a batch, at most 96 of a film, evenly spaced."""
    if whole or count <= MOST:
        return list(range(count))
    return [int(i) for i in np.unique(np.linspace(0, count - 1, MOST).round())]


def overlay(frames: Frames, tracked: Tracked, start_frame: int | None = None) -> torch.Tensor:
    """Draw the track.

    Args:
        frames: The clip.
        tracked: Its track.
        start_frame: Number of frame 0 in labels; None counts from 0.

    Returns:
        IMAGE batch at most 960 pixels wide: every frame of a batch, at most 96 of a film in at most 256 MiB.
    """
    scale = min(1.0, WIDEST / frames.width)
    if not frames.is_batch:
        whole = min(len(frames), MOST) * frames.width * frames.height * 12
        scale = min(scale, float(np.sqrt(FILM_BYTES / whole)))
    size = max(1, round(frames.width * scale)), max(1, round(frames.height * scale))
    maps = homographies(tracked)
    shown = frames_shown(len(frames), whole=frames.is_batch)
    out = torch.empty((len(shown), size[1], size[0], 3))
    strip = confidence_strip(tracked, size[0], max(8, size[1] // 24))
    bar = runtime.Progress(len(shown))
    for k, number in enumerate(shown):
        bar.step()
        picture = draw.canvas(frames.frame(number))
        if scale < 1:
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        _draw_frame(picture, tracked, number, maps[number], scale)
        label = f"{number if start_frame is None else start_frame + number}"
        state = tracked.track.frames[number]
        draw.write(picture, f"{label}  {state.state}  {state.confidence:.2f}", (4, 4), size=max(11, size[1] // 18),
                   colour=draw.COLOURS[state.state])
        _lay_strip(picture, strip, number, len(frames))
        out[k] = draw.to_image(picture)[0]
    return out


def _draw_frame(picture: np.ndarray, tracked: Tracked, number: int, h: np.ndarray | None, scale: float) -> None:
    frame, sight, reference = tracked.track.frames[number], tracked.sights[number], tracked.references[number]
    if frame.corners is None or h is None:
        return
    colour = draw.COLOURS[frame.state]
    corners = frame.corners.array * scale
    _draw_breathing(picture, tracked.breathes[number], corners)
    if frame.state == "tracked" and len(reference.features):
        at = from_opencv(cv2.perspectiveTransform(reference.features[None].astype(float), h)[0]) * scale
        draw.dots(picture, at[agreeing(sight, reference)], colour, radius=max(1.0, picture.shape[0] / 300))
    draw.outline(picture, corners, colour, thickness=max(1, picture.shape[0] // 180))
    draw.outline(picture, np.stack([corners[0], corners[0] + 0.18 * (corners[1] - corners[0])]), draw.INK, closed=False)


def _draw_breathing(picture: np.ndarray, apart: np.ndarray, corners: np.ndarray) -> None:
    """Cells that move by themselves, the redder the farther: two pixels are full red."""
    if not apart.any():
        return
    for cell, far in zip(cells_on_frame(corners).reshape(-1, 4, 2), apart.reshape(-1), strict=True):
        if far:
            over = picture.copy()
            cv2.fillConvexPoly(over, np.round(cell * 16 - 8).astype(np.int32), draw.COLOURS["fail"], cv2.LINE_AA, 4)
            picture[:] = draw.blend(picture, over, 0.25 + 0.35 * min(1.0, float(far) / 2))


def confidence_strip(tracked: Tracked, width: int, height: int) -> np.ndarray:
    """One column a frame: as high as the confidence, in the colour of the state."""
    frames = tracked.track.frames
    out = np.full((height, width, 3), draw.PAPER, np.uint8)
    edges = np.linspace(0, width, len(frames) + 1).round().astype(int)
    for frame, left, right in zip(frames, edges[:-1], edges[1:], strict=True):
        tall = max(2, round(frame.confidence * height)) if frame.state == "tracked" else 3
        out[height - tall :, left : max(right, left + 1)] = draw.COLOURS[frame.state]
    return out


def _lay_strip(picture: np.ndarray, strip: np.ndarray, number: int, count: int) -> None:
    if strip.shape[0] >= picture.shape[0]:
        return
    part = picture[-strip.shape[0] :]
    part[:] = draw.blend(part, strip, 0.75)
    x = int((number + 0.5) / count * strip.shape[1])
    part[:, max(0, x - 1) : x + 1] = draw.INK
