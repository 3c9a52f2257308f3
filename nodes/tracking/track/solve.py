"""One step of the refinement: which pixels count, what gain and bias they have, and how the corners must move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from .reference import BLUR, Reference

SLACK = (0.4, 0.25, 0.15)
_TUKEY = 4.0
SPREAD_OF_BLUR = 4 * np.pi * BLUR**2  # blurred pixels hold each other's noise: so many of them are worth one


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known before a frame is looked at.

    Attributes:
        gain: Contrast of the frame before.
        bias: Luma of the frame before, 0..255.
        noise: Largest noise that still is noise, luma 0..255.
        h: Where the surface is expected, or None where nothing is known.
        drift: How far its shape (all but place, turn and size) may have changed since, in template pixels a corner.
    """

    gain: float = 1.0
    bias: float = 0.0
    noise: float = 8.0
    h: np.ndarray | None = None
    drift: float = np.inf


def first_levels(
    values: np.ndarray, seen: np.ndarray | None, reference: Reference, prior: Prior
) -> tuple[float, float]:
    """Gain and bias to start from: those of the frame before, or of all that is seen now, whichever explains more."""
    few = reference.sample
    few = few[seen.reshape(-1)[few] > 0] if seen is not None else few
    v, t, slope = (a.reshape(-1)[few] for a in (values, reference.smooth, reference.slope))
    middle_v, middle_t = float(np.median(v)), float(np.median(t))
    gain = float(np.clip(np.abs(t - middle_t).mean() / max(float(np.abs(v - middle_v).mean()), 1e-3), 0.6, 1.7))
    choices = [
        (prior.gain, prior.bias),
        (gain, middle_t - gain * middle_v),
        (prior.gain, middle_t - prior.gain * middle_v),
    ]
    slack = (SLACK[0] * slope) ** 2

    def explained(choice: tuple[float, float]) -> float:
        squared = (choice[0] * v + choice[1] - t) ** 2
        noise = min(max(float(np.sqrt(np.median(squared))) * 1.4826, 1.0), prior.noise)
        return float((np.maximum(1 - squared / ((noise**2 + slack) * _TUKEY**2), 0) ** 2).sum())

    return max(choices, key=explained)


def weights_of(residual: np.ndarray, seen: np.ndarray | None, reference: Reference, slack: float,
               most: float) -> tuple[np.ndarray, float]:
    """Tukey weights of locally averaged residuals, and their noise.

    Args:
        residual: (h, w) float32, luma 0..255, in the template.
        seen: (h, w) 1 where the frame covers the surface, or None where it covers all of it.
        reference: The surface.
        slack: Misplacement in template pixels that edges are forgiven.
        most: Largest noise that still is noise; above it the pixels are something else.

    Returns:
        Weights (h, w) 0..1, 0 off the surface, and the robust standard deviation of `residual`, at least 1.
    """
    few = reference.sample
    few = few[seen.reshape(-1)[few] > 0] if seen is not None else few
    whole = max(float(np.median(np.abs(residual.reshape(-1)[few]))) * 1.4826, 1.0)
    noise = min(whole, most)
    allowed = reference.slope * reference.slope
    allowed *= slack**2
    allowed += noise**2
    inside = reference.core if seen is None else reference.core * seen
    picture = np.minimum(cv2.divide(cv2.multiply(residual, residual), allowed), np.float32(60))
    mean = cv2.boxFilter(cv2.multiply(picture, inside), -1, (5, 5))
    share = np.maximum(1 - mean * np.float32(1 / _TUKEY**2), np.float32(0))
    share *= share
    share *= inside
    return share, whole


def pull(h: np.ndarray, prior: Prior, reference: Reference) -> tuple[np.ndarray, np.ndarray] | None:
    """Precision of the prior on the parameters, and where it pulls them, or None."""
    if prior.h is None or not np.isfinite(prior.drift) or reference.basis.shape[1] < 6:
        return None
    away = cv2.perspectiveTransform(reference.corners[None], np.linalg.inv(h) @ prior.h)[0] - reference.corners
    shape = reference.shape_of_moves
    precision = reference.basis.T @ shape @ reference.basis / prior.drift**2
    return precision, -(reference.basis.T @ shape @ away.reshape(8)) / prior.drift**2


def solve(values: np.ndarray, weights: np.ndarray, reference: Reference,
          prior: tuple[np.ndarray, np.ndarray] | None) -> tuple[np.ndarray, tuple[float, float], np.ndarray] | None:
    """One step: corner moves, gain, bias, and the covariance of the moves; None where they are not determined."""
    w, v, t = (a.reshape(-1)[reference.strong] for a in (weights, values, reference.smooth))
    total = float(w.sum())
    if total < 40:
        return None
    mean_v, mean_t = float(w @ v) / total, float(w @ t) / total
    v, t, count = v - mean_v, t - mean_t, reference.jacobian.shape[1]
    pulled = reference.jacobian * w[:, None]
    normal = np.zeros((count + 2, count + 2))
    normal[:count, :count] = pulled.T @ reference.jacobian
    normal[:count, count] = normal[count, :count] = -(v @ pulled)
    normal[:count, count + 1] = normal[count + 1, :count] = -pulled.sum(0)
    normal[count, count], normal[count + 1, count + 1] = float((w * v) @ v), total
    right = np.concatenate([-(t @ pulled), [float((w * v) @ t), 0.0]])
    vv, tt, vt = float((w * v) @ v), float((w * t) @ t), float((w * v) @ t)
    variance = max((tt - vt**2 / max(vv, 1e-9)) / total, 0.25) * SPREAD_OF_BLUR
    if prior is not None:
        normal[:count, :count] += prior[0] * variance
        right[:count] += prior[1] * variance
    scale = np.sqrt(np.maximum(np.diag(normal), 1e-9))
    normal = normal / np.outer(scale, scale)
    if np.linalg.cond(normal) > 1e10:
        return None
    inverse = np.linalg.inv(normal)
    found = inverse @ (right / scale) / scale
    gain = float(np.clip(found[count], 0.4, 2.5))
    spread = (inverse / np.outer(scale, scale))[:count, :count] * variance
    return found[:count], (gain, mean_t + float(found[count + 1]) - gain * mean_v), spread


def worst_corner(covariance: np.ndarray) -> float:
    """Expected error of the worst corner, in pixels, from the covariance (8, 8) of all corner moves x0 y0 … y3."""
    return float(np.sqrt(np.maximum(np.diag(covariance).reshape(4, 2).sum(1), 0).max()))
