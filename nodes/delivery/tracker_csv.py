"""The findings as CSV, one row each, for a spreadsheet and for the importers of production trackers.

What each tracker asks for, and where that is read:

- ShotGrid (Flow Production Tracking), its importer of Notes: columns are mapped by hand or by the field's own name, entities
  are given by their names: Subject, Body, Links (here Shot), Project, Status (help.autodesk.com, "Importer tips on field
  formatting").
- ftrack, its import wizard, row based: a row is a task of a shot, its columns mapped by hand and kept as a preset: Subject as the
  task's name, Body as its description, Shot, Sequence (help.ftrack-studio.backlight.co, "Importing & exporting"). It is pasted,
  so no cell may break a line.
- Kitsu, its CSV import of shots with the option to update: Sequence and Name must be there, `<task type> comment` becomes a
  comment of that shot's task where it is not empty; a column called Description, Frames, In, Out or FPS would change the shot
  (cgwire/zou, zou/app/blueprints/source/csv/shots.py). It finds the delimiter by Python's csv.Sniffer.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from .jobs import flat, frames_words, sorted_findings, title_of

COLUMNS = ("node", "about", "check", "verdict", "value", "unit", "limit", "frames", "box", "file", "message", "suggestion")
TRACKER = ("Project", "Sequence", "Shot", "Version", "Subject", "Body", "Status", "Name", "Compositing comment")
_FORMULA = tuple("=+-@＝＋－＠")  # what begins a formula; the wide ones too: some programs take them for the others
_STATES = {"pass": "Closed", "not tested": ""}


def render_csv(reports: Sequence[dict]) -> str:
    """One row a finding; texts that a spreadsheet would take for a formula are quoted with an apostrophe.

    `Status` is Open for what stands against the shot, Closed for what holds, empty for what was not tested; only what stands
    against it has a comment for Kitsu.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow((*COLUMNS, *TRACKER))
    members = flat(reports)
    shot = next((r["inputs"]["shot"] for r in members if isinstance((r.get("inputs") or {}).get("shot"), Mapping)), {})
    for report in members:
        for finding in sorted_findings(report):
            row = {"node": report["node"], "about": report.get("subject", "")} | finding | _for_trackers(report, finding, shot)
            table.writerow([_cell(row.get(column)) for column in (*COLUMNS, *TRACKER)])
    return out.getvalue()


def _for_trackers(report: Mapping[str, Any], finding: Mapping[str, Any], shot: Mapping[str, Any]) -> dict[str, Any]:
    own = (report.get("inputs") or {}).get("shot")
    shot = own if isinstance(own, Mapping) else shot
    about, take, _ = str(report.get("subject", "")).rpartition(" take ")
    name = str(shot.get("shot") or (about if take else ""))  # "6 pictures" is no shot: such a row belongs to none
    sequence = name.rpartition("_")[0]  # SQ010_SH020 tells it; a plain SH020 does not
    where = ", ".join(filter(None, (frames_words(dict(finding)), str(finding.get("file") or ""))))
    body = " ".join(filter(None, (finding["message"], f"({where})" if where else "", finding.get("suggestion", ""))))
    status, version = _STATES.get(finding["verdict"], "Open"), shot.get("version")
    subject, body = f"{title_of(report['node'])}: {finding['check']}", " ".join(body.split())
    return {"Project": str(shot.get("show", "")), "Sequence": sequence, "Shot": name, "Name": name,
            "Version": f"v{version:03d}" if isinstance(version, int) else "", "Subject": subject, "Body": body, "Status": status,
            "Compositing comment": f"{finding['verdict']}: {body}" if status == "Open" else ""}


def _cell(value: Any) -> Any:
    """A value as a cell: on one line, a list's members apart by spaces, and no text that a spreadsheet would calculate."""
    is_text = isinstance(value, str)
    if isinstance(value, (list, tuple)):
        is_text, value = any(isinstance(v, (str, list, tuple)) for v in value), " ".join(map(str, value))
    elif not is_text:
        return "" if value is None else value
    text = " ".join(value.splitlines())
    return f"'{text}" if is_text and (text[:1] == "\t" or text.lstrip()[:1] in _FORMULA) else text
