"""Pictures that meet at an edge, as the halves of a scene or a part that was painted on: one goes on where the other ends.

Across such a border colours hardly change, so its two lines are pairs. That two borders belong together is seen in their fine
detail, which must agree where it lies and nowhere else along the border.
"""

from __future__ import annotations

import numpy as np

from ..image.opencv import cv2

_ALIKE, _MARGIN = 0.6, 0.15  # correlation of detail, and how much better it must be than along the border
_SHIFTS = (*range(-20, -2), *range(3, 21))
_LEAST_LENGTH, _LEAST_DETAIL = 80, 0.05  # pixels; log2 of brightness, standard deviation
_LEAST_PAIRS = 40


def _lines(picture: np.ndarray, side: str) -> np.ndarray:
    """The outermost two lines (2, n, …) of a side, the border first."""
    if side in ("left", "right"):
        picture = picture.swapaxes(0, 1)
    return picture[:2] if side in ("left", "top") else picture[:-3:-1]


def _detail(line: np.ndarray) -> np.ndarray:
    grey = np.log2(line.mean(-1) + 0.01).astype(np.float32)[None]
    return (grey - cv2.GaussianBlur(grey, (0, 0), 6, borderType=cv2.BORDER_REPLICATE))[0]


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    return float((one * other).sum() / np.sqrt((one * one).sum() * (other * other).sum() + 1e-9))


def _belong(one: np.ndarray, other: np.ndarray) -> float:
    """How well two border lines (n, 3) of linear light agree, 0 where they do not belong together."""
    a, b = _detail(one), _detail(other)
    if min(a.std(), b.std()) < _LEAST_DETAIL:
        return 0.0
    here, end = _correlation(a, b), len(a) - 20
    beside = max(_correlation(a[20 + shift:end + shift], b[20:end]) for shift in _SHIFTS)
    return here if here >= _ALIKE and here - beside >= _MARGIN else 0.0


def meeting(light: np.ndarray, good: np.ndarray, other: np.ndarray,
            others_good: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Linear light on both sides of the border at which two pictures (h, w, 3) meet, (N, 3) each, or None.

    Both are carried on to the border itself by half of their last step; where they change fast there, the pair is left out.
    """
    best, lines = 0.0, None
    for side, facing in (("right", "left"), ("left", "right"), ("bottom", "top"), ("top", "bottom")):
        one, two = _lines(light, side), _lines(other, facing)
        if one.shape == two.shape and one.shape[1] >= _LEAST_LENGTH and (found := _belong(one[0], two[0])) > best:
            use = _lines(good, side).all(0) & _lines(others_good, facing).all(0)
            best, lines = found, (one, two, use)
    if lines is None:
        return None
    one, two, use = lines
    ends = [1.5 * line[0].astype(float) - 0.5 * line[1] for line in (one, two)]
    steps = [np.abs(np.diff(np.log2(line + 0.05), axis=0)[0]).mean(-1) for line in (one, two)]
    steep = steps[0] + steps[1]
    use = use & (np.minimum(*ends).min(-1) > 0.002)
    if use.sum() < _LEAST_PAIRS:
        return None
    use &= steep <= max(0.05, float(np.percentile(steep[use], 60)))
    return ends[0][use], ends[1][use]
