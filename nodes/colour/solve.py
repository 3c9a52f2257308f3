"""Choosing the correction: every model fitted, judged at patches it has not seen, the simplest of the good ones taken."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from ..image.colour import delta_e_2000, srgb_to_linear
from ..image.grade import grade_pixels
from ..wires.grade import Grade
from .models import LADDER, SIMPLE, Patches, chroma, fit, lab

REFUSE, DOUBT = 10.0, 6.0  # CIEDE2000, mean over patches left out: right readings reach 9.8, wrong ones begin there
_TIE = 0.05  # CIEDE2000 that a model with more parameters must win by


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
    graded = grade_pixels(torch.from_numpy(np.asarray(seen, float)), grade)
    linear = srgb_to_linear(graded).numpy()
    target = srgb_to_linear(torch.from_numpy(np.asarray(wanted, float))).numpy()
    return delta_e_2000(torch.from_numpy(lab(linear)), torch.from_numpy(lab(target))).numpy()


def leave_one_out(model: str, patches: Patches) -> np.ndarray | None:
    """CIEDE2000 (N,) of each patch under the model fitted to all the others, or None where that fails for one."""
    graded = []
    for i in range(len(patches.seen)):
        grade = fit(model, patches.without(i))
        if grade is None:
            return None
        graded.append(grade_pixels(torch.from_numpy(patches.seen[i:i + 1]), grade))
    out = errors(Grade(), torch.cat(graded).numpy(), patches.wanted)
    return out if np.isfinite(out).all() else None


def solve(patches: Patches) -> Solved:
    """Fit every model that the patches carry and take the one that predicts unseen patches best, the simplest among equals.

    A plate of greys alone says nothing about colours: only exposure, balance and curve are tried then.
    """
    coloured = bool((chroma(np.clip(patches.wanted, 0, 1)) > 0.05).sum() >= 4)
    models = [m for m in LADDER if (m != "curve") == coloured or m in SIMPLE]
    judged = {m: left for m in models if (left := leave_one_out(m, patches)) is not None}
    tried = {m: float(left.mean()) for m, left in judged.items()}
    others = {m: e for m, e in tried.items() if m != "identity"}
    best = min(others.values(), default=np.inf)
    near = [m for m in others if others[m] <= best + _TIE] if best < tried["identity"] else ["identity"]
    chosen = min(near, key=LADDER.index)
    grade = fit(chosen, patches)
    assert grade is not None  # noqa: S101  it was fitted with one patch less
    return Solved(replace(grade, source="plate"), errors(Grade(), patches.seen, patches.wanted),
                  errors(grade, patches.seen, patches.wanted), judged[chosen], tried)
