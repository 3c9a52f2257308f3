"""One colour transform for a whole clip. `image/grade.py` applies it, `media/grades.py` writes and reads it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from . import grade_json

SPACES = ("linear", "encoded")
TERMS = {"rgb": 3, "rgb1": 4, "root2": 6, "poly2": 10}
Matrix = tuple[tuple[float, ...], ...]
Domain = tuple[tuple[float, ...], tuple[float, ...]]  # lowest and highest input, three channels each
_EYE: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Grade:
    """Curves, then a matrix over terms of the pixel, in linear light or on encoded values.

    A pixel's sRGB-encoded value goes through `curves` (per channel, see `image/grade.py`) or, without them, is decoded when
    `space` is linear; its `terms` (`rgb`; `rgb1`: with a constant; `root2`: with √rg, √gb, √rb; `poly2`: with rg, gb, rb, r²,
    g², b² and a constant) are multiplied with `matrix` (3 × number of terms); a linear result is encoded again. Values are not
    clipped. Curves are trusted inside `curve_range` (encoded values) and go on outside it as the power law that touches them.

    A grade that was loaded holds `cdl` (slope, offset, power per channel, saturation) or `table` (size, size, size, 3; indexed
    blue, green, red) over `domain` (lowest and highest input) instead; both act on encoded values. What is outside the domain
    is taken at its edge. A LUT's own 1D curves, `shaper` (n, 3) over `shaper_domain`, come before its table, or stand alone.

    A clip that drifts gets `keys`: frame numbers, counted from the clip's first frame, each with the matrix that holds there.
    `at` gives the grade of a frame: between keys the matrix is interpolated, before and after them it stays. `matrix` is then
    what one steady map for the clip would be, for those who can take only one.
    """

    model: str = "identity"
    space: str = "linear"
    terms: str = "rgb"
    matrix: Matrix = _EYE
    curves: tuple[tuple[float, ...], ...] | None = None
    curve_range: tuple[float, float] = (0.02, 1.0)
    source: str = ""
    refused: str = ""
    cdl: tuple[float, ...] | None = None
    table: torch.Tensor | None = field(default=None, compare=False, repr=False)
    domain: Domain = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    keys: tuple[tuple[int, Matrix], ...] = ()
    shaper: torch.Tensor | None = field(default=None, compare=False, repr=False)
    shaper_domain: Domain = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))

    def __post_init__(self) -> None:
        if self.space not in SPACES or self.terms not in TERMS:
            raise ValueError(f"expected a space of {SPACES} and terms of {tuple(TERMS)}, got {self.space} and {self.terms}")
        rising = len(self.curve_range) == 2 and 0 < self.curve_range[0] < self.curve_range[1]
        if not rising or (self.curves is not None and len(self.curves) != 3):
            raise ValueError(f"expected three curves and a rising range above 0, got {self.curves} over {self.curve_range}")
        if self.cdl is not None and len(self.cdl) != 10:
            raise ValueError(f"expected 10 numbers of a CDL, got {len(self.cdl)}")
        for low_high in (self.domain, self.shaper_domain):
            if len(low_high) != 2 or any(len(row) != 3 for row in low_high):
                raise ValueError(f"expected a domain of two colours, got {low_high}")
        shape = (0, 0, 0, 3) if self.table is None else tuple(self.table.shape)
        if len(shape) != 4 or len(set(shape[:3])) != 1 or shape[3] != 3:
            raise ValueError(f"expected a table (n, n, n, 3), got {shape}")
        if self.shaper is not None and (self.shaper.ndim != 2 or self.shaper.shape[1] != 3 or len(self.shaper) < 2):
            raise ValueError(f"expected a shaper (n, 3), got {tuple(self.shaper.shape)}")
        for matrix in (self.matrix, *(m for _, m in self.keys)):
            if len(matrix) != 3 or any(len(row) != TERMS[self.terms] for row in matrix):
                raise ValueError(f"expected a matrix of 3 × {TERMS[self.terms]} for terms {self.terms}, got {matrix}")
        self._check_keys()
        every = (*self.matrix, *(self.curves or ()), self.curve_range, self.cdl or (), *self.domain, *self.shaper_domain)
        if not all(math.isfinite(v) for row in every for v in row):
            raise ValueError(f"expected finite numbers in a grade, got {self.model} with some that are not: measure it again")

    def _check_keys(self) -> None:
        frames = [frame for frame, _ in self.keys]
        if len(frames) == 1 or frames != sorted(set(frames)):
            raise ValueError(f"expected two or more keys at rising frames, got {frames[:9]}")
        if frames and not self.is_formula:
            raise ValueError("expected keys on a grade of matrices, got them on a CDL or a LUT: bake one file a frame")
        if not all(math.isfinite(v) for _, matrix in self.keys for row in matrix for v in row):
            raise ValueError("expected finite numbers in the keys of a grade, got some that are not: measure it again")

    @classmethod
    def refuse(cls, reason: str) -> Grade:
        """The grade of a refusal: changes nothing, and says why."""
        return cls(refused=reason)

    @property
    def is_formula(self) -> bool:
        """Whether it is curves and a matrix, and not a CDL or a LUT."""
        return self.cdl is None and self.table is None and self.shaper is None

    @property
    def is_identity(self) -> bool:
        """Whether frames pass unchanged."""
        plain = self.curves is None and self.is_formula
        matrices = (self.matrix, *(matrix for _, matrix in self.keys))
        return plain and all(tuple(row[:3] for row in m) == _EYE and not any(v for row in m for v in row[3:]) for m in matrices)

    def ramp(self, *keys: tuple[int, Sequence[Sequence[float]]]) -> Grade:
        """The same grade with another matrix at each of two or more frames: `grade.ramp((0, first), (last, end))`.

        The matrices are over this grade's own terms and after its own curves; `after_gains` makes one of measured gains.
        """
        rows = tuple((int(frame), tuple(tuple(float(v) for v in row) for row in matrix)) for frame, matrix in keys)
        return replace(self, keys=rows)

    def after_gains(self, gains: Sequence[float]) -> Matrix:
        """The matrix that does what this grade does, to light that was multiplied by `gains` (3,) first.

        A clip whose light drifts to `drift` (3,) times what it was gets `grade.after_gains(1 / drift)` as its last key.
        """
        r, g, b = (float(v) for v in gains)
        pairs = (r * g, g * b, r * b)
        more = {"rgb": (), "rgb1": (1.0,), "root2": tuple(p**0.5 for p in pairs),
                "poly2": (*pairs, r * r, g * g, b * b, 1.0)}[self.terms]
        scale = (r, g, b, *more)
        return tuple(tuple(value * s for value, s in zip(row, scale, strict=True)) for row in self.matrix)

    def at(self, frame: float) -> Grade:
        """The steady grade of one frame; itself where it has no keys.

        What a row does to grey (the sum of its weights) is interpolated as gains are, in logarithms, and how it mixes
        channels straight: a drift of exposure at constant speed is taken back exactly.
        """
        if not self.keys:
            return self
        frames = [number for number, _ in self.keys]
        right = int(np.clip(np.searchsorted(frames, frame), 1, len(frames) - 1))
        (start, low), (end, high) = self.keys[right - 1], self.keys[right]
        share = min(max((frame - start) / (end - start), 0.0), 1.0)
        return replace(self, matrix=_between(np.array(low), np.array(high), share), keys=())

    def to_json(self) -> dict:
        """Plain values from which `from_json` makes the same grade, exactly; a LUT's nodes as text."""
        return grade_json.plain(self, grade_json.packed)

    @classmethod
    def from_json(cls, values: Mapping) -> Grade:
        """Read what `to_json` gave, also what earlier versions gave.

        Raises:
            ValueError: It is no grade, one of a later schema, or a part of it is missing or of another form.
        """
        return cls(**grade_json.fields(values))

    def facts(self) -> dict:
        """The same values for a report: of a LUT only its size and a hash."""
        return grade_json.plain(self, grade_json.digest)


def _between(low: np.ndarray, high: np.ndarray, share: float) -> Matrix:
    straight = low + (high - low) * share
    grey = np.stack((low.sum(1), high.sum(1)))
    if (grey > 1e-6).all():
        gain = grey[0] ** (1 - share) * grey[1] ** share
        mixed = (low / grey[0][:, None]) * (1 - share) + (high / grey[1][:, None]) * share
        straight = mixed * gain[:, None]
    return tuple(tuple(float(v) for v in row) for row in straight)
