"""The heat strip of the canvas: checks × frames, a number's way to its limit in per cent, pooled to what a node can show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ..wires.report import nearness, worst

COLUMNS, _ROWS, _MARKS = 240, 20, 60
_MARKED = ("fail", "refused", "warn")
Series = Mapping[str, Sequence[float | None]]


def runs(finding: Mapping[str, Any]) -> list[list[int]]:
    """Frames of a finding as [first, last] of each run."""
    numbers = finding.get("frames") or []
    if not numbers:
        return []
    if finding.get("range"):
        return [[numbers[0], numbers[-1]]]
    numbers = sorted(set(numbers))
    cuts = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(numbers)) if b != a + 1), len(numbers)]
    return [[numbers[a], numbers[b - 1]] for a, b in pairwise(cuts)]


def strip_of(findings: Sequence[Mapping[str, Any]], series: Series) -> dict[str, Any] | None:
    """Lay checks out over frames.

    Args:
        findings: Rows of a report, the worst first; those of another report, with a `node`, are left out.
        series: Numbers by check, one a frame from frame 0; names without a finding (the raw curves) are left out.

    Returns:
        `start` (first frame), `count` (frames), `columns` (at most 240) and `rows`: `check`, `verdict`, `levels` (per cent of
        the limit, the highest of a column's frames; null without a number), `finding` (the number of its worst) and `marks`
        ([first frame, last frame, verdict, number of the finding]). None where nothing lies on frames.
    """
    by: dict[str, dict[int, Mapping[str, Any]]] = {}
    for number, row in enumerate(findings):
        if not row.get("node"):
            by.setdefault(row["check"], {})[number] = row
    names = [name for name, found in by.items() if _marked(found) or any(v is not None for v in series.get(name, ()))][:_ROWS]
    if not names:
        return None
    edges = [edge for name in names for row in by[name].values() for run in runs(row) for edge in run]
    start, stop = min([0, *edges]), max([0, *(e + 1 for e in edges), *(len(series.get(name, ())) for name in names)])
    columns = min(stop - start, COLUMNS)
    rows = [{"check": name, **_row(by[name], series.get(name, ()), start, stop - start, columns)} for name in names]
    return {"start": start, "count": stop - start, "columns": columns, "rows": rows}


def _marked(found: Mapping[int, Mapping[str, Any]]) -> bool:
    return any(row["verdict"] in _MARKED and row.get("frames") for row in found.values())


def _row(found: Mapping[int, Mapping[str, Any]], values: Sequence[float | None], start: int, count: int,
         columns: int) -> dict[str, Any]:
    rows = list(found.values())
    measured = next((row for row in rows if row.get("range")), rows[0])
    levels: list[int | None] = [None] * columns
    for number, value in enumerate(values):
        if value is not None:
            column = (number - start) * columns // count
            level = _level(float(value), measured)
            levels[column] = level if levels[column] is None else max(level, levels[column])  # type: ignore[type-var]
    marks = [[*run, row["verdict"], number] for number, row in found.items() if row["verdict"] in _MARKED for run in runs(row)]
    out = {"verdict": worst(row["verdict"] for row in rows), "finding": next(iter(found)), "marks": marks[:_MARKS]}
    return out | ({"levels": levels} if any(v is not None for v in levels) else {})


def _level(value: float, finding: Mapping[str, Any]) -> int:
    """Per cent of the way to the limit, 0 to 100; half of it where there is no limit to compare with."""
    share = nearness(value, finding.get("limit"), finding.get("unit", ""))
    return 50 if math.isnan(share) else round(100 * share)
