"""Grading on the CPU: the arithmetic of `grade.py` by OpenCV's vector logarithm and exponential, within 3e-5 of it.

Pixels are float32 (N, 3), few enough to stay in the cache; every step writes into one of a few arrays that are used again,
because fresh memory costs more than the arithmetic. A curve with a straight foot is its power law from the foot's end on plus
the foot up to it: no masks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ..wires.grade import Grade, Matrix
from .curves import Curves, slopes_at
from .grade_lut_fast import table_fast
from .opencv import cv2

Exact = Callable[[np.ndarray, Grade], np.ndarray]
_SLAB = 32_000  # pixels at a time; OpenCV's remap takes no more than 32,766
_TURN = np.roll(np.eye(3, dtype=np.float32), 1, axis=1)
_FOOT, _FOOT_LIGHT = 0.04045, 0.04045 / 12.92  # where sRGB's straight foot ends, encoded and in light
_BLACK = 1e-30  # has a logarithm, and is nothing even to a power of 0.3
_LUMA = np.array((0.2126, 0.7152, 0.0722))


def mix(values: np.ndarray, out: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Each pixel times a matrix (3, 3), or (3, 4) with an offset, into `out`, which is another array."""
    cv2.transform(values[None], matrix, out[None])
    return out


def _single(matrix: np.ndarray, offset: np.ndarray | None = None) -> np.ndarray:
    return np.ascontiguousarray(matrix if offset is None else np.column_stack((matrix, offset)), np.float32)


def _larger(values: np.ndarray, at: float, low: np.ndarray, out: np.ndarray, scale: float = 1.0, offset: float = 0.0) -> None:
    """The smaller of values and `at` into `low`, and `scale` × the larger of them + `offset` into `out`."""
    cv2.threshold(values, at, 0, cv2.THRESH_TRUNC, low)
    cv2.addWeighted(values, scale, low, -scale, at * scale + offset, out)


def _power(values: np.ndarray, exponent: float) -> None:
    cv2.log(values, values)
    np.multiply(values, np.float32(exponent), out=values)
    cv2.exp(values, values)


def decode(encoded: np.ndarray, out: np.ndarray, low: np.ndarray) -> np.ndarray:
    """Decode sRGB values of 0 or more to linear light."""
    _larger(encoded, _FOOT, low, out, 1 / 1.055, 0.055 / 1.055)
    _power(out, 2.4)
    return cv2.addWeighted(out, 1, low, 1 / 12.92, -_FOOT_LIGHT, out)


def encode(linear: np.ndarray, out: np.ndarray, low: np.ndarray) -> np.ndarray:
    """Encode linear light as sRGB; below 0 some negative number, which a clip makes 0."""
    _larger(linear, _FOOT_LIGHT, low, out)
    _power(out, 1 / 2.4)
    return cv2.addWeighted(out, 1.055, low, 12.92, -0.055 - _FOOT, out)


@lru_cache(maxsize=8)
def _lines(curves: Curves, bounds: tuple[float, float]) -> tuple[float, float, float, list[np.ndarray]]:
    """Logarithms of black and of the bounds; matrices that give half of what lies inside, below and above."""
    floor, low, high, *slopes = slopes_at(curves, bounds)
    weights = np.array([(*curve, 0.0, 0.0)[:3] for curve in curves]) / 2
    before, beyond = np.array(slopes) / 2
    return floor, low, high, [_single(np.diag(weights[:, 2]), weights[:, 1]),
                              _single(np.diag(before), weights[:, 0] - low * before - high * beyond), _single(np.diag(beyond))]


def _root_through_curves(encoded: np.ndarray, grade: Grade, work: list[np.ndarray]) -> np.ndarray:
    """Root of `curves.curve_pixels` for values up to 1: in logarithms a polynomial inside the bounds, straight lines outside."""
    assert grade.curves is not None  # noqa: S101  asked before
    floor, low, high, (polynomial, before, beyond) = _lines(grade.curves, grade.curve_range)
    below, larger, above, inside = work[:4]
    cv2.addWeighted(encoded, 1, encoded, 0, math.exp(floor), above)  # as good as the larger of them, and faster
    cv2.log(above, above)
    _larger(above, low, below, larger)
    _larger(larger, high, inside, above)
    out = mix(inside, larger, polynomial)
    cv2.multiply(out, inside, out)
    cv2.add(out, mix(below, inside, before), out)
    cv2.add(out, mix(above, inside, beyond), out)
    return cv2.exp(out, out)


