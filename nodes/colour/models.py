"""The corrections a plate can be fitted with, from nothing to a grey curve with a root-polynomial matrix.

Root-polynomial terms: Finlayson, Mackiewicz, Hurlbert 2015, "Color correction using root-polynomial regression": they keep
their result under a change of exposure, which the polynomial of Cheung, Westland 2004 does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch

from ..image.colour import srgb_to_linear, srgb_to_oklab
from ..image.curves import curve_pixels
from ..image.grade import expand_terms
from ..wires.grade import TERMS, Grade, Matrix
from .perceptual import delta_e, fit_matrices, gains, lab

# name: terms, and the ridge that holds them; more of it would blur matrices, less would let ten terms chase noise
_MATRICES = {"matrix": ("rgb", 0.0), "affine": ("rgb1", 0.0), "root polynomial": ("root2", 0.002),
             "curve + matrix": ("rgb", 0.0), "gentle curve + root polynomial": ("root2", 0.002),
             "curve + root polynomial": ("root2", 0.0), "polynomial": ("poly2", 0.004)}
SIMPLE = ("identity", "exposure", "white balance")
LADDER = (*SIMPLE, "curve", *_MATRICES)  # from the simplest on
NUMBERS = {"identity": 0, "exposure": 1, "white balance": 3, "curve": 9} | {  # that a model has to be told
    name: 3 * TERMS[terms] + 9 * ("curve" in name) for name, (terms, _) in _MATRICES.items()}
_TURNS, _GREY_NOISE = 3, 0.03  # rounds of Huber's weights on the greys, and what an error of one is allowed: 3 % of its light
_CLIPPED, _TRUST_CLIPPED = (0.003, 0.996), 0.3  # encoded; what was beyond is not known, but it was at least that


Curved = tuple[tuple[tuple[float, ...], ...], tuple[float, float]]  # curves and the range they are known in


@dataclass(frozen=True, slots=True)
class Patches:
    """What a fit sees: `seen` and `wanted` (N, 3) encoded sRGB, `grey` (N,) marks the neutral patches."""

    seen: np.ndarray
    wanted: np.ndarray
    grey: np.ndarray

    def without(self, index: int) -> Patches:
        """All but one."""
        keep = np.arange(len(self.seen)) != index
        return Patches(self.seen[keep], self.wanted[keep], self.grey[keep])

    @property
    def trust(self) -> np.ndarray:
        """Weight (N,) of each patch: less where the picture clips it."""
        clipped = (self.seen.min(1) < _CLIPPED[0]) | (self.seen.max(1) > _CLIPPED[1])
        return np.where(clipped, _TRUST_CLIPPED, 1.0)


def decode(encoded: np.ndarray) -> np.ndarray:
    """Encoded sRGB to linear light, float64."""
    return srgb_to_linear(torch.from_numpy(np.asarray(encoded, float))).numpy()


def _rows(matrix: np.ndarray) -> Matrix:
    return tuple(map(tuple, matrix.tolist()))


def fit(model: str, patches: Patches) -> Grade | None:
    """Fit one model of `LADDER` to all patches, or None where they do not carry it."""
    made = _fit_folds(model, patches, np.ones((1, len(patches.seen))))
    return made[0](0) if made else None


def leave_one_out(model: str, patches: Patches) -> np.ndarray | None:
    """CIEDE2000 (N,) of each patch under the model fitted to all the others, or None where that fails for one.

    The whole model is fitted again each time, its grey curve too where a grey is left out; nothing is known of that patch.
    """
    count = len(patches.seen)
    made = _fit_folds(model, patches, 1 - np.eye(count))
    if not made:
        return None
    out = delta_e(lab(made[1]), lab(decode(patches.wanted)))
    return out if np.isfinite(out).all() else None


def _fit_folds(model: str, patches: Patches, keep: np.ndarray) -> tuple[Callable[[int], Grade], np.ndarray] | None:
    """What gives the grade of a fold, and the linear light (F, 3) of the patches left out; `keep` (F, N) is 0 there, else 1."""
    out = keep.argmin(1)
    if model == "identity":
        return lambda _: Grade(model=model), decode(patches.seen)[out]
    curves = _fold_curves(patches, keep) if "curve" in model else [None] * len(keep)
    if curves is None:
        return None
    start = np.stack([_start(patches.seen, c) for c in (curves if curves[0] else curves[:1])])
    here = start[range(len(keep)) if len(start) > 1 else [0] * len(keep), out]
    if model == "curve":
        return lambda i: _grade(model, curves[i]), here
    wanted, share = decode(patches.wanted), keep * patches.trust
    if model in SIMPLE:
        gain = _gains(model, patches, start, wanted, share)
        return lambda i: _grade(model, None, np.diag(gain[i])), here * gain
    terms, ridge = _MATRICES[model]
    if keep.sum(1).min() < TERMS[terms] + 2:
        return None
    expanded = expand_terms(torch.from_numpy(start), terms).numpy()
    matrices = fit_matrices(expanded, wanted, share, ridge)
    last = expand_terms(torch.from_numpy(here), terms).numpy()
    return lambda i: _grade(model, curves[i], matrices[i], terms), (matrices @ last[..., None])[..., 0]


def _grade(model: str, curves: Curved | None, matrix: np.ndarray | None = None, terms: str = "rgb") -> Grade:
    out = Grade(model, terms=terms, matrix=_rows(np.eye(3) if matrix is None else matrix))
    return out if curves is None else replace(out, curves=curves[0], curve_range=curves[1])


def _gains(model: str, patches: Patches, start: np.ndarray, wanted: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Gains (F, 3) by the greys that are not too dark to tell, of an exposure the same in all channels."""
    grey = patches.grey & (patches.wanted.min(1) > 0.25)
    use = np.where(grey, 1.0, 0.0) if (share * grey).sum(1).min() > 0 else np.ones(len(grey))
    light = np.maximum(lab(wanted)[:, 0], 8.0) ** -1.2  # an error of a given size in light is seen the more the darker it is
    out = gains(start, wanted, np.repeat((share * use * light)[..., None], 3, axis=2))
    return np.repeat(out[:, 1:2], 3, axis=1) if model == "exposure" else out


