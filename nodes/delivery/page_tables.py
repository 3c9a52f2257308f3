"""Tables of a report: what is ready, the files with their hashes, and the findings as CSV for a production tracker."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from .jobs import flat, frames_words, sorted_findings, title_of

_COLUMNS = ("node", "subject", "check", "verdict", "value", "unit", "limit", "frames", "box", "file", "message", "suggestion")
_TRACKER = ("Project", "Shot", "Version", "Subject", "Body", "Status")
_STATES = {"ready": "v-pass", "ready with remarks": "v-warn", "not ready": "v-fail", "not tested": "v-none"}
_MOST = 200


def ready_table(rows: Any) -> str:
    """A row a file: ready, not ready and why, not tested; empty without any."""
    if not _are_rows(rows, "file"):
        return ""
    body = "".join(f'<tr><th scope="row">{escape(str(r["file"]))}</th><td class="k">{_state(str(r.get("state", "")))}</td>'
                   f"<td>{escape(_why(r))}</td></tr>" for r in rows[:_MOST])
    return _table("files", "Ready to publish", ("File", "State", "Why not, and what is not tested"), body, len(rows))


def _state(state: str) -> str:
    return f'<span class="chip {_STATES.get(state, "v-none")}">{escape(state)}</span>'


def _why(row: Mapping[str, Any]) -> str:
    missing = row.get("not_tested") or []
    untested = "Not tested: " + ", ".join(str(name).removeprefix("publish.") for name in missing) + "." if missing else ""
    return " ".join(filter(None, (str(row.get("why", "")), untested)))


def files_table(rows: Any) -> str:
    """Files with their bytes and, where it is known, their SHA-256; empty without any."""
    if not _are_rows(rows, "path"):
        return ""
    body = "".join(f'<tr><th scope="row">{escape(str(r["path"]))}</th><td class="n">{_bytes(r.get("bytes"))}</td>'
                   f'<td><code>{escape(str(r.get("sha256", "")))}</code></td></tr>' for r in rows[:_MOST])
    return _table("files", "Files", ("File", "Bytes", "SHA-256"), body, len(rows))


def _are_rows(rows: Any, key: str) -> bool:
    return isinstance(rows, list) and bool(rows) and all(isinstance(r, Mapping) and key in r for r in rows)


def _bytes(count: Any) -> str:
    return f"{count:,}".replace(",", " ") if isinstance(count, int) else ""


def _table(style: str, title: str, heads: Sequence[str], body: str, count: int) -> str:
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    more = f"<p>… and {count - _MOST} more, in the JSON beside this page.</p>" if count > _MOST else ""
    return (f'<details><summary>{escape(title)} ({count})</summary><table class="{style}"><caption>{escape(title)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}</details>")


def render_csv(reports: Sequence[dict]) -> str:
    """One row a finding; texts that a spreadsheet would take for a formula are quoted with an apostrophe.

    The last columns are for a tracker's import (ShotGrid, Kitsu, ftrack): fields that their importers map, one line of text
    each, the status Open for what stands against the shot and Closed for what holds.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow((*_COLUMNS, *_TRACKER))
    members = flat(reports)
    shot = next((r["inputs"]["shot"] for r in members if isinstance((r.get("inputs") or {}).get("shot"), Mapping)), {})
    for report in members:
        for finding in sorted_findings(report):
            row = {"node": report["node"], "subject": report.get("subject", "")} | finding
            row |= _for_tracker(report, finding, shot)
            table.writerow([_cell(row.get(column)) for column in (*_COLUMNS, *_TRACKER)])
    return out.getvalue()


def _for_tracker(report: Mapping[str, Any], finding: Mapping[str, Any], shot: Mapping[str, Any]) -> dict[str, Any]:
    own = (report.get("inputs") or {}).get("shot")
    shot = own if isinstance(own, Mapping) else shot
    name = str(shot.get("shot") or str(report.get("subject", "")).split(" take ")[0])
    where = ", ".join(filter(None, (frames_words(dict(finding)), str(finding.get("file") or ""))))
    body = " ".join(filter(None, (finding["message"], f"({where})" if where else "", finding.get("suggestion", ""))))
    status = {"pass": "Closed", "not tested": ""}.get(finding["verdict"], "Open")
    version = shot.get("version")
    return {"Project": str(shot.get("show", "")), "Shot": name, "Version": f"v{version:03d}" if isinstance(version, int) else "",
            "Subject": f"{title_of(report['node'])}: {finding['check']}", "Body": " ".join(body.split()), "Status": status}


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return " ".join(str(v) for v in value)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else value
