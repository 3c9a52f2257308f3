"""Why one picture is before another, in the numbers that made the difference, and what the two share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ..wires.scores import Part, PictureScore
from .fit import FIT, LEGIBILITY
from .parts import shown

_NAMES = {"palette": "palette", "coverage": "areas of the colours off by",
          "banned": "banned colours", "logo": "logo", "look": "look",
          "style": "style", "zones": "text zones", "clutter": "clutter in the text zones", "duplicates": "originality",
          "continuity": "continuity"}
_SHARED = {"palette": "the palette", "coverage": "the areas of the colours", "banned": "no banned colour",
           "logo": "the logo's rules", "look": "the look",
           "style": "the style", "zones": "text that can be read", "clutter": "calm text zones",
           "continuity": "continuity"}
_SAME = 0.05
_LEAST, _AGAINST = 0.004, 0.015


@dataclass(frozen=True, slots=True)
class Fact:
    """One difference: how much it moves the total, roughly, and how a sentence says it."""

    gain: float
    said: str


def compared(mine: PictureScore, other: PictureScore, weights: Mapping[str, float]) -> str:
    """What speaks for `mine`, what against it, and what both share, without the names of the two."""
    facts = [fact for name in _NAMES if (fact := _fact(name, mine, other, weights))]
    best = sorted((f for f in facts if f.gain > _LEAST), key=lambda f: (-f.gain, f.said))[:3]
    worst = min(facts, key=lambda f: (f.gain, f.said), default=None)
    told = ", ".join(f.said for f in best) or "small differences in everything"
    if worst and worst.gain < -_AGAINST:
        told += f"; against it {worst.said}"
    shared = [words for name, words in _SHARED.items() if _both(mine.parts.get(name), other.parts.get(name))]
    return f"{told}; both share {_listed(shared[:3])}" if shared else told


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _both(mine: Part | None, other: Part | None) -> bool:
    """Whether both pass a part, about equally well."""
    if mine is None or other is None or mine.value is None or other.value is None:
        return False
    return mine.verdict == other.verdict == "pass" and abs(mine.value - other.value) < _SAME


def _weight(name: str, weights: Mapping[str, float]) -> float:
    """About how much of a part's value arrives in the total."""
    out = weights.get("brand_fit", 0) * FIT.get(name, 0) / math.fsum(FIT.values()) * 2
    out += weights.get("legibility", 0) * LEGIBILITY.get(name, 0) / math.fsum(LEGIBILITY.values())
    out += weights.get({"duplicates": "originality"}.get(name, name), 0) if name in ("duplicates", "continuity") else 0
    return out / max(math.fsum(weights.values()), 1e-9)


def _fact(name: str, mine: PictureScore, other: PictureScore, weights: Mapping[str, float]) -> Fact | None:
    a, b = mine.parts.get(name), other.parts.get(name)
    if a is None or b is None:
        return None
    if a.value is None or b.value is None:
        return _seen(a, b, _weight(name, weights)) if name == "logo" else None
    if name == "duplicates":  # the batch itself moves nothing; earlier pictures and counter-examples do
        return _original(mine.scores["originality"], other.scores["originality"], _weight(name, weights))
    said = {"logo": _logo, "zones": _zones}.get(name, _plain)(a, b)
    return Fact(_weight(name, weights) * (a.value - b.value), said)


def _seen(a: Part, b: Part, weight: float) -> Fact | None:
    """A logo that was found in one of the two: it counts against its limit, and is always worth a word."""
    if not weight or (a if a.value is None else b).details.get("state") != "not found":
        return None
    sign, value = (1, a.value) if a.value is not None else (-1, b.value)
    if value is None:
        return None
    kept = "kept" if value >= 0.5 else f"misused ({_worst_rule(a if sign > 0 else b)})"
    gain = max(weight * abs(value - 0.5), 2 * _AGAINST) * (sign if value >= 0.5 else -sign)
    return Fact(gain, f"logo {kept}, not found there" if sign > 0 else f"logo not found here, {kept} there")


def _worst_rule(part: Part) -> str:
    rules = _rules(part)
    return min(rules, key=lambda name: (rules[name]["value"], name), default="its rules")


def _original(mine: float | None, other: float | None, weight: float) -> Fact | None:
    """Originality as it counts in the total."""
    if mine is None or other is None:
        return None
    return Fact(weight * (mine - other), f"originality {mine:.2f} against {other:.2f}")


def _plain(a: Part, b: Part) -> str:
    """The two numbers of a part, or how well it is kept where the numbers alone do not show why."""
    near = [part.details.get("counter_example") for part in (a, b)]
    avoid = [isinstance(n, float) and part.raw is not None and n < part.raw for n, part in zip(near, (a, b), strict=True)]
    if a.name == "look" and avoid[0] != avoid[1]:
        return "look nearer to the references than to what to avoid" if avoid[1] else "look nearer to what to avoid"
    if a.name == "look" and all(avoid):
        return f"look {_number(near[0])} against {_number(near[1])} from what to avoid"
    unit = "" if a.unit in ("look distance", "OKLab/100") else f" {a.unit}"
    return f"{_NAMES[a.name]} {_number(a.raw)} against {_number(b.raw)}{unit}"


def _number(raw: object) -> str:
    return shown(raw) if isinstance(raw, (int, float)) else "?"


def _rules(part: Part) -> Mapping[str, Mapping]:
    rules = part.details.get("rules")
    return rules if isinstance(rules, Mapping) else {}


def _logo(a: Part, b: Part) -> str:
    """The rule of the logo that differs most: kept here and broken there, else by its numbers."""
    mine, other = _rules(a), _rules(b)
    both = [name for name in mine if name in other]
    if not both:
        return _plain(a, b)
    sign = 1 if (a.value or 0) >= (b.value or 0) else -1
    rule = max(both, key=lambda name: (sign * (mine[name]["value"] - other[name]["value"]), name))
    m, o = mine[rule], other[rule]
    numbers = f"{shown(m['raw'])} against {shown(o['raw'])} {m['unit']}"
    if (m["value"] >= 0.5) != (o["value"] >= 0.5):
        return f"logo {rule} {'kept' if m['value'] >= 0.5 else 'broken'} ({numbers})"
    return f"logo {rule} {numbers}"


def _zones(a: Part, b: Part) -> str:
    """The text zone whose contrast differs most, as `headline zone 5.1:1 against 2.9:1`."""
    mine, other = ({z["zone"]: z for z in _list(part)} for part in (a, b))
    both = [name for name in mine if name in other]
    if not both:
        return _plain(a, b)
    name = max(both, key=lambda n: (abs(mine[n]["quality"] - other[n]["quality"]), n))
    m, o = mine[name], other[name]
    if abs(m["ratio"] / m["limit"] - o["ratio"] / o["limit"]) >= abs(m["masking"] - o["masking"]) / m["masking_limit"]:
        return f"{name} zone {m['ratio']:.1f}:1 against {o['ratio']:.1f}:1"
    return f"{name} zone masked less" if m["masking"] > o["masking"] else f"{name} zone masked more"


def _list(part: Part) -> list[Mapping]:
    zones = part.details.get("zones")
    return [z for z in zones if isinstance(z, Mapping)] if isinstance(zones, list) else []
