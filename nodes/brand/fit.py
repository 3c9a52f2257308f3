"""Four scores from the parts.

**brand_fit** is half what a checker would say and half what a measurement would, times the gates:

    brand_fit = gate × (met + mean) / 2

`met` is the share of tested guidelines that are met, by weight (a guideline within a third beyond its limit counts in part, so
that noise does not flip it); `mean` is the weighted geometric mean of the values, which a single bad part pulls down; `gate` is
1 unless a banned colour, a misused logo or an unreadable zone is beyond its limit, and then falls towards 0 with how far: such a
failure cannot be averaged away. What was not tested counts nowhere.

**legibility** is the geometric mean of zones (twice) and clutter, times a gate where the zones are one of the kit's, because calm
does not make a headline readable; **originality** the value of duplicates against what was known
before (never against the same batch, so that a picture's score does not depend on its company), **continuity** that part's value.

In an order of takes a logo that was looked for and not found has a neutral value: see `unseen_logo`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..wires.kit import GATES, Kit
from ..wires.scores import Part

PARTS = ("palette", "coverage", "banned", "logo", "look", "style", "zones", "clutter", "duplicates", "continuity")
WEIGHTS = {"brand_fit": 2.0, "legibility": 1.0, "originality": 1.0, "continuity": 1.0}
FIT = {"palette": 3.0, "coverage": 1.0, "banned": 3.0, "logo": 3.0, "look": 2.0, "style": 1.0, "zones": 1.0}
LEGIBILITY = {"zones": 2.0, "clutter": 1.0}
_LEAST = 1e-3


def geometric_mean(values: Mapping[str, float], weights: Mapping[str, float]) -> float | None:
    """Weighted geometric mean of the values that have a weight above 0, or None; values below 0.001 count as that."""
    used = {name: weights[name] for name in values if weights.get(name, 0) > 0}
    total = math.fsum(used.values())
    if not total:
        return None
    return math.exp(math.fsum(w * math.log(max(values[name], _LEAST)) for name, w in used.items()) / total)


def _met(value: float) -> float:
    t = min(1.0, max(0.0, (value - 0.35) / 0.15))
    return t * t * (3 - 2 * t)


def weights_in(kit: Kit | None) -> dict[str, float]:
    """Weights of the parts in the brand fit: the kit's over the usual ones."""
    return {**FIT, **({} if kit is None else {name: w for name, w in kit.weights if name in FIT})}


def brand_fit(parts: Mapping[str, Part], kit: Kit | None = None) -> tuple[float | None, dict]:
    """Brand fit 0..1, or None where nothing was tested, and what it is made of: `met`, `mean`, `gate`, `gated_by`.

    The kit's weights of parts come before the usual ones, and a part of weight 0 is left out; its gates are those that count.
    """
    weights = weights_in(kit)
    values = {name: part.value for name, part in parts.items() if part.value is not None and weights.get(name, 0) > 0}
    mean = geometric_mean(values, weights)
    if mean is None:
        return None, {"met": None, "mean": None, "gate": 1.0, "gated_by": []}
    met = math.fsum(weights[name] * _met(v) for name, v in values.items()) / math.fsum(weights[name] for name in values)
    shut = {name: 2 * values[name] for name in (GATES if kit is None else kit.gates) if values.get(name, 1.0) < 0.5}
    gate = math.prod(shut.values())
    return gate * (met + mean) / 2, {"met": met, "mean": mean, "gate": gate, "gated_by": sorted(shut)}


def scores_of(parts: Mapping[str, Part], original: Part, kit: Kit | None = None) -> tuple[dict[str, float | None], dict]:
    """The four scores and what the brand fit is made of; `original` is `duplicates` without the batch itself."""
    fit, made_of = brand_fit(parts, kit)
    values = {name: part.value for name, part in parts.items() if part.value is not None}
    continuity = parts["continuity"].value if "continuity" in parts else None
    readable = geometric_mean(values, LEGIBILITY)
    if readable is not None and "zones" in (GATES if kit is None else kit.gates):
        readable *= min(1.0, 2 * values.get("zones", 1.0))
    return {"brand_fit": fit, "legibility": readable, "originality": original.value,
            "continuity": continuity}, {**made_of, "unseen_logo": unseen_logo(parts, kit)}


def unseen_logo(parts: Mapping[str, Part], kit: Kit | None = None) -> float:
    """By what a total is multiplied in an order of takes: below 1 where the kit's logo was looked for and not found.

    It is the brand fit of a picture that is perfect but for a logo exactly at its limit, the most that such a logo costs. No
    picture with a logo that keeps its rules then stands behind an equal one without; and as it is one factor for all pictures
    that were asked the same, it changes nothing among those in which the logo was not found.
    """
    weights = weights_in(kit)
    if "logo" not in parts or parts["logo"].details.get("state") != "not found" or not weights["logo"]:
        return 1.0
    others = math.fsum(weights[name] for name, part in parts.items() if part.tested and name in weights)
    return (1 + 0.5 ** (weights["logo"] / (weights["logo"] + others))) / 2


def total_of(scores: Mapping[str, float | None], weights: Mapping[str, float], factor: float = 1.0) -> float | None:
    """One number to rank by: weighted geometric mean of the scores that were tested, times `factor` where brand fit counts."""
    total = geometric_mean({name: v for name, v in scores.items() if v is not None}, weights)
    return total if total is None or not weights.get("brand_fit", 0) else factor * total
