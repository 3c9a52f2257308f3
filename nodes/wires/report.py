"""What every node answers: a verdict, numbers, places and sentences, in one JSON form (`raccord.report/1`)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .check import quoted

SCHEMA = "raccord.report/1"
PACK = "0.1.0"
VERDICTS = ("pass", "warn", "refused", "fail", "not tested")
_SEVERITY = {"pass": 0, "warn": 1, "refused": 2, "fail": 3}


def worst(verdicts: Iterable[str]) -> str:
    """Worst of `verdicts`: pass < warn < refused < fail; `not tested` does not count, but is the answer where nothing else is."""
    return max((v for v in verdicts if v != "not tested"), key=_SEVERITY.__getitem__, default="not tested")


def nearness(value: float, limit: object, unit: str = "") -> float:
    """How far a number lies on its way to the limit: 0 to 1, which is there; not a number where the limit is none.

    A `ratio` counts by its distance from 1.
    """
    if not isinstance(limit, (int, float)) or limit == 0:
        return math.nan
    if unit == "ratio" and limit > 0 and limit != 1:
        return min(1.0, abs(math.log(max(value, 1e-6)) / math.log(limit)))
    return min(1.0, abs(value) / abs(limit))


def plain(value: Any) -> Any:
    """Turn numbers of numpy, torch and fractions, tuples and not-a-numbers into what JSON has (null for the last)."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return [plain(v) for v in value]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, its verdict, a sentence an artist understands, and where there is one a number and a place.

    `frames` are 0-based, each one, or first and last where `is_range`. `box` is x, y, width, height in pixel areas.
    """

    check: str
    verdict: str
    message: str
    value: float | str | None = None
    unit: str = ""
    limit: float | str | None = None
    frames: Sequence[int] = ()
    is_range: bool = False
    box: Sequence[float] | None = None
    file: str = ""
    suggestion: str = ""
    drop: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS or not self.check or not self.message:
            raise ValueError(f"expected a check, a message and a verdict of {VERDICTS}, got {self.check!r} {self.verdict!r}")

    def to_dict(self) -> dict:
        """The form of a finding in the report."""
        out: dict[str, Any] = {"check": self.check, "verdict": self.verdict, "value": self.value}
        out |= {k: v for k in ("unit", "limit") if (v := getattr(self, k)) not in ("", None)}
        out |= {"frames": [int(f) for f in self.frames]} | ({"range": True} if self.is_range else {})
        out |= {"box": self.box} | ({"file": self.file} if self.file else {}) | {"message": self.message}
        out |= {k: v for k in ("suggestion", "drop") if (v := getattr(self, k))}
        return plain(out)


@dataclass(frozen=True, slots=True)
class Report:
    """Answer of one node, or of several merged (`reports`)."""

    node: str
    subject: str
    findings: Sequence[Finding] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    series: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    reports: Sequence[dict] = ()

    @property
    def verdict(self) -> str:
        """Worst verdict of the findings and of the merged reports."""
        return worst([f.verdict for f in self.findings] + [r["verdict"] for r in self.reports])

    def to_dict(self) -> dict:
        """The report as plain values."""
        out: dict[str, Any] = {"schema": SCHEMA, "pack": PACK, "node": self.node, "subject": self.subject,
                               "verdict": self.verdict, "findings": [f.to_dict() for f in self.findings]}
        out |= {"series": plain(self.series)} if self.series else {}
        out |= {"metrics": plain(self.metrics), "inputs": plain(self.inputs)}
        return out | ({"reports": list(self.reports)} if self.reports else {})

    def to_json(self) -> str:
        """The report as a STRING output: UTF-8 JSON without not-a-numbers."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)


def parse_report(text: str) -> dict:
    """Read a report STRING.

    Raises:
        ValueError: The text is not a report of this schema, whole and with finite numbers.
    """
    try:
        document = json.loads(text, parse_constant=_refuse)
    except (TypeError, ValueError, RecursionError):
        document = None
    if not _is_report(document):
        raise ValueError(f"expected a report of schema {SCHEMA} in reports, got {quoted(text)}: "
                         "wire the `report` output of a node")
    return document  # type: ignore[return-value]


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _is_report(document: object) -> bool:
    """Whether a document is a report as `to_dict` makes it, members included; what is optional may be missing."""
    return (isinstance(document, dict) and document.get("schema") == SCHEMA and document.get("verdict") in VERDICTS
            and all(isinstance(document.get(k), str) for k in ("node", "subject"))
            and all(isinstance(document.get(k, {}), dict) for k in ("series", "metrics", "inputs"))
            and all(_is_numbers(values) for values in document.get("series", {}).values())
            and isinstance(found := document.get("findings"), list) and all(map(_is_finding, found))
            and isinstance(members := document.get("reports", []), list) and all(map(_is_report, members)))


def _is_finding(row: object) -> bool:
    return (isinstance(row, dict) and row.get("verdict") in VERDICTS
            and all(isinstance(row.get(k), str) for k in ("check", "message"))
            and isinstance(row.get("frames", []), list) and all(isinstance(f, int) for f in row.get("frames", []))
            and all(isinstance(row.get(k, ""), str) for k in ("unit", "file", "suggestion"))
            and (row.get("box") is None or (_is_numbers(row["box"]) and len(row["box"]) == 4 and None not in row["box"])))


def _is_numbers(values: object) -> bool:
    return isinstance(values, list) and all(v is None or isinstance(v, (int, float)) for v in values)


def parse_reports(texts: Iterable[str]) -> list[dict]:
    """Read several report STRINGs, empty ones left out."""
    return [parse_report(text) for text in texts if not (isinstance(text, str) and not text.strip())]
