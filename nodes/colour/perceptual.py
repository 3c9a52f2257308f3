"""Fitting matrices so that what is left is small to the eye: least squares in CIEDE2000, many fits at a time.

CIEDE2000 between close colours is a quadratic form of their CIELAB difference. With its weights at the colours that are wanted
and the slope of CIELAB at what a fit gives, each round is a weighted linear least squares in linear light (Gauss-Newton),
whose weights couple the channels. A patch that stays far from the others counts less each round (Huber 1964, "Robust
estimation of a location parameter"): glare on a patch or a hand over it must not bend the rest.
"""

from __future__ import annotations

import numpy as np
import torch

from ..image.colour import WHITE_D65, XYZ_FROM_LINEAR, delta_e_2000

_XYZ = np.array(XYZ_FROM_LINEAR) / np.array(WHITE_D65)[:, None]  # to XYZ over white
_LAB = np.array(((0.0, 116.0, 0.0), (500.0, -500.0, 0.0), (0.0, 200.0, -200.0)))
_FOOT, _FOOT_SLOPE = 216 / 24389, 24389 / 27 / 116  # CIELAB's straight foot
_LEAST_RIDGE = 1e-9  # keeps patches that are all alike from having no answer
_ROUNDS = 3  # after the first, linear one: more change nothing
_FAR, _LOST = 1.5, 5.0  # times the median error: from there a patch counts less, and from there it hardly does


def lab(linear: np.ndarray) -> np.ndarray:
    """Linear sRGB (…, 3) to CIELAB D65."""
    t = linear @ _XYZ.T
    f = np.where(t > _FOOT, np.cbrt(np.maximum(t, _FOOT)), _FOOT_SLOPE * t + 16 / 116)
    return f @ _LAB.T - (16.0, 0.0, 0.0)


def _slope(linear: np.ndarray) -> np.ndarray:
    """How CIELAB changes with linear sRGB: (…, 3, 3)."""
    t = linear @ _XYZ.T
    steep = np.where(t > _FOOT, np.maximum(t, _FOOT) ** (-2 / 3) / 3, _FOOT_SLOPE)
    return _LAB @ (steep[..., None] * _XYZ)


def delta_e(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """CIEDE2000 (…) of CIELAB colours (…, 3)."""
    return delta_e_2000(torch.from_numpy(one), torch.from_numpy(other)).numpy()


def eye(wanted: np.ndarray) -> np.ndarray:
    """Quadratic forms (N, 3, 3) that give squared CIEDE2000 of small CIELAB differences around colours (N, 3)."""
    steps = np.array(((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1.0)))
    apart = delta_e(wanted + steps[:, None] / 2, wanted - steps[:, None] / 2) ** 2
    out = np.empty((len(wanted), 3, 3))
    for axis in range(3):
        out[:, axis, axis] = apart[axis]
    for (a, b), both in zip(((0, 1), (0, 2), (1, 2)), apart[3:], strict=True):
        out[:, a, b] = out[:, b, a] = (both - apart[a] - apart[b]) / 2
    return out


def gains(start: np.ndarray, wanted: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Gains (F, 3) from linear `start` (F, N, 3) to `wanted` (N, 3) by weighted least squares; `share` (F, N, 3)."""
    return (share * start * wanted).sum(1) / np.maximum((share * start**2).sum(1), 1e-12)


def fit_matrices(terms: np.ndarray, wanted: np.ndarray, keep: np.ndarray, ridge: float) -> np.ndarray:
    """Fit a matrix from terms of pixels to linear light, once a fold.

    Args:
        terms: (F or 1, N, K), the first three linear red, green and blue.
        wanted: (N, 3) linear light.
        keep: (F, N) weight of each patch in each fold; 0 leaves it out, and all is as if it were not there.
        ridge: Draws towards plain gains, by a share of each term's own weight, so that exposure does not matter to it.

    Returns:
        Matrices (F, 3, K).
    """
    folds, (count, size) = len(keep), terms.shape[1:]
    goal = lab(wanted)
    form = eye(goal)
    pairs = (terms[..., :, None] * terms[..., None, :]).reshape(len(terms), count, size * size)
    step = _slope(wanted)
    weight = np.broadcast_to(step.swapaxes(-1, -2) @ form @ step, (folds, count, 3, 3))
    aim = np.broadcast_to((weight[0] @ wanted[..., None])[..., 0], (folds, count, 3))
    plain, matrix, share = np.zeros((folds, 3, size)), np.zeros((folds, 3, size)), keep
    for turn in range(_ROUNDS + 1):
        if turn:
            weight, aim, error = _linearised(terms @ matrix.swapaxes(-1, -2), goal, form)
            share = keep * _trust(error, keep)
        used = weight * share[..., None, None]
        own = used[..., (0, 1, 2), (0, 1, 2)]  # (F, N, 3)
        if not turn:
            plain[:, (0, 1, 2), (0, 1, 2)] = gains(terms[..., :3], wanted, own)
        pull = max(ridge, _LEAST_RIDGE) * own.swapaxes(-1, -2) @ terms**2 + _LEAST_RIDGE
        normal = (used.reshape(folds, count, 9).swapaxes(-1, -2) @ pairs).reshape(folds, 3, 3, size, size)
        normal = normal.swapaxes(2, 3).reshape(folds, 3 * size, 3 * size)
        normal[:, range(3 * size), range(3 * size)] += pull.reshape(folds, -1)
        side = (aim * share[..., None]).swapaxes(-1, -2) @ terms + pull * plain
        matrix = np.linalg.solve(normal, side.reshape(folds, -1, 1)).reshape(folds, 3, size)
    return matrix


def _linearised(made: np.ndarray, goal: np.ndarray, form: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights (F, N, 3, 3) and their product with the light to aim at (F, N, 3) around a fit, and its errors (F, N)."""
    step, rest = _slope(made), goal - lab(made)
    turned = step.swapaxes(-1, -2) @ form
    weight, rest = turned @ step, rest[..., None]
    error = np.sqrt(np.maximum((rest.swapaxes(-1, -2) @ form @ rest)[..., 0, 0], 1e-9))
    return weight, (turned @ rest + weight @ made[..., None])[..., 0], error


def _trust(error: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Huber's weights (F, N), 1 for errors up to 1.5 times the median of those that are kept."""
    middle = np.nanmedian(np.where(keep > 0, error, np.nan), axis=1, keepdims=True)
    apart = error / np.maximum(middle, 1e-6)
    return np.minimum(1.0, _FAR / apart) * np.minimum(1.0, (_LOST / apart) ** 2)
