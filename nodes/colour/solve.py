"""Choosing the correction: every model fitted, judged at patches it has not seen, the simplest of the good ones taken.

The choice is made by the same left-out errors that are reported, which makes them a little too good: choosing again without
each patch (a nested leave-one-out, `tests/bench/grade_rows.py fit`) gives a mean 0.2 ΔE2000 higher on the photographs there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from ..image.grade import grade_pixels
from ..wires.grade import Grade
from .models import LADDER, NUMBERS, SIMPLE, Patches, chroma, decode, fit, leave_one_out
from .perceptual import delta_e, lab

REFUSE, DOUBT = 10.0, 6.0  # CIEDE2000, mean over patches left out: right readings reach 9.8, wrong ones begin there
PRICE = 0.004  # CIEDE2000 by which each number that a model has to be told must make it better


@dataclass(frozen=True, slots=True)
class Solved:
    """A correction and its errors in CIEDE2000, one a patch that was used: `before`, `after` in the fit and `left_out` of it.

    `tried` holds the mean left-out error of every model that could be fitted.
    """

    grade: Grade
    before: np.ndarray
    after: np.ndarray
    left_out: np.ndarray
    tried: dict[str, float]

    @property
    def delta_e_before(self) -> float:
        """Mean difference with no correction."""
        return float(self.before.mean())

    @property
    def delta_e_mean(self) -> float:
        """Mean difference at the patches that were fitted."""
        return float(self.after.mean())

    @property
    def delta_e_loo(self) -> float:
        """Mean difference at patches left out of the fit, one after another."""
        return float(self.left_out.mean())


def errors(grade: Grade, seen: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """CIEDE2000 (N,) between graded `seen` and `wanted`, both encoded sRGB (N, 3), nothing clipped."""
    graded = grade_pixels(torch.from_numpy(np.asarray(seen, float)), grade).numpy()
    return delta_e(lab(decode(graded)), lab(decode(wanted)))


def solve(patches: Patches) -> Solved:
    """Fit every model that the patches carry and take the one that predicts unseen patches best, the simplest among equals.

    A plate of greys alone says nothing about colours: only exposure, balance and curve are tried then.
    """
    coloured = bool((chroma(np.clip(patches.wanted, 0, 1)) > 0.05).sum() >= 4)
    models = [m for m in LADDER if (m != "curve") == coloured or m in SIMPLE]
    judged = {m: left for m in models if (left := leave_one_out(m, patches)) is not None}
    tried = {m: float(left.mean()) for m, left in judged.items()}
    chosen = min(tried, key=lambda m: tried[m] + PRICE * NUMBERS[m])
    grade = fit(chosen, patches)
    assert grade is not None  # noqa: S101  it was fitted with one patch less
    return Solved(replace(grade, source="plate"), errors(Grade(), patches.seen, patches.wanted),
                  errors(grade, patches.seen, patches.wanted), judged[chosen], tried)
