"""The map that takes colours to the colours they belong to, of the simplest kind that predicts pairs it has not seen.

Robust least squares: pairs that the map cannot explain (something moved, a highlight wandered) lose their weight step by step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.colour import delta_e_2000, linear_to_srgb, srgb_to_lab
from ..image.curves import curve_pixels
from ..image.grade import expand_terms, grade_pixels
from ..wires.grade import TERMS, Grade
from .scenes import Pairs

_KINDS = {  # name: space, terms, whether channels mix, whether curves come first; from the simplest on
    "gains": ("linear", "rgb", False, False), "gains, clipped ends": ("linear", "rgb", False, False),
    "gain and offset": ("encoded", "rgb1", False, False),
    "matrix": ("linear", "rgb", True, False), "curves": ("linear", "rgb", False, True),
    "affine": ("linear", "rgb1", True, False), "affine, encoded": ("encoded", "rgb1", True, False),
    "curves and matrix": ("linear", "rgb", True, True),
}
_ROUNDS = 6
_GAIN, _TIE = 0.97, 0.01  # a richer kind must leave less than this share of the error, by this much
_FLOOR = 0.35  # CIEDE2000: what 8 bits leave; no richer kind can be told from a plainer one below
_RIDGE = 1e-5
_NODES, _END = 1021, 8 / 255  # of curves that lift what was clipped; how far the lift reaches from the end of the range
_WITH_CLIPPED = ("affine", "affine, encoded")  # kinds whose offset may make up for what was clipped


@dataclass(frozen=True, slots=True)
class Fitted:
    """A grade, its mean CIEDE2000 at pairs it has not seen (the worst tenth left out), and that of every kind tried."""

    grade: Grade
    left_out: float
    tried: dict[str, float]


def _encoded(linear: np.ndarray) -> torch.Tensor:
    return linear_to_srgb(torch.from_numpy(linear)).clamp(0, 1)


def _slope(linear: np.ndarray) -> np.ndarray:
    """How fast the encoded value rises with light: what an error of light weighs."""
    return np.minimum(12.92, 0.4396 * np.maximum(linear, 1e-4) ** (1 / 2.4 - 1))


def _curves(seen: np.ndarray, wanted: np.ndarray) -> tuple[tuple[tuple[float, ...], ...], tuple[float, float]] | None:
    """Per channel ln(light wanted) as a quadratic of ln(encoded), robustly, and the range it is known in."""
    encoded = _encoded(seen).numpy()
    bounds = float(np.clip(np.percentile(encoded, 1), 0.02, 0.5)), float(np.clip(np.percentile(encoded, 99), 0.6, 1))
    out = []
    for channel, target in zip(encoded.T, wanted.T, strict=True):
        x, y = np.log(np.clip(channel, *bounds)), np.log(np.maximum(target, 1e-4))
        answer = np.zeros(3)
        design, weight = np.stack((np.ones_like(x), x, x * x), 1), channel.copy()  # the eye sees the brighter ones' ratio better
        for _ in range(_ROUNDS):
            use = design * weight[:, None]
            answer = np.linalg.lstsq(use.T @ design + _RIDGE * np.eye(3), use.T @ y, rcond=None)[0]
            rest = np.abs(y - design @ answer)
            weight = channel / (1 + (rest / max(2 * np.median(rest), 0.01)) ** 2)
        ends = answer[1] + 2 * answer[2] * np.log(np.array(bounds))
        if ends.min() < 0.4 or ends.max() > 6:
            return None
        out.append(tuple(map(float, answer)))
    return tuple(out), bounds


def fit_kind(kind: str, seen: np.ndarray, wanted: np.ndarray) -> Grade | None:
    """Fit one kind of map to pairs of linear light (N, 3), or None where they do not carry it."""
    space, terms, mixes, curved = _KINDS[kind]
    made = _curves(seen, wanted) if curved else None
    if curved and made is None:
        return None
    more = {"curves": made[0], "curve_range": made[1]} if made else {}
    start = curve_pixels(_encoded(seen), *made) if made else torch.from_numpy(seen) if space == "linear" else _encoded(seen)
    design = expand_terms(start, terms).numpy()
    target = wanted if space == "linear" else _encoded(wanted).numpy()
    share = _slope(wanted) if space == "linear" else np.ones_like(wanted)
    weight, matrix = np.ones(len(seen)), np.zeros((3, TERMS[terms]))
    for _ in range(_ROUNDS):
        for row in range(3):
            free = list(range(TERMS[terms])) if mixes else [row, *range(3, TERMS[terms])]
            some = design[:, free] * (weight * share[:, row] ** 2)[:, None]
            normal = some.T @ design[:, free]
            pull = _RIDGE * np.trace(normal) / len(free)
            plain = np.array([1.0 if index == row else 0.0 for index in free])
            matrix[row, free] = np.linalg.solve(normal + pull * np.eye(len(free)), some.T @ target[:, row] + pull * plain)
        rest = (np.abs(target - design @ matrix.T) * share).max(1)
        weight = 1 / (1 + (rest / max(2 * float(np.median(rest)), 2e-3)) ** 2)
    rows = tuple(tuple(map(float, row)) for row in matrix)
    return Grade(kind, space, terms, rows, **more)


def _off(grade: Grade, seen: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    made = grade_pixels(_encoded(seen), grade).clamp(0, 1)
    return delta_e_2000(srgb_to_lab(made), srgb_to_lab(_encoded(wanted))).numpy()


def _ratios(seen: np.ndarray, wanted: np.ndarray) -> Grade:
    """Gains alone, by a robust mean of the ratios in stops: for a few pairs that are each uncertain, as across a border."""
    ratio = np.log2(np.maximum(wanted, 1e-4) / np.maximum(seen, 1e-4))
    gain = np.median(ratio, axis=0)
    for _ in range(12):
        rest = np.abs(ratio - gain).max(1)
        weight = 1 / (1 + (rest / max(1.5 * float(np.median(rest)), 0.02)) ** 2)
        gain = weight @ ratio / weight.sum()
    return Grade("gains", matrix=tuple(tuple(map(float, row)) for row in np.diag(2.0**gain)))


def _clipped_ends(gains: Grade, seen: np.ndarray, wanted: np.ndarray) -> Grade | None:
    """Gains as curves that end where clipped values belong on average, else a clipped white takes on the inverse of the cast.

    None where little was clipped.
    """
    line = np.linspace(0, 1, _NODES)
    curves = grade_pixels(torch.from_numpy(line)[:, None].repeat(1, 3), gains).clamp(0, 1).numpy()
    before, after, found = _encoded(seen).numpy(), _encoded(wanted).numpy(), False
    for end in (0, 1):
        at = np.clip(1 - np.abs(line - end) / _END, 0, 1)
        near = at * at * (3 - 2 * at)
        for k in range(3):
            there = np.abs(before[:, k] - end) < 0.003
            if there.sum() >= 20:
                curves[:, k] += near * (float(after[there, k].mean()) - curves[-end, k])
                found = True
    if not found or np.diff(curves, axis=0).min() < 0:
        return None
    return Grade("gains, clipped ends", "encoded", shaper=torch.from_numpy(curves).float())


def _fit(kind: str, pairs: Pairs, use: np.ndarray) -> Grade | None:
    """Fit a kind to some pairs; those that are clipped only count where the kind can make up for it."""
    sure = use if pairs.sure is None else use & pairs.sure
    if pairs.how == "shared edge":
        return _ratios(pairs.seen[sure], pairs.wanted[sure])
    some = use if kind in _WITH_CLIPPED else sure
    if some.sum() < 20:
        return None
    if kind == "gains, clipped ends":
        gains = fit_kind("gains", pairs.seen[sure], pairs.wanted[sure])
        return None if gains is None or pairs.sure is None else _clipped_ends(gains, pairs.seen[use], pairs.wanted[use])
    return fit_kind(kind, pairs.seen[some], pairs.wanted[some])


def _left_out(kind: str, pairs: Pairs) -> float:
    """Mean CIEDE2000 of the best nine tenths of pairs, each part predicted from the others."""
    off = []
    for part in range(4):
        test = pairs.part == part
        if not test.any() or test.all():
            continue
        grade = _fit(kind, pairs, ~test)
        if grade is None:
            return np.inf
        few = max(1, int(test.sum()) // 400)
        off.append(_off(grade, pairs.seen[test][::few], pairs.wanted[test][::few]))
    every = np.sort(np.concatenate(off)) if off else np.array([np.inf])
    return float(every[:max(1, int(0.9 * len(every)))].mean())


def fit_pairs(pairs: Pairs, *, plain: bool = False) -> Fitted | None:
    """Fit the simplest kind of map that predicts pairs it has not seen about as well as the best; None where none can be.

    Args:
        pairs: Colours that belong together; of a shared edge, which shows few colours, only gains are asked.
        plain: Leave curves out.
    """
    kinds = [k for k, (*_, curved) in _KINDS.items() if not (plain and (curved or "ends" in k))]
    kinds = ["gains"] if pairs.how == "shared edge" else kinds
    tried, chosen, least = {}, "", np.inf
    for kind in kinds:
        if least < _FLOOR:
            break
        tried[kind] = _left_out(kind, pairs)
        if tried[kind] < _GAIN * least - _TIE:
            chosen, least = kind, tried[kind]
    grade = _fit(chosen, pairs, np.ones(len(pairs.seen), bool)) if chosen else None
    return Fitted(grade, least, tried) if grade is not None else None
