"""The part of the picture whose tint changes by itself at a join, and how large it is.

A change of colour of a thing shifts the ratio of its red, green and blue however it is lit or textured, so that the ratio is
taken over squares of cells (`pair_light.tint_over`), the whole picture's own step left out. What warping leaves is mostly light,
shows at moving edges, and shows there in the pairs near too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...image.opencv import cv2
from .light_standing import elsewhere, neighbours
from .pair_light import tint_over
from .standing import Standing
from .window import Window

_SIDES = (8, 12)  # squares, cells of 1/80 of the picture's longer side
_ABOVE, _NEAR = 1.2, 4  # how far above what is usual within so many cells
_GAP = 7  # cells without a counterpart that lie between two that change
_FLOOR, _TOP = 0.03, 3.0  # of about twenty places the largest lies about three spreads off

Box = tuple[float, float, float, float]


def stand_patch(window: Window) -> tuple[Standing, Box]:
    """Largest change of tint by itself at the join (parts of 1), with its place x, y, width, height as parts of the picture."""
    maps = {i: np.stack([np.hypot(*tint_over(p.light.tints, side)) for side in _SIDES])
            for i, p in enumerate(window.pairs) if i == window.seam or not window.repeats[i]}
    here = _beyond(maps, window.seam, [] if window.repeats[window.seam] else neighbours(window, window.seam))
    own = np.array([_beyond(maps, i, neighbours(window, i)).max((1, 2)) for i in elsewhere(window)] or [[0.0] * len(_SIDES)])
    usual = np.maximum(np.sort(own, axis=0)[-2:].mean(0), 0)
    largest = here.max((1, 2))
    z = _TOP * largest / (usual + _FLOOR)
    size = int(z.argmax())
    row, column = np.unravel_index(int(here[size].argmax()), here[size].shape)
    box = _extent(window.pairs[window.seam].light.tints, (int(row), int(column)), _SIDES[size])
    return Standing(max(0.0, float(largest[size])), float(usual[size]), max(0.0, float(z[size]))), box


def _beyond(maps: dict[int, np.ndarray], at: int, near: Sequence[int]) -> np.ndarray:
    if not near:
        return maps[at]
    reach = np.ones((2 * _NEAR + 1,) * 2, np.uint8)
    usual = np.max([maps[i] for i in near], axis=0)
    return maps[at] - _ABOVE * np.stack([cv2.dilate(u, reach) for u in usual])


def _extent(tints: np.ndarray, at: tuple[int, int], side: int) -> Box:
    """Box of the connected cells that change as the square of `side` cells round cell `at` does, at least half as much."""
    rows, columns = tints.shape[1:]
    toward = tint_over(tints, side)[:, at[0], at[1]]
    alike = np.tensordot(toward, tint_over(tints, 3, 10.0), 1) / max(float(toward @ toward), 1e-9)
    full = float(np.quantile(alike[_around(at[0], side, rows), _around(at[1], side, columns)], 0.75))
    alike = np.clip(alike / max(full, 0.5), 0, 1)
    over = cv2.morphologyEx((alike > 0.5).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((_GAP, _GAP), np.uint8))
    over = cv2.morphologyEx(over, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, labels = cv2.connectedComponents(over, connectivity=4)
    seed = labels[_around(at[0], side, rows), _around(at[1], side, columns)]
    part = np.bincount(seed[seed > 0]).argmax() if (seed > 0).any() else 0
    inside = labels == part if part else np.zeros_like(labels, bool)
    if not part:
        inside[_around(at[0], side, rows), _around(at[1], side, columns)] = True
    top, bottom = _edges(inside.sum(1))
    left, right = _edges(inside.sum(0))
    return left / columns, top / rows, (right - left) / columns, (bottom - top) / rows


def _around(at: int, side: int, count: int) -> slice:
    first = at - side // 2
    return slice(max(0, first), min(count, first + side))


def _edges(profile: np.ndarray) -> tuple[float, float]:
    """Where a profile of counts reaches and leaves half its height, between cells by the share of the cell outside."""
    high = float(np.quantile(profile[profile > 0], 0.75)) / 2
    over = np.flatnonzero(profile >= high)
    first, last = int(over[0]), int(over[-1])
    before = profile[first - 1] / (2 * high) if first else 0.0
    behind = profile[last + 1] / (2 * high) if last + 1 < len(profile) else 0.0
    return first - min(float(before), 0.5), last + 1 + min(float(behind), 0.5)
