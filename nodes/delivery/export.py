"""Channel files of a clip: one pass over its frames feeds every film at once."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import torch

from .. import runtime
from ..image.blocks import block_length
from ..image.layout import check_mask, to_uint8
from ..media.audio import check_audio
from ..media.captions import Captions
from ..media.encode import FilmSpec, FilmWriter
from ..media.frames import Frames
from ..media.identity import clip_identity, tensor_identity
from ..media.package import Package, fingerprint, open_package
from ..media.paths import relative_to_output
from ..media.xmp import Rights, append_xmp_box, xmp_packet
from ..wires.check import number, one_of
from ..wires.report import Finding
from ..wires.shot import Shot
from .channels import Channel
from .hero import write_hero
from .reframe import FITS, Framing, plan_framing, reframe, subject_boxes, subject_share
from .verify import LIMIT_DRIFT, Drift, compare, proof_frames, read_back

_BLOCK = 8  # frames at most: what comes out may be far larger than what goes in
_ENLARGED = 1.25  # a film that is enlarged by more shows it


@dataclass(frozen=True, slots=True)
class Order:
    """What to deliver and how; see the node's inputs."""

    channels: list[Channel]
    shot: Shot
    rights: Rights
    folder: str = "delivery"
    fit: str = "crop"
    budget_kb: int = 0
    hero_frame: int = 0
    if_exists: str = "resume"
    audio: dict | None = None
    mask: torch.Tensor | None = None
    captions: Captions | None = None


