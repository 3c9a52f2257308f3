"""Applying a grade, in blocks: the exact arithmetic, on the CPU by OpenCV to 3e-5 of it."""

from __future__ import annotations

import numpy as np
import torch

from .. import runtime
from ..wires.check import number, wired
from ..wires.grade import Grade
from .colour import linear_to_srgb, srgb_to_linear
from .curves import curve_pixels
from .grade_fast import grade_frame
from .grade_lut import shaper_pixels, table_pixels
from .layout import luma

_BLOCK = 4_000_000  # pixels at a time: a few arrays of them fit any GPU beside a model


def expand_terms(rgb: torch.Tensor, terms: str) -> torch.Tensor:
    """Terms of a pixel (…, 3): `rgb`; `rgb1` adds a constant; `root2` adds √rg, √gb, √rb; `poly2` products, squares, a constant.

    Root polynomials: Finlayson 2015. The polynomial of ten terms: Cheung, Westland 2004.
    """
    if terms == "rgb":
        return rgb
    if terms == "rgb1":
        return torch.cat((rgb, torch.ones_like(rgb[..., :1])), dim=-1)
    if terms == "poly2":
        r, g, b = rgb.unbind(-1)
        products = torch.stack((r * g, g * b, r * b, r * r, g * g, b * b, torch.ones_like(r)), dim=-1)
        return torch.cat((rgb, products), dim=-1)
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


def grade_pixels(encoded: torch.Tensor, grade: Grade) -> torch.Tensor:
    """Apply `grade` to encoded sRGB (…, 3), unclipped; of one with keys the steady `matrix`: take `grade.at(frame)` of those."""
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


def apply_grade(images: torch.Tensor, grade: Grade, strength: float = 1.0, *, first: int = 0) -> torch.Tensor:
    """Grade an IMAGE batch.

    Args:
        images: (B, H, W, 3|4), encoded sRGB 0..1; alpha passes unchanged.
        grade: The transform. A refused or identity grade returns `images` itself.
        strength: 0 leaves the frames, 1 is the whole grade; between them encoded values are mixed.
        first: Number of the first frame in its clip, for a grade that changes over the clip.

    Returns:
        A batch of the same shape, dtype and device, clipped to 0..1.
    """
    number(strength, "strength", 0, 1)
    number(first, "first_frame", 0)
    if wired(grade, Grade, "grade").is_identity or strength == 0:
        return images
    device, out = runtime.compute_device(images), torch.empty_like(images, memory_format=torch.contiguous_format)
    exact, bar = torch.promote_types(images.dtype, torch.float32), runtime.Progress(len(images))
    for index, target in enumerate(out):
        frame, here = images[index].detach(), grade.at(first + index)
        if device.type == "cpu" and exact == torch.float32:
            made = target if target.dtype == exact else torch.empty_like(target, dtype=exact)
            grade_frame(frame.to(exact).numpy(), made.numpy(), here, strength, _exactly)
            if made is not target:
                target.copy_(made)
        else:
            _grade_on(device, frame, target, here, strength)
        bar.step()
    return out


def _grade_on(device: torch.device, frame: torch.Tensor, target: torch.Tensor, grade: Grade, strength: float) -> None:
    """Grade a frame into `target`, computing on a device and no less exactly than float32, in blocks."""
    exact = torch.promote_types(frame.dtype, torch.float32)
    for seen, made in zip(frame.flatten(0, 1).split(_BLOCK), target.flatten(0, 1).split(_BLOCK), strict=True):
        rgb = seen[:, :3].to(device, exact)
        made[:, :3] = torch.lerp(rgb, grade_pixels(rgb, grade).clamp(0, 1), strength).clamp(0, 1)
        made[:, 3:] = seen[:, 3:]


def _exactly(pixels: np.ndarray, grade: Grade) -> np.ndarray:
    return grade_pixels(torch.from_numpy(pixels), grade).numpy()
