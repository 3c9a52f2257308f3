"""The four scores as sentences: how many of their own guidelines are met, and what holds them down.

A score counts its own parts alone: a cluttered zone is no fault of the brand fit, a repeat none of the legibility. Originality
counts the pictures it was compared with, continuity the checks of the reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..wires.kit import GATES, Kit
from ..wires.report import worst
from ..wires.scores import Part
from .fit import LEGIBILITY, weights_in

WORDS = {"brand_fit": "brand fit", "legibility": "legibility", "originality": "originality", "continuity": "continuity"}


def headlines(parts: Mapping[str, Part], original: Part, scores: Mapping[str, float | None], kit: Kit | None = None,
              lost_logo: bool = False) -> dict[str, Part]:
    """A part for each of the four scores: `raw` and `value` are the score, details `passed`, `tested` and `held_by`.

    Args:
        parts: Of the picture.
        original: `duplicates` against what was known before, without the batch itself.
        scores: Their values.
        kit: Its gates and weights; the usual ones without.
        lost_logo: Whether the kit's logo was looked for and not found, which the brand fit then says.
    """
    gates = GATES if kit is None else kit.gates
    weights = weights_in(kit)
    of_fit = {name: part for name, part in parts.items() if weights.get(name, 0) > 0}
    of_text = {name: part for name, part in parts.items() if name in LEGIBILITY}
    own = {"brand_fit": _of_parts("brand_fit", of_fit, gates), "legibility": _of_parts("legibility", of_text, gates),
           "originality": _original(original), "continuity": _continuity(parts.get("continuity"))}
    out = {name: _scored(part, scores[name]) for name, part in own.items()}
    if lost_logo:
        fit = out["brand_fit"]
        out["brand_fit"] = replace(fit, message=f"{fit.message} The kit's logo was not found.")
    return out


def _scored(part: Part, score: float | None) -> Part:
    """The part with its score in front; one without a score was not tested."""
    if score is None:
        return Part(part.name, "not tested", part.message, details={"passed": 0, "tested": 0, "held_by": []})
    return replace(part, value=score, raw=score, unit="0..1", message=f"{WORDS[part.name]} {score:.2f}; {part.message}")


def _told(name: str, verdict: str, counted: tuple[int, int], words: str, held_by: list[str], box: tuple | None = None,
          suggestion: str = "") -> Part:
    """A part whose `words` say how much is met; its score is still to come."""
    held = f" Held down by {', '.join(held_by)}, which cannot be averaged away." if held_by else ""
    return Part(name, verdict, f"{words.format(*counted)}.{held}", 0.0, box=box, suggestion=suggestion,
                details={"passed": counted[0], "tested": counted[1], "held_by": held_by})


def _of_parts(name: str, parts: Mapping[str, Part], gates: tuple[str, ...]) -> Part:
    tested = [part for part in parts.values() if part.value is not None]
    if not tested:
        whys = {part.message for part in parts.values()}
        return Part(name, "not tested", whys.pop() if len(whys) == 1 else "Nothing of the kit could be tested for it.")
    held_by = sorted(part.name for part in tested if part.name in gates and (part.value or 0) < 0.5)
    passed = sum(part.verdict == "pass" for part in tested)
    counted = passed, len(tested)
    return _told(name, worst(part.verdict for part in tested), counted, "{} of {} tested guidelines are met", held_by)


def _original(part: Part) -> Part:
    if not part.tested:
        return replace(part, name="originality")
    repeated, compared = part.details.get("matches"), part.details.get("compared")
    bad, count = len(repeated) if isinstance(repeated, list) else 0, compared if isinstance(compared, int) else 0
    held_by = sorted(map(str, repeated)) if isinstance(repeated, list) else []
    told = _told("originality", part.verdict, (count - bad, count), "it differs from {} of {} known pictures", held_by,
                 suggestion=part.suggestion)
    return replace(told, details={**told.details, "nearest": part.details.get("nearest"), "bits": part.raw})


def _continuity(part: Part | None) -> Part:
    if part is None or part.value is None:
        return Part("continuity", "not tested", part.message if part else "No reports are wired.")
    passed, count = (int(str(part.details.get(name, 0))) for name in ("passed", "checks"))
    failed = part.details.get("failed")
    told = _told("continuity", part.verdict, (passed, count), "{} of {} checks in the reports pass",
                 failed if isinstance(failed, list) else [], part.box, part.suggestion)
    return told if part.verdict == "pass" else replace(told, message=f"{told.message} {part.message}")
