"""Names burnt into a review proxy: shot, take, version, frame, time code, verdict, below the picture and on none of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..image import draw
from ..wires.shot import Shot


@dataclass(frozen=True, slots=True)
class Burn:
    """What is written on every frame; `verdict` is that of the reports, or empty."""

    shot: Shot
    verdict: str = ""


def bar_height(height: int) -> int:
    """Lines of the bar under a picture of `height` lines, even."""
    return max(24, round(height * 0.075) // 2 * 2)


def time_code(frame: int, fps: Fraction) -> str:
    """Time code of a frame number counted from zero at the nominal rate, without drop frames."""
    nominal = max(1, round(fps))
    seconds, rest = divmod(frame, nominal)
    return f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{rest:02d}"


def burn_in(frames: np.ndarray, start: int, burn: Burn) -> np.ndarray:
    """Frames (n, H, W, 3) uint8 with a bar below (n, H + bar, W, 3); `start` is the number of the first, from 0."""
    count, height, width = frames.shape[:3]
    bar = bar_height(height)
    out = np.empty((count, height + bar, width, 3), np.uint8)
    out[:, :height] = frames
    base = _base(width, bar, burn)
    size = round(bar * 0.5)
    for i in range(count):
        number = burn.shot.number(start + i)
        line = base.copy()
        text = f"{number:04d}   {time_code(number, burn.shot.fps)}"
        room = 0.6 * size * len(text)
        draw.write(line, text, (width - room - bar * 0.4, bar * 0.13), size=size, background=None)
        out[i, height:] = line
    return out


def _base(width: int, bar: int, burn: Burn) -> np.ndarray:
    """The bar without what changes from frame to frame."""
    line, shot, size = np.full((bar, width, 3), draw.PAPER, np.uint8), burn.shot, round(bar * 0.5)
    left = bar * 0.3
    if burn.verdict:
        colour = draw.COLOURS[burn.verdict]
        line[:, :max(6, bar // 5)] = colour
        draw.write(line, burn.verdict.upper(), (left, bar * 0.13), size=size, colour=colour, background=None)
        left += 0.75 * size * len(burn.verdict) + bar * 0.3
    name = f"{shot.show}  {shot.shot}  take {shot.take}  v{shot.version:03d}"
    draw.write(line, draw.shortened(name, round(width - left - 14 * size), size), (left, bar * 0.13), size=size, background=None)
    return line
