"""Reads every delivered file back and says what is wrong with it, file by file. Nothing is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import runtime
from ..media.certificates import can_sign, studio_anchors
from ..media.paths import listed_files, output_folder, relative_to_output
from ..media.traces import leaks
from ..wires.check import quoted
from ..wires.kit import Kit
from ..wires.report import Finding
from .channels import Channel, claimed_by, every_channel, parse_channels
from .check_captions import check_captions
from .check_film import check_film
from .check_manifest import check_manifest
from .check_page import check_page
from .check_still import check_still
from .check_together import check_together
from .source import Source
from .template_age import old_templates

_FRAME = re.compile(r"^(?P<stem>.+)\.(?P<number>\d{4,})\.exr$")
_STILLS, _FILMS = (".avif", ".webp", ".jpg", ".jpeg", ".png"), (".mp4", ".mov", ".mkv", ".webm")


@dataclass(slots=True)
class Checklist:
    """What was found, how many files were looked at, which (EXR frames but the first left out), and which are as exported."""

    findings: list[Finding] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    names: list[str] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)


def files_to_check(folder: str, listed: list[str]) -> list[Path]:
    """Files of a folder under the output directory, and those listed one a line; each once, sorted.

    An empty folder is none when files are listed. Temporary files of a run and `*.workflow.json` are left out.
    """
    found = listed_files(listed)
    if folder.strip():
        root = output_folder(folder)
        if not root.is_dir():
            raise ValueError(f"expected a folder inside the output directory, got {quoted(folder.strip())}, "
                             "which is not there: deliver first, or correct the folder")
        found |= {path for path in root.rglob("*") if path.is_file()}
    kept = (p for p in found if not p.name.startswith(".raccord-") and not p.name.endswith(".workflow.json"))
    return sorted(kept, key=lambda p: p.as_posix())


def check_files(folder: str, listed: list[str], channels: str, source: Any = None, kit: Kit | None = None) -> Checklist:
    """Check every file.

    Args:
        folder: Relative to the output directory, `.` for all of it; empty checks only what is listed.
        listed: `files` texts of writers.
        channels: Names of those that must be there; empty takes any whose name a path carries.
        source: The clip the films were made from (IMAGE or VIDEO), or None.
        kit: For its text zones.
    """
    wanted = parse_channels(channels)
    known, faults = (wanted, []) if wanted else every_channel()
    checklist, paths = Checklist(), files_to_check(folder, listed)
    checklist.findings += [Finding("publish.template", "warn", f"A channel is not looked for: {fault}.",
                                   suggestion="Mend the file, or take it out of raccord/channels.") for fault in faults]
    read, bar = Source(source), runtime.Progress(max(len(paths), 1))
    anchors = studio_anchors() if can_sign() else ""
    if not paths:
        text = "There is no file to check."
        checklist.findings.append(Finding("publish.files", "not tested", text, suggestion="Wire `files`, or name a folder."))
    sequences: dict[tuple[Path, str], list[Path]] = {}
    for path in paths:
        if not path.is_file():
            checklist.findings.append(Finding("publish.written", "fail", "The file is listed, but is not there.",
                                              file=_name(path),
                                              suggestion="Run the export again."))
            continue
        checklist.files, checklist.bytes = checklist.files + 1, checklist.bytes + path.stat().st_size
        checklist.findings += _leak_findings(path)
        if frame := _FRAME.match(path.name):
            sequences.setdefault((path.parent, frame["stem"]), []).append(path)
        elif path.name.endswith("manifest.json"):
            checklist.findings += check_manifest(path, checklist.whole)
        else:
            checklist.names.append(_name(path))
            checklist.findings += _check(path, claimed_by(_name(path), known), read, anchors)
        bar.step()
    for frames in sequences.values():
        checklist.findings += _check_sequence(frames, read)
    claiming = {c.id: c for path in paths if path.is_file() and (c := claimed_by(_name(path), known))}
    checklist.findings += check_together(paths, known, read, kit) + old_templates(claiming.values())
    checklist.findings += _missing(paths, wanted) + _summary(checklist, paths)
    return checklist


def _name(path: Path) -> str:
    return relative_to_output(path)


def _leak_findings(path: Path) -> list[Finding]:
    if what := leaks(path):
        return [Finding("publish.prompt", "fail", f"{path.name} gives away {what}.", value=what, file=_name(path),
                        suggestion="Export it through Raccord, or save it again without metadata; keep the graph in a "
                                   ".workflow.json.")]
    return []


def _check(path: Path, channel: Channel | None, source: Source, anchors: str) -> list[Finding]:
    kind, film = path.suffix.lower(), channel is not None and channel.kind == "film"
    try:
        if kind in _FILMS:
            return check_film(path, channel if film else None, source, anchors)
        if kind in _STILLS:
            claimed = channel if channel and (not film or ".poster." in path.name) else None
            return check_still(path, claimed, source, anchors)
        if kind == ".srt":
            return check_captions(path, channel if film else None)
        if path.name.endswith(".picture.txt"):
            return check_page(path, channel if channel and not film else None)
    except ValueError as error:
        return [Finding("publish.readable", "fail", f"{path.name} cannot be read back: {error}.", file=_name(path),
                        suggestion="Run the export again.")]
    return []


def _check_sequence(frames: list[Path], source: Source) -> list[Finding]:
    try:
        from .check_exr import check_sequence
    except ImportError as error:
        return [Finding("publish.readable", "not tested", f"EXR frames are not read: OpenEXR cannot be used ({error}).",
                        file=_name(frames[0]), suggestion="Install OpenEXR 3.4 or newer.")]
    return check_sequence(frames, source)


def _missing(paths: list[Path], wanted: list[Channel]) -> list[Finding]:
    claimed = {channel.id for path in paths if path.is_file() and (channel := claimed_by(_name(path), wanted))}
    return [Finding("publish.missing", "fail", f"No file of {channel.id} is there.", value=channel.id, unit="channel",
                    suggestion="Add it to the channels of the export, or take it off this list.")
            for channel in wanted if channel.id not in claimed]


def _summary(checklist: Checklist, paths: list[Path]) -> list[Finding]:
    leaking = sum(f.check == "publish.prompt" for f in checklist.findings)
    if not paths or leaking:
        return []
    text = f"No prompt or workflow is in any of {checklist.files} files."
    return [Finding("publish.prompt", "pass", text, value=0, unit="files", limit=0)]


def readiness(checklist: Checklist) -> list[dict[str, Any]]:
    """The table: a row a file, `ready`, `ready with remarks`, `not ready` with the reasons, or `not tested`."""
    rows: dict[str, list[Finding]] = {name: [] for name in checklist.names}
    for finding in checklist.findings:
        if finding.file:
            rows.setdefault(finding.file, []).append(finding)
    out = []
    for file, found in sorted(rows.items()):
        against = [f for f in found if f.verdict in ("fail", "refused", "warn")]
        held = sum(f.verdict == "pass" for f in found)
        fails = any(f.verdict in ("fail", "refused") for f in against)
        as_exported = not found and file in checklist.whole
        state = "not ready" if fails else "ready with remarks" if against else "ready" if held or as_exported else "not tested"
        why = "As exported, by its SHA-256." if as_exported else "" if found else "No check knows what it should be."
        out.append({"file": file, "state": state, "why": " ".join(f.message for f in against) or why,
                    "not_tested": [f.check for f in found if f.verdict == "not tested"]})
    return out
