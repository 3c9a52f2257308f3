"""Grades as .cube LUTs: written from a Grade, read back, looked up, and measured against the exact grade.

Values are sRGB-encoded in and out. Format: Adobe Cube LUT Specification 1.0, red runs fastest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.colour import delta_e_2000, srgb_to_lab
from ..image.grade import grade_pixels
from ..wires.check import quoted
from ..wires.grade import Grade


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
    """A .cube file of the grade, sRGB-encoded in and out."""
    rows = "\n".join(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in cube_table(grade, size).tolist())
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
            raise ValueError(f"expected a 3D .cube, got line {number} {quoted(line.strip(), 40)}: save it again") from error
    table = np.array(rows)
    if size < 2 or len(rows) != size**3 or not np.isfinite(table).all() or not (domain[1] > domain[0]).all():
        raise ValueError(f"expected LUT_3D_SIZE cubed rows of numbers, got size {size} and {len(rows)} rows: "
                         "save it again")
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


def residual(exact: torch.Tensor, approximate: np.ndarray) -> Residual:
    """CIEDE2000 between encoded sRGB (N, 3) and what a file makes of it, clipped to 0..1."""
    other = torch.from_numpy(np.clip(approximate, 0, 1))
    apart = delta_e_2000(srgb_to_lab(exact), srgb_to_lab(other)).numpy()
    return Residual(float(apart.mean()), float(np.percentile(apart, 99)), float(apart.max()))


def lut_error(grade: Grade, table: np.ndarray, *, count: int = 20_000, seed: int = 7) -> Residual:
    """How far a table (size³ rows or size, size, size, 3) is from the grade, over random colours, looked up by tetrahedra."""
    size = round((table.size / 3) ** (1 / 3))
    colours = np.random.default_rng(seed).random((count, 3))
    exact = grade_pixels(torch.from_numpy(colours), grade).clamp(0, 1)
    return residual(exact, tetrahedral(table.reshape(size, size, size, 3), colours))
