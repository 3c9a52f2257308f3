"""Cuts inside a clip: a neighbour that changed much more than usual and in which nothing can be followed."""

from __future__ import annotations

import numpy as np

from ..image.opencv import cv2
from .flow import level, there_and_back
from .source import Luma


class Cuts:
    """Looks between neighbouring frames; remembers how much change is usual in this clip."""

    def __init__(self, luma: Luma) -> None:
        """Look at nothing yet."""
        self._luma, self._usual, self._known = luma, [], {}

    def between(self, first: int, second: int) -> bool:
        """Whether a cut lies between two neighbouring frames."""
        key = min(first, second), max(first, second)
        if key not in self._known:
            self._known[key] = self._look(*key)
        return self._known[key]

    def _look(self, first: int, second: int) -> bool:
        before, now = self._luma.thumb(first), self._luma.thumb(second)
        change = float(np.abs(_centred(before) - _centred(now)).mean())
        usual = float(np.median(self._usual)) if self._usual else change
        self._usual = [*self._usual[-11:], change]
        if change < 5 or (change < 2.2 * usual and len(self._usual) > 3):
            return False
        return survival(before, now) < 0.25


def _centred(picture: np.ndarray) -> np.ndarray:
    picture = picture.astype(np.float32)
    return picture - picture.mean()


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
