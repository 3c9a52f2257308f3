"""Applying a grade: the exact arithmetic, in blocks, never through a LUT."""

from __future__ import annotations

import torch

from ..wires.grade import Grade
from .blocks import map_blocks
from .colour import linear_to_srgb, srgb_to_linear
from .layout import join_alpha, split_alpha

_FLOOR = 1e-3  # below it the logarithm of a curve says more about noise than about light


def _curved(encoded: torch.Tensor, curves: tuple[tuple[float, ...], ...]) -> torch.Tensor:
    """Per channel: ln(linear) as a polynomial of ln(encoded), lowest power first; straight to zero below the floor."""
    x = encoded.clamp_min(_FLOOR).log()
    powers = torch.stack([x**k for k in range(len(curves[0]))], dim=-1)
    weights = torch.tensor(curves, dtype=encoded.dtype, device=encoded.device)
    return (powers * weights).sum(-1).clamp(max=4.0).exp() * (encoded / _FLOOR).clamp(max=1.0)


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
        start = _curved(encoded, grade.curves)
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