@dataclass(slots=True)
class Delivery:
    """What was written: paths relative to the output directory, metrics rows, findings and pictures of the files."""

    files: list[str] = field(default_factory=list)
    rows: list[dict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class _Film:
    """A film on its way: its frames come from `Framing`, those to prove it by are kept."""

    channel: Channel
    package: Package
    name: str
    framing: Framing
    writer: FilmWriter | None
    proof: dict[int, np.ndarray] = field(default_factory=dict)


def export_channels(clip: Any, order: Order) -> Delivery:
    """Write the files of every channel and read the films back.

    Args:
        clip: IMAGE batch or VIDEO; a VIDEO is decoded once, block by block.
        order: Channels, names, rights.

    Raises:
        ValueError: An input does not fit the clip; `refuse` and files are there.
    """
    frames, delivery = Frames(clip), Delivery()
    if not 0 <= order.hero_frame < len(frames):
        raise ValueError(f"expected hero_frame within the clip's frames 0..{len(frames) - 1}, "
                         f"got {order.hero_frame}: choose one of them")
    check_audio(order.audio)
    number(order.budget_kb, "budget_kb", 0)
    one_of(order.fit, FITS, "fit")
    mask = check_mask(order.mask, len(frames), frames.height, frames.width, "subject_mask")
    boxes, clip_name = subject_boxes(mask), clip_identity(clip, frames)
    films, heroes = [], []
    with ExitStack() as packages:
        with ExitStack() as writers:
            for channel in order.channels:
                framing = plan_framing(frames.size, channel, order.fit, boxes, order.shot.fps) if channel.kind == "film" else None
                package = packages.enter_context(_package(order, channel, framing, clip_name))
                if framing is None:
                    heroes.append((channel, package))
                else:
                    films.append(_film(writers, order, channel, package, framing))
            picture = _one_pass(frames, films, order.hero_frame)
        for channel, package in heroes:
            _stills(channel, package, picture, order, delivery)
    for package in (package for _, package in heroes):
        delivery.files += [relative_to_output(p) for p in package.paths]
    for film in films:
        _finish(film, len(frames), boxes, delivery)
    if heroes and not order.rights.get("alt"):
        delivery.findings.append(Finding("publish.alt", "warn", "The hero picture has no alternative text.",
                                         suggestion="Add a line `alt: what the picture shows` to rights."))
    return delivery


def _stem(order: Order, channel: Channel, version: int) -> str:
    return f"{order.shot.show}_{order.shot.shot}_{channel.id}_v{version:03d}"


def _package(order: Order, channel: Channel, framing: Framing | None, clip_name: str) -> Any:
    decides = {"framing": framing.to_json(), "sound": _sound_identity(order.audio), "fps": str(order.shot.fps),
               "captions": order.captions.text if order.captions else ""} if framing else {
                   "budget_kb": order.budget_kb, "frame": order.hero_frame}
    inputs = fingerprint(clip=clip_name, channel=dict(channel.data), rights=dict(order.rights.values), **decides)
    facts = {"channel": channel.id, "template": channel.origin, "shot": order.shot.to_json(),
             "digital_source_type": order.rights.source_type}
    return open_package(order.folder, lambda v: _stem(order, channel, v), order.shot.version, inputs, order.if_exists, facts)


def _sound_identity(audio: dict | None) -> list:
    return [audio["sample_rate"], tensor_identity(audio["waveform"])] if audio else []


def film_spec(channel: Channel, framing: Framing, fps: Fraction) -> FilmSpec:
    """How the template wants a film of this size and rate written."""
    return FilmSpec(*framing.size, fps, channel.peak_kbps(framing.size, fps), channel["crf"],
                    max(1, round(float(fps) * channel["gop_seconds"])), channel["b_frames"], channel["sound"]["kbps"])


def _film(stack: ExitStack, order: Order, channel: Channel, package: Package, framing: Framing) -> _Film:
    name = f"{_stem(order, channel, package.version)}.mp4"
    film = _Film(channel, package, name, framing, None)
    if not package.keep(name):
        extra = {"channel": channel.id, "framing": framing.to_json()}
        temporary = stack.enter_context(package.writing(name, **extra))
        stack.callback(_disclose, temporary, order.rights)
        film.writer = stack.enter_context(FilmWriter(temporary, film_spec(channel, framing, order.shot.fps), order.audio))
    if order.captions:
        package.write(name.removesuffix(".mp4") + ".srt", order.captions.text.encode("utf-8"), channel=channel.id)
    return film


def _disclose(temporary: Any, rights: Rights) -> None:
    if temporary.is_file():
        append_xmp_box(temporary, xmp_packet(rights))


def _one_pass(frames: Frames, films: list[_Film], hero_frame: int) -> np.ndarray:
    """Read the clip once for all films that are being written; keep the hero frame and those that prove the films."""
    writing = [f for f in films if f.writer]
    picture = np.empty(0)
    if not writing:
        return to_uint8(frames.frame(hero_frame)[..., :3])
    bar, proof = runtime.Progress(len(frames) * len(writing)), proof_frames(len(frames))
    for film in writing:
        film.writer.step = bar.step  # type: ignore[union-attr]
    for start, block in frames.blocks(min(_BLOCK, block_length(frames.height, frames.width, frames.channels)), codes=True):
        if start <= hero_frame < start + len(block):
            picture = to_uint8(block[hero_frame - start][..., :3]).copy()  # a view would keep the block
        for film in writing:
            shown = reframe(block, start, film.framing)
            film.writer.write(shown)  # type: ignore[union-attr]
            film.proof |= {n: shown[n - start].copy() for n in proof if start <= n < start + len(block)}
    return picture


def _finish(film: _Film, count: int, boxes: list, delivery: Delivery) -> None:
    path = film.package.path(film.name)
    shown = relative_to_output(path)
    delivery.files += [relative_to_output(p) for p in film.package.paths]
    delivery.rows.append({"path": shown, "bytes": path.stat().st_size, "encodes": int(film.writer is not None)})
    delivery.findings.append(_framing_finding(film, shown))
    if (share := subject_share(film.framing, boxes)) is not None:
        delivery.findings.append(_subject_finding(share, shown))
    if film.writer is None:
        kept = "Was there already, from identical inputs, and is kept."
        delivery.findings.append(Finding("publish.written", "pass", kept, file=shown))
        return
    written, back = read_back(path, tuple(film.proof))
    if written != count:
        delivery.findings.append(Finding("publish.frames", "fail", f"The film holds {written} frames of {count}.", value=written,
                                         limit=count, file=shown, suggestion="Write it again; the disk may be failing."))
        return
    delivery.findings.append(drift_finding(compare(back, film.proof), shown))


def drift_finding(drift: Drift, shown: str) -> Finding:
    """What reading a film back as tagged says about its colours."""
    good = drift.worst <= LIMIT_DRIFT
    text = (f"Read back as tagged, colours differ from the source by {drift.worst:.2f} of 255 at most "
            f"(99 % of the patches within {drift.patches:.1f}).")
    advice = "" if good else "The matrix or the range is wrong: do not publish."
    return Finding("publish.colour", "pass" if good else "fail", text, value=round(drift.worst, 3), unit="code values",
                   limit=LIMIT_DRIFT, frames=drift.frames, file=shown, suggestion=advice)


def _framing_words(framing: Framing) -> str:
    if framing.fit != "crop":
        return "the whole picture between " + ("black bars" if framing.fit == "pad" else "blurred copies of it")
    (x, y), moves = framing.corners[0], len(framing.corners) > 1
    where = "following the subject" if moves else f"cut at x {x:.0f}, y {y:.0f}"
    return f"{framing.box[0]:.0f}×{framing.box[1]:.0f} pixels of the source, {where}"


def _framing_finding(film: _Film, shown: str) -> Finding:
    framing, (w, h) = film.framing, film.framing.size
    enlarged = framing.scale > _ENLARGED
    text = f"{w}×{h} shows {_framing_words(framing)}" + (f"; enlarged {framing.scale:.1f}×." if enlarged else ".")
    advice = "Generate or upscale the clip to the channel's size before delivery." if enlarged else ""
    return Finding("publish.enlarged", "warn" if enlarged else "pass", text, value=round(framing.scale, 2), unit="times",
                   limit=_ENLARGED, file=shown, suggestion=advice)


def _subject_finding(share: tuple[float, int], shown: str) -> Finding:
    part, frame = share
    verdict = "pass" if part >= 0.98 else "warn" if part >= 0.8 else "fail"
    text = f"The cut shows at least {part:.0%} of the subject."
    return Finding("publish.subject", verdict, text, value=round(part, 3), unit="share", limit=0.98, frames=[frame], file=shown,
                   suggestion="" if verdict == "pass" else "Use fit pad, or compose the subject narrower.")


def _stills(channel: Channel, package: Package, picture: np.ndarray, order: Order, delivery: Delivery) -> None:
    stem = _stem(order, channel, package.version)
    hero = write_hero(picture, channel, package, stem, order.budget_kb, order.rights, order.hero_frame)
    delivery.rows += [row | {"path": relative_to_output(package.path(row["path"]))} for row in hero.rows]
    delivery.findings += hero.findings
    budget = (order.budget_kb or channel["budget_kb"]) * 1000
    for row in hero.widest:
        fits, path = row["bytes"] <= budget, relative_to_output(package.path(row["path"]))
        how = f"after {row['encodes']} encodes" if row["encodes"] else "kept from the run before"
        text = f"{row['bytes'] / 1000:.1f} kB of {budget / 1000:.0f} kB, metadata included, {how}."
        advice = "" if fits else "Allow more bytes, or a smaller picture: at this size no fair quality is lighter."
        delivery.findings.append(Finding("publish.weight", "pass" if fits else "fail", text, value=row["bytes"], unit="bytes",
                                         limit=budget, frames=[order.hero_frame], file=path, suggestion=advice))