@lru_cache(maxsize=8)
def _list(numbers: tuple[float, ...]) -> list[np.ndarray]:
    """Slope and offset, power, and saturation of a CDL as matrices."""
    slope, offset, power, saturation = (np.array(part) for part in (numbers[:3], numbers[3:6], numbers[6:9], numbers[9]))
    grey = (1 - saturation) * np.tile(_LUMA, (3, 1)) + saturation * np.eye(3)
    return [_single(np.diag(slope), offset), _single(np.diag(power)), _single(grey)]


def cdl(pixels: np.ndarray, numbers: tuple[float, ...], work: list[np.ndarray]) -> np.ndarray:
    """ASC CDL on encoded values; no power reaches below zero."""
    line, power, saturation = _list(numbers)
    value, low, log, out = work[:4]
    _larger(mix(pixels, value, line), _BLACK, low, log)
    cv2.log(log, log)
    cv2.exp(mix(log, value, power), value)
    cv2.add(value, low, value)
    return mix(value, out, saturation)


@lru_cache(maxsize=8)
def _parts(matrix: Matrix, terms: str) -> list[np.ndarray]:
    """The matrix for the pixel itself, with the constant, and those for its roots, or its products and squares."""
    whole = np.array(matrix)
    first = _single(whole[:, :3], whole[:, -1] if terms in ("rgb1", "poly2") else None)
    return [first, *(_single(whole[:, k:k + 3]) for k in range(3, whole.shape[1] - 2, 3))]


def formula(pixels: np.ndarray, grade: Grade, work: list[np.ndarray]) -> np.ndarray:
    """Curves and matrix of a grade that has neither CDL nor LUT, of values 0..1."""
    first, *more = _parts(grade.matrix, grade.terms)
    root, start = None, pixels
    if grade.curves is not None:
        root = _root_through_curves(pixels, grade, work)
        start, *work = (one for one in work if one is not root)
        cv2.multiply(root, root, start)
    elif grade.space == "linear":
        start, *work = work
        decode(pixels, start, work[0])
    out, part, turned = work[:3]
    mix(start, out, first)
    if grade.terms == "poly2":
        cv2.add(out, mix(cv2.multiply(start, mix(start, turned, _TURN), turned), part, more[0]), out)
        cv2.add(out, mix(cv2.multiply(start, start, turned), part, more[1]), out)
    if grade.terms == "root2":
        root = cv2.sqrt(start, start) if root is None else root
        cv2.multiply(root, mix(root, turned, _TURN), turned)  # √rg, √gb, √rb, in the order of the terms
        cv2.add(out, mix(turned, part, more[0]), out)
    return encode(out, part, turned) if grade.space == "linear" else out


def _pixels(rgb: np.ndarray, grade: Grade, exact: Exact, work: list[np.ndarray]) -> np.ndarray:
    if grade.cdl is not None:
        return cdl(rgb, grade.cdl, work)
    if grade.table is not None and grade.shaper is None:
        return table_fast(rgb, np.ascontiguousarray(grade.table.detach().cpu().numpy(), np.float32), grade.domain, work)
    curved = grade.curves is not None and max(map(len, grade.curves)) > 3
    if grade.is_formula and not curved and rgb.min() >= 0 and rgb.max() <= 1:
        return formula(rgb, grade, work)
    return exact(rgb, grade)


def grade_frame(frame: np.ndarray, out: np.ndarray, grade: Grade, strength: float, exact: Exact) -> None:
    """Grade (H, W, 3|4) float32 into `out`, clipped to 0..1, alpha passing.

    `exact` takes and gives pixels (N, 3) where this file's arithmetic does not hold: outside 0..1, or rare forms of a grade.
    """
    seen, made = frame.reshape(-1, frame.shape[-1]), out.reshape(-1, out.shape[-1])
    space = np.empty((6, min(_SLAB, len(seen)), 3), np.float32)
    for start in range(0, len(seen), _SLAB):
        part, target = seen[start:start + _SLAB], made[start:start + _SLAB]
        work = list(space[:, :len(part)])
        rgb = part if part.shape[1] == 3 else cv2.cvtColor(part[None], cv2.COLOR_RGBA2RGB)[0]
        graded = _pixels(rgb, grade, exact, work)
        if strength < 1:
            np.clip(graded, 0, 1, out=work[-1])
            graded = cv2.addWeighted(work[-1], strength, rgb, 1 - strength, 0, work[-1])
        if part.shape[1] == 3:
            np.clip(graded, 0, 1, out=target)
        else:
            cv2.cvtColor(np.clip(graded, 0, 1, out=work[-1])[None], cv2.COLOR_RGB2RGBA, target[None])
            target[:, 3] = part[:, 3]
