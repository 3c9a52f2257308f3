"""The repair's picture: the join before and after, and where its two sides differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ...image import draw
from ...image.flow import along, dense_flow, gray, shrink, working_size
from ...image.opencv import cv2
from ...wires.report import Report, worst
from .mend import Work
from .steps import Side

_HEIGHT, _GAP, _LINE = 260, 10, 40
_HIGH = 24.0  # levels of difference that are shown brightest


@dataclass(frozen=True, slots=True)
class Look:
    """Three frames at working size: the one beyond the join, and the first two of the clip."""

    beyond: np.ndarray
    first: np.ndarray
    second: np.ndarray


@dataclass(frozen=True, slots=True)
class Shown:
    """One join with its looks before and after."""

    work: Work
    before: Look
    after: Look


def look(side: Side) -> Look:
    """Keep what the picture needs of a join as it stands."""
    size = working_size(side.far[0].shape[1], side.far[0].shape[0])
    near = side.near(2)
    return Look(*(shrink(f, size) for f in (side.far[0], near[0], near[-1])))


def _difference(look: Look) -> np.ndarray:
    """Difference of the clip's frame at the join from where its own motion would bring the frame beyond it, levels (h, w)."""
    motion = dense_flow(gray(look.first), gray(look.second))
    led = along(look.beyond.astype(np.float32), -motion)
    return cv2.GaussianBlur(np.abs(led - look.first).max(-1), (0, 0), 1.5)


def _row(title: str, colour: Sequence[int], pictures: Sequence[np.ndarray], labels: Sequence[str]) -> np.ndarray:
    width = int(np.clip(_HEIGHT * pictures[0].shape[1] / pictures[0].shape[0], 200, 464))
    out = np.full((_HEIGHT + 2 * _LINE, len(pictures) * (width + _GAP) + _GAP, 3), draw.PAPER, np.uint8)
    draw.write(out, title, (_GAP, 4), size=22, colour=colour, background=None)
    for i, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        left = _GAP + i * (width + _GAP)
        out[_LINE:_LINE + _HEIGHT, left:left + width] = draw.fit(picture, width, _HEIGHT)
        draw.write(out, label, (left, _LINE + _HEIGHT + 6), size=16, colour=draw.MUTED, background=None)
    return out


def _rows(shown: Shown) -> list[np.ndarray]:
    tail, rows = shown.work.side.join.tail, []
    for when, look, state in (("before", shown.before, shown.work.before), ("after", shown.after, shown.work.after)):
        verdict = worst(f.verdict for key, f in state.items() if key[1])
        other = "keyframe" if shown.work.side.same_time else "next clip" if tail else "previous clip"
        pictures = [look.beyond, look.first, look.second]
        labels = [other.capitalize(), "Clip, frame at the join", "Clip, one frame on"]
        if tail:
            pictures, labels = pictures[::-1], [labels[0], labels[1], "Clip, one frame earlier"][::-1]
        heat = draw.heat(_difference(look), high=_HIGH)
        title = f"{shown.work.side.join.name.capitalize()}, {when}: {verdict}"
        labels = (*labels, f"Off its own motion, to {_HIGH:.0f} of 255")
        rows.append(_row(title, draw.COLOURS[verdict], (*pictures, heat), labels))
    return rows


def compose(shown: Sequence[Shown], report: Report, images: torch.Tensor) -> torch.Tensor:
    """The whole picture (1, h, w, 3): verdict, a sentence for each step, the joins before and after."""
    rows = [row for one in shown for row in _rows(one)]
    if not rows:
        rows = [draw.fit(draw.canvas(images[0]), 960, 420)]
    width = max(row.shape[1] for row in rows)
    head = np.full((44, width, 3), draw.PAPER, np.uint8)
    draw.write(head, f"Repair: {report.verdict}", (_GAP, 8), size=26, colour=draw.COLOURS[report.verdict], background=None)
    said = [(f.verdict, f.message, f.check) for f in report.findings]
    parts = [head, draw.notes(said or [("not tested", "Nothing is wired beside the clip.", "")], width), *rows]
    return draw.to_image(np.concatenate([_widened(p, width) for p in parts]))


def _widened(part: np.ndarray, width: int) -> np.ndarray:
    out = np.full((part.shape[0], width, 3), draw.PAPER, np.uint8)
    out[:, :part.shape[1]] = part
    return out
