"""Channel files of a clip: one pass over its frames feeds every film at once; a film that is too heavy gets another."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import numpy as np

from .. import runtime
from ..image.layout import check_mask, to_uint8
from ..media.audio import check_audio
from ..media.frames import Frames
from ..media.identity import clip_identity, tensor_identity
from ..media.loudness import set_loudness
from ..media.manifest import fingerprint
from ..media.package import Package
from ..media.paths import relative_to_output
from ..media.versions import open_package
from ..wires.check import number, one_of
from . import still_findings
from .aside import aside_findings
from .burn import Burn
from .channels import Channel
from .check_rights import ended_rights
from .film import Film, being_written, channel_look, first_peak, hero_picture, lighter, look_identity
from .film_findings import film_findings, guess_findings
from .framing import FITS, Framing, cut_box, cut_path, plan_framing, subject_boxes
from .hero import web_stills, write_hero
from .order import Delivery, Order
from .poster import write_poster
from .saliency import salient_frames
from .snippet import is_decorative
from .template_age import old_templates
from .verify import proof_frames

_Sounds = dict[tuple[float, float] | None, dict | None]


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
    salient = salient_frames(frames) if order.fit == "crop" and not any(boxes) else {}
    films: list[Film] = []
    heroes: list[tuple[Channel, Package]] = []
    sounds: _Sounds = {}
    with ExitStack() as packages:
        for channel in order.channels:
            look = channel_look(channel)
            if channel.kind == "film":
                framing = plan_framing(frames.size, channel, order.fit, boxes, order.shot.fps, salient, len(frames))
                package = packages.enter_context(_package(order, channel, framing, clip_name))
                films.append(_film(order, package, channel, framing, look, len(frames), sounds))
            else:
                heroes.append((channel, packages.enter_context(_package(order, channel, None, clip_name))))
        picture = _write_films(frames, films, order)
        for film in films:
            write_poster(film, frames, order)
        for channel, package in heroes:
            _stills(channel, package, picture, (frames, boxes, salient), order, delivery)
        for package in (*(film.package for film in films), *(package for _, package in heroes)):
            _beside(package, order)
            delivery.findings += aside_findings(package)
    for film in films:
        delivery.files += [relative_to_output(p) for p in film.package.paths]
        delivery.rows.append({"path": relative_to_output(film.path), "bytes": film.path.stat().st_size, "encodes": film.encodes,
                              "sha256": film.package.entries[film.name]["sha256"]})
        delivery.findings += film_findings(film, len(frames), boxes, (frames.size, salient), order)
    for _, package in heroes:
        delivery.files += [relative_to_output(p) for p in package.paths]
    delivery.findings += old_templates(order.channels) + ended_rights(order.rights)
    if heroes and not order.rights.get("alt") and not is_decorative(order.rights):
        delivery.findings.append(still_findings.without_alt())
    return delivery


def _package(order: Order, channel: Channel, framing: Framing | None, clip_name: str) -> Any:
    decides = {"framing": framing.to_json(), "sound": _sound_identity(order.audio), "fps": str(order.shot.fps),
               "captions": order.captions.text if order.captions else "", "poster": order.hero_frame,
               "burn": [order.shot.to_json(), order.verdict] if channel.get("burn_in") else ""} if framing else {
                   "budget_kb": order.budget_kb, "frame": order.hero_frame, "fit": order.fit, "mask": tensor_identity(order.mask)}
    signed = order.certificate.chain.decode("ascii") if order.certificate else ""
    decides |= {"look": look} if (look := look_identity(channel)) else {}
    inputs = fingerprint(clip=clip_name, channel=dict(channel.data), rights=dict(order.rights.values), signed=signed, **decides)
    facts = {"channel": channel.id, "template": channel.origin, "shot": order.shot.to_json(), "rights": dict(order.rights.values),
             "digital_source_type": order.rights.source_type}
    return open_package(order.folder, lambda v: order.stem(channel, v), order.shot.version, inputs, order.if_exists, facts)


def _sound_identity(audio: dict | None) -> list:
    return [audio["sample_rate"], tensor_identity(audio["waveform"])] if audio else []


def _film(order: Order, package: Package, channel: Channel, framing: Framing, look: Any, count: int, sounds: _Sounds) -> Film:
    stem, fps = order.stem(channel, package.version), order.shot.fps
    burn = Burn(order.shot, order.verdict) if channel.get("burn_in") else None
    peak = first_peak(channel, framing.size, fps, count / float(fps))
    film = Film(channel, package, f"{stem}.mp4", framing, None, burn, look, peak)
    if not package.keep(film.name) and channel["sound"] and order.audio:
        film.sound = _at_loudness(order.audio, channel.get("loudness"), sounds)
    if order.captions:
        package.write(f"{stem}.srt", order.captions.text.encode("utf-8"), channel=channel.id)
    return film


def _at_loudness(audio: dict, wanted: dict | None, sounds: _Sounds) -> dict | None:
    key = (wanted["lufs"], wanted["true_peak"]) if wanted else None
    if key not in sounds:
        sounds[key] = set_loudness(audio, *key)[0] if key else audio
    return sounds[key]


def _write_films(frames: Frames, films: list[Film], order: Order) -> np.ndarray:
    """Write what is not there yet, again at a lower rate what weighs too much; gives the hero frame (H, W, 3) uint8."""
    todo, picture = [f for f in films if f.name not in f.package.entries], None
    while todo:
        with ExitStack() as stack:
            for film in todo:
                stack.enter_context(being_written(film, order))
            picture = _one_pass(frames, todo, order.hero_frame)
        todo = [film for film in todo if lighter(film)]
    return picture if picture is not None else to_uint8(frames.frame(order.hero_frame)[..., :3])


def _one_pass(frames: Frames, films: list[Film], hero_frame: int) -> np.ndarray:
    picture = np.empty(0)
    bar, proof = runtime.Progress(len(frames) * len(films)), proof_frames(len(frames))
    for film in films:
        film.writer.step = bar.step
    for start, block in frames.blocks(1, codes=True):  # a frame at a time: what comes out may be far larger than what goes in
        if start <= hero_frame < start + len(block):
            picture = to_uint8(block[hero_frame - start][..., :3]).copy()  # a view would keep the block
        for film in films:
            shown = film.pictures(block, start)
            film.writer.write(shown)
            for n in proof:
                if start <= n < start + len(block):
                    film.keep_proof(n, shown[n - start])
    return picture


def _stills(channel: Channel, package: Package, picture: np.ndarray, seen: tuple, order: Order, delivery: Delivery) -> None:
    shown, stem = hero_picture(picture, channel_look(channel)), order.stem(channel, package.version)
    portrait, near, corner, box = _portrait(channel, shown, seen, order)
    stills = web_stills(shown, portrait, channel, stem, order.budget_kb)
    hero = write_hero(stills, channel, package, order.rights, order.hero_frame, order.certificate)
    delivery.rows += [row | {"path": relative_to_output(package.path(row["path"])),
                             "sha256": package.entries[row["path"]]["sha256"]}
                      for row in hero.rows]
    delivery.findings += hero.findings
    if portrait is not None:
        file = relative_to_output(package.path(f"{stills[0].stem}_w{stills[0].sizes[0][0]}.jpg"))
        delivery.findings += guess_findings(near, dict.fromkeys(near, corner), box, seen[0].size, file)
    for row in hero.widest:
        delivery.findings += still_findings.weight(row, channel, order.hero_frame, relative_to_output(package.path(row["path"])))


def _portrait(channel: Channel, shown: np.ndarray, seen: tuple, order: Order) -> tuple[np.ndarray | None, dict, tuple, tuple]:
    """The cut for phones (h, w, 3), what draws the eye where it was guessed by that, its corner and size; None without a cut."""
    frames, boxes, salient = seen
    if not channel.get("portrait"):
        return None, {}, (0.0, 0.0), frames.size
    box = cut_box(frames.size, channel["portrait"][0] / channel["portrait"][1])
    near = {n: salient[n] for n in sorted(salient, key=lambda n: abs(n - order.hero_frame))[:1]}
    own = boxes[min(order.hero_frame, len(boxes) - 1):][:1] if boxes and order.fit == "crop" else []
    (x, y), (w, h) = cut_path(frames.size, box, own, order.shot.fps, near, 1)[0], (round(side) for side in box)
    return shown[round(y):round(y) + h, round(x):round(x) + w], near, (x, y), box


def _beside(package: Package, order: Order) -> None:
    """Keep the graph beside the files, where no file of the delivery carries it.

    One that is there stays: it made these files, whatever graph finds them as they should be.
    """
    if order.workflow:
        name = f"{package.folder.name}.workflow.json"
        if not package.keep(name):
            package.write(name, order.workflow.encode("utf-8"))
