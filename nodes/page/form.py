"""A report in the compact form that the canvas shows (`raccord.panel/1`): bounded, whatever the report holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..wires.report import worst
from .strip import runs, strip_of

SCHEMA = "raccord.panel/1"
MOST_BYTES = 64_000
_FINDINGS, _RUNS, _FILES, _SURFACES = 40, 24, 24, 16
_LETTERS = {"message": 600, "suggestion": 600, "file": 300, "check": 80, "unit": 24, "subject": 160, "text": 120}
_ORDER = ("fail", "refused", "warn", "pass", "not tested")


def compact(report: Mapping[str, Any], files: str = "") -> dict[str, Any]:
    """Shorten a report for the page.

    Args:
        report: As `raccord.report/1`; findings of merged reports are named by their node.
        files: What the node wrote, one path a line, relative to the output directory.

    Returns:
        Plain values of at most 64,000 bytes as JSON: `schema`, `node`, `subject`, `verdict`, `sentence` (of the finding that
        decides), `counts` by verdict, `findings` (worst first, frames as [first, last] runs), and where there are any `strip`,
        `surfaces` (`corners`, `error_px`, `sentence`), `files` and `left_out`, the number of findings that did not fit.
    """
    rows = sorted(_findings(report), key=lambda f: _ORDER.index(f["verdict"]))
    counts = {v: n for v in _ORDER if (n := sum(row["verdict"] == v for row in rows))}
    out: dict[str, Any] = {"schema": SCHEMA, "node": report["node"], "subject": _cut(report["subject"], "subject"),
                           "verdict": report["verdict"], "sentence": _sentence(report, rows), "counts": counts}
    strip = strip_of([row for row in rows if not row.get("node")], report.get("series") or {})
    out |= {"strip": strip} if strip else {}
    out |= {"files": [_cut(path, "file") for path in files.split("\n")[:_FILES]]} if files else {}
    surfaces = report.get("metrics", {}).get("surfaces")
    out |= {"surfaces": [_surface(one) for one in surfaces[:_SURFACES]]} if surfaces else {}
    out["findings"] = [_finding(row) for row in rows[:_FINDINGS]]
    while len(json.dumps(out, ensure_ascii=False).encode()) > MOST_BYTES and out["findings"]:
        out["findings"].pop()
    left = len(rows) - len(out["findings"])
    return out | ({"left_out": left} if left else {})


def _findings(report: Mapping[str, Any], of: str = "") -> Iterator[dict]:
    """Findings of a report and of those merged into it, these with the `node` that they come from."""
    origin = {"node": of} if of else {}
    yield from ({**row, "check": _cut(row["check"], "check"), **origin} for row in report.get("findings", []))
    for member in report.get("reports") or []:
        yield from _findings(member, member["node"])


def _sentence(report: Mapping[str, Any], rows: list[dict]) -> str:
    """What decides the verdict, in a sentence."""
    verdict = worst([row["verdict"] for row in rows]) if rows else report["verdict"]
    return next((_cut(row["message"], "message") for row in rows if row["verdict"] == verdict), "")


def _finding(row: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {key: row[key] for key in ("check", "verdict")}
    out |= {key: _short(row[key]) for key in ("value", "limit") if row.get(key) is not None}
    out |= {key: _cut(row[key], key) for key in ("unit", "file", "suggestion") if row.get(key)}
    out |= {"frames": runs(row)[:_RUNS]} if row.get("frames") else {}
    out |= {"box": [round(float(v), 1) for v in row["box"]]} if row.get("box") else {}
    out |= {"node": _cut(row["node"], "text")} if row.get("node") else {}
    return out | {"message": _cut(row["message"], "message")}


def _surface(found: Mapping[str, Any]) -> dict[str, Any]:
    corners = [[round(float(v), 2) for v in corner] for corner in found["corners"]]
    return {"corners": corners, "error_px": found.get("error_px"), "sentence": _cut(str(found.get("sentence", "")), "message")}


def _short(value: Any) -> Any:
    """A number of five digits, or a short text."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    return value if isinstance(value, int) else _cut(str(value), "text")


def _cut(text: str, kind: str) -> str:
    most = _LETTERS[kind]
    return text if len(text) <= most else text[:most - 1] + "…"
