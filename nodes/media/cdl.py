"""Grades as ASC Color Decision Lists 1.2: slope, offset, power, saturation, in .cdl, .cc or .ccc files, for encoded values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import torch
from scipy.optimize import least_squares

from ..image.colour import srgb_to_lab
from ..image.grade import grade_pixels
from ..wires.check import quoted
from ..wires.grade import Grade
from .cube import Residual, residual

_LUMA = np.array((0.2126, 0.7152, 0.0722))
_NAMESPACE = "urn:ASC:CDL:v1.01"
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"


@dataclass(frozen=True, slots=True)
class Cdl:
    """Slope, offset and power per channel, then saturation about Rec.709 luma, on encoded values."""

    slope: tuple[float, float, float] = (1.0, 1.0, 1.0)
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    power: tuple[float, float, float] = (1.0, 1.0, 1.0)
    saturation: float = 1.0

    def apply(self, encoded: np.ndarray) -> np.ndarray:
        """Encoded values (…, 3) through the list, not clipped above; below zero the power does not reach."""
        value = np.maximum(np.asarray(encoded, float) * self.slope + self.offset, 0) ** np.array(self.power)
        luma = (value @ _LUMA)[..., None]
        return luma + self.saturation * (value - luma)


def _everyday() -> np.ndarray:
    """Colours that pictures are made of: greys, and hues of moderate saturation at several brightnesses."""
    greys = np.linspace(0.04, 0.97, 16)[:, None] * np.ones(3)
    line = np.linspace(0.06, 0.94, 6)
    cube = np.stack(np.meshgrid(line, line, line), axis=-1).reshape(-1, 3)
    muted = cube.mean(1, keepdims=True) + 0.55 * (cube - cube.mean(1, keepdims=True))
    return np.concatenate((greys, greys, muted))


def fit_cdl(grade: Grade) -> Cdl:
    """The CDL nearest to a grade over everyday colours: least squares in CIELAB."""
    colours = _everyday()
    exact = grade_pixels(torch.from_numpy(colours), grade).clamp(0, 1)
    target = srgb_to_lab(exact).numpy()

    def made(p: np.ndarray) -> Cdl:
        values = [tuple(float(v) for v in p[i:i + 3]) for i in (0, 3, 6)]
        return Cdl(*values, float(p[9]))  # type: ignore[arg-type]

    def rest(p: np.ndarray) -> np.ndarray:
        lab = srgb_to_lab(torch.from_numpy(made(p).apply(colours).clip(0, 1))).numpy()
        return (lab - target).ravel()

    low, high = [0.2] * 3 + [-0.4] * 3 + [0.3] * 3 + [0.0], [5.0] * 3 + [0.4] * 3 + [3.0] * 4
    return made(least_squares(rest, [1.0] * 3 + [0.0] * 3 + [1.0] * 4, bounds=(low, high), max_nfev=200).x)


def cdl_error(grade: Grade, cdl: Cdl) -> Residual:
    """How far a CDL is from the grade, over everyday colours."""
    colours = _everyday()
    return residual(grade_pixels(torch.from_numpy(colours), grade).clamp(0, 1), cdl.apply(colours))


def _numbers(values: Sequence[float]) -> str:
    return " ".join(f"{v:.6g}" for v in values)


def cdl_text(cdl: Cdl, form: str = "cdl", name: str = "raccord") -> str:
    """A .cdl, .cc or .ccc file of one correction.

    Raises:
        ValueError: Another form.
    """
    body = (f"<ColorCorrection id={quoteattr(name)}>\n<SOPNode>\n"
            f"<Description>{escape(name)}: for sRGB-encoded values</Description>\n<Slope>{_numbers(cdl.slope)}</Slope>\n"
            f"<Offset>{_numbers(cdl.offset)}</Offset>\n<Power>{_numbers(cdl.power)}</Power>\n</SOPNode>\n"
            f"<SatNode>\n<Saturation>{cdl.saturation:.6g}</Saturation>\n</SatNode>\n</ColorCorrection>\n")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    if form == "cc":
        return head + body
    if form == "ccc":
        return f'{head}<ColorCorrectionCollection xmlns="{_NAMESPACE}">\n{body}</ColorCorrectionCollection>\n'
    if form == "cdl":
        return (f'{head}<ColorDecisionList xmlns="{_NAMESPACE}">\n<ColorDecision>\n{body}</ColorDecision>\n'
                "</ColorDecisionList>\n")
    raise ValueError(f"expected a form of cdl, cc, ccc, got {form!r}")


def parse_cdl(text: str) -> Cdl:
    """Read the first correction of a .cdl, .cc or .ccc file; what it leaves out does nothing.

    Raises:
        ValueError: There is no correction in it, or a value is not three numbers (one for saturation).
    """
    if not re.search(r"<(?:\w+:)?ColorCorrection[\s>]", text):
        raise ValueError(f"expected a <ColorCorrection> in the file, got {quoted(text.strip(), 40)}: save it as ASC CDL")
    found: dict[str, tuple[float, ...]] = {}
    for tag, count, plain in (("Slope", 3, 1.0), ("Offset", 3, 0.0), ("Power", 3, 1.0), ("Saturation", 1, 1.0)):
        match = re.search(rf"<(?:\w+:)?{tag}>([^<]*)</", text)
        words = re.findall(_NUMBER, match.group(1)) if match else [plain] * count
        if len(words) != count:
            raise ValueError(f"expected {count} numbers in <{tag}>, got {len(words)}: save it again")
        found[tag] = tuple(map(float, words))
    return Cdl(found["Slope"], found["Offset"], found["Power"], found["Saturation"][0])  # type: ignore[arg-type]
