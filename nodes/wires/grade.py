"""One colour transform for a whole clip. `image/grade.py` applies it, `media/grades.py` writes and reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch

SPACES = ("linear", "encoded")
TERMS = {"rgb": 3, "rgb1": 4, "root2": 6}


@dataclass(frozen=True, slots=True)
class Grade:
    """Curves, then a matrix over terms of the pixel, in linear light or on encoded values.

    A pixel's sRGB-encoded value goes through `curves` (per channel, see `image/grade.py`) or, without them, is decoded when
    `space` is linear; its `terms` (`rgb`; `rgb1`: with a constant; `root2`: with √rg, √gb, √rb) are multiplied with `matrix`
    (3 × number of terms); a linear result is encoded again. Values are not clipped. Curves are trusted inside `curve_range`
    (encoded values) and go on outside it as the power law that touches them there.

    A grade that was loaded holds `cdl` (slope, offset, power per channel, saturation) or `table` (size, size, size, 3; indexed
    blue, green, red) over `domain` (lowest and highest input) instead; both act on encoded values.
    """

    model: str = "identity"
    space: str = "linear"
    terms: str = "rgb"
    matrix: tuple[tuple[float, ...], ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    curves: tuple[tuple[float, ...], ...] | None = None
    curve_range: tuple[float, float] = (0.02, 1.0)
    source: str = ""
    refused: str = ""
    cdl: tuple[float, ...] | None = None
    table: torch.Tensor | None = field(default=None, compare=False, repr=False)
    domain: tuple[tuple[float, ...], tuple[float, ...]] = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))

    def __post_init__(self) -> None:
        if self.space not in SPACES or self.terms not in TERMS:
            raise ValueError(f"expected a space of {SPACES} and terms of {tuple(TERMS)}, got {self.space} and {self.terms}")
        if self.curves is not None and (len(self.curves) != 3 or not 0 < self.curve_range[0] < self.curve_range[1]):
            raise ValueError(f"expected three curves and a rising range above 0, got {self.curves} over {self.curve_range}")
        if self.cdl is not None and len(self.cdl) != 10:
            raise ValueError(f"expected 10 numbers of a CDL, got {len(self.cdl)}")
        shape = (0, 0, 0, 3) if self.table is None else tuple(self.table.shape)
        if len(shape) != 4 or len(set(shape[:3])) != 1 or shape[3] != 3:
            raise ValueError(f"expected a table (n, n, n, 3), got {shape}")
        if len(self.matrix) != 3 or any(len(row) != TERMS[self.terms] for row in self.matrix):
            raise ValueError(f"expected a matrix of 3 × {TERMS[self.terms]} for terms {self.terms}, got {self.matrix}")

    @classmethod
    def refuse(cls, reason: str) -> Grade:
        """The grade of a refusal: changes nothing, and says why."""
        return cls(refused=reason)

    @property
    def is_identity(self) -> bool:
        """Whether frames pass unchanged."""
        eye = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
        plain = self.curves is None and self.cdl is None and self.table is None
        return plain and tuple(row[:3] for row in self.matrix) == eye and not any(v for row in self.matrix for v in row[3:])

    def to_json(self) -> dict:
        """Plain values."""
        names = ("model", "space", "terms", "matrix", "curves", "curve_range", "source", "refused", "cdl")
        return {name: getattr(self, name) for name in names} | {"table": None if self.table is None else len(self.table)}
