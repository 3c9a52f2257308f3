"""The package for compositing: EXR frames with their data, a mezzanine, the grade, the track, a report, and a manifest."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from ..media.audio import check_audio
from ..media.exr import data_parts, read_exr_parts
from ..media.exr_colour import COLOUR_SPACES, to_half
from ..media.frames import Frames
from ..media.identity import clip_identity, tensor_identity
from ..media.manifest import fingerprint
from ..media.mezzanine import MEZZANINES, MezzanineSpec
from ..media.package import Package
from ..media.paths import check_relative, relative_to_output
from ..media.versions import open_package
from ..media.xmp import Rights
from ..wires.check import one_of, wired_or_none
from ..wires.grade import Grade
from ..wires.report import Finding, Report
from ..wires.shot import Shot
from ..wires.track import Track
from .aside import aside_findings
from .check_rights import ended_rights
from .vfx_beside import why_no_track, write_grade, write_track
from .vfx_film import film_findings
from .vfx_findings import cut_findings, layers_findings
from .vfx_frames import Plan, Written, film_name, frame_name, write_pictures
from .vfx_layers import Layers, name_layers

NO_MEZZANINE = "none"
__all__ = ["NO_MEZZANINE", "Delivered", "VfxOrder", "export_package", "name_layers"]


@dataclass(frozen=True, slots=True)
class VfxOrder:
    """What to deliver and how; see the node's inputs. `layers` maps names to batches (1 or B, H, W, C)."""

    shot: Shot
    task: str = "comp"
    folder: str = "vfx"
    colour_space: str = "linear Rec.709"
    if_exists: str = "resume"
    layers: dict[str, torch.Tensor] = field(default_factory=dict)
    track: Track | None = None
    grade: Grade | None = None
    mezzanine: str = NO_MEZZANINE
    audio: dict | None = None
    st_map: bool = True
    workflow: str = ""
    rights: Rights = field(default_factory=Rights)

    def to_json(self) -> dict:
        """The inputs as reports state them."""
        return {"shot": self.shot.to_json(), "task": self.task, "colour_space": self.colour_space, "layers": list(self.layers),
                "track": self.track is not None, "grade": self.grade is not None, "mezzanine": self.mezzanine,
                "st_map": self.st_map, "rights": dict(self.rights.values), "folder": self.folder, "if_exists": self.if_exists}


