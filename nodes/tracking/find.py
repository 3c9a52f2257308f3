"""Surfaces that can be tracked: proposed on the first frame, tried over the clip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .. import runtime
from ..image.layout import check_mask
from ..media.frames import Frames
from ..wires.check import number
from ..wires.quad import Quad
from ..wires.surface import Surface, Surfaces
from .find_detail import Detail, look_for_detail
from .find_life import Life, life_of
from .find_motion import Motion, follow_corners
from .find_quads import outlined, windows
from .find_rank import Proposal, rank, sentence
from .source import Luma

MOST = 64
_MEASURED = 40  # steps of the bar for what is measured on the first frame
_TICKS = 400


@dataclass(frozen=True, slots=True)
class Found:
    """Surfaces and what they were found by: `proposals` in the order of `surfaces`, best first; `motion` None for a still."""

    surfaces: Surfaces
    proposals: tuple[Proposal, ...]
    detail: Detail
    motion: Motion | None
    frames: int


def find_surfaces(frames: Frames, count: int, mask: torch.Tensor | None = None) -> Found:
    """Propose up to `count` flat surfaces on the first frame of a clip.

    A still is judged by its detail alone: how exactly it would hold four corners, whether it repeats, shines, lies near the
    edge. Over a clip corners are followed as far as they go, planes told apart, and a surface must move as one.

    Args:
        frames: A clip, or one picture; a film is streamed, what is kept is the paths of at most 700 corners.
        count: 1 to 64.
        mask: (1 or T, H, W), 1 = surfaces may lie here, or None for everywhere. Its first frame counts.

    Returns:
        What was found, perhaps nothing. Corners are pixel areas of the first frame.

    Raises:
        ValueError: `count` is none, or the mask does not fit the clip.
    """
    count = int(number(count, "count", 1, MOST))
    mask = check_mask(mask, len(frames), frames.height, frames.width)
    bar = runtime.Progress(len(frames) + _MEASURED)
    detail = look_for_detail(frames.frame(0), None if mask is None else mask[0].cpu().numpy())
    motion = None
    if len(frames) > 1:
        motion = follow_corners(Luma(frames), detail.corners, detail.scale, bar)
    quads = [(q, True) for q in outlined(detail)] + [(q, False) for q in windows(detail)]

    def live(corners: np.ndarray) -> Life:
        assert motion is not None  # noqa: S101  only asked for where there is motion
        return life_of(motion, corners, detail.size)

    chosen = rank(detail, quads, count, None if motion is None else live, lambda: bar.step(_MEASURED / (len(quads) + _TICKS)))
    bar.step(bar.total - bar.done)
    made = tuple(
        Surface(Quad.from_array(p.corners * _to_frame(frames, detail)), round(p.error, 4), sentence(p)) for p in chosen
    )
    return Found(Surfaces(frames.size, made), tuple(chosen), detail, motion, len(frames))


def _to_frame(frames: Frames, detail: Detail) -> np.ndarray:
    return np.divide(frames.size, detail.size)
