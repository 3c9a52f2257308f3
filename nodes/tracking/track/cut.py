"""Cuts inside a clip: a neighbour that changed much more than usual and in which nothing can be followed.

A camera that is whipped round changes everything, too, but smears both frames; a cut leaves at least one as sharp as usual.
Where only the second is smeared, it may be either.
"""

from __future__ import annotations

import numpy as np

from ...image.opencv import cv2
from .flow import level, there_and_back
from .source import Luma

LEAST_CHANGE, SUDDEN, UNUSUAL = 5.0, 2.2, 1.4
FOLLOWED, HARDLY, WELL = 0.25, 0.12, 0.5
SMEARED, _REMEMBERED = 0.6, 48


class Cuts:
    """Looks between neighbouring frames; remembers how much change is usual in this clip."""

    def __init__(self, luma: Luma) -> None:
        """Look at nothing yet."""
        self._luma, self._usual, self._sharp, self._known = luma, [], [], {}

    def between(self, first: int, second: int) -> bool:
        """Whether a cut lies between two neighbouring frames."""
        key = min(first, second), max(first, second)
        if key not in self._known:
            self._known[key] = self._look(first, second)
        return self._known[key]

    def smeared(self, number: int) -> bool:
        """Whether a frame is much less sharp than those before it that were looked at."""
        usual = float(np.median(self._sharp)) if self._sharp else 0.0
        return sharpness(self._luma.thumb(number)) < SMEARED * usual

    def _look(self, first: int, second: int) -> bool:
        before, now = self._luma.thumb(first), self._luma.thumb(second)
        both_smeared = self.smeared(first) and self.smeared(second)
        self._sharp = [*self._sharp[1 - _REMEMBERED:], max(sharpness(before), sharpness(now))]
        change = float(np.abs(_centred(before) - _centred(now)).mean())
        usual = float(np.median(self._usual)) if self._usual else change
        self._usual = [*self._usual[-11:], change]
        if both_smeared or change < LEAST_CHANGE or (change < UNUSUAL * usual and len(self._usual) > 3):
            return False
        followed = survival(before, now)
        if change < SUDDEN * usual and len(self._usual) > 3:  # all moves fast: a cut parts two takes that can be followed
            return followed < HARDLY and self._well(2 * first - second, first) and self._well(second, 2 * second - first)
        return followed < FOLLOWED

    def _well(self, first: int, second: int) -> bool:
        """Whether most of one frame can be followed into its neighbour, and both are in the clip."""
        inside = min(first, second) >= 0 and max(first, second) < len(self._luma)
        return inside and survival(self._luma.thumb(first), self._luma.thumb(second)) > WELL


def _centred(picture: np.ndarray) -> np.ndarray:
    picture = picture.astype(np.float32)
    return picture - picture.mean()


def sharpness(picture: np.ndarray) -> float:
    """How fine the detail of a small picture is, whatever its contrast."""
    fine = cv2.Laplacian(picture, cv2.CV_32F)
    return float(fine.std()) / (float(picture.std()) + 1.0)


def survival(before: np.ndarray, now: np.ndarray) -> float:
    """Share of the corners of one small picture that can be followed into the other and back."""
    points = cv2.goodFeaturesToTrack(before, 150, 0.01, 4, blockSize=5)
    if points is None or len(points) < 12:
        return 1.0
    points = np.asarray(points, np.float32).reshape(-1, 2)
    there, good = there_and_back(before, level(now, before), points, levels=3, limit=0.5, window=13)
    if not good.any():
        return 0.0
    kept = [_alike(before, now, a, b) for a, b in zip(points[good], there[good], strict=True)]
    return float(np.sum(kept) / len(points))


def _alike(before: np.ndarray, now: np.ndarray, a: np.ndarray, b: np.ndarray) -> bool:
    first, second = (
        cv2.getRectSubPix(p, (11, 11), (float(x), float(y))).astype(np.float32) for p, (x, y) in ((before, a), (now, b))
    )
    first, second = first - first.mean(), second - second.mean()
    return float((first * second).sum()) > 0.7 * float(np.sqrt((first**2).sum() * (second**2).sum()) + 1e-6)