@dataclass(slots=True)
class Delivered:
    """Paths relative to the output directory, metrics rows and findings; by number the frames (H, W, 3) uint8 to show."""

    files: list[str] = field(default_factory=list)
    rows: list[dict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    shown: dict[int, np.ndarray] = field(default_factory=dict)


def export_package(clip: Any, order: VfxOrder) -> Delivered:
    """Write the frames and what belongs to them, then read them back.

    Args:
        clip: IMAGE batch or VIDEO, decoded once, frame by frame.
        order: Names, colour space, layers, track, grade, mezzanine.

    Raises:
        ValueError: A name, a layer or the size does not fit; `refuse` and files are there.
    """
    one_of(order.colour_space, COLOUR_SPACES, "colour_space")
    one_of(order.mezzanine, (NO_MEZZANINE, *MEZZANINES), "mezzanine")
    check_relative(order.task, "task")
    wired_or_none(order.track, Track, "track")
    wired_or_none(order.grade, Grade, "grade")
    check_audio(order.audio)
    frames, out, shot = Frames(clip), Delivered(), order.shot
    plan = _plan(order, frames)
    plan.layers.check(frames)
    with open_package(order.folder, lambda v: f"{shot.show}_{shot.shot}_{order.task}_v{v:03d}", shot.version,
                      _inputs(clip, frames, order), order.if_exists, _facts(order, plan, len(frames))) as package:
        written = write_pictures(frames, plan, package)
        out.shown = written.shown
        out.findings = _frames_findings(len(frames), written, plan, package)
        if plan.mezzanine:
            path = package.path(film_name(package.folder.name, plan.mezzanine))
            out.findings += film_findings(path, plan.mezzanine, len(frames), written.shown)
        out.findings += write_grade(order.grade, shot, len(frames), package) + write_track(order.track, frames, shot, package)
        out.findings += ended_rights(order.rights) + aside_findings(package)
        _write_report(order, out, package)
        if order.workflow and not package.keep(name := f"{package.folder.name}.workflow.json"):
            package.write(name, order.workflow.encode("utf-8"))
    out.files = [relative_to_output(p) for p in package.paths]
    out.rows = [{"path": relative_to_output(package.path(n)), "bytes": e["bytes"], "encodes": int(n not in package.kept),
                 "sha256": e["sha256"]}
                for n, e in package.entries.items()]
    return out


def _plan(order: VfxOrder, frames: Frames) -> Plan:
    fits = order.st_map and order.track is not None and "st" not in order.layers and not why_no_track(order.track, frames)
    spec = None if order.mezzanine == NO_MEZZANINE else MezzanineSpec(
        order.mezzanine, frames.width, frames.height, order.shot.fps, order.shot.start_frame, frames.channels == 4)
    layers = Layers(order.layers, order.track if fits else None)
    return Plan(order.shot, order.task, order.colour_space, layers, spec, order.audio, order.rights)


def _facts(order: VfxOrder, plan: Plan, count: int) -> dict[str, Any]:
    shot, (_, linear, interop) = order.shot, COLOUR_SPACES[order.colour_space]
    first, last = shot.number(0), shot.number(count - 1)
    cut = [first + shot.handles, last - shot.handles] if count > 2 * shot.handles else None
    return {"shot": shot.to_json(), "task": order.task, "colour_space": interop, "light": "linear" if linear else "encoded",
            "frames": [first, last], "handles": shot.handles, "cut": cut, "layers": plan.layers.names,
            "cryptomatte": list(plan.layers.masks), "mezzanine": order.mezzanine, "rights": dict(order.rights.values),
            "digital_source_type": order.rights.source_type}


def _inputs(clip: Any, frames: Frames, order: VfxOrder) -> str:
    layers = {name: tensor_identity(batch) for name, batch in order.layers.items()}
    track = order.track.to_json() if order.track else None
    grade = order.grade.facts() if order.grade else None
    shot = {k: v for k, v in order.shot.to_json().items() if k != "version"}
    sound = [order.audio["sample_rate"], tensor_identity(order.audio["waveform"])] if order.audio else []
    return fingerprint(clip=clip_identity(clip, frames), shot=shot, task=order.task, space=order.colour_space, layers=layers,
                       track=track, grade=grade, st_map=order.st_map, mezzanine=order.mezzanine, rights=dict(order.rights.values),
                       sound=sound if order.mezzanine != NO_MEZZANINE else [])


def _write_report(order: VfxOrder, out: Delivered, package: Package) -> None:
    """The report of the run that wrote the package, for whom it is handed to."""
    rows = [{"path": name, "bytes": entry["bytes"], "sha256": entry["sha256"]} for name, entry in package.entries.items()]
    report = Report("RaccordVFXExport", order.shot.subject, out.findings, {"files": rows}, order.to_json())
    text = json.dumps(report.to_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    package.write(f"{package.folder.name}.report.json", text.encode("utf-8"))


def _frames_findings(count: int, written: Written, plan: Plan, package: Package) -> list[Finding]:
    shot, stem = plan.shot, package.folder.name
    first, last = shot.number(0), shot.number(count - 1)
    kept = sum(n in package.kept for n in package.entries if n.endswith(".exr"))
    _, linear, interop = COLOUR_SPACES[plan.colour_space]
    text = f"Frames {first} to {last} are written, {interop}, {'linear light' if linear else 'encoded'}, half float, ZIP" + (
        f"; {kept} were there already." if kept else ".")
    file = relative_to_output(package.path(frame_name(stem, first)))
    found = [Finding("publish.written", "pass", text, value=count, unit="frames", file=file)]
    for number, frame in written.proof.items():
        path = package.path(frame_name(stem, shot.number(number)))
        wrong = _differing(read_exr_parts(path), to_half(frame[0], plan.colour_space), plan.layers.frame(number))
        text = f"Frame {shot.number(number)} read back is {'not ' if wrong else 'exactly '}what was written" + (
            f": {', '.join(wrong)}." if wrong else ".")
        found.append(Finding("publish.exact", "fail" if wrong else "pass", text, frames=[number], file=relative_to_output(path),
                             suggestion="Write it again; the disk may be failing." if wrong else ""))
    return found + cut_findings(count, shot) + layers_findings(count, plan, file)


def _differing(parts: list, picture: np.ndarray, data: tuple[dict, dict]) -> list[str]:
    """Channels that are not, bit for bit, what was to be written; those that are absent too."""
    wanted = {"": dict(zip("RGBA", picture, strict=True))} | data_parts(*data)
    there = {"" if i == 0 else header.get("name", ""): channels for i, (header, channels) in enumerate(parts)}
    return [f"{part} {name}".strip() for part, channels in wanted.items() for name, values in channels.items()
            if (seen := there.get(part, {}).get(name)) is None or seen.tobytes() != values.tobytes()]
