"""Flashes that can harm, and banding, in the pictures of a film or still.

Flashes: ITU-R BT.1702-3 and WCAG 2.3.1: a pair of opposite changes of 10 % of the screen's light, the darker below 80 %, over a
quarter of the picture; or of saturated red. More than three in a second are too many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

GRID = (32, 18)  # width and height of what flashes are looked for in
MOST_FLASHES = 3
_STEP, _DARK, _AREA = 0.10, 0.8, 0.25
_RED_STEP = 20 / 320  # WCAG: (R - G - B) × 320 changes by 20 where red is four fifths of the light


@dataclass(slots=True)
class Flashes:
    """Counts changes as frames come in; `worst` is the most flashes in any second, `at` the frame where that second ends."""

    fps: float
    worst: float = 0.0
    at: int = 0
    _count: int = 0
    _turns: tuple[list[int], list[int]] = ((), ())  # type: ignore[assignment]
    _extremes: list[np.ndarray] | None = None
    _signs: list[int] | None = None

    def see(self, small: np.ndarray) -> None:
        """Take a frame (h, w, 3) uint8 of about `GRID`."""
        light = (small.astype(np.float32) / 255) ** 2.2
        red = np.where(light[..., 0] >= 0.8 * light.sum(-1).clip(1e-6), (light[..., 0] - light[..., 1] - light[..., 2]).clip(0),
                       0)
        planes = [light @ np.array([0.2126, 0.7152, 0.0722], np.float32), red]
        if self._extremes is None:
            self._extremes, self._signs, self._turns = [p.copy() for p in planes], [0, 0], ([], [])
        for kind, (plane, step) in enumerate(zip(planes, (_STEP, _RED_STEP), strict=True)):
            self._turn(kind, plane, step)
        self._count += 1

    def _turn(self, kind: int, plane: np.ndarray, step: float) -> None:
        extreme, sign = self._extremes[kind], self._signs[kind]  # type: ignore[index]
        change = plane - extreme
        dark = np.minimum(plane, extreme) < _DARK
        for way in (1, -1):
            if way != sign and ((way * change >= step) & dark).mean() >= _AREA:
                self._signs[kind] = way  # type: ignore[index]
                self._extremes[kind] = plane.copy()  # type: ignore[index]
                turns = self._turns[kind]
                turns.append(self._count)
                while turns[0] <= self._count - self.fps:
                    turns.pop(0)
                if len(turns) / 2 > self.worst:
                    self.worst, self.at = len(turns) / 2, self._count
                return
        further = np.maximum if sign > 0 else np.minimum if sign < 0 else None
        if further is not None:  # on the way: the change counts from where it turns
            self._extremes[kind] = further(extreme, plane)  # type: ignore[index]


def flashes_of(frames: Iterator[np.ndarray], fps: float) -> Flashes:
    """Look through a clip's small frames."""
    seen = Flashes(fps)
    for small in frames:
        seen.see(small)
    return seen


def banding(picture: np.ndarray) -> float:
    """Share of a picture (H, W, 3) uint8 that lies on stairs.

    Flat for ten pixels and more between steps of 3 to 16 codes one way.

    A gradient of 8 bits has steps of one code; where they are larger, codes are missing.
    """
    grey = picture.astype(np.float32).mean(-1).round().astype(np.int32)
    lines = [*grey[:: max(1, grey.shape[0] // 96)], *grey.T[:: max(1, grey.shape[1] // 96)]]
    return float(sum(map(_stairs, lines)) / max(sum(map(len, lines)), 1))


def _stairs(line: np.ndarray) -> int:
    edges = np.flatnonzero(np.diff(line)) + 1
    if len(edges) < 4:
        return 0
    starts = np.concatenate([[0], edges])
    runs, levels = np.diff(np.concatenate([starts, [len(line)]])), line[starts]
    steps = np.diff(levels)
    size = np.abs(steps)
    wide = (runs[1:-1] >= 10) & (size[:-1] >= 3) & (size[1:] >= 3) & (size[:-1] <= 16) & (size[1:] <= 16)
    return int(runs[1:-1][wide & (np.sign(steps[:-1]) == np.sign(steps[1:]))].sum())
