"""What the delivery nodes answer: their reports, and what every one of them has to ask of its inputs."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import torch

from .. import runtime
from ..image import draw
from ..image.layout import check_image
from ..media.audio import read_audio
from ..media.captions import Captions, load_captions, parse_srt
from ..media.certificates import MISSING, Certificate, can_sign, load_certificate
from ..media.claim import place
from ..media.credentials import try_certificate
from ..media.frames import Frames
from ..media.memory import file_state, remember, remember_read, remember_written
from ..media.paths import input_file, output_path, relative_to_output
from ..media.xmp import KNOWN_TYPES
from ..wires.check import wired_or_none
from ..wires.report import Finding, Report, parse_report, parse_reports
from ..wires.shot import Shot
from .check_folder import paths_below
from .jobs import flat, title_of, verdict_of, worst_finding


def timed_shot(shot: Shot | None, clip: Any) -> tuple[Shot, list[Finding]]:
    """The shot to name files by, and a remark where its rate is not the film's own."""
    own = None if isinstance(clip, torch.Tensor) else Frames(clip).fps
    if (shot := wired_or_none(shot, Shot, "shot")) is None:
        return (replace(Shot(), fps=own) if own else Shot()), []
    if own is None or own == shot.fps:
        return shot, []
    text = f"The film runs at {float(own):.6g} fps, the shot says {float(shot.fps):.6g}: the shot's is used, frame by frame."
    return shot, [Finding("publish.fps", "warn", text, value=float(own), unit="fps", limit=float(shot.fps),
                          suggestion="Set the shot's fps to the film's, or retime the clip.")]


def sound_of(clip: Any) -> dict | None:
    """Sound of a VIDEO as an AUDIO, or None for a batch or a silent film."""
    if isinstance(clip, torch.Tensor):
        return None
    source = runtime.video_source(clip)
    if source is None:
        return clip.get_components().audio
    file, start, duration = source
    if hasattr(file, "seek"):
        file.seek(0)
    return read_audio(file, start, duration or None)


def remember_files(node: str, name: str, files: list[str]) -> None:
    """Note what was written, so that a deleted file makes the node run again."""
    remember_written(node, name, [output_path(f) for f in files])


def captions_for(folder: str, name: str) -> Captions | None:
    """Captions of an .srt in the input folder, or of its text; None for neither. An edited file makes the export run again."""
    if "-->" in name:
        return parse_srt(name.strip() + "\n")
    if name.strip():
        remember_read("RaccordChannelExport", folder, [input_file(name.strip(), "captions")])
    return load_captions(name)


def verdict_before(texts: list[str]) -> str:
    """Verdict of the reports that came before, or an empty text without any."""
    reports = parse_reports(texts)
    return verdict_of(reports) if reports else ""


def upstream(texts: list[str]) -> list[Finding]:
    """A remark where reports that came before say fail or refused: the delivery is made all the same, but not in silence."""
    found = []
    for report in flat(parse_reports(texts)):
        if report["verdict"] in ("fail", "refused"):
            first = worst_finding([report])
            says = f"{report['verdict']}: {first['message']}" if first else f"{report['verdict']}."
            found.append(Finding("publish.upstream", "warn", f"Delivered although {title_of(report['node'])} says {says}",
                                 suggestion="Settle that before publishing."))
    return found


def certificate_for(name: str) -> tuple[Certificate | None, list[Finding]]:
    """The studio's signing certificate, none for an empty name; without c2pa-python none, and a refusal that says so.

    Raises:
        ValueError: There is no such certificate, or it cannot sign.
    """
    if not name.strip():
        return None, []
    if not can_sign():
        return None, [Finding("publish.c2pa", "refused", f"Files are not signed: {MISSING}.",
                              suggestion="Install it and run again.")]
    certificate = load_certificate(name)
    try_certificate(certificate, KNOWN_TYPES[0])
    return certificate, []


