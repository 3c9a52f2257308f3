"""Which job a node belongs to, and how findings are put into words for people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from ..wires.report import worst

JOBS = {
    "Shot": ("Shot", "LoadClip", "ExampleShot"),
    "Continuity": ("ContinuityGuard", "Gate", "RepairSeam", "Retime", "InjectDefect"),
    "Colour": ("StampPlate", "NormalizeToPlate", "MatchReference", "ApplyGrade", "LoadGrade", "SaveGrade"),
    "Tracking": ("FindSurfaces", "StampMarkers", "TrackSurface", "LoadTrack", "RemoveMarkers", "InsertGraphic", "FlattenSurface",
                 "ExportTrack"),
    "Brand": ("BrandKit", "AddLogo", "SaveBrandKit", "LoadBrandKit", "BrandScore", "Shortlist"),
    "Delivery": ("ChannelExport", "VFXExport", "PublishCheck", "SaveReport"),
}
ORDER = ("fail", "refused", "warn", "pass", "not tested")
_WORDS = {"pass": "Ready", "warn": "Usable, with remarks", "fail": "Not ready", "refused": "Refused", "not tested": "Not tested"}


def job_of(node: str) -> str:
    """Job of a node id such as `RaccordTrackSurface`; `Other` for a node that is not ours."""
    name = node.removeprefix("Raccord")
    return next((job for job, names in JOBS.items() if name in names), "Other")


def title_of(node: str) -> str:
    """Node id in plain words: `RaccordVFXExport` is `VFX export`."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]+", node.removeprefix("Raccord")) or [node]
    return " ".join([words[0], *(w if w.isupper() else w.lower() for w in words[1:])])


def flat(reports: Iterable[dict]) -> list[dict]:
    """Reports with those that were merged into them in their place."""
    out: list[dict] = []
    for report in reports:
        members = report.get("reports") or []
        if report.get("findings") or not members:
            out.append(report)
        out += flat(members)
    return out


def sorted_findings(report: dict) -> list[dict]:
    """Findings, the worst first, else in the order they were made."""
    return sorted(report.get("findings", []), key=lambda f: ORDER.index(f["verdict"]))


def verdict_words(verdict: str) -> str:
    """A verdict as a supervisor says it."""
    return _WORDS[verdict]


def count_words(findings: list[dict]) -> str:
    """How many checks came out how: `2 fail, 1 warns, 31 pass, 3 not tested`."""
    counts = {v: sum(f["verdict"] == v for f in findings) for v in ORDER}
    verbs = {"fail": ("fails", "fail"), "refused": ("refused", "refused"), "warn": ("warns", "warn"), "pass": ("passes", "pass"),
             "not tested": ("not tested", "not tested")}
    return ", ".join(f"{n} {verbs[v][n != 1]}" for v, n in counts.items() if n) or "no checks"


def frames_words(finding: dict) -> str:
    """Frames in words, neighbours joined: `frames 3–5, 9`; empty without."""
    numbers = finding.get("frames") or []
    if not numbers:
        return ""
    if finding.get("range"):
        return f"frames {numbers[0]}–{numbers[-1]}"
    numbers = sorted(set(numbers))
    cuts = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(numbers)) if b != a + 1), len(numbers)]
    parts = [str(numbers[a]) if b - a == 1 else f"{numbers[a]}–{numbers[b - 1]}" for a, b in pairwise(cuts)]
    shown = ", ".join(parts[:8]) + (" …" if len(parts) > 8 else "")
    return f"frame{'s' if len(numbers) > 1 else ''} {shown}"


def number_words(value: object) -> str:
    """A value for people: four significant digits, thousands apart; `–` for none."""
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}".replace(",", " ")
    return f"{value:.4g}"


def worst_finding(reports: list[dict]) -> dict | None:
    """The finding that decides the verdict of several reports, or None where nothing is found."""
    every = [f for r in reports for f in sorted_findings(r)]
    return min(every, key=lambda f: ORDER.index(f["verdict"]), default=None)


def verdict_of(reports: list[dict]) -> str:
    """Worst verdict of reports."""
    return worst(r["verdict"] for r in reports)
