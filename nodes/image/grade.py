"""Applying a grade: the exact arithmetic, in blocks, never through a LUT."""

from __future__ import annotations

import math

import torch

from ..wires.grade import Grade
from .blocks import map_blocks
from .colour import linear_to_srgb, srgb_to_linear
from .layout import join_alpha, split_alpha

_FLOOR = 1e-6  # the logarithm needs a number; one millionth is black


def curve_pixels(encoded: torch.Tensor, curves: tuple[tuple[float, ...], ...], bounds: tuple[float, float]) -> torch.Tensor:
    """Encoded sRGB (…, 3) to linear light through `curves`: ln(linear) as a polynomial of ln(encoded), lowest power first.

    Outside `bounds` each curve goes on with the slope it has at the bound, a power law: a polynomial would turn round there
    and lift the blacks.
    """
    low, high = (math.log(v) for v in bounds)
    x = encoded.clamp_min(_FLOOR).log()
    inside = x.clamp(low, high)
    out = torch.empty_like(encoded)
    for channel, (constant, *higher) in enumerate(curves):
        at, value, slope = inside[..., channel], 0.0, 0.0
        for power, weight in enumerate(higher, start=1):
            value = value + weight * at**power
            slope = slope + power * weight * at ** (power - 1)
        out[..., channel] = (constant + value + slope * (x[..., channel] - at)).clamp(max=4.0).exp()
    return out


def expand_terms(rgb: torch.Tensor, terms: str) -> torch.Tensor:
    """Terms of a pixel (…, 3): `rgb`; `rgb1` adds a constant; `root2` adds √rg, √gb, √rb (Finlayson 2015)."""
    if terms == "rgb":
        return rgb
    if terms == "rgb1":
        return torch.cat((rgb, torch.ones_like(rgb[..., :1])), dim=-1)
    r, g, b = rgb.clamp_min(0).unbind(-1)
    roots = torch.stack((r * g, g * b, r * b), dim=-1).sqrt()
    return torch.cat((rgb, roots), dim=-1)


def grade_pixels(encoded: torch.Tensor, grade: Grade) -> torch.Tensor:
    """Apply `grade` to encoded sRGB (…, 3), unclipped."""
    if grade.is_identity:
        return encoded
    if grade.curves is not None:
        start = curve_pixels(encoded, grade.curves, grade.curve_range)
    else:
        start = srgb_to_linear(encoded) if grade.space == "linear" else encoded
    matrix = torch.tensor(grade.matrix, dtype=encoded.dtype, device=encoded.device)
    out = expand_terms(start, grade.terms) @ matrix.T
    return linear_to_srgb(out) if grade.space == "linear" else out


def apply_grade(images: torch.Tensor, grade: Grade, strength: float = 1.0) -> torch.Tensor:
    """Grade an IMAGE batch.

    Args:
        images: (B, H, W, 3|4), encoded sRGB 0..1; alpha passes unchanged.
        grade: The transform. A refused or identity grade returns `images` itself.
        strength: 0 leaves the frames, 1 is the whole grade; between them encoded values are mixed.

    Returns:
        A batch of the same shape on the same device, clipped to 0..1.
    """
    if grade.is_identity or strength == 0:
        return images
    def graded(frames: torch.Tensor) -> torch.Tensor:
        rgb, alpha = split_alpha(frames)
        return join_alpha(torch.lerp(rgb, grade_pixels(rgb, grade), strength).clamp_(0, 1), alpha)

    return map_blocks(images, graded)
