"""What the colours of a picture prove: which there are, how much each stands out, and black and white, which every mark may wear.

Three rules, each smooth, none learnt. A colour stands out by its chroma, measured against the most vivid colour of the same
picture: a black word beside a red sign does not make a black brand. A picture of nothing but black and white is a variant that
every brand has, and contradicts a colour only so far; so does a kit of nothing but black and white, because the mark may have
been coloured since. An area that is clearly one colour of the kit proves nothing about another.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch

from ..image.colour import delta_e_2000
from ..wires.kit_colours import KitColour
from .cells import Cells, chroma_of, kit_chroma, lab_of, membership, oklab_of

EVIDENCE_AREA = 0.005
LEAST_CHROMA = 0.02  # OKLab: what grey weighs beside colours of 0.1 to 0.3
_SMALL, _LARGE = 0.005, 0.02  # below the first a main colour does not count, above the second it counts whole
_STEP, _REACH = 0.02, 0.08
_HALF = 22
_GRID = (53, 2 * _HALF, 2 * _HALF)
_BELL = np.exp(-((np.arange(9) - 4) / 2) ** 2)
_QUIET = 0.1  # what black and white weigh among the main colours
_OTHER = 15.0
_LAST = 1e6
_PER_E, _FREE = 4.0, 1.0  # ΔE for each factor of e in chroma beyond the first
_GREY, _COLOURED, _VIVID = 0.02, 0.05, 0.15
_NOT_GREY = 40.0
_BLACK, _WHITE, _SHARE = (0.40, 0.25), (0.93, 0.98), (0.70, 0.95)


def ramp(value: np.ndarray | float, start: float, end: float) -> np.ndarray:
    """0 at `start`, 1 at `end`, straight between them."""
    return np.clip((np.asarray(value) - start) / (end - start), 0, 1)


def main_colours(cells: Cells) -> tuple[torch.Tensor, np.ndarray]:
    """Main colours of a picture: OKLab (m, 3) and area (m), largest density first.

    Cells fall into a fixed grid of OKLab; the densest grid cell takes all that lies within 0.08 of it, then the densest of the
    rest. Nothing is iterated, so the answer does not depend on a start.
    """
    keys = np.floor(cells.oklab.numpy() / _STEP).astype(int) + (0, _HALF, _HALF)
    keys = np.clip(keys, 0, np.array(_GRID) - 1)
    flat, number = np.unique(np.ravel_multi_index(tuple(keys.T), _GRID), return_inverse=True)
    area = np.bincount(number, cells.share)
    centres = np.stack([np.bincount(number, cells.share * cells.oklab[:, c].numpy()) for c in range(3)], 1) / area[:, None]
    free, means, areas = np.ones(len(area), bool), [], []
    for seed in np.argsort(-_density(flat, area), kind="stable"):
        if free[seed]:
            near = free & (((centres - centres[seed]) ** 2).sum(1) <= _REACH**2)
            free &= ~near
            areas.append(area[near].sum())
            means.append((centres[near] * area[near, None]).sum(0) / areas[-1])
    return torch.from_numpy(np.array(means)), np.array(areas)


def _density(flat: np.ndarray, area: np.ndarray) -> np.ndarray:
    """Area around each filled grid cell (its number in the grid `flat`), under a Gaussian of two steps."""
    at = np.array(np.unravel_index(flat, _GRID))
    at -= at.min(1, keepdims=True)
    room = np.zeros(at.max(1) + 1)  # no more than what is filled
    room[tuple(at)] = area
    for axis in range(3):
        padded = np.pad(np.moveaxis(room, axis, 0), ((4, 4), (0, 0), (0, 0)))
        blurred = sum(_BELL[i] * padded[i:i + len(padded) - 8] for i in range(9))
        room = np.moveaxis(np.asarray(blurred), 0, axis)
    return room[tuple(at)]


def near_main(cells: Cells, main: torch.Tensor) -> np.ndarray:
    """Which cells (n) a main colour stands for."""
    return (cells.oklab - main).norm(dim=1).numpy() <= _REACH


def counting(oklab: torch.Tensor, area: np.ndarray) -> np.ndarray:
    """Weight of main colours: the root of the area of those large enough, a tenth for black and white; sums to 1."""
    t = ramp(area, _SMALL, _LARGE)
    weight = np.maximum(t * t * (3 - 2 * t), 1e-4 * area) * np.sqrt(area) * (1 - (1 - _QUIET) * plainness(oklab))
    return weight / weight.sum()


def nearest_area(distance: np.ndarray, share: np.ndarray, *values: np.ndarray,
                 claimed: np.ndarray | None = None) -> tuple[float, ...]:
    """Means of `values` over the 0.5 % of the area with the least `distance`; what another kit colour claims comes last."""
    key = distance if claimed is None else distance + _LAST * (claimed > 0.5)
    near = np.partition(key, len(key) // 16)[len(key) // 16]
    order = np.flatnonzero(key <= near)  # mostly these are enough, and the rest need not be sorted
    order = order if share[order].sum() >= EVIDENCE_AREA else np.arange(len(key))
    order = order[np.argsort(key[order], kind="stable")]
    taken = np.diff(np.minimum(np.cumsum(share[order]), EVIDENCE_AREA), prepend=0)
    return tuple(float((value[order] * taken).sum() / taken.sum()) for value in values)


def most_vivid(cells: Cells) -> float:
    """Chroma of the most vivid 0.5 % of the area."""
    return cells.once("vivid", lambda: nearest_area(-cells.chroma, cells.share, cells.chroma)[0])


def standing_back(cells: Cells, colours: tuple[KitColour, ...]) -> np.ndarray:
    """How much less each cell stands out in the picture than a kit colour does in the kit, in ΔE: (n, K).

    Standing out is chroma over the most vivid; the first factor of e is free.
    """
    chroma, most = cells.chroma, most_vivid(cells)
    in_picture = np.log((most + LEAST_CHROMA) / (np.minimum(chroma, most) + LEAST_CHROMA))
    kit = kit_chroma(colours) + LEAST_CHROMA
    return _PER_E * np.maximum(in_picture[None] - np.log(kit.max() / kit)[:, None] - _FREE, 0).T


def black_and_white(cells: Cells) -> float:
    """How far a picture is nothing but black and white."""
    plain = float((plainness(cells.oklab) * cells.share).sum())
    return float(ramp(most_vivid(cells), _COLOURED, _GREY) * ramp(plain, *_SHARE))


@lru_cache(1024)
def black_and_white_kit(colours: tuple[KitColour, ...]) -> float:
    """How far a kit is nothing but black and white."""
    return float(ramp(kit_chroma(colours).max(), _COLOURED, _GREY) * ramp(kit_plainness(colours).mean(), *_SHARE))


@lru_cache(1024)
def kit_plainness(colours: tuple[KitColour, ...]) -> np.ndarray:
    """How much each colour of a kit is black or white: (K) 0..1."""
    return plainness(oklab_of(colours))


def plainness(oklab: torch.Tensor) -> np.ndarray:
    """How much colours (n, 3) are black or white: (n) 0..1."""
    light = oklab[:, 0].numpy()
    return np.maximum(ramp(light, *_BLACK), ramp(light, *_WHITE)) * ramp(chroma_of(oklab), _COLOURED, _GREY)


def not_grey(oklab: torch.Tensor, colours: tuple[KitColour, ...]) -> np.ndarray:
    """What is added to the difference of main colours (m, 3) to the kit's: (m, K). A vivid colour is no poor grey.

    Without that, a hue that is turned away comes to rest on the kit's white.
    """
    grey = ramp(kit_chroma(colours), _COLOURED, _GREY)
    return _NOT_GREY * ramp(chroma_of(oklab), _COLOURED, _VIVID)[:, None] * grey[None]


def claimed_by_others(distance: np.ndarray, colours: tuple[KitColour, ...]) -> np.ndarray:
    """How much each cell is another, clearly different kit colour: (n, K).

    Without that, a primary whose hue is turned away comes to rest on the kit's grey.
    """
    if len(colours) == 1:
        return np.zeros_like(distance)
    member = membership(distance, np.array([c.tolerance for c in colours]))
    best, most, other = member.argmax(1), member.max(1), _apart(colours)
    out = np.empty(member.shape[::-1])
    for k, apart in enumerate(other):
        out[k] = np.where(apart[best], most, 0)
        akin = np.flatnonzero((most > 0) & ~apart[best])  # few: only there the next best must be looked for
        out[k, akin] = (member[akin] * apart).max(1)
    return out.T


@lru_cache(256)
def _apart(colours: tuple[KitColour, ...]) -> np.ndarray:
    """Which kit colours clearly differ: (K, K)."""
    lab = lab_of(colours)
    return delta_e_2000(lab[:, None], lab[None]).numpy() > _OTHER


def role_differences(cells: Cells, colours: tuple[KitColour, ...], distance: np.ndarray, eased: np.ndarray) -> np.ndarray:
    """For every kit colour what is nearest to it in 0.5 % of the picture: (K, 3) plain and eased ΔE, and ΔE of standing back."""
    back, claimed = standing_back(cells, colours), claimed_by_others(distance, colours)
    return np.array([nearest_area(eased[:, k] + back[:, k], cells.share, distance[:, k], eased[:, k], back[:, k],
                                  claimed=claimed[:, k]) for k in range(len(colours))])
