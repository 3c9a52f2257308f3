"""Where one file of a shot lies in another of another shape, so that their colours can be compared where both show the same."""

from __future__ import annotations

import numpy as np

from ..image.opencv import cv2

_SIDE, _LIKE = 128, 0.85  # pixels on the long side; correlation that is the same picture


def find_part(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The pixels of two pictures (H, W, 3) uint8 that show the same, at one small size, or None where they are not alike.

    Either may be a cut of the other at its full height or width, and may have bars around it.
    """
    one, other = _without_bars(thumbnail(one)), _without_bars(thumbnail(other))
    inside, around = _inside(one, other), _inside(other, one)
    best = inside if inside[0] >= around[0] else (around[0], around[2], around[1])
    return (best[1], best[2]) if best[0] >= _LIKE else None


def alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two pictures (H, W, 3) uint8 of one size show the same, whatever its colours; where one is flat nobody can tell."""
    grey, second = (_grey(_small(thumbnail(p), _SIDE, _SIDE)).astype(np.float32).ravel() for p in (one, other))
    return min(grey.std(), second.std()) < 1 or float(np.corrcoef(grey, second)[0, 1]) >= _LIKE


def thumbnail(picture: np.ndarray) -> np.ndarray:
    """A picture at twice the size that is compared, or as it is."""
    scale = 2 * _SIDE / max(picture.shape[:2])
    return picture if scale >= 1 else _small(picture, round(picture.shape[1] * scale), round(picture.shape[0] * scale))


def _inside(whole: np.ndarray, part: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """How like the part is to where it fits best into the whole, and the pixels of both there."""
    scale, best = _SIDE / max(whole.shape[:2]), (-1.0, whole, part)
    big = _small(whole, round(whole.shape[1] * scale), round(whole.shape[0] * scale))
    for share in (1.0, 0.97, 0.94):  # films are cut from all of the height or width, or nearly
        by = min(big.shape[0] / part.shape[0], big.shape[1] / part.shape[1]) * share
        little = _small(part, min(round(part.shape[1] * by), big.shape[1]), min(round(part.shape[0] * by), big.shape[0]))
        if little.shape[0] > big.shape[0] or little.shape[1] > big.shape[1] or _grey(little).std() < 1:
            continue
        _, score, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(_grey(big), _grey(little), cv2.TM_CCOEFF_NORMED))
        if score > best[0]:
            best = score, big[y:y + little.shape[0], x:x + little.shape[1]], little
    return best


def _small(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    return cv2.resize(picture, (max(4, width), max(4, height)), interpolation=cv2.INTER_AREA)


def _grey(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def _without_bars(picture: np.ndarray) -> np.ndarray:
    """The picture without black bars on both sides."""
    lit = picture.max(-1) > 20
    rows, columns = np.flatnonzero(lit.mean(1) > 0.02), np.flatnonzero(lit.mean(0) > 0.02)
    if len(rows) < 8 or len(columns) < 8:
        return picture
    return picture[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
