"""How long a surface can be tracked, and what ends it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from ...image.warp import transform
from ..track.flow import LEAST, fit_plane
from .error import lies_in
from .motion import Motion

LEAST_INSIDE = 0.5
_SAMPLES = 48
_SIDES = ("left", "right", "top", "bottom")


@dataclass(frozen=True, slots=True)
class Life:
    """A surface over the clip.

    Attributes:
        frames: Frames from the first on which it can be tracked.
        of: Frames of the clip.
        why: What ends it: empty (nothing), `left`, `right`, `top`, `bottom` (leaves the frame there), `cut`, `gone`, `bends`,
            `breathes` (a part of it).
        purity: Share of its corners that move as one plane, of those that are followed long enough to say, 0..1.
        kept: Share of its corners that are followed so far, in the quarter of it that keeps fewest, 0..1.
        moves: Whether the clip moves enough to tell.
    """

    frames: int
    of: int
    why: str
    purity: float
    kept: float
    moves: bool


def life_of(motion: Motion, corners: np.ndarray, size: tuple[int, int]) -> Life:
    """Follow one quad by the corners that lie in it.

    Args:
        motion: Of the clip.
        corners: (4, 2) on frame 0, working size.
        size: Width and height of the working picture.
    """
    first = motion.paths[0]
    inside = lies_in(corners, first)
    known = motion.planes[inside]
    own = np.bincount(known[known >= 0]).argmax() if (known >= 0).any() else -1
    purity = float((known[known > -2] == own).mean()) if own >= 0 else 0.0
    right, low = (first[inside] > corners.mean(0)).T
    quarters = [known[(right == a) & (low == b)] for a in (False, True) for b in (False, True)]
    kept = min((float((quarter == own).mean()) for quarter in quarters if len(quarter) > 3), default=1.0)
    frames, why = _until(motion, inside & (motion.planes == own), corners, size)
    return Life(frames, motion.count, why, purity, kept, motion.parallax)


def _until(motion: Motion, chosen: np.ndarray, corners: np.ndarray, size: tuple[int, int]) -> tuple[int, str]:
    """Frames that hold it, and why the next does not: looked at in strides, then one by one in the stride that ends it."""
    known = len(motion.paths)
    after = "cut" if motion.cut == known else "gone"
    at = np.unique(np.linspace(0, known - 1, min(known, _SAMPLES)).round().astype(int))
    good = 0
    for number in at[1:].tolist():
        if _state(motion, number, chosen, corners, size):
            states = ((one, _state(motion, one, chosen, corners, size)) for one in range(good + 1, number + 1))
            return next(pair for pair in states if pair[1])
        good = number
    return (motion.count, "") if known == motion.count else (known, after)


def _state(motion: Motion, number: int, chosen: np.ndarray, corners: np.ndarray, size: tuple[int, int]) -> str:
    """What is wrong on one frame: nothing, the side it leaves by, or `gone`."""
    there = motion.paths[number]
    alive = chosen & np.isfinite(there[:, 0])
    fitted = None
    if alive.sum() >= LEAST:
        fitted = fit_plane(motion.paths[0, alive].astype(float), there[alive].astype(float), "homography", 2.0)
    if fitted is None:
        left_by = _last_side(motion, number, chosen, size)
        return left_by or "gone"
    quad = transform(fitted[0], corners)
    if not np.isfinite(quad).all() or not cv2.isContourConvex(quad.astype(np.float32)):
        return "gone"
    frame = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
    both, _ = cv2.intersectConvexConvex(quad.astype(np.float32), frame)
    if both < LEAST_INSIDE * abs(cv2.contourArea(quad.astype(np.float32))):
        return side_of(quad, size)
    return ""


def side_of(quad: np.ndarray, size: tuple[int, int]) -> str:
    """Side of a frame of `size` that the quad (4, 2) lies farthest over."""
    over = (-quad[:, 0].min(), quad[:, 0].max() - size[0], -quad[:, 1].min(), quad[:, 1].max() - size[1])
    return _SIDES[int(np.argmax(over))]


def _last_side(motion: Motion, number: int, chosen: np.ndarray, size: tuple[int, int]) -> str:
    """Side of the frame at which most of the corners were last seen, or none where they went inside of it."""
    last = np.full((int(chosen.sum()), 2), np.nan, np.float32)
    for frame in motion.paths[max(0, number - 12) : number + 1, chosen]:
        last = np.where(np.isfinite(frame), frame, last)
    last = last[np.isfinite(last[:, 0])]
    margin = 0.06 * max(size)
    at = np.array([(last[:, 0] < margin).sum(), (last[:, 0] > size[0] - margin).sum(),
                   (last[:, 1] < margin).sum(), (last[:, 1] > size[1] - margin).sum()])
    return _SIDES[int(at.argmax())] if len(last) and at.max() >= 0.4 * len(last) else ""
