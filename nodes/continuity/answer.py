"""The guard's answer, put together from what was found: report, picture and mask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from ..image import draw
from ..image.opencv import cv2
from ..media.frames import Frames
from ..wires.report import Finding, Report
from .evidence import differences, summary
from .evidence import pictures as evidence
from .inside.integrity import thumb_changes
from .inside.scan import Scan
from .join.judge import Seam
from .keyframe.anchor import Anchor
from .profile import Profile
from .question import Question
from .watch.region import Region

_MOST_REGIONS = 8  # that are drawn; all are in the report


@dataclass(frozen=True, slots=True)
class Answer:
    """Report, picture (1, h, w, 3) and mask (1, H, W) of where something differs."""

    report: Report
    evidence: torch.Tensor
    mask: torch.Tensor


@dataclass(slots=True)
class Found:
    """What is gathered on the way."""

    findings: list[Finding] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    seams: list[Seam] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    stated: list[evidence.Row] = field(default_factory=list)


def make_report(findings: list[Finding], scan: Scan, frames: Frames, q: Question, profile: Profile, found: Found) -> Report:
    """Put findings, numbers and series into the report."""
    sizes = {"clip": {"frames": len(frames), "width": frames.width, "height": frames.height, "fps": frames.fps}}
    asked = ("watch_zones", "previous_edge", "next_edge", "overlap_frames", "latent_grid", "profile")
    parameters = {k: getattr(q, k) for k in asked}
    metrics: dict[str, Any] = {"profile": {"name": profile.name, "version": profile.version, "dead_band": profile.dead_band}}
    for anchor in found.anchors:
        metrics[f"anchor.{anchor.which}"] = {name: round(value, 4) for name, value in anchor.measured.items()}
    for seam in found.seams:
        metrics[f"seam.{seam.place.which}"] = {name: {"value": round(s.value, 5), "usual": round(s.usual, 5), "z": round(s.z, 2)}
                                               for name, s in seam.standings.items()}
        r = seam.repetition
        metrics[f"seam.{seam.place.which}"]["repeats"] = {k: getattr(r, k) for k in r.__slots__}
    series = {f"clip.{name}": [None if not np.isfinite(v) else round(float(v), 3) for v in values]
              for name, values in scan.series.items()}
    series["clip.change"] = [None, *(round(float(v), 3) for v in thumb_changes(scan))]
    subject = q.shot.subject if q.shot else "clip"
    return Report("RaccordContinuityGuard", subject, findings, metrics, sizes | {"parameters": parameters}, series)


def make_picture(found: Found, findings: list[Finding], scan: Scan, frames: Frames, report: Report) -> torch.Tensor:
    """Draw the evidence (1, h, w, 3)."""
    ends = {"first": scan.head[0], "last": scan.tail[-1]}
    rows = [evidence.draw_seam(s, frames.size) for s in found.seams] + list(found.stated)
    rows += [evidence.draw_anchor(a, frames.size, ends[a.which]) for a in found.anchors]
    rows += evidence.draw_moments(findings, frames)
    watched = sorted(found.regions, key=lambda region: region.finding.verdict not in ("warn", "fail"))
    rows += [evidence.draw_region(region) for region in watched[:_MOST_REGIONS]]
    rows.append(evidence.draw_drift(findings, report.series, scan))
    numbers = [n for f in findings for n in f.frames]
    lengths = [len(values) - 1 for name, values in report.series.items() if not name.startswith("clip.")]
    span = min([0, *numbers]), max([len(scan) - 1, *numbers, *lengths])
    joins = [at for at in (0, len(scan)) if span[0] < at <= span[1]]
    return draw.to_image(summary.compose(report.subject, report.verdict, rows, findings, report.series, joins, span))


def make_mask(found: Found, frames: Frames) -> torch.Tensor:
    """Where keyframe, join or region differ visibly: 0 up to 15 %, 1 from 45 % of what the picture shows brightest."""
    out = np.zeros((frames.height, frames.width), np.float32)
    maps = [(differences.anchor_difference(a.key_rgb, a.frame_rgb), differences.FULL_HEAT) for a in found.anchors
            if _bad(a.findings)]
    maps += [differences.shown_difference(s)[:2] for s in found.seams if _bad(s.findings)]
    for difference, high in maps:
        share = np.clip(difference / high / 0.3 - 0.5, 0, 1).astype(np.float32)
        out = np.maximum(out, cv2.resize(share, frames.size, interpolation=cv2.INTER_LINEAR))
    for region in found.regions:
        if region.finding.verdict in ("warn", "fail"):
            x, y, w, h = region.box
            out[y:y + h, x:x + w] = 1
    return torch.from_numpy(out)[None]


def _bad(findings: tuple[Finding, ...]) -> bool:
    return any(f.verdict in ("warn", "fail") for f in findings)
