"""The package for compositing: EXR frames with their data layers, the grade, the track, and a manifest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from .. import runtime
from ..image.layout import to_uint8
from ..media import grades, tracks
from ..media.exr import COLOUR_SPACES, FrameHeader, read_exr, to_half, write_exr
from ..media.frames import Frames
from ..media.identity import clip_identity, tensor_identity
from ..media.package import Package, fingerprint, open_package
from ..media.paths import check_relative, relative_to_output
from ..wires.check import one_of, quoted, wired_or_none
from ..wires.grade import Grade
from ..wires.report import Finding
from ..wires.shot import Shot
from ..wires.track import Track

TRACK_FORMATS = ("json", "nuke_cornerpin", "ae_cornerpin")


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


@dataclass(slots=True)
class Delivered:
    """Paths relative to the output directory, metrics rows and findings; by number the frames (H, W, 3) uint8 to show."""

    files: list[str] = field(default_factory=list)
    rows: list[dict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    shown: dict[int, np.ndarray] = field(default_factory=dict)


def name_layers(layers: list[torch.Tensor], names: str) -> dict[str, torch.Tensor]:
    """Pair layers with the lines of `layer_names`, in slot order.

    Raises:
        ValueError: More or fewer names than layers, a name twice, or one that no file system takes.
    """
    lines = [line.strip() for line in names.splitlines() if line.strip()]
    if len(lines) != len(layers) or len(set(lines)) != len(lines):
        raise ValueError(f"expected a name of its own for each of {len(layers)} layers in layer_names, "
                         f"got {len(set(lines))} {quoted(', '.join(lines))}: write one a line")
    for line in lines:
        check_relative(line.replace(":", "_"), "layer_names")
    return dict(zip(lines, layers, strict=True))


def _check_layers(layers: dict[str, torch.Tensor], frames: Frames) -> None:
    for name, batch in layers.items():
        if not isinstance(batch, torch.Tensor) or batch.ndim != 4 or 0 in batch.shape:
            got = tuple(batch.shape) if isinstance(batch, torch.Tensor) else quoted(batch)
            raise ValueError(f"expected pictures (frames, height, width, channels) in layer {name}, got {got}: wire an IMAGE")
        if len(batch) not in (1, len(frames)) or tuple(batch.shape[1:3]) != (frames.height, frames.width):
            raise ValueError(f"expected layer {name} of 1 or {len(frames)} frames of {frames.width}x{frames.height}, "
                             f"got {len(batch)} of {batch.shape[2]}x{batch.shape[1]}: make it from the same frames")


def export_package(clip: Any, order: VfxOrder) -> Delivered:
    """Write the frames and what belongs to them, then read a frame back.

    Args:
        clip: IMAGE batch or VIDEO, decoded once, block by block.
        order: Names, colour space, layers, track, grade.

    Raises:
        ValueError: A name or layer does not fit; `refuse` and files are there.
    """
    one_of(order.colour_space, COLOUR_SPACES, "colour_space")
    check_relative(order.task, "task")
    wired_or_none(order.track, Track, "track")
    wired_or_none(order.grade, Grade, "grade")
    frames, out, shot = Frames(clip), Delivered(), order.shot
    _check_layers(order.layers, frames)
    facts = {"shot": shot.to_json(), "task": order.task, "colour_space": COLOUR_SPACES[order.colour_space][2],
             "frames": [shot.number(0), shot.number(len(frames) - 1)], "handles": shot.handles, "layers": list(order.layers)}
    with open_package(order.folder, lambda v: f"{shot.show}_{shot.shot}_{order.task}_v{v:03d}", shot.version,
                      _inputs(clip, frames, order), order.if_exists, facts) as package:
        stem = package.folder.name
        proof = _write_frames(frames, order, package, stem, out.shown)
        out.findings += _write_grade(order, len(frames), package, stem) + _write_track(order, frames, package, stem)
    out.files = [relative_to_output(p) for p in package.paths]
    out.rows = [{"path": relative_to_output(package.path(n)), "bytes": e["bytes"], "encodes": int(n not in package.kept)}
                for n, e in package.entries.items()]
    out.findings = [*_frames_findings(len(frames), proof, order, package, stem), *out.findings]
    return out


def _inputs(clip: Any, frames: Frames, order: VfxOrder) -> str:
    layers = {name: tensor_identity(batch) for name, batch in order.layers.items()}
    track = order.track.to_json() if order.track else None
    grade = order.grade.facts() if order.grade else None
    shot = {k: v for k, v in order.shot.to_json().items() if k != "version"}
    return fingerprint(clip=clip_identity(clip, frames), shot=shot, task=order.task, space=order.colour_space, layers=layers,
                       track=track, grade=grade)


def frame_name(stem: str, number: int) -> str:
    """File name of a frame: four digits at least."""
    return f"{stem}.{number:04d}.exr"


def _write_frames(frames: Frames, order: VfxOrder, package: Package, stem: str, shown: dict[int, np.ndarray]) -> np.ndarray:
    """Write what is missing, in one pass over the clip that also keeps the frames to show; what the middle one is to hold."""
    shot, middle, proof = order.shot, len(frames) // 2, np.empty(0)
    to_show = {0, middle, len(frames) - 1}
    bar = runtime.Progress(len(frames) + len(to_show))
    words = {"show": shot.show, "shot": shot.shot, "take": str(shot.take), "task": order.task}
    missing = {i for i in range(len(frames)) if not package.keep(frame_name(stem, shot.number(i)))}
    bar.step(len(frames) - len(missing))
    for i in sorted(missing | to_show):
        frame = frames.read(i, i + 1, codes=True)
        picture = to_half(frame, order.colour_space)[0]
        if i in to_show:
            shown[i] = to_uint8(frame[0, ..., :3])
            bar.step()
        proof = picture if i == middle else proof
        if i not in missing:
            continue
        header = FrameHeader(shot.number(i), shot.fps, order.colour_space, words)
        layers = {name: _layer_frame(batch, i) for name, batch in order.layers.items()}
        with package.writing(frame_name(stem, header.number)) as temporary:
            write_exr(temporary, picture, header, layers)
        bar.step()
    return proof


def _layer_frame(batch: torch.Tensor, number: int) -> np.ndarray:
    return batch[min(number, len(batch) - 1)].detach().cpu().float().numpy()


def _write_grade(order: VfxOrder, count: int, package: Package, stem: str) -> list[Finding]:
    """A .cube and a .cdl; of a grade that changes over the clip those of its ends, and all of it as .grade.json."""
    grade = order.grade
    if grade is None:
        return []
    if grade.refused:
        return [Finding("publish.grade", "refused", f"No grade is delivered: it was refused ({grade.refused}).",
                        suggestion="Mend what the grade was measured on, or grade by eye.")]
    ends = {f".{order.shot.number(n):04d}": grade.at(n) for n in (0, count - 1)} if grade.keys else {"": grade}
    for mark, steady in ends.items():
        package.write(f"{stem}{mark}.cube", grades.cube_text(steady, title=stem + mark).encode("utf-8"))
        package.write(f"{stem}{mark}.cdl", grades.cdl_text(grades.fit_cdl(steady), name=stem + mark).encode("utf-8"))
    path, text = package.path(f"{stem}{next(iter(ends))}.cube"), "The grade lies beside the frames as .cube and .cdl, for "
    if grade.keys:
        package.write(f"{stem}.grade.json", grades.json_text(grade).encode("utf-8"))
        text = "The grade changes over the clip: its first and last frame have a .cube and a .cdl, and all of it is a .json, for "
    text += "sRGB-encoded values; the frames are not graded."
    return [Finding("publish.grade", "pass", text, file=relative_to_output(path),
                    suggestion="Fade from one LUT to the other over the shot." if grade.keys else "")]


def _write_track(order: VfxOrder, frames: Frames, package: Package, stem: str) -> list[Finding]:
    track = order.track
    if track is None:
        return []
    if track.refused:
        return [Finding("publish.track", "refused", f"No track is delivered: it was refused ({track.refused}).",
                        suggestion="Track another surface.")]
    if track.frame_size != frames.size or len(track.frames) != len(frames):
        text = (f"No track is delivered: it is of {len(track.frames)} frames of {track.frame_size[0]}×{track.frame_size[1]}, "
                f"the clip of {len(frames)} of {frames.width}×{frames.height}.")
        return [Finding("publish.track", "refused", text, suggestion="Track the clip that is delivered.")]
    paths = [package.write(f"{stem}.{name}{tracks.FORMATS[name].suffix}",
                           tracks.track_text(track, name, start_frame=order.shot.start_frame, label=stem).encode("utf-8"))
             for name in TRACK_FORMATS]
    lost = track.first_bad_frame
    keys = lost is not None and any(f.state == "tracked" for f in track.frames[lost:])
    why = "a part of the surface moves by itself: its keys are not to be trusted there" if keys else "it holds no keys"
    tail = "" if lost is None else f" From frame {order.shot.number(lost)} on {why}."
    return [Finding("publish.track", "pass" if lost is None else "warn", f"The track lies beside the frames.{tail}",
                    frames=[] if lost is None else [lost], file=relative_to_output(paths[0]))]


def _frames_findings(count: int, wrote: np.ndarray, order: VfxOrder, package: Package, stem: str) -> list[Finding]:
    shot, middle = order.shot, count // 2
    path = package.path(frame_name(stem, shot.number(middle)))
    _, parts = read_exr(path)
    same = all(np.array_equal(parts[0][c], wrote[..., i]) for i, c in enumerate("RGBA") if c in parts[0])
    first, last = shot.number(0), shot.number(count - 1)
    kept = sum(n in package.kept for n in package.entries if n.endswith(".exr"))
    text = f"Frames {first} to {last} are written, {COLOUR_SPACES[order.colour_space][2]}, half float, ZIP" + (
        f"; {kept} were there already." if kept else ".")
    found = [Finding("publish.written", "pass", text, value=count, unit="frames", file=relative_to_output(path))]
    text = f"Frame {shot.number(middle)} read back is {'exactly what was written' if same else 'not what was written'}."
    return [*found, Finding("publish.exact", "pass" if same else "fail", text, frames=[middle], file=relative_to_output(path),
                            suggestion="" if same else "Write it again; the disk may be failing.")]
