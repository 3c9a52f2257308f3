"""Reports of the brand nodes, made from kits, scores and choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..wires.kit import SCORES, Kit, brief_of
from ..wires.report import Finding, Report, worst
from ..wires.scores import Part, Scores
from .diversity import groups, vendi
from .fit import PARTS
from .headlines import WORDS
from .kit_conflicts import conflicts
from .kit_words import summary
from .score import RULES, clip_summary
from .shortlist import Choice

_NAMED = 12
_CHECKS = {"brand_fit": "fit", "legibility": "legibility", "originality": "originality", "continuity": "continuity"}

def kit_report(node: str, kit: Kit, message: str = "", file: str = "", remarks: Sequence[str] = (), before: str = "",
               changed: Sequence[str] = ()) -> Report:
    """What a kit holds, what scores will leave untested for want of it, and what changed since the kit `before`."""
    held = {"palette": len(kit.palette), "banned": len(kit.banned), "logos": len(kit.logos), "references": len(kit.references),
            "counter_examples": len(kit.counter_examples), "text_zones": len(kit.text_zones)}
    said = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in held.items())
    findings = [Finding("brand.kit", "pass", f"{message}{' ' if message else ''}The kit holds {said}.", file=file)]
    findings += [Finding("brand.kit.read", "pass", remark) for remark in remarks]
    findings += [Finding("brand.kit.changed", "pass", f"Since {before}: {change}") for change in changed]
    findings += [Finding("brand.kit.conflict", "warn", said) for said in conflicts(kit)]
    lacks = {"palette": "palette", "banned": "banned", "logos": "logo", "references": "look", "text_zones": "zones"}
    findings += [Finding(f"brand.{part}", "not tested", f"The kit has no {name.replace('_', ' ')}: {part} will not be tested.")
                 for name, part in lacks.items() if not held[name]]
    known = {"sha256": kit.digest, "colours": [c.name for c in kit.palette], "brief": brief_of(kit.brief),
             "rights": dict(kit.rights), "summary": summary(kit)}
    metrics = {"kit": {**held, **known}, **({"kit.changed": list(changed)} if before else {})}
    return Report(node, kit.brief.splitlines()[0][:80] if kit.brief else "brand kit", findings, metrics, {"kit": kit.digest})


def score_report(scores: Scores, kit: Kit, inputs: Mapping[str, object]) -> Report:
    """The four scores, then findings by part: every picture that does not pass, all that pass in one, and what was not tested."""
    findings = [f for name in SCORES for f in (_of_clip(name, scores) if scores.is_clip else _headlines(name, scores))]
    findings += [f for name in PARTS if name != "continuity" for f in _findings(name, scores)]  # is a score by itself
    metrics: dict[str, object] = {"images": [p.to_json() for p in scores.pictures]}
    series: dict[str, list[float | None]] = {}
    if len(scores) > 1 and not scores.is_clip and any(p.parts["duplicates"].tested for p in scores.pictures):
        found, metrics["diversity"] = _diversity(scores)
        findings.append(found)
    if scores.is_clip:
        metrics["clip"] = clip_summary(scores)
        series = {f"brand.{name}": [p.scores[name] for p in scores.pictures] for name in scores.pictures[0].scores}
    what = "frame" if scores.is_clip else "picture"
    subject = f"{len(scores)} {what}{'s' if len(scores) > 1 else ''}{' of a clip' if scores.is_clip else ''}"
    sealed = {"kit": kit.digest, "rules": RULES, "pictures": len(scores), "size": scores.size, **inputs}
    return Report("RaccordBrandScore", subject, findings, metrics, sealed, series)


def _diversity(scores: Scores) -> tuple[Finding, dict]:
    """How many different pictures the batch holds: it says something of the batch, and moves no picture's score."""
    alike = groups(scores.pictures)
    distinct = vendi([bytes.fromhex(p.hash) for p in scores.pictures])
    told = "; ".join(f"{', '.join(map(str, g[:-1]))} and {g[-1]} nearly repeat each other" for g in alike)
    told = told or "none repeats another"
    said = f"{len(scores)} pictures hold {distinct:.1f} different ones (Vendi score): {told}."
    return (Finding("brand.diversity", "pass", said, distinct, "pictures", frames=[i for g in alike for i in g]),
            {"vendi": distinct, "groups": alike})


def _number_of(scores: Scores, index: int) -> int:
    frame = scores.pictures[index].frame
    return index if frame is None else frame


def _finding(name: str, part: Part, frames: list[int], said: str = "") -> Finding:
    return Finding(f"brand.{name}", part.verdict, f"{said}{part.message}", part.raw, part.unit, part.limit, frames, box=part.box,
                   suggestion=part.suggestion)


