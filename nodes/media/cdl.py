"""Grades as ASC Color Decision Lists 1.2: slope, offset, power, saturation, in .cdl, .cc or .ccc files, for encoded values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import torch
from scipy.optimize import least_squares

from ..image.colour import srgb_to_lab
from ..image.grade import grade_pixels
from ..wires.grade import Grade
from .cube import Residual, random_colours, residual, worst

_LUMA = np.array((0.2126, 0.7152, 0.0722))
_NAMESPACE = "urn:ASC:CDL:v1.01"


@dataclass(frozen=True, slots=True)
class Cdl:
    """Slope, offset and power per channel, then saturation about Rec.709 luma, on encoded values."""

    slope: tuple[float, float, float] = (1.0, 1.0, 1.0)
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    power: tuple[float, float, float] = (1.0, 1.0, 1.0)
    saturation: float = 1.0

    def apply(self, encoded: np.ndarray) -> np.ndarray:
        """Encoded values (…, 3) through the list, not clipped above; below zero the power does not reach."""
        value = np.asarray(encoded, float) * self.slope + self.offset
        value = np.where(value > 0, np.maximum(value, 0) ** np.array(self.power), value)
        luma = (value @ _LUMA)[..., None]
        return luma + self.saturation * (value - luma)


def _everyday() -> np.ndarray:
    """Colours that pictures are made of: greys, and hues of moderate saturation at several brightnesses."""
    greys = np.linspace(0.04, 0.97, 16)[:, None] * np.ones(3)
    line = np.linspace(0.06, 0.94, 6)
    cube = np.stack(np.meshgrid(line, line, line), axis=-1).reshape(-1, 3)
    muted = cube.mean(1, keepdims=True) + 0.55 * (cube - cube.mean(1, keepdims=True))
    return np.concatenate((greys, greys, muted))


def _of(numbers: Sequence[float] | np.ndarray) -> Cdl:
    values = [tuple(float(v) for v in numbers[i:i + 3]) for i in (0, 3, 6)]
    return Cdl(*values, float(numbers[9]))  # type: ignore[arg-type]


def fit_cdl(grade: Grade) -> Cdl:
    """The CDL nearest to a grade over everyday colours: least squares in CIELAB. A grade that is a CDL is its own."""
    if grade.cdl is not None and grade.shaper is None and grade.table is None:
        return _of(grade.cdl)
    colours = _everyday()
    exact = grade_pixels(torch.from_numpy(colours), grade).clamp(0, 1)
    target = srgb_to_lab(exact).numpy()

    def rest(p: np.ndarray) -> np.ndarray:
        lab = srgb_to_lab(torch.from_numpy(_of(p).apply(colours).clip(0, 1))).numpy()
        return (lab - target).ravel()

    low, high = [0.2] * 3 + [-0.4] * 3 + [0.3] * 3 + [0.0], [5.0] * 3 + [0.4] * 3 + [3.0] * 4
    return _of(least_squares(rest, [1.0] * 3 + [0.0] * 3 + [1.0] * 4, bounds=(low, high), max_nfev=200).x)


def cdl_error(grade: Grade, cdl: Cdl) -> Residual:
    """How far a CDL is from the grade: each number the worse of everyday colours, for which it is fitted, and random ones."""
    return worst(*(residual(grade_pixels(torch.from_numpy(colours), grade).clamp(0, 1), cdl.apply(colours))
                   for colours in (_everyday(), random_colours())))


def _numbers(values: Sequence[float]) -> str:
    return " ".join(f"{v:.9g}" for v in values)


def cdl_text(cdl: Cdl, form: str = "cdl", name: str = "raccord") -> str:
    """A .cdl, .cc or .ccc file of one correction.

    Raises:
        ValueError: Another form.
    """
    body = (f"<ColorCorrection id={quoteattr(name)}>\n<SOPNode>\n"
            f"<Description>{escape(name)}: for sRGB-encoded values</Description>\n<Slope>{_numbers(cdl.slope)}</Slope>\n"
            f"<Offset>{_numbers(cdl.offset)}</Offset>\n<Power>{_numbers(cdl.power)}</Power>\n</SOPNode>\n"
            f"<SatNode>\n<Saturation>{cdl.saturation:.9g}</Saturation>\n</SatNode>\n</ColorCorrection>\n")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    if form == "cc":
        return head + body
    if form == "ccc":
        return f'{head}<ColorCorrectionCollection xmlns="{_NAMESPACE}">\n{body}</ColorCorrectionCollection>\n'
    if form == "cdl":
        return (f'{head}<ColorDecisionList xmlns="{_NAMESPACE}">\n<ColorDecision>\n{body}</ColorDecision>\n'
                "</ColorDecisionList>\n")
    raise ValueError(f"expected a form of cdl, cc, ccc, got {form!r}")
