"""Grades as .cube LUTs, 3D or 1D: written from a Grade, looked up, and measured against the exact grade.

Values are sRGB-encoded in and out. Format: Adobe Cube LUT Specification 1.0, red runs fastest. `cube_read.py` reads them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.colour import delta_e_2000, srgb_to_lab
from ..image.grade import grade_pixels
from ..wires.grade import Grade

CURVE_NODES = 4096
_DIGITS = "{:.7f} {:.7f} {:.7f}"  # half a unit of the last digit is 3000 times below a 12-bit code value


@dataclass(frozen=True, slots=True)
class Residual:
    """CIEDE2000 between a file and the exact grade: mean, 99th percentile and largest."""

    mean: float
    p99: float
    largest: float


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
    """A 3D .cube file of the grade, sRGB-encoded in and out."""
    return _text(grade, f"LUT_3D_SIZE {size}", cube_table(grade, size), title)


def _text(grade: Grade, size: str, rows: np.ndarray, title: str) -> str:
    safe, model = (" ".join(t.replace('"', "'").split()) for t in (title, grade.model))
    return (f'TITLE "{safe}"\n# {model}; sRGB-encoded values in and out\n{size}\n'
            "DOMAIN_MIN 0.0 0.0 0.0\nDOMAIN_MAX 1.0 1.0 1.0\n" + "\n".join(_DIGITS.format(*row) for row in rows.tolist()) + "\n")


def is_per_channel(grade: Grade) -> bool:
    """Whether each channel of the result hangs on the same channel alone, so that 1D curves can hold the grade."""
    if grade.table is not None:
        return False
    if grade.cdl is not None:
        return grade.cdl[9] == 1
    others = [value for i, row in enumerate(grade.matrix) for k, value in enumerate(row) if k not in (i, 3)]
    return grade.shaper is not None or (not any(others) and (grade.terms != "root2" or not any(r[3] for r in grade.matrix)))


def curve_table(grade: Grade) -> np.ndarray:
    """The grade of the greys at 4096 nodes (4096, 3), clipped to 0..1: all of a grade that works per channel.

    Raises:
        ValueError: The grade mixes channels.
    """
    if not is_per_channel(grade):
        raise ValueError(f"expected a grade that treats each channel by itself, got {grade.model}, which mixes them: "
                         "use the 3D cube")
    line = torch.linspace(0, 1, CURVE_NODES, dtype=torch.float64)
    return grade_pixels(line[:, None].repeat(1, 3), grade).clamp(0, 1).numpy()


def curve_text(grade: Grade, title: str = "raccord") -> str:
    """A 1D .cube file of the grade, sRGB-encoded in and out."""
    return _text(grade, f"LUT_1D_SIZE {CURVE_NODES}", curve_table(grade), title)


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


def trilinear(table: np.ndarray, encoded: np.ndarray) -> np.ndarray:
    """The same lookup from all eight corners of a cell."""
    at = np.clip(np.asarray(encoded, float), 0, 1) * (len(table) - 1)
    low = np.minimum(at.astype(int), len(table) - 2)
    part, out = at - low, np.zeros_like(at)
    for corner in np.ndindex(2, 2, 2):
        weight = np.where(corner, part, 1 - part).prod(1, keepdims=True)
        red, green, blue = (low + corner).T
        out += weight * table[blue, green, red]
    return out


def residual(exact: torch.Tensor, approximate: np.ndarray) -> Residual:
    """CIEDE2000 between encoded sRGB (N, 3) and what a file makes of it, clipped to 0..1."""
    other = torch.from_numpy(np.clip(approximate, 0, 1))
    apart = delta_e_2000(srgb_to_lab(exact), srgb_to_lab(other)).numpy()
    return Residual(float(apart.mean()), float(np.percentile(apart, 99)), float(apart.max()))


def worst(*errors: Residual) -> Residual:
    """The largest of each number."""
    return Residual(*(max(getattr(error, name) for error in errors) for name in Residual.__slots__))


def random_colours(count: int = 10_000, seed: int = 7) -> np.ndarray:
    """Random colours (2 · count, 3): half of them even over the cube, half as dark as pictures are, where LUTs are coarse."""
    some = np.random.default_rng(seed).random((2, count, 3))
    return np.concatenate((some[0], some[1] ** 2))


def lut_error(grade: Grade, table: np.ndarray, *, count: int = 10_000, seed: int = 7) -> Residual:
    """How far a 3D LUT (size³ rows or size, size, size, 3) is from the grade over random colours.

    Tools look a LUT up by tetrahedra or trilinearly: each number is the worse of the two.
    """
    size, colours = round((table.size / 3) ** (1 / 3)), random_colours(count, seed)
    nodes, exact = table.reshape(size, size, size, 3), grade_pixels(torch.from_numpy(colours), grade).clamp(0, 1)
    return worst(*(residual(exact, look_up(nodes, colours)) for look_up in (tetrahedral, trilinear)))


def curve_error(grade: Grade, table: np.ndarray, *, count: int = 10_000, seed: int = 7) -> Residual:
    """How far 1D curves (n, 3) are from the grade over random colours."""
    colours = torch.from_numpy(random_colours(count, seed))
    made = grade_pixels(colours, Grade("curves", "encoded", shaper=torch.from_numpy(table)))
    return residual(grade_pixels(colours, grade).clamp(0, 1), made.numpy())
