"""A surface from points that somebody else tracked: their motion from a reference frame carries the surface's corners along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from ...image.warp import homography, transform

AGREE_PX = 2.0
_MODELS = {1: "a shift", 2: "shift, turn and zoom", 3: "an affine motion"}


@dataclass(frozen=True, slots=True)
class Fitted:
    """Corners (4, 2) on one frame, share of the points that agree within 2 px, and their RMS distance in pixels."""

    corners: np.ndarray
    agree: float
    rms: float


def model_of(count: int) -> str:
    """What so many points can tell of the motion, in words."""
    return _MODELS.get(count, "a homography")


def least(count: int) -> int:
    """How many points a frame must show: four, or all where there are fewer."""
    return min(4, count)


def follow(corners: np.ndarray, source: np.ndarray, target: np.ndarray) -> Fitted | None:
    """Carry `corners` from the reference frame to another.

    Args:
        corners: (4, 2) in pixels of the reference frame.
        source: (N, 2) points there; one moves the corners by a shift, two by a similarity, three by an affine motion, more by
            a homography that most of them agree on.
        target: (N, 2) the same points on the other frame.

    Returns:
        None where the points do not decide on a motion, or fewer than half of them agree.
    """
    try:
        h, agree = _motion(source, target)
    except np.linalg.LinAlgError:
        return None
    if h is None or not np.isfinite(h).all():
        return None
    moved, at = transform(h, corners), transform(h, source[agree])
    if not np.isfinite(moved).all() or agree.mean() < 0.5:
        return None
    return Fitted(moved, float(agree.mean()), float(np.sqrt(((at - target[agree]) ** 2).sum(-1).mean())))


def _motion(source: np.ndarray, target: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
    every = np.ones(len(source), bool)
    if len(source) == 1:
        return np.array([[1, 0, *(target - source)[:, 0]], [0, 1, *(target - source)[:, 1]], [0, 0, 1.0]]), every
    if len(source) == 2:
        (a, b), (c, d) = source @ (1, 1j), target @ (1, 1j)
        if a == b:
            raise np.linalg.LinAlgError
        turn = (d - c) / (b - a)
        shift = c - turn * a
        return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag], [0, 0, 1.0]]), every
    if len(source) == 3:
        affine = np.linalg.solve(np.column_stack([source, np.ones(3)]), target).T
        return np.vstack([affine, [0, 0, 1]]), every
    if len(source) == 4:
        return homography(source, target), every
    return _agreed(source, target)


def _agreed(source: np.ndarray, target: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
    """Homography that most points agree on, then fitted to those alone."""
    first, inliers = cv2.findHomography(source, target, cv2.USAC_MAGSAC, AGREE_PX, None, 5000, 0.9999)
    if first is None or inliers is None:
        return None, np.zeros(len(source), bool)
    agree = inliers.reshape(-1) > 0
    if agree.sum() < 4:
        return None, agree
    fine, _ = cv2.findHomography(source[agree], target[agree], 0)
    return (first if fine is None else fine), agree
