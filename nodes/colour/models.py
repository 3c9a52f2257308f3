"""The corrections a plate can be fitted with, from nothing to a grey curve with a root-polynomial matrix.

All are fitted by weighted least squares in linear light, dark patches weighing more, as the eye weighs them. Root-polynomial
terms: Finlayson, Mackiewicz, Hurlbert 2015, "Color correction using root-polynomial regression": they keep their result under
a change of exposure, which plain polynomials do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from ..image.colour import linear_to_xyz, srgb_to_linear, srgb_to_oklab, xyz_to_lab
from ..image.curves import curve_pixels
from ..image.grade import expand_terms
from ..wires.grade import TERMS, Grade

_RIDGE = {"gentle matrix": 0.02, "gentle root polynomial": 0.003, "gentle curve + root polynomial": 0.001}
_TERMS = {"gentle matrix": "rgb", "matrix": "rgb", "affine": "rgb1", "gentle root polynomial": "root2",
          "root polynomial": "root2",
          "curve + matrix": "rgb", "gentle curve + root polynomial": "root2", "curve + root polynomial": "root2"}
SIMPLE = ("identity", "exposure", "white balance")
LADDER = (*SIMPLE, "curve", *_TERMS)  # from the simplest on
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


def _matrix(start: np.ndarray, wanted: np.ndarray, terms: str, ridge: float) -> np.ndarray | None:
    """Weighted least-squares matrix (3, terms) from linear `start` to linear `wanted`, or None without enough patches.

    `ridge` draws it towards plain gains, by a share of each term's own energy, so that exposure does not matter to it.
    """
    design = expand_terms(torch.from_numpy(start), terms).numpy()
    if len(design) < TERMS[terms] + 2:
        return None
    share = weights(wanted)[:, None]
    gains = (share * start * wanted).sum(0) / np.maximum((share * start**2).sum(0), 1e-9)
    plain = np.zeros((design.shape[1], 3))
    plain[:3] = np.diag(gains)
    root, pull = np.sqrt(share), np.sqrt(ridge * (share * design**2).sum(0))
    rows = np.concatenate((design * root, np.diag(pull)))
    return np.linalg.lstsq(rows, np.concatenate((wanted * root, pull[:, None] * plain)), rcond=None)[0].T


def fit(model: str, patches: Patches) -> Grade | None:
    """Fit one model of `LADDER`, or None where the patches do not carry it."""
    if model == "identity":
        return Grade(model=model)
    wanted, grey = decode(patches.wanted), patches.grey & (patches.wanted.min(1) > 0.25)
    start, plain = decode(patches.seen), Grade(model=model)
    if "curve" in model:
        made = _curves(patches)
        if made is None:
            return None
        plain = replace(plain, curves=made[0], curve_range=made[1])
        start = curve_pixels(torch.from_numpy(patches.seen), *made).numpy()
        if model == "curve":
            return plain
    elif model in ("exposure", "white balance"):
        use = grey if grey.any() else np.ones(len(start), bool)
        share = weights(wanted)[use][:, None]
        gains = (share * start[use] * wanted[use]).sum(0) / np.maximum((share * start[use] ** 2).sum(0), 1e-9)
        gains = np.full(3, gains[1]) if model == "exposure" else gains
        return replace(plain, matrix=_rows(np.diag(gains)))
    matrix = _matrix(start, wanted, _TERMS[model], _RIDGE.get(model, 0.0))
    if matrix is None:
        return None
    return replace(plain, terms=_TERMS[model], matrix=_rows(matrix))


def chroma(encoded: np.ndarray) -> np.ndarray:
    """OKLab chroma (N,) of encoded sRGB (N, 3)."""
    return np.hypot(*srgb_to_oklab(torch.from_numpy(np.asarray(encoded, float))).numpy()[..., 1:].T)
