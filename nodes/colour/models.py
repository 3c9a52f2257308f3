"""The corrections a plate can be fitted with, from nothing to a grey curve with a root-polynomial matrix.

All are fitted by weighted least squares in linear light, dark patches weighing more, as the eye weighs them. Root-polynomial
terms: Finlayson, Mackiewicz, Hurlbert 2015, "Color correction using root-polynomial regression": they keep their result under
a change of exposure, which plain polynomials do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.colour import linear_to_xyz, srgb_to_linear, srgb_to_oklab, xyz_to_lab
from ..image.grade import curve_pixels, expand_terms
from ..wires.grade import TERMS, Grade

LADDER = ("identity", "exposure", "white balance", "matrix", "affine", "root polynomial", "curve", "curve + matrix",
          "curve + root polynomial")
_TERMS = {"matrix": "rgb", "affine": "rgb1", "root polynomial": "root2", "curve + matrix": "rgb", "curve + root polynomial": "root2"}
PARAMETERS = {"identity": 0, "exposure": 1, "white balance": 3, "matrix": 9, "affine": 12, "root polynomial": 18, "curve": 9,
              "curve + matrix": 18, "curve + root polynomial": 27}
_EYE = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


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


def decode(encoded: np.ndarray) -> np.ndarray:
    """Encoded sRGB to linear light, float64."""
    return srgb_to_linear(torch.from_numpy(np.asarray(encoded, float))).numpy()


def lab(linear: np.ndarray) -> np.ndarray:
    """Linear sRGB (N, 3) to CIELAB D65."""
    return xyz_to_lab(linear_to_xyz(torch.from_numpy(np.asarray(linear, float)))).numpy()


def weights(wanted_linear: np.ndarray) -> np.ndarray:
    """One weight a patch, sum N: an error of a given size in linear light is seen the more the darker the patch."""
    raw = np.maximum(lab(wanted_linear)[:, 0], 8.0) ** -1.2
    return raw * len(raw) / raw.sum()


def _rows(matrix: np.ndarray) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(v) for v in row) for row in matrix)


def _curves(patches: Patches) -> tuple[tuple[tuple[float, ...], ...], tuple[float, float]] | None:
    """Per channel ln(linear grey) as a quadratic of ln(encoded), and the range it is known in; None where it would turn round."""
    seen, target = patches.seen[patches.grey], decode(patches.wanted[patches.grey])[:, 1]
    if len(seen) < 4 or (seen.max(0) < seen.min(0) * 1.5).any():
        return None
    bounds = float(np.clip(seen.min(), 2e-3, 1)), float(np.clip(seen.max(), 4e-3, 1))
    if bounds[0] >= bounds[1]:
        return None
    out = []
    for channel in seen.T:
        x = np.log(np.clip(channel, *bounds))
        c, b, a = np.polyfit(x, np.log(target), 2)
        ends = b + 2 * c * np.log(np.array(bounds))
        if ends.min() < 0.2 or ends.max() > 8:
            return None
        out.append((float(a), float(b), float(c)))
    return tuple(out), bounds


def _matrix(start: np.ndarray, wanted: np.ndarray, terms: str) -> np.ndarray | None:
    """Weighted least-squares matrix (3, terms) from linear `start` to linear `wanted`, or None without enough patches."""
    design = expand_terms(torch.from_numpy(start), terms).numpy()
    if len(design) < TERMS[terms] + 2:
        return None
    root = np.sqrt(weights(wanted))[:, None]
    return np.linalg.lstsq(design * root, wanted * root, rcond=None)[0].T


def fit(model: str, patches: Patches) -> Grade | None:
    """Fit one model of `LADDER`, or None where the patches do not carry it."""
    if model == "identity":
        return Grade(model=model)
    wanted, grey = decode(patches.wanted), patches.grey & (patches.wanted.min(1) > 0.25)
    start, curves = decode(patches.seen), None
    if model.startswith("curve"):
        made = _curves(patches)
        if made is None:
            return None
        curves, bounds = made
        start = curve_pixels(torch.from_numpy(patches.seen), curves, bounds).numpy()
        if model == "curve":
            return Grade(model=model, curves=curves, curve_range=bounds)
    elif model in ("exposure", "white balance"):
        use = grey if grey.any() else np.ones(len(start), bool)
        share = weights(wanted)[use][:, None]
        gains = (share * start[use] * wanted[use]).sum(0) / np.maximum((share * start[use] ** 2).sum(0), 1e-9)
        gains = np.full(3, gains[1]) if model == "exposure" else gains
        return Grade(model=model, matrix=_rows(np.diag(gains)))
    matrix = _matrix(start, wanted, _TERMS[model])
    if matrix is None:
        return None
    extra = {"curves": curves, "curve_range": bounds} if curves is not None else {}
    return Grade(model=model, terms=_TERMS[model], matrix=_rows(matrix), **extra)


def chroma(encoded: np.ndarray) -> np.ndarray:
    """OKLab chroma (N,) of encoded sRGB (N, 3)."""
    return np.hypot(*srgb_to_oklab(torch.from_numpy(np.asarray(encoded, float))).numpy()[..., 1:].T)
