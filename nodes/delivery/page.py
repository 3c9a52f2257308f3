"""The report as people read it: one HTML page that needs nothing but itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

import torch

from ..wires.report import PACK, Report
from .jobs import (
    JOBS,
    count_words,
    flat,
    job_of,
    sorted_findings,
    title_of,
    verdict_of,
    verdict_words,
    worst_finding,
)
from .page_parts import chip, curve, facts_table, figures, finding_row, passed_list, style_of, words
from .page_style import CSS
from .page_tables import files_table, ready_table

_HEAD = ('<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
         '<meta name="viewport" content="width=device-width,initial-scale=1">')
_FOOT = ('<div class="sign"><div>Supervisor</div><div>Date</div><div>Remarks</div></div>'
         f"<footer>Frames count from 0. Places are x, y, width, height in pixels. Raccord {PACK}.</footer>")


def merge(reports: Sequence[dict]) -> Report:
    """One report of several: the worst verdict, the members whole."""
    subjects = Counter(r.get("subject", "") for r in flat(reports) if r.get("subject"))
    subject = subjects.most_common(1)[0][0] if subjects else "no shot"
    return Report("RaccordSaveReport", subject, inputs={"reports": len(reports)}, reports=tuple(reports))


def render_page(reports: Sequence[dict], pictures: Mapping[int, torch.Tensor], name: str) -> str:
    """The page.

    Args:
        reports: As `raccord.report/1`; merged ones are shown member by member.
        pictures: By place in `reports`: IMAGE batches that belong to it.
        name: Of the report, for the title.
    """
    whole, members = merge(reports), [(i, r) for i, report in enumerate(reports) for r in flat([report])]
    jobs = [(job, [(i, r) for i, r in members if job_of(r["node"]) == job]) for job in (*JOBS, "Other")]
    jobs = [(job, found) for job, found in jobs if found]
    shown: set[int] = set()
    sections = "".join(_section(job, found, pictures, shown) for job, found in jobs)
    loose = "".join(figures(p, f"Picture {i}") for i, p in pictures.items() if i not in shown)
    rows = "".join(_job_row(job, [r for _, r in found]) for job, found in jobs)
    title = f"{escape(whole.subject)}: {escape(verdict_words(whole.verdict))}"
    return (f"{_HEAD}<title>{title}</title><style>{CSS}</style></head><body><main>"
            f'<p class="kicker">Raccord report · {escape(name)}</p><h1>{escape(whole.subject)}</h1>{_verdict(whole, reports)}'
            f'<table class="jobs"><caption>Verdict of each job</caption>{rows}</table>{sections}{loose}{_FOOT}</main></body>'
            "</html>\n")


def _verdict(whole: Report, reports: Sequence[dict]) -> str:
    members = flat(reports)
    counts = count_words([f for r in members for f in r.get("findings", [])])
    first = worst_finding(members)
    if first is None:
        says = "No report is wired."
    else:
        says = first["message"] if first["verdict"] in ("fail", "refused", "warn") else "Nothing stands against this shot."
    return (f'<div class="verdict {style_of(whole.verdict)}"><div><strong>{escape(verdict_words(whole.verdict))}</strong>'
            f'<p>{words(says)}</p><p class="kicker">{escape(counts)}</p></div></div>')


def _job_row(job: str, reports: list[dict]) -> str:
    verdict, first = verdict_of(reports), worst_finding(reports)
    says = first["message"] if first else "No checks."
    if verdict == "pass":
        count = sum(f["verdict"] == "pass" for r in reports for f in r.get("findings", []))
        says = f"{count} checks pass." if count > 1 else says
    link = f'<a href="#{job.lower()}">{escape(job)}</a>'
    return f"<tr><th scope=\"row\">{link}</th><td>{chip(verdict, solid=True)}</td><td>{words(says)}</td></tr>"


def _section(job: str, found: list[tuple[int, dict]], pictures: Mapping[int, torch.Tensor], shown: set[int]) -> str:
    articles = []
    for place, report in found:
        batch = pictures.get(place) if place not in shown else None
        again = batch is not None and any(batch is pictures.get(p) for p in shown)  # one picture wired to two reports
        articles.append(_article(report, None if again else batch))
        shown.add(place)
    verdict = chip(verdict_of([r for _, r in found]), solid=True)
    head = f'<div class="head"><h2>{escape(job)}</h2>{verdict}</div>'
    return f'<section id="{job.lower()}">{head}{"".join(articles)}</section>'


def _article(report: dict, batch: torch.Tensor | None) -> str:
    findings, title, metrics = sorted_findings(report), title_of(report["node"]), report.get("metrics") or {}
    limits = {f["check"]: f["limit"] for f in findings if isinstance(f.get("limit"), (int, float))}
    curves = "".join(curve(n, values, limits.get(n)) for n, values in (report.get("series") or {}).items())
    subject = f'<span class="kicker">{escape(str(report.get("subject", "")))}</span>'
    parts = [
        f'<div class="head"><h3>{escape(title)} {subject}</h3>{chip(report["verdict"])}</div>',
        *(finding_row(f) for f in findings if f["verdict"] not in ("pass", "not tested")),
        figures(batch, title),
        f'<div class="series">{curves}</div>' if curves else "",
        passed_list(findings, "pass"),
        passed_list(findings, "not tested"),
        ready_table(metrics.get("publish.table")),
        files_table(metrics.get("files")),
        facts_table("Numbers", {k: v for k, v in metrics.items() if k not in ("files", "publish.table")}),
        facts_table("Inputs", report.get("inputs") or {}),
    ]
    return f"<article>{''.join(parts)}</article>"
