"""Photometric refinement: the frame drawn into the reference, moved until it looks the same but for gain and bias.

Inverse compositional Gauss-Newton (Baker and Matthews 2004, "Lucas-Kanade 20 years on"), in corner moves, with gain and
bias solved along, Tukey weights on locally averaged residuals so that what stands in front is left out as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..image.warp import homography
from .reference import BLUR, Reference

_ROUNDS = 10
_SETTLED = 0.004
_TUKEY = 4.0
_SLACK = (0.4, 0.25, 0.15)


@dataclass(frozen=True, slots=True)
class Alignment:
    """How well the reference, moved by `h` (template to frame, OpenCV's), explains a frame.

    Attributes:
        h: 3 × 3.
        gain: Contrast of the frame relative to the reference.
        bias: Luma, 0..255, to add after the gain.
        noise: Robust standard deviation of what is left, luma 0..255.
        likeness: Correlation with the reference over the weighted pixels, -1..1.
        seen: Share of the surface that agrees, 0..1.
        held: Share of the surface's detail (gradient energy) that agrees, 0..1.
        sigma: Expected error of the worst corner in frame pixels; infinite where the picture does not say.
        agrees: Weights 0..1 in the template (h, w), float32.
        settled: Whether the iteration came to rest.
    """

    h: np.ndarray
    gain: float
    bias: float
    noise: float
    likeness: float
    seen: float
    held: float
    sigma: float
    agrees: np.ndarray
    settled: bool


def draw_back(luma: np.ndarray, h: np.ndarray, reference: Reference) -> tuple[np.ndarray, np.ndarray]:
    """Draw a frame into the template through `h`, and tell which template pixels (uint8) the frame covers."""
    size, (height, width) = reference.size, luma.shape
    box = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], float) - 0.5
    at = cv2.perspectiveTransform(box[None], h)[0]
    low = np.clip(np.floor(at.min(0)) - 4, 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(at.max(0)) + 5, low + 1, (width, height)).astype(int)
    crop = luma[low[1]:high[1], low[0]:high[0]].astype(np.float32)
    ratio = np.sqrt(_area(at) / max(size[0] * size[1], 1))
    if ratio > 1.4:  # the frame shows the surface larger: without this its detail would alias
        crop = cv2.GaussianBlur(crop, (0, 0), 0.5 * np.sqrt(ratio**2 - 1))
    shift = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1.0]])
    back = cv2.warpPerspective(crop, shift @ h, size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    if (at >= 1).all() and (at <= (width - 2, height - 2)).all():
        return back, np.ones(size[::-1], np.uint8)
    covered = np.zeros((height + 2, width + 2), np.uint8)
    covered[2:-2, 2:-2] = 1
    shift = np.array([[1, 0, 1], [0, 1, 1], [0, 0, 1.0]])
    return back, cv2.warpPerspective(covered, shift @ h, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)


def _area(points: np.ndarray) -> float:
    x, y = points.T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


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


def align(luma: np.ndarray, h: np.ndarray, reference: Reference, prior: Prior, *, rounds: int = _ROUNDS) -> Alignment | None:
    """Refine `h` on one frame.

    Args:
        luma: uint8 (H, W) of the frame.
        h: Start, template to frame; within about 3 pixels.
        reference: The surface.
        prior: What the frames before say. Its shape counts where the picture itself does not tell, as when half is hidden.
        rounds: Most iterations; 0 only measures.

    Returns:
        The alignment, or None where less than a tenth of the surface lies in the frame or nothing of it agrees.
    """
    target, pixels = reference.smooth.reshape(-1)[reference.pixels], reference.pixels
    settled, step, levels = rounds == 0, np.inf, None
    for turn in range(rounds + 1):
        back, covered = draw_back(luma, h, reference)
        seen_by = covered.reshape(-1)[pixels] > 0
        if seen_by.mean() < 0.1:
            return None
        values = reference.blurred(back).reshape(-1)[pixels]
        slack = _SLACK[min(turn, len(_SLACK) - 1)]
        if levels is None:
            levels = _first_levels(values, target, seen_by, reference, prior)
        weights, noise = _weights(levels[0] * values + levels[1] - target, seen_by, reference, slack, prior.noise)
        solved = _solve(values, target, weights, reference, _pull(h, prior, reference))
        if solved is None:
            return None
        move, *levels, inverse = solved
        if turn == rounds or settled:
            break
        corners = reference.corners + (reference.basis @ move).reshape(4, 2)
        try:
            h = h @ np.linalg.inv(homography(reference.corners, corners))
        except np.linalg.LinAlgError:
            return None
        step = float(np.abs(corners - reference.corners).max())
        if step > 30:
            return None
        settled = step < _SETTLED
    return _alignment(h / h[2, 2], reference, (values, target, weights), (*levels, noise), reference.basis @ inverse @ reference.basis.T, settled or step < 0.05)


def _first_levels(values: np.ndarray, target: np.ndarray, seen: np.ndarray, reference: Reference, prior: Prior) -> tuple[float, float]:
    """Gain and bias to start from: those of the frame before, or of all that is seen now, whichever explains more."""
    v, t = values[seen], target[seen]
    middle_v, middle_t = float(np.median(v)), float(np.median(t))
    gain = float(np.clip(np.abs(t - middle_t).mean() / max(float(np.abs(v - middle_v).mean()), 1e-3), 0.6, 1.7))
    choices = [(prior.gain, prior.bias), (gain, middle_t - gain * middle_v), (prior.gain, middle_t - prior.gain * middle_v)]
    return max(choices, key=lambda c: float(_weights(c[0] * values + c[1] - target, seen, reference, _SLACK[0], prior.noise)[0].sum()))


def _weights(residual: np.ndarray, seen: np.ndarray, reference: Reference, slack: float, most: float) -> tuple[np.ndarray, float]:
    whole = max(float(np.median(np.abs(residual[seen]))) * 1.4826, 1.0)
    noise = min(whole, most)
    picture = np.zeros(reference.weight.size, np.float32)
    allowed = np.sqrt(noise**2 + (slack * reference.slope) ** 2)
    picture[reference.pixels] = np.minimum((residual / allowed) ** 2, 60) * seen
    mean = cv2.boxFilter(picture.reshape(reference.weight.shape), -1, (5, 5)).reshape(-1)[reference.pixels]
    share = np.clip(1 - mean / _TUKEY**2, 0, 1) ** 2 * seen
    return share.astype(np.float32), whole


def _pull(h: np.ndarray, prior: Prior, reference: Reference) -> tuple[np.ndarray, np.ndarray] | None:
    """Precision of the prior on the parameters, and where it pulls them, or None."""
    if prior.h is None or not np.isfinite(prior.drift) or reference.basis.shape[1] < 6:
        return None
    away = cv2.perspectiveTransform(reference.corners[None], np.linalg.inv(h) @ prior.h)[0] - reference.corners
    shape = reference.shape_of_moves
    precision = reference.basis.T @ shape @ reference.basis / prior.drift**2
    return precision, -(reference.basis.T @ shape @ away.reshape(8)) / prior.drift**2


def _solve(values: np.ndarray, target: np.ndarray, weights: np.ndarray, reference: Reference,
           pull: tuple[np.ndarray, np.ndarray] | None) -> tuple | None:
    """One step: corner moves, gain, bias, and the covariance of the moves; None where they are not determined."""
    w, v, t = (a[reference.strong] for a in (weights, values, target))
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
    variance = max((tt - vt**2 / max(vv, 1e-9)) / total, 0.25) * 4 * np.pi * BLUR**2
    if pull is not None:
        normal[:count, :count] += pull[0] * variance
        right[:count] += pull[1] * variance
    scale = np.sqrt(np.maximum(np.diag(normal), 1e-9))
    normal = normal / np.outer(scale, scale)
    if np.linalg.cond(normal) > 1e10:
        return None
    inverse = np.linalg.inv(normal)
    found = inverse @ (right / scale) / scale
    gain = float(np.clip(found[count], 0.4, 2.5))
    spread = (inverse / np.outer(scale, scale))[:count, :count] * variance
    return found[:count], gain, mean_t + float(found[count + 1]) - gain * mean_v, spread


def _alignment(h: np.ndarray, reference: Reference, fields: tuple, levels: tuple, cover: np.ndarray, settled: bool) -> Alignment:
    (values, target, weights), (gain, bias, noise) = fields, levels
    total = max(float(weights.sum()), 1e-6)
    dv, dt = values - (weights @ values) / total, target - (weights @ target) / total
    likeness = float((weights * dv * dt).sum() / np.sqrt(max(float((weights * dv * dv).sum() * (weights * dt * dt).sum()), 1e-9)))
    per_corner = np.sqrt(np.maximum(np.diag(cover).reshape(4, 2).sum(1), 0)) / reference.scale
    picture = np.zeros(reference.weight.size, np.float32)
    picture[reference.pixels] = weights
    return Alignment(h, gain, bias, noise, likeness, float((weights > 0.3).mean()), _held(weights, reference), float(per_corner.max()),
                     picture.reshape(reference.weight.shape), settled)


def _held(weights: np.ndarray, reference: Reference) -> float:
    energy = reference.slope**2
    return float((weights * energy).sum() / max(float(energy.sum()), 1e-6))
