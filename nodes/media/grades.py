"""Grades as text files: .cube LUTs and ASC CDLs (.cdl, .cc, .ccc), written from a Grade and read back.

All of them take and give sRGB-encoded values. A LUT and a CDL are approximations of the exact grade: `lut_error` and
`cdl_error` say by how much. Formats: Adobe Cube LUT Specification 1.0 (red runs fastest); ASC Color Decision List 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import torch
from scipy.optimize import least_squares

from ..image.colour import delta_e_2000, srgb_to_lab
from ..image.grade import grade_pixels
from ..wires.grade import Grade

FORMATS = ("cube", "cdl", "cc", "ccc")
_LUMA = np.array((0.2126, 0.7152, 0.0722))
_NAMESPACE = "urn:ASC:CDL:v1.01"
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"


@dataclass(frozen=True, slots=True)
class Residual:
    """CIEDE2000 between a file and the exact grade: mean, 99th percentile and largest."""

    mean: float
    p99: float
    largest: float


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


def _grid(size: int) -> torch.Tensor:
    """All nodes of a cube (size³, 3), red fastest."""
    line = torch.linspace(0, 1, size, dtype=torch.float64)
    blue, green, red = torch.meshgrid(line, line, line, indexing="ij")
    return torch.stack((red, green, blue), dim=-1).reshape(-1, 3)


def cube_table(grade: Grade, size: int = 33) -> np.ndarray:
    """The grade at `size`³ nodes (size³, 3), red fastest, clipped to 0..1.

    Raises:
        ValueError: The size is not 2..129.
    """
    if not 2 <= size <= 129:
        raise ValueError(f"expected a LUT of 2 to 129 nodes an axis, got {size}: 33 is usual, 65 finer")
    return grade_pixels(_grid(size), grade).clamp(0, 1).numpy()


def cube_text(grade: Grade, size: int = 33, title: str = "raccord") -> str:
    """A .cube file of the grade, sRGB-encoded in and out."""
    rows = "\n".join("%.6f %.6f %.6f" % tuple(row) for row in cube_table(grade, size))
    safe = title.replace('"', "'").replace("\n", " ")
    return (f'TITLE "{safe}"\n# {grade.model}; sRGB-encoded values in and out\nLUT_3D_SIZE {size}\n'
            f"DOMAIN_MIN 0.0 0.0 0.0\nDOMAIN_MAX 1.0 1.0 1.0\n{rows}\n")


def parse_cube(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Read a 3D .cube.

    Returns:
        The table (size, size, size, 3), indexed blue, green, red, and the domain (2, 3): lowest and highest input.

    Raises:
        ValueError: Not a 3D .cube, or its rows are not as many as its size asks for; the line is named.
    """
    size, domain, rows = 0, np.array(((0.0,) * 3, (1.0,) * 3)), []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#")[0].split()
        if not words or words[0] == "TITLE":
            continue
        try:
            if words[0] == "LUT_3D_SIZE":
                size = int(words[1])
            elif words[0] in ("DOMAIN_MIN", "DOMAIN_MAX"):
                domain[int(words[0] == "DOMAIN_MAX")] = [float(w) for w in words[1:4]]
            elif words[0][0].isalpha() and words[0].lower() not in ("nan", "inf"):
                raise ValueError(f"keyword {words[0]}")
            else:
                red, green, blue = (float(w) for w in words)
                rows.append((red, green, blue))
        except (ValueError, IndexError) as error:
            raise ValueError(f"expected a 3D .cube, got line {number} {line.strip()[:40]!r} ({error})") from error
    table = np.array(rows)
    if size < 2 or len(rows) != size**3 or not np.isfinite(table).all() or not (domain[1] > domain[0]).all():
        raise ValueError(f"expected LUT_3D_SIZE cubed rows of numbers, got size {size} and {len(rows)} rows")
    return table.reshape(size, size, size, 3), domain


def tetrahedral(table: np.ndarray, encoded: np.ndarray) -> np.ndarray:
    """Look encoded values (N, 3), 0..1, up in a table (size, size, size, 3; blue, green, red) by tetrahedra."""
    size = len(table)
    at = np.clip(np.asarray(encoded, float), 0, 1) * (size - 1)
    low = np.minimum(at.astype(int), size - 2)
    part = at - low
    order = np.argsort(-part, axis=1, kind="stable")
    steps = np.take_along_axis(part, order, axis=1)
    corner = low.copy()
    out = (1 - steps[:, :1]) * table[corner[:, 2], corner[:, 1], corner[:, 0]]
    for k in range(3):
        corner[np.arange(len(corner)), order[:, k]] += 1
        share = steps[:, k] - (steps[:, k + 1] if k < 2 else 0)
        out += share[:, None] * table[corner[:, 2], corner[:, 1], corner[:, 0]]
    return out


def _residual(exact: torch.Tensor, approximate: np.ndarray) -> Residual:
    other = torch.from_numpy(np.clip(approximate, 0, 1))
    apart = delta_e_2000(srgb_to_lab(exact), srgb_to_lab(other)).numpy()
    return Residual(float(apart.mean()), float(np.percentile(apart, 99)), float(apart.max()))


def lut_error(grade: Grade, table: np.ndarray, *, count: int = 20_000, seed: int = 7) -> Residual:
    """How far a table (size³ rows or size, size, size, 3) is from the grade, over random colours, looked up by tetrahedra."""
    size = round((table.size / 3) ** (1 / 3))
    colours = np.random.default_rng(seed).random((count, 3))
    exact = grade_pixels(torch.from_numpy(colours), grade).clamp(0, 1)
    return _residual(exact, tetrahedral(table.reshape(size, size, size, 3), colours))


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
    return _residual(grade_pixels(torch.from_numpy(colours), grade).clamp(0, 1), cdl.apply(colours))


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
        raise ValueError(f"expected a <ColorCorrection> in the file, got {text.strip()[:40]!r}")
    found: dict[str, tuple[float, ...]] = {}
    for tag, count, plain in (("Slope", 3, 1.0), ("Offset", 3, 0.0), ("Power", 3, 1.0), ("Saturation", 1, 1.0)):
        match = re.search(rf"<(?:\w+:)?{tag}>([^<]*)</", text)
        words = re.findall(_NUMBER, match.group(1)) if match else [plain] * count
        if len(words) != count:
            raise ValueError(f"expected {count} numbers in <{tag}>, got {match.group(1).strip()[:40] if match else ''!r}")
        found[tag] = tuple(map(float, words))
    return Cdl(found["Slope"], found["Offset"], found["Power"], found["Saturation"][0])  # type: ignore[arg-type]
