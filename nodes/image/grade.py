"""Applying a grade, in blocks: the exact arithmetic, on the CPU by tables that stay within 1e-4 of it."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from .. import runtime
from ..wires.check import number, wired
from ..wires.grade import Domain, Grade
from .blocks import map_blocks
from .colour import linear_to_srgb, srgb_to_linear
from .curves import curve_pixels
from .grade_tables import can_grade, grade_frame
from .layout import join_alpha, luma, split_alpha


def expand_terms(rgb: torch.Tensor, terms: str) -> torch.Tensor:
    """Terms of a pixel (…, 3): `rgb`; `rgb1` adds a constant; `root2` adds √rg, √gb, √rb (Finlayson 2015)."""
    if terms == "rgb":
        return rgb
    if terms == "rgb1":
        return torch.cat((rgb, torch.ones_like(rgb[..., :1])), dim=-1)
    r, g, b = rgb.clamp_min(0).unbind(-1)
    roots = torch.stack((r * g, g * b, r * b), dim=-1).sqrt()
    return torch.cat((rgb, roots), dim=-1)


def cdl_pixels(encoded: torch.Tensor, cdl: tuple[float, ...]) -> torch.Tensor:
    """ASC CDL on encoded values (…, 3): slope, offset, power, then saturation about Rec.709 luma; no power reaches below zero."""
    slope, offset, power = (torch.tensor(cdl[i:i + 3], dtype=encoded.dtype, device=encoded.device) for i in (0, 3, 6))
    value = encoded * slope + offset
    value = torch.where(value > 0, value.clamp_min(0).pow(power), value)
    grey = luma(value)[..., None]
    return grey + cdl[9] * (value - grey)


def table_pixels(encoded: torch.Tensor, table: torch.Tensor, domain: Domain) -> torch.Tensor:
    """Encoded values (…, 3) looked up in a table (n, n, n, 3; blue, green, red), between nodes by trilinear weights."""
    low, high = (torch.tensor(v, dtype=encoded.dtype, device=encoded.device) for v in domain)
    at = ((encoded - low) / (high - low)).clamp(0, 1) * 2 - 1
    nodes = table.to(encoded).permute(3, 0, 1, 2)[None]
    out = F.grid_sample(nodes, at.reshape(1, 1, 1, -1, 3), mode="bilinear", padding_mode="border", align_corners=True)
    return out.reshape(3, -1).T.reshape(encoded.shape)


def shaper_pixels(encoded: torch.Tensor, shaper: torch.Tensor, domain: Domain) -> torch.Tensor:
    """Encoded values (…, 3), each channel through its own curve of `shaper` (n, 3), straight between nodes."""
    nodes, (low, high) = shaper.to(encoded), (torch.tensor(v, dtype=encoded.dtype, device=encoded.device) for v in domain)
    at = ((encoded - low) / (high - low)).clamp(0, 1) * (len(nodes) - 1)
    left = at.long().clamp_max(len(nodes) - 2)
    start, end = (torch.gather(nodes, 0, (left + k).reshape(-1, 3)).reshape(encoded.shape) for k in (0, 1))
    return torch.lerp(start, end, at - left)


def grade_pixels(encoded: torch.Tensor, grade: Grade) -> torch.Tensor:
    """Apply `grade` to encoded sRGB (…, 3), unclipped."""
    if grade.is_identity:
        return encoded
    if grade.shaper is not None:
        encoded = shaper_pixels(encoded, grade.shaper, grade.shaper_domain)
        if grade.table is None:
            return encoded
    if grade.table is not None:
        return table_pixels(encoded, grade.table, grade.domain)
    if grade.cdl is not None:
        return cdl_pixels(encoded, grade.cdl)
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
    number(strength, "strength", 0, 1)
    if wired(grade, Grade, "grade").is_identity or strength == 0:
        return images
    if strength == 1 and runtime.compute_device(images).type == "cpu" and can_grade(images, grade):
        return _by_tables(images, grade)

    def graded(frames: torch.Tensor) -> torch.Tensor:
        rgb, alpha = split_alpha(frames)
        return join_alpha(torch.lerp(rgb, grade_pixels(rgb, grade), strength).clamp_(0, 1), alpha)

    return map_blocks(images, graded)


def _by_tables(images: torch.Tensor, grade: Grade) -> torch.Tensor:
    out, bar = torch.empty_like(images, memory_format=torch.contiguous_format), runtime.Progress(len(images))
    for frame, target in zip(images.detach(), out, strict=True):
        grade_frame(frame.numpy(), target.numpy(), grade, lambda pixels: grade_pixels(pixels, grade))
        bar.step()
    return out
