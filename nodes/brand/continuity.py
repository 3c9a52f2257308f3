"""Continuity as other nodes have reported it: the brand score repeats their answer and does not measure again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..wires.report import worst
from ..wires.scores import Part
from .parts import measured, not_tested

_WORTH = {"pass": 1.0, "warn": 0.5, "refused": 0.25, "fail": 0.0}
_ABOUT = ("anchor.", "seam.", "drift.", "lighting.", "integrity.", "track.")


def _findings(report: dict) -> Iterator[dict]:
    yield from (f for f in report.get("findings", []) if f.get("check", "").startswith(_ABOUT))
    for member in report.get("reports", []):
        yield from _findings(member)


def reports_for(number: int, count: int, reports: Sequence[dict]) -> Sequence[dict]:
    """Reports about picture `number` of `count`: its own where there is one report a picture, else all of them."""
    return reports[number:number + 1] if len(reports) == count > 1 else reports


def continuity(reports: Sequence[dict]) -> Part:
    """Continuity checks that hold in the wired reports.

    Returns:
        `raw` is the share of checks that pass, a warning counting half. `value` is 0.5 or more exactly when nothing failed.
    """
    found = [f for report in reports for f in _findings(report) if f.get("verdict") in _WORTH]
    if not found:
        return not_tested("continuity", "No report with continuity checks is wired to `reports`.")
    share = sum(_WORTH[f["verdict"]] for f in found) / len(found)
    verdict = worst(f["verdict"] for f in found)
    value = 0.49 * share if verdict == "fail" else 0.5 + 0.5 * share
    verdict = "warn" if verdict == "refused" else verdict
    bad = max(found, key=lambda f: 1 - _WORTH[f["verdict"]])
    shown = "All continuity checks pass." if verdict == "pass" else f"{bad['check']}: {bad.get('message', bad['verdict'])}"
    box = bad.get("box") if verdict != "pass" else None
    part = measured("continuity", value, f"{shown} {share * 100:.0f} % of {len(found)} checks hold.", raw=share,
                    unit="of the checks", limit=1.0, box=tuple(box) if box else None, suggestion=bad.get("suggestion", ""),
                    checks=len(found), passed=sum(f["verdict"] == "pass" for f in found),
                    failed=sorted({f["check"] for f in found if f["verdict"] == "fail"}))
    return replace(part, verdict=verdict)