def _findings(name: str, scores: Scores) -> list[Finding]:
    parts = [(i, p.parts[name]) for i, p in enumerate(scores.pictures)]
    word = "Frame" if scores.is_clip else "Picture"
    out = []
    for verdict in ("fail", "warn"):
        bad = [(i, part) for i, part in parts if part.verdict == verdict]
        if bad and scores.is_clip:  # neighbouring frames say the same: the worst speaks for them
            i, part = min(bad, key=lambda b: b[1].value or 0)
            out.append(_finding(name, part, [_number_of(scores, j) for j, _ in bad], f"Worst in frame {_number_of(scores, i)}: "))
        else:
            out += [_finding(name, part, which, _prefix(word, which) if len(scores) > 1 else "") for part, which in _alike(bad)]
    good = [(i, part) for i, part in parts if part.verdict == "pass"]
    if good:
        i, part = min(good, key=lambda g: g[1].value or 0)
        said = f"{len(good)} of {len(parts)} pass; nearest to its limit is {word.lower()} {_number_of(scores, i)}: "
        out.append(_finding(name, part, [_number_of(scores, j) for j, _ in good], said if len(parts) > 1 else ""))
    for why in dict.fromkeys(part.message for _, part in parts if not part.tested):
        frames = [_number_of(scores, i) for i, part in parts if not part.tested and part.message == why]
        out.append(Finding(f"brand.{name}", "not tested", why, frames=frames))
    return out


def _alike(parts: Sequence[tuple[int, Part]]) -> list[tuple[Part, list[int]]]:
    """Parts that say the same of several pictures, as one report about all of them does, with the numbers of the pictures."""
    by_message: dict[tuple, list[tuple[int, Part]]] = {}
    for i, part in parts:
        by_message.setdefault((part.message, part.box), []).append((i, part))
    return [(group[0][1], [i for i, _ in group]) for group in by_message.values()]


def _prefix(word: str, which: Sequence[int]) -> str:
    more = f" and {len(which) - _NAMED} more" if len(which) > _NAMED else ""
    return f"{word}{'s' if len(which) > 1 else ''} {', '.join(map(str, which[:_NAMED]))}{more}: "


def _headlines(name: str, scores: Scores) -> list[Finding]:
    """One of the four scores: a finding a picture, those that say the same in one, as what was not tested does."""
    told = [(i, p.headlines[name]) for i, p in enumerate(scores.pictures)]
    return [_finding(_CHECKS[name], part, which, _prefix("Picture", which) if part.tested or len(which) < len(told) else "")
            for part, which in _alike(told)]


def _of_clip(name: str, scores: Scores) -> list[Finding]:
    """One of the four scores over the sampled frames of a clip: its value is the worst 5 %, its words are the worst one's."""
    told = [(p.headlines[name], _number_of(scores, i)) for i, p in enumerate(scores.pictures)]
    tested = [(part, frame) for part, frame in told if part.tested]
    if not tested:
        return [_finding(_CHECKS[name], told[0][0], [])]
    of, (part, frame) = clip_summary(scores)[name], min(tested, key=lambda one: (one[0].value or 0, one[1]))
    verdict = worst(one.verdict for one, _ in tested)
    counted = f"{len(tested)} sampled frame{'s' if len(tested) > 1 else ''}"
    said = (f"Over {counted} {WORDS[name]} is {of['median']:.2f} at the median and "
            f"{of['worst_5_percent']:.2f} in the worst 5 %. Worst in frame {frame}: ")
    frames = [number for one, number in tested if one.verdict == verdict]
    return [_finding(_CHECKS[name], replace(part, verdict=verdict, raw=of["worst_5_percent"]), frames, said)]


def shortlist_report(choice: Choice, scores: Scores, weights: Mapping[str, float], count: int,
                     names: Sequence[str] = ()) -> Report:
    """Why each picture is where it is, which tie, and which only repeat another."""
    findings = [Finding("brand.shortlist", "pass", reason, choice.totals[i], "total", frames=[i])
                for i, reason in zip(choice.chosen, choice.reasons, strict=True)]
    word, several = scores.word, f"{scores.word}s"
    findings += [Finding("brand.tie", "warn", f"{several.title()} {a} and {b} tie: their totals differ by less than the noise.",
                         choice.gap(a, b), "total", max(choice.noise[a], choice.noise[b]), [a, b]) for a, b in choice.ties]
    findings += [Finding("brand.duplicates", "warn", f"{word.title()} {i} nearly repeats {word} {j}, which is better.",
                         frames=[i, j]) for i, j in sorted(choice.repeats.items())]
    if len(choice.chosen) < min(count, len(scores)):
        said = f"{count} were asked for, {len(choice.chosen)} differ from each other."
        findings.append(Finding("brand.shortlist", "warn", said, float(len(choice.chosen)), several, float(count),
                                suggestion="Set repeats to last or keep, or generate more."))
    metrics = {"shortlist": list(choice.chosen), "names": [names[i] for i in choice.chosen if i < len(names)],
               "ties": [list(pair) for pair in choice.ties], "ranking": list(choice.ranking),
               "totals": choice.totals, "noise": choice.noise, "margin": _margin(choice)}
    inputs = {several: len(scores), "count": len(choice.chosen), "weights": dict(weights), "kit": scores.kit_digest}
    return Report("RaccordShortlist", f"{len(choice.chosen)} of {len(scores)} {several}", findings, metrics, inputs)


def _margin(choice: Choice) -> float | None:
    """Total between the last that is chosen and the first that is not."""
    rest = choice.ranking[len(choice.chosen):]
    return choice.gap(choice.chosen[-1], rest[0]) if rest and choice.totals[rest[0]] is not None else None