def load_vfx() -> ModuleType:
    """The VFX export.

    Raises:
        ValueError: OpenEXR is missing or broken.
    """
    try:
        from . import vfx
    except ImportError as error:
        raise ValueError(f"expected OpenEXR 3.4 or newer for EXR files, got none that works ({error}): "
                         "pip install OpenEXR") from error
    return vfx


def channel_report(order: Any, delivery: Any) -> Report:
    """Report of RaccordChannelExport."""
    inputs = {"signed": order.certificate.name if order.certificate else "", "channels": [c.id for c in order.channels],
              "templates": {c.id: c.origin for c in order.channels},
              "shot": order.shot.to_json(), "fit": order.fit, "budget_kb": order.budget_kb, "hero_frame": order.hero_frame,
              "rights": dict(order.rights.values), "folder": order.folder, "if_exists": order.if_exists}
    return Report("RaccordChannelExport", order.shot.subject, delivery.findings, {"files": delivery.rows}, inputs)


def vfx_report(order: Any, delivered: Any) -> Report:
    """Report of RaccordVFXExport."""
    return Report("RaccordVFXExport", order.shot.subject, delivered.findings, {"files": delivered.rows}, order.to_json())


def frames_picture(shown: dict[int, np.ndarray], shot: Shot) -> torch.Tensor:
    """Frames (H, W, 3) uint8 of a clip with their numbers (1, H, W, 3)."""
    labels = [f"frame {shot.number(n)}" for n in shown]
    return draw.to_image(draw.sheet(list(shown.values()), labels, columns=3, cell=(420, 300)))


def check_report(folder: str, channels: str, checklist: Any) -> Report:
    """Report of RaccordPublishCheck."""
    from .check import readiness

    metrics = {"publish.files": checklist.files, "publish.bytes": checklist.bytes, "publish.table": readiness(checklist)}
    return Report("RaccordPublishCheck", "delivery", checklist.findings, metrics, {"folder": folder, "channels": channels})


def remember_checked(folder: str, listed: list[str]) -> None:
    """Note what a check is about to read, so that a mended, new or deleted file makes it run again."""
    def look() -> str:
        return _checked_state(folder, listed)

    remember("RaccordPublishCheck", folder, look, look(), tuple(listed))


def _checked_state(folder: str, listed: list[str]) -> str:
    digest = hashlib.sha256()
    try:
        paths = paths_below(folder, listed)
    except ValueError as error:  # a folder that has gone is a change too: the run says so
        return str(error)
    for path in paths:
        digest.update(f"{path}\0{file_state(path)}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _by_slot(slots: dict) -> dict[int, Any]:
    return {int(re.sub(r"\D", "", key) or 0): value for key, value in slots.items() if value is not None}


def save_report(name: str, reports: dict, pictures: dict, if_exists: str) -> tuple[list[str], Report, torch.Tensor]:
    """Write the page, the JSON and the table, and draw the card.

    Args:
        name: Under the output directory, without suffix.
        reports: STRING by slot.
        pictures: IMAGE by slot; the picture of a slot belongs to its report.
        if_exists: As everywhere; `replace` for reports.

    Returns:
        Paths relative to the output directory, the merged report, and its card (1, H, 960, 3).

    Raises:
        ValueError: A report is none, or the name is not safe.
    """
    from .card import draw_card
    from .page import merge, render_page
    from .tracker_csv import render_csv

    texts = {slot: text for slot, text in sorted(_by_slot(reports).items()) if not isinstance(text, str) or text.strip()}
    members = [parse_report(text) for text in texts.values()]
    at = {slot: i for i, slot in enumerate(texts)}
    shown = {at.get(slot, len(members) + slot): check_image(batch, f"picture{slot}")
             for slot, batch in sorted(_by_slot(pictures).items())}
    merged = merge(members)
    bar = runtime.Progress(2)
    contents = {".html": render_page(members, shown, name), ".json": merged.to_json() + "\n", ".csv": render_csv(members)}
    bar.step()
    placed = place(name, contents, if_exists)
    bar.step()
    return [relative_to_output(path) for path in placed.paths], merged, draw_card(merged.subject, members, shown)


