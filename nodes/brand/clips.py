"""Clips as takes: a clip is one score over many frames, and counts by its worst ones.

A flash of a banned colour or a headline that cannot be read for a moment is a fault of the whole clip, which a median would hide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from ..image import draw
from ..image.layout import from_uint8
from ..media.frames import Frames
from ..wires.scores import PictureScore, Scores
from .marks import canvas_of
from .score import clip_summary


def deciding(scores: Scores) -> int:
    """Which of a clip's sampled frames is the worst in brand fit, and so speaks for the clip: its place among them."""
    known = [(p.scores["brand_fit"], i) for i, p in enumerate(scores.pictures) if p.scores["brand_fit"] is not None]
    return min(known)[1] if known else 0  # type: ignore[type-var]


def take_of(scores: Scores) -> PictureScore:
    """A clip as one take: the worst 5 % of each score, the parts and the noise of the frame that decides.

    Its hash is that of all its sampled frames in a row, so that two clips repeat each other where their frames do. Its logo was
    found where one of its frames shows it.
    """
    told, frame = clip_summary(scores), scores.pictures[deciding(scores)]
    values = {name: told[name]["worst_5_percent"] if name in told else None for name in frame.scores}
    digest = hashlib.sha256("".join(p.digest for p in scores.pictures).encode()).hexdigest()
    bits = "".join(p.hash for p in scores.pictures)
    seen = max((one for p in scores.pictures if isinstance(one := p.fit.get("unseen_logo"), float)), default=1.0)
    fit = {**frame.fit, "unseen_logo": seen}
    return PictureScore(frame.parts, values, frame.noise, frame.passed, frame.tested, bits, digest, None, fit)


def takes_of(clips: Sequence[Scores]) -> Scores:
    """The scores of several clips as those of so many takes.

    Raises:
        ValueError: There is one clip alone, one of them is no clip, or they were scored against different kits.
    """
    if not all(one.is_clip for one in clips):
        at = next(i for i, one in enumerate(clips) if not one.is_clip)
        raise ValueError(f"expected scores of clips in scores and more_scores, got those of a batch of takes at place {at}: "
                         "wire one Brand Score a clip, or the batch alone to scores")
    if len(clips) == 1:
        raise ValueError("expected scores of takes, or of two clips and more, got those of one clip: wire the other clips' Brand "
                         "Score to more_scores, or set batch to takes to choose among its frames")
    if len({one.kit_digest for one in clips}) > 1:
        raise ValueError("expected scores against one kit in scores and more_scores, got those of several: "
                         "score every clip with the same kit")
    return Scores(tuple(map(take_of, clips)), clips[0].kit_digest, clips[0].weights, True, clips[0].size)


def frames_of(clips: Sequence[Scores]) -> list[int]:
    """Number of the frame that decides, a clip."""
    return [one.pictures[deciding(one)].frame or 0 for one in clips]


def stills_of(scores: Sequence[Scores], clips: Mapping[int, Any]) -> torch.Tensor:
    """The frame that decides of every clip, fitted to the first one's size: (n, H, W, 3).

    Raises:
        ValueError: A clip is not wired.
    """
    lost = [f"clip{i}" for i in range(len(scores)) if i not in clips]
    if lost:
        raise ValueError(f"expected the clips themselves in clips, got none at {', '.join(lost)}: wire them in the order of the "
                         "scores, or one picture a clip to images")
    stills = [canvas_of(Frames(clips[i]).frame(number)) for i, number in enumerate(frames_of(scores))]
    lines, columns = stills[0].shape[:2]
    return torch.stack([from_uint8(still if still.shape == stills[0].shape else draw.fit(still, columns, lines))
                        for still in stills])


def said_of(clips: Sequence[Scores]) -> str:
    """The sentence that tells by what clips were compared."""
    told = ", ".join(f"frame {frame} of clip {i}" for i, frame in enumerate(frames_of(clips)))
    return f"A clip counts by the worst 5 % of its frames; its numbers are those of its worst one: {told}."
