"""Photometric refinement: the frame drawn into the reference, moved until it looks the same but for gain and bias.

Inverse compositional Gauss-Newton (Baker and Matthews 2004, "Lucas-Kanade 20 years on"), in corner moves, with gain and
bias solved along, Tukey weights on locally averaged residuals so that what stands in front is left out as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from ...image.warp import homography
from .back import draw_back
from .reference import Reference
from .solve import SLACK, Prior, first_levels, pull, solve, weights_of, worst_corner

_ROUNDS = 10
_SETTLED, _AT_REST, _NEARLY, _LARGEST_STEP = 0.004, 0.015, 0.05, 30.0


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
        sharp: Strength of the frame's detail relative to the reference's where both agree: less than 1 where the camera shook.
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
    sharp: float = 1.0


def align(
    luma: np.ndarray, h: np.ndarray, reference: Reference, prior: Prior, *, rounds: int = _ROUNDS
) -> Alignment | None:
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
    look = _look(luma, h, reference, prior, 0, None)
    settled, step = rounds == 0, np.inf
    for turn in range(1, rounds + 1):
        if look is None or settled:
            break
        corners = reference.corners + (reference.basis @ look.move).reshape(4, 2)
        step = float(np.abs(corners - reference.corners).max())
        if step > _LARGEST_STEP:
            return None
        h = h @ np.linalg.inv(homography(reference.corners, corners))
        settled = step < (_AT_REST if turn >= len(SLACK) - 1 else _SETTLED)
        if not settled:  # so short a step changes nothing that is measured: what was seen before it still holds
            look = _look(luma, h, reference, prior, turn, look.levels)
    return None if look is None else _alignment(h / h[2, 2], reference, look, settled or step < _NEARLY)


@dataclass(frozen=True, slots=True)
class _Look:
    """The frame as it is with the surface at one place, and where it says the corners should move."""

    values: np.ndarray
    weights: np.ndarray
    noise: float
    move: np.ndarray
    levels: tuple[float, float]
    spread: np.ndarray


def _look(luma: np.ndarray, h: np.ndarray, reference: Reference, prior: Prior, turn: int,
          levels: tuple[float, float] | None) -> _Look | None:
    back, covered = draw_back(luma, h, reference)
    if covered is not None and covered.reshape(-1)[reference.sample].mean() < 0.1:
        return None
    values = reference.blurred(back)
    gain, bias = levels or first_levels(values, covered, reference, prior)
    residual = cv2.addWeighted(values, gain, reference.smooth, -1.0, bias)
    weights, noise = weights_of(residual, covered, reference, SLACK[min(turn, len(SLACK) - 1)], prior.noise)
    solved = solve(values, weights, reference, pull(h, prior, reference))
    return None if solved is None else _Look(values, weights, noise, *solved)


def _alignment(h: np.ndarray, reference: Reference, look: _Look, settled: bool) -> Alignment:
    values, weights, target = (
        a.reshape(-1)[reference.sample].astype(np.float64) for a in (look.values, look.weights, reference.smooth)
    )
    total = max(float(weights.sum()), 1e-6)
    dv, dt = values - (weights @ values) / total, target - (weights @ target) / total
    alike = (weights * dv * dt).sum() / np.sqrt(max(float((weights * dv * dv).sum() * (weights * dt * dt).sum()), 1e-9))
    sigma = worst_corner(reference.basis @ look.spread @ reference.basis.T) / reference.scale
    return Alignment(h, *look.levels, look.noise, float(alike), float((weights > 0.3).mean()), _held(look.weights, reference),
                     sigma, look.weights, settled, look.levels[0] * _strength(look.values, reference))


def _strength(values: np.ndarray, reference: Reference) -> float:
    """How much stronger or weaker the detail of a picture is than the reference's."""
    kernel = np.array([[-0.5, 0, 0.5]], np.float32)
    gx, gy = cv2.filter2D(values, cv2.CV_32F, kernel), cv2.filter2D(values, cv2.CV_32F, kernel.T)
    strong = reference.strong
    slope = np.hypot(gx.reshape(-1)[strong], gy.reshape(-1)[strong])
    return float(slope.sum() / max(float(reference.slope.reshape(-1)[strong].sum()), 1e-6))


def _held(weights: np.ndarray, reference: Reference) -> float:
    energy = cv2.multiply(reference.slope, reference.slope)
    return float((weights * energy).sum() / max(float(energy.sum()), 1e-6))
