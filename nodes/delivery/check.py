"""Reads every delivered file back and says what is wrong with it, file by file. Nothing is written."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from .. import runtime
from ..media.certificates import can_sign, studio_anchors
from ..media.paths import reason_of, relative_to_output
from ..media.traces import leaks
from ..wires.kit import Kit
from ..wires.report import Finding
from .channels import Channel, every_channel, parse_channels
from .check_captions import check_captions
from .check_film import check_film
from .check_folder import look_into
from .check_manifest import check_manifest
from .check_page import check_page
from .check_still import check_still
from .check_together import check_together
from .claims import FILMS, STILLS, claim_files
from .source import Source
from .template_age import old_templates

_FRAME = re.compile(r"^(?P<stem>.+)\.(?P<number>\d{4,})\.exr$")
_NOT_TAKEN = (".gif", ".tif", ".tiff", ".bmp", ".svg", ".heic", ".heif", ".jxl", ".jp2", ".psd", ".tga", ".exr", ".hdr", ".dpx",
              ".avi", ".m4v", ".mpg", ".mpeg", ".mxf", ".wmv", ".flv", ".m2ts", ".ogv", ".3gp")  # by any channel
_BROKEN = (ValueError, OSError, RuntimeError, SyntaxError, ArithmeticError, LookupError, MemoryError, struct.error, zlib.error,
           Image.DecompressionBombError)  # what readers raise over a file that is not what its name says


@dataclass(slots=True)
class Checklist:
    """What was found, how many files were looked at, which (EXR frames but the first left out), and which are as exported."""

    findings: list[Finding] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    names: list[str] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)


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
    checklist, lying = Checklist(), look_into(folder, listed)
    checklist.findings += [Finding("publish.template", "warn", f"A channel is not looked for: {fault}.",
                                   suggestion="Mend the file, or take it out of raccord/channels.") for fault in faults]
    read, bar = Source(source), runtime.Progress(max(len(lying.files), 1))
    anchors, closed = studio_anchors() if can_sign() else ("", [])
    checklist.findings += lying.findings + [
        Finding("publish.c2pa", "warn", f"What {fault} certifies is not trusted: it cannot be read.",
                suggestion="See to the rights of the file in raccord/certificates.") for fault in closed]
    if not lying.files and not lying.findings:
        text = "There is no file to check."
        checklist.findings.append(Finding("publish.files", "not tested", text, suggestion="Wire `files`, or name a folder."))
    claims = claim_files(lying.files, lying.barred, wanted, known, read)
    sequences: dict[tuple[Path, str], list[Path]] = {}
    for path in lying.files:
        checklist.files, checklist.bytes = checklist.files + 1, checklist.bytes + path.stat().st_size
        found = _guarded(path, lambda path=path: _leak_findings(path))
        if frame := _FRAME.match(path.name):
            sequences.setdefault((path.parent, frame["stem"]), []).append(path)
        elif path.name.endswith("manifest.json"):
            found += _guarded(path, lambda path=path: check_manifest(path, checklist.whole))
        else:
            checklist.names.append(_name(path))
            found += _guarded(path, lambda path=path: _check(path, claims.channels.get(path), read, anchors))
        checklist.findings += found
        bar.step()
    for frames in sequences.values():
        checklist.findings += _guarded(frames[0], lambda frames=frames: _check_sequence(frames, read))
    broken = {f.file for f in checklist.findings if (f.check, f.verdict) == ("publish.readable", "fail")}
    sound = [path for path in lying.files if _name(path) not in broken]
    checklist.findings += check_together(sound, known, read, kit)
    checklist.findings += old_templates({c.id: c for c in claims.channels.values()}.values())
    checklist.findings += claims.findings + _summary(checklist)
    whole = checklist.whole  # a manifest vouches for these, whatever they are
    checklist.findings = [f for f in checklist.findings if f.check != "publish.kind" or f.file not in whole]
    return checklist


def _guarded(path: Path, look: Callable[[], list[Finding]]) -> list[Finding]:
    """What a check finds, or that the file cannot be read: one bad file must not end the check of the others."""
    try:
        return look()
    except _BROKEN as error:
        why = str(error) if isinstance(error, ValueError) else reason_of(error, path)
        return [Finding("publish.readable", "fail", f"{path.name} cannot be read back: {why}.", file=_name(path),
                        suggestion="Run the export again.")]


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
    found = _of_another_kind(path, channel) if channel is not None and kind in _NOT_TAKEN else []
    if kind in FILMS:
        found = check_film(path, channel if film else None, source, anchors)
    elif kind in STILLS:
        claimed = channel if channel and (not film or ".poster." in path.name) else None
        found = check_still(path, claimed, source, anchors)
    elif kind == ".srt":
        found = check_captions(path, channel if film else None)
    elif path.name.endswith(".picture.txt"):
        found = check_page(path, channel if channel and not film else None)
    elif kind == ".exr":
        found += _check_sequence([path], source)
    elif not found:
        found = [Finding("publish.kind", "not tested", f"No check reads a {kind or 'file without a suffix'}.", file=_name(path))]
    return found


def _of_another_kind(path: Path, channel: Channel) -> list[Finding]:
    """A picture or film under a channel's name, in a form that the channel does not take."""
    takes = channel["container"] if channel.kind == "film" else ", ".join(channel["formats"])
    text = f"It is a {path.suffix.lower()} file; {channel.id} takes {takes}."
    return [Finding("publish.format", "fail", text, value=path.suffix.lower(), limit=takes, file=_name(path),
                    suggestion="Export the channel again, or take the file out.")]


def _check_sequence(frames: list[Path], source: Source) -> list[Finding]:
    try:
        from .check_exr import check_picture, check_sequence
    except ImportError as error:
        return [Finding("publish.readable", "not tested", f"EXR frames are not read: OpenEXR cannot be used ({error}).",
                        file=_name(frames[0]), suggestion="Install OpenEXR 3.4 or newer.")]
    return check_sequence(frames, source) if _FRAME.match(frames[0].name) else check_picture(frames[0])


def _summary(checklist: Checklist) -> list[Finding]:
    leaking = sum(f.check == "publish.prompt" for f in checklist.findings)
    if not checklist.files or leaking:
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
        why = "As exported, by its SHA-256." if as_exported else "No check knows what it should be."
        said = against or ([] if held else found)
        out.append({"file": file, "state": state, "why": " ".join(f.message for f in said) or ("" if held else why),
                    "not_tested": [f.check for f in found if f.verdict == "not tested"]})
    return out
