"""Surfaces that can be tracked: proposed on the first frame, tried over the clip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ... import runtime
from ...image.layout import check_mask
from ...media.frames import Frames
from ...wires.check import number
from ...wires.quad import Quad
from ...wires.surface import Surface, Surfaces
from ..track.cut import Cuts
from ..track.source import Luma
from .detail import Detail, look_for_detail
from .life import Life, life_of
from .motion import Motion, first_with_a_picture, follow_corners
from .quads import outlined, windows
from .rank import Proposal, most_attempts, rank, sentence
from .trial import frames_to_try, try_out

MOST = 64
_MEASURED = 40  # steps of the bar for what is measured on the first frame
_TICKS = 400


@dataclass(frozen=True, slots=True)
class Found:
    """Surfaces and what they were found by: `proposals` in the order of `surfaces`, best first; `motion` None for a still.

    `begins` is the first frame with a picture where the clip fades in or begins black, else 0.
    """

    surfaces: Surfaces
    proposals: tuple[Proposal, ...]
    detail: Detail
    motion: Motion | None
    frames: int
    begins: int = 0


def find_surfaces(frames: Frames, count: int, mask: torch.Tensor | None = None) -> Found:
    """Propose up to `count` flat surfaces on the first frame of a clip.

    A still is judged by its detail alone: how exactly it would hold four corners, whether it repeats, shines, lies near the
    edge. Over a clip corners are followed as far as they go, planes told apart, and what would be proposed is tracked, over
    `frames_to_try` frames, to see how long it holds.

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
    most = frames_to_try(len(frames), count)
    bar = runtime.Progress(len(frames) + _MEASURED + (most_attempts(count) * most if len(frames) > 1 else 0))
    detail = look_for_detail(frames.frame(0), None if mask is None else mask[0].cpu().numpy())
    luma = Luma(frames)
    cuts, motion = Cuts(luma), None
    if len(frames) > 1:
        motion = follow_corners(luma, cuts, detail.corners, detail.scale, bar)
    begins = first_with_a_picture(luma)
    quads = [(q, True) for q in outlined(detail)] + [(q, False) for q in windows(detail)]

    def live(corners: np.ndarray) -> Life:
        assert motion is not None  # noqa: S101  only asked for where there is motion
        return life_of(motion, corners, detail.size)

    def attempt(corners: np.ndarray, life: Life) -> Life:
        return try_out(luma, cuts, corners * _to_frame(frames, detail), life, most, bar)

    chosen = rank(detail, quads, count, None if motion is None else live, attempt,
                  lambda: bar.step(_MEASURED / (len(quads) + _TICKS)))
    bar.step(bar.total - bar.done)
    made = tuple(
        Surface(Quad.from_array(p.corners * _to_frame(frames, detail)), round(p.error, 4), sentence(p)) for p in chosen
    )
    return Found(Surfaces(frames.size, made), tuple(chosen), detail, motion, len(frames), begins)


def _to_frame(frames: Frames, detail: Detail) -> np.ndarray:
    return np.divide(frames.size, detail.size)