def _start(seen: np.ndarray, curves: Curved | None) -> np.ndarray:
    return decode(seen) if curves is None else curve_pixels(torch.from_numpy(np.asarray(seen, float)), *curves).numpy()


def _fold_curves(patches: Patches, keep: np.ndarray) -> list[Curved | None] | None:
    """The grey curves of each fold, or None where one fold has none; they change only where a grey is left out."""
    known: dict[bytes, Curved | None] = {}
    out: list[Curved | None] = []
    for left in (keep > 0) & patches.grey:
        key = left.tobytes()
        if key not in known:
            known[key] = _curves(patches, left)
        if known[key] is None:
            return None
        out.append(known[key])
    return out


def _curves(patches: Patches, greys: np.ndarray) -> Curved | None:
    """Per channel ln(linear grey) as a polynomial of ln(encoded), and the range it is known in; None where greys do not tell."""
    seen, target = patches.seen[greys], decode(patches.wanted[greys])[:, 1]
    if len(seen) < 4 or (seen.max(0) < seen.min(0) * 1.5).any():
        return None
    bounds = float(np.clip(seen.min(), 2e-3, 1)), float(np.clip(seen.max(), 4e-3, 1))
    if bounds[0] >= bounds[1]:
        return None
    made = [_curve(np.log(np.clip(channel, *bounds)), np.log(target), np.log(bounds)) for channel in seen.T]
    return None if None in made else (tuple(made), bounds)  # type: ignore[return-value]


def _curve(x: np.ndarray, y: np.ndarray, ends: np.ndarray) -> tuple[float, ...] | None:
    """A quadratic, or where that would turn round or leap a straight line, through points of which one may be wrong."""
    for degree in (2, 1):
        powers, weight, line = x ** np.arange(degree + 1)[:, None], np.ones_like(x), np.zeros(degree + 1)
        for _ in range(_TURNS):
            line = np.linalg.lstsq((powers * np.sqrt(weight)).T, np.sqrt(weight) * y, rcond=None)[0]
            error = np.abs(line @ powers - y)
            weight = np.minimum(1.0, np.maximum(1.5 * np.median(error), _GREY_NOISE) / np.maximum(error, 1e-9))
        slopes = line[1] + 2 * (*line, 0.0)[2] * ends
        if slopes.min() > 0.2 and slopes.max() < 8:
            return tuple(map(float, (*line, 0.0)[:3]))
    return None


def chroma(encoded: np.ndarray) -> np.ndarray:
    """OKLab chroma (N,) of encoded sRGB (N, 3)."""
    return np.hypot(*srgb_to_oklab(torch.from_numpy(np.asarray(encoded, float))).numpy()[..., 1:].T)
