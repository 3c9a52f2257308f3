"""Matching a clip to a reference picture without a plate: one Monge-Kantorovich map for the whole clip.

Of all maps that turn one Gaussian cloud of colours into another, the Monge-Kantorovich one moves colours least (Pitié,
Kokaram 2007, "The linear Monge-Kantorovitch linear colour mapping for example-based colour transfer"). Statistics are taken
over the clip, never over a frame: a map that changes with the frame flickers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .. import runtime
from ..image.colour import srgb_to_lab, srgb_to_linear
from ..image.grade import grade_pixels
from ..image.layout import check_image, check_mask
from ..wires.check import one_of
from ..wires.grade import Grade

METHODS = ("transport", "transport in linear light", "mean and spread", "gains")
_PIXELS = 400_000  # samples of a side; the error of a mean over so many is far below a code value
_RIDGE = 2e-5  # variance, (1.1 of 255)²: what noise is worth, so that a flat clip is not stretched into colours
_STRETCH = (0.4, 2.5)  # the map stretches no direction of colour more than this
_LEAST_SEEN = 200


@dataclass(frozen=True, slots=True)
class Matched:
    """A correction and how far the clip's colours lie from the reference's, CIELAB distance of the clouds, before and after.

    `stretch` holds the smallest and largest factor by which the map stretches a direction of colour; `held` says that a limit
    took part.
    """

    grade: Grade
    before: float
    after: float
    stretch: tuple[float, float]
    held: bool


def sample_pixels(images: torch.Tensor, mask: torch.Tensor | None, *, most: int = _PIXELS) -> torch.Tensor:
    """Evenly spread pixels (N, 3) of a batch (B, H, W, 3|4), those where the mask is 0.5 or more, float64."""
    count, height, width = images.shape[:3]
    frames = torch.linspace(0, count - 1, min(count, 24)).round().long().unique()
    step = max(1, int(np.ceil(np.sqrt(len(frames) * height * width / most))))
    bar, out = runtime.Progress(len(frames)), []
    for number in frames.tolist():
        part = images[number, step // 2::step, step // 2::step, :3].reshape(-1, 3)
        if mask is not None:
            chosen = mask[min(number, len(mask) - 1), step // 2::step, step // 2::step].reshape(-1) >= 0.5
            part = part[chosen.to(part.device)]
        out.append(part.detach().cpu().double())
        bar.step()
    return torch.cat(out)


def _moments(pixels: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    values = pixels.numpy()
    return values.mean(0), np.cov(values.T) + _RIDGE * np.eye(3)


def _power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 1e-12) ** exponent) @ vectors.T


def transport(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Symmetric matrix (3, 3) that turns covariance `source` into `target`, moving least."""
    root, back = _power(source, 0.5), _power(source, -0.5)
    return back @ _power(root @ target @ root, 0.5) @ back


def cloud_distance(pixels: torch.Tensor, others: torch.Tensor) -> float:
    """Wasserstein distance of the Gaussians of two clouds of encoded pixels, in CIELAB."""
    (m1, c1), (m2, c2) = (_moments(srgb_to_lab(p.clamp(0, 1))) for p in (pixels, others))
    root = _power(c1, 0.5)
    apart = ((m1 - m2) ** 2).sum() + np.trace(c1 + c2 - 2 * _power(root @ c2 @ root, 0.5))
    return float(np.sqrt(max(apart, 0.0)))


def match_reference(images: torch.Tensor, reference: torch.Tensor, method: str, mask: torch.Tensor | None = None) -> Matched:
    """Solve one map that gives a clip the colours of a reference.

    Args:
        images: (B, H, W, 3|4), encoded sRGB.
        reference: Pictures of the look, any size.
        method: `transport` maps means and covariances of encoded values, `transport in linear light` those of light,
            `mean and spread` each channel by itself, `gains` the brightness of each channel in linear light.
        mask: MASK of what counts in `images` (and in `reference` where it has the same size), 1 = counts.

    Returns:
        The correction; refused where the mask leaves too little.

    Raises:
        ValueError: Another method, or inputs of a wrong form.
    """
    one_of(method, METHODS, "method")
    check_image(images)
    check_image(reference, "reference")
    count, height, width = images.shape[:3]
    mask = check_mask(mask, count, height, width)
    shared = mask if mask is not None and tuple(reference.shape[1:3]) == (height, width) and len(mask) == 1 else None
    source, target = sample_pixels(images, mask), sample_pixels(reference, shared)
    few = _LEAST_SEEN if mask is not None else 4
    if min(len(source), len(target)) < few:
        grade = Grade.refuse(f"there are fewer than {few} pixels to compare")
        return Matched(grade, float("nan"), float("nan"), (1.0, 1.0), False)
    space = "linear" if method in ("transport in linear light", "gains") else "encoded"
    seen, wanted = (srgb_to_linear(p) if space == "linear" else p for p in (source, target))
    matrix, offset, stretch, held = _map(seen, wanted, method)
    rows = tuple((*map(float, row), float(o)) for row, o in zip(matrix, offset, strict=True))
    name = f"Monge-Kantorovich, {space}" if method.startswith("transport") else method
    grade = Grade(name, space, "rgb1", rows, source="reference picture")
    after = grade_pixels(source, grade).clamp(0, 1)
    return Matched(grade, cloud_distance(source, target), cloud_distance(after, target), stretch, held)


def _map(seen: torch.Tensor, wanted: torch.Tensor, method: str) -> tuple[np.ndarray, np.ndarray, tuple[float, float], bool]:
    """Matrix (3, 3) and offset (3,) from pixels to pixels, how far it stretches, and whether that was held back."""
    (mean, spread), (to_mean, to_spread) = _moments(seen), _moments(wanted)
    if method == "gains":
        matrix = np.diag(to_mean / np.maximum(mean, 1e-4))
    elif method == "mean and spread":
        matrix = np.diag(np.sqrt(np.diag(to_spread) / np.diag(spread)))
    else:
        matrix = transport(spread, to_spread)
    values, vectors = np.linalg.eigh(matrix)
    least, most = (0.1, 10.0) if method == "gains" else _STRETCH
    held = np.clip(values, least, most)
    matrix = (vectors * held) @ vectors.T
    offset = np.zeros(3) if method == "gains" else to_mean - matrix @ mean
    return matrix, offset, (float(held.min()), float(held.max())), bool((held != values).any())
