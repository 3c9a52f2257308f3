"""A report in the compact form that the canvas shows (`raccord.panel/1`): bounded, whatever the report holds."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from ..wires.report import worst
from .strip import runs, strip_of

SCHEMA = "raccord.panel/1"
MOST_BYTES = 64_000
_FINDINGS, _RUNS, _SURFACES = 40, 24, 16
_LETTERS = {"message": 600, "suggestion": 600, "check": 80, "unit": 24, "subject": 160, "node": 120, "value": 120}
_ORDER = ("fail", "refused", "warn", "pass", "not tested")


def compact(report: Mapping[str, Any], files: str = "") -> dict[str, Any]:
    """Shorten a report for the page.

    Args:
        report: As `raccord.report/1`; findings of merged reports are named by their node.
        files: What the node wrote, one path a line, relative to the output directory.

    Returns:
        Plain values of at most 64,000 bytes as JSON: `schema`, `node`, `subject`, `verdict`, `sentence` (of the finding that
        decides), `findings` (worst first: `check`, `verdict`, `message`, maybe `number`, `suggestion`, `box`, `node` and `frames`
        as [first, last] runs), and where there are any `strip`, `surfaces` (`corners`, `error_px`, `sentence`), `page` (the
        report as HTML, as `/view` takes it) and `left_out`, the number of findings that did not fit.
    """
    rows = sorted(_findings(report), key=lambda f: _ORDER.index(f["verdict"]))
    out: dict[str, Any] = {"schema": SCHEMA, "node": report["node"], "subject": _cut(report["subject"], "subject"),
                           "verdict": report["verdict"], "sentence": _sentence(report, rows)}
    strip = strip_of(rows, report.get("series") or {})
    out |= {"strip": strip} if strip else {}
    page = next((path for path in files.split("\n") if path.endswith(".html")), "")
    out |= {"page": dict(zip(("subfolder", "filename"), posixpath.split(page), strict=True)) | {"type": "output"}} if page else {}
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
    deciding = [_cut(row["message"], "message") for row in rows if row["verdict"] == verdict]
    if verdict == "pass" and len(deciding) > 1:
        return f"All {len(deciding)} checks hold."
    return deciding[0] if deciding else "Nothing was judged."


def _finding(row: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {key: row[key] for key in ("check", "verdict")}
    out |= {"number": number} if (number := _number(row)) else {}
    out |= {key: _cut(row[key], key) for key in ("suggestion", "node") if row.get(key)}
    out |= {"frames": runs(row)[:_RUNS]} if row.get("frames") else {}
    out |= {"box": [round(float(v), 1) for v in row["box"]]} if row.get("box") else {}
    return out | {"message": _cut(row["message"], "message")}


def _number(row: Mapping[str, Any]) -> str:
    """A value with its limit and unit; a number of frames has no limit to be compared with."""
    value, limit, unit = row.get("value"), row.get("limit"), row.get("unit") or ""
    if value is None:
        return ""
    over = "" if limit is None or unit == "frames" else f" / {_short(limit)}"
    return f"{_short(value)}{over} {_cut(unit, 'unit')}".strip()


def _surface(found: Mapping[str, Any]) -> dict[str, Any]:
    corners = [[round(float(v), 2) for v in corner] for corner in found["corners"]]
    return {"corners": corners, "error_px": found.get("error_px"), "sentence": _cut(str(found.get("sentence", "")), "message")}


def _short(value: Any) -> str:
    """A number in five digits, or a short text."""
    return f"{value:.5g}" if isinstance(value, float) else _cut(str(value), "value")


def _cut(text: str, kind: str) -> str:
    most = _LETTERS[kind]
    return text if len(text) <= most else text[:most - 1] + "…"
