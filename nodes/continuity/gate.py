"""The gate: may what is behind it run, given what the reports say?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..wires.check import one_of
from ..wires.report import Finding, Report, worst

FAIL_ON = ("fail or refused", "fail", "warn or worse")
ON_FAIL = ("block", "stop", "fallback")
_DONE = {"block": "what is behind it does not run", "stop": "the run stops", "fallback": "the fallback goes on instead"}
_STOPS = {"fail or refused": ("fail", "refused"), "fail": ("fail",), "warn or worse": ("fail", "refused", "warn")}


@dataclass(frozen=True, slots=True)
class Passage:
    """Whether the gate is open, the sentence that says why, and the report."""

    open: bool
    sentence: str
    report: Report


def passes(verdict: str, fail_on: str = "fail or refused") -> bool:
    """Whether a verdict lets through; `not tested` does."""
    return verdict not in _STOPS[fail_on]


def decide(reports: Sequence[dict], fail_on: str = "fail or refused", on_fail: str = "block", *,
           has_fallback: bool = True) -> Passage:
    """Weigh reports.

    Args:
        reports: Documents of schema raccord.report/1; none is an answer too (`not tested`, open).
        fail_on: One of `FAIL_ON`.
        on_fail: One of `ON_FAIL`; only named in the sentence.
        has_fallback: Whether one is wired; likewise.
    """
    one_of(fail_on, FAIL_ON, "fail_on")
    one_of(on_fail, ON_FAIL, "on_fail")
    verdict = worst(r["verdict"] for r in reports)
    is_open = passes(verdict, fail_on)
    missing = on_fail == "fallback" and not has_fallback
    done = f"no fallback is wired: {_DONE['block']}" if missing else _DONE[on_fail]
    sentence = _sentence(reports, verdict, is_open, fail_on, done)
    own = Finding("gate", "pass" if is_open and verdict != "not tested" else verdict, sentence,
                  suggestion="" if is_open else _advice(reports, fail_on))
    metrics = {"gate.open": is_open, "gate.verdict": verdict, "gate.fail_on": fail_on, "gate.on_fail": on_fail}
    return Passage(is_open, sentence, Report("RaccordGate", "gate", [own], metrics, {"reports": len(reports)},
                                             reports=reports if not is_open else ()))


def _offenders(reports: Sequence[dict], fail_on: str) -> list[tuple[str, dict]]:
    return [(r.get("node", "report"), f) for r in reports for f in [*r.get("findings", []), *(g for m in r.get("reports",
        []) for g in m.get("findings", []))]
            if f["verdict"] in _STOPS[fail_on]]


def _sentence(reports: Sequence[dict], verdict: str, is_open: bool, fail_on: str, done: str) -> str:
    if not reports:
        return "The gate is open: no report is wired, so nothing was judged."
    if is_open:
        return f"The gate is open: the worst of {len(reports)} report{'s' * (len(reports) > 1)} is `{verdict}`."
    bad = _offenders(reports, fail_on)
    first = f" {bad[0][1]['message']}" if bad else ""
    more = f" And {len(bad) - 1} more." if len(bad) > 1 else ""
    return f"The gate is shut ({verdict}), {done}.{first}{more}"


def _advice(reports: Sequence[dict], fail_on: str) -> str:
    return next((f["suggestion"] for _, f in _offenders(reports, fail_on) if f.get("suggestion")),
                "Read the reports that are wired to the gate.")
