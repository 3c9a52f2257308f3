"""Grading on the CPU: the arithmetic of `grade.py` by OpenCV's vector logarithm and exponential, within 1e-5 of it.

All functions take and give float32 (N, 3), few enough pixels to stay in the cache. A curve with a straight foot is written as
its power law from the foot's end on plus the foot up to it: no masks.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..wires.grade import Grade
from .curves import Curves, slopes_at
from .grade_lut_fast import table_fast
from .opencv import cv2

Exact = Callable[[np.ndarray, Grade], np.ndarray]
_SLAB = 24_000  # pixels at a time: a few arrays of them fit the cache

_TURN = np.roll(np.eye(3), 1, axis=1)
_FOOT, _FOOT_LIGHT = 0.04045, 0.04045 / 12.92  # where sRGB's straight foot ends, encoded and in light
_BLACK = 1e-30  # has a logarithm, and is nothing even to a power of 0.3
_LUMA = np.array((0.2126, 0.7152, 0.0722))


def mix(values: np.ndarray, matrix: np.ndarray, offset: np.ndarray | None = None) -> np.ndarray:
    """Each pixel times a matrix (3, 3), plus an offset (3,)."""
    whole = matrix if offset is None else np.column_stack((matrix, offset))
    return cv2.transform(values[None], whole.astype(np.float32)).reshape(values.shape)


def _power(values: np.ndarray, exponent: float) -> np.ndarray:
    """Values of more than 0 to a power, in place."""
    cv2.log(values, values)
    np.multiply(values, np.float32(exponent), out=values)
    return cv2.exp(values, values)


def _parted(values: np.ndarray, at: float, scale: float = 1.0, offset: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """The smaller of values and `at`, and `scale` × the larger of them + `offset`."""
    low = cv2.threshold(values, at, 0, cv2.THRESH_TRUNC)[1]
    return low, cv2.addWeighted(values, scale, low, -scale, at * scale + offset)


def decode(encoded: np.ndarray) -> np.ndarray:
    """Decode sRGB values of 0 or more to linear light."""
    low, curve = _parted(encoded, _FOOT, 1 / 1.055, 0.055 / 1.055)
    return cv2.addWeighted(_power(curve, 2.4), 1, low, 1 / 12.92, -_FOOT_LIGHT, curve)


def encode(linear: np.ndarray) -> np.ndarray:
    """Encode linear light as sRGB; below 0 some negative number, which a clip makes 0."""
    low, curve = _parted(linear, _FOOT_LIGHT)
    return cv2.addWeighted(_power(curve, 1 / 2.4), 1.055, low, 12.92, -0.055 - _FOOT, curve)


def _root_through_curves(encoded: np.ndarray, curves: Curves, bounds: tuple[float, float]) -> np.ndarray:
    """Root of `curves.curve_pixels` for values up to 1: in logarithms a polynomial inside the bounds, straight lines outside."""
    floor, low, high, before, beyond = slopes_at(curves, bounds)
    log = cv2.addWeighted(encoded, 1, encoded, 0, math.exp(floor))  # as good as the larger of them, and faster
    cv2.log(log, log)
    inside, weights = np.clip(log, low, high), np.array([(*curve, 0.0, 0.0)[:3] for curve in curves]) / 2
    out = mix(inside, np.diag(weights[:, 2]), weights[:, 1])
    cv2.multiply(out, inside, out)
    before, beyond = np.array(before) / 2, np.array(beyond) / 2
    start = weights[:, 0] - low * before - high * beyond
    cv2.add(out, mix(_parted(log, low)[0], np.diag(before), start), out)
    cv2.add(out, mix(_parted(log, high)[1], np.diag(beyond)), out)
    return cv2.exp(out, out)


def cdl(pixels: np.ndarray, numbers: tuple[float, ...]) -> np.ndarray:
    """ASC CDL on encoded values."""
    slope, offset, power, saturation = (np.array(part) for part in (numbers[:3], numbers[3:6], numbers[6:9], numbers[9]))
    value = mix(pixels, np.diag(slope), offset)
    low, log = _parted(value, _BLACK)
    curved = cv2.exp(mix(cv2.log(log, log), np.diag(power)))
    return mix(cv2.add(curved, low, curved), (1 - saturation) * np.tile(_LUMA, (3, 1)) + saturation * np.eye(3))


def formula(pixels: np.ndarray, grade: Grade) -> np.ndarray:
    """Curves and matrix of a grade that has neither CDL nor LUT, of values 0..1."""
    matrix, root = np.array(grade.matrix), None
    if grade.curves is not None:
        root = _root_through_curves(pixels, grade.curves, grade.curve_range)
        start = cv2.multiply(root, root)
    else:
        start = decode(pixels) if grade.space == "linear" else pixels
    out = mix(start, matrix[:, :3], matrix[:, -1] if grade.terms in ("rgb1", "poly2") else None)
    if grade.terms == "poly2":
        cv2.add(out, mix(cv2.multiply(start, mix(start, _TURN)), matrix[:, 3:6]), out)
        cv2.add(out, mix(cv2.multiply(start, start), matrix[:, 6:9]), out)
    if grade.terms == "root2":
        root = cv2.sqrt(start) if root is None else root
        roots = cv2.multiply(root, mix(root, _TURN))  # √rg, √gb, √rb, in the order of the terms
        cv2.add(out, mix(roots, matrix[:, 3:]), out)
    return encode(out) if grade.space == "linear" else out


def _pixels(rgb: np.ndarray, grade: Grade, exact: Exact) -> np.ndarray:
    if grade.cdl is not None:
        return cdl(rgb, grade.cdl)
    if grade.table is not None and grade.shaper is None:
        return table_fast(rgb, np.ascontiguousarray(grade.table.detach().cpu().numpy(), np.float32), grade.domain)
    curved = grade.curves is not None and max(map(len, grade.curves)) > 3
    if grade.is_formula and not curved and rgb.min() >= 0 and rgb.max() <= 1:
        return formula(rgb, grade)
    return exact(rgb, grade)


def grade_frame(frame: np.ndarray, out: np.ndarray, grade: Grade, strength: float, exact: Exact) -> None:
    """Grade (H, W, 3|4) float32 into `out`, clipped to 0..1, alpha passing.

    `exact` takes and gives pixels (N, 3) where this file's arithmetic does not hold: outside 0..1, or rare forms of a grade.
    """
    seen, made = frame.reshape(-1, frame.shape[-1]), out.reshape(-1, out.shape[-1])
    for start in range(0, len(seen), _SLAB):
        part, target = seen[start:start + _SLAB], made[start:start + _SLAB]
        rgb = part if part.shape[1] == 3 else cv2.cvtColor(part[None], cv2.COLOR_RGBA2RGB)[0]
        graded = _pixels(rgb, grade, exact)
        if strength < 1:
            graded = cv2.addWeighted(np.clip(graded, 0, 1), strength, rgb, 1 - strength, 0)
        if part.shape[1] == 3:
            np.clip(graded, 0, 1, out=target)
        else:
            target[:] = cv2.cvtColor(np.clip(graded, 0, 1)[None], cv2.COLOR_RGB2RGBA)[0]
            target[:, 3] = part[:, 3]
