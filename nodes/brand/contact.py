"""Contact sheet of a batch: every picture with its places, its number, what it misses, and what it ties with or repeats."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch

from .. import runtime
from ..image import draw
from ..media.frames import Frames
from ..wires.report import worst
from ..wires.scores import PictureScore, Scores
from .lanes import at_once, lanes_for
from .marks import marked
from .shortlist import Choice

WIDTH = 1280
MOST = 60
_GAP, _MOST_COLUMNS = 12, 6


def contact_sheet(pictures: Frames, scores: Scores, choice: Choice | None = None, names: Sequence[str] = ()) -> torch.Tensor:
    """One sheet (1, H, 1280, 3) of at most 60 pictures: in the order of the batch, or of a choice, whose chosen are framed."""
    order = list(choice.ranking) if choice else list(range(len(scores)))
    shown_now, columns = order[:MOST], min(_MOST_COLUMNS, max(2, math.ceil(math.sqrt(min(len(order), MOST)))))
    width = (WIDTH - _GAP * (columns + 1)) // columns
    ratio = pictures.height / pictures.width
    height = round(width * min(1.5, max(0.4, ratio)))
    large = max(18, min(34, width // 11))
    line = round(large * 1.35)
    bar = runtime.Progress(len(shown_now))

    def drawn(one: tuple[int, int, torch.Tensor]) -> tuple[np.ndarray, bool]:
        place, number, picture = one
        score, cell = scores.pictures[number], draw.paper(height + 3 * line, width)
        cell[:height] = draw.fit(marked(picture, score, (width, height), words=False), width, height)
        total = score.scores["brand_fit"] if choice is None else choice.totals[number]
        at = _at(score, number)
        title = f"{place + 1}.  {scores.word} {at}" if choice else f"picture {at}"
        _write(cell[height:], score, (title, total), _remark(number, scores, choice, names), large)
        if choice and number in choice.chosen:
            cell[:4] = cell[height - 4:height] = cell[:height, :4] = cell[:height, -4:] = draw.COLOURS["pass"]
        return cell, choice is None or number in choice.chosen

    told = ((place, number, pictures.frame(_at(scores.pictures[number], number)).cpu()) for place, number in enumerate(shown_now))
    cells = at_once(drawn, told, lanes_for(pictures.width * pictures.height), bar.step)
    return draw.to_image(_stacked(cells, columns, len(order)))


def _at(score: PictureScore, number: int) -> int:
    """Number of a scored picture among those it was scored with."""
    return number if score.frame is None else score.frame


def _stacked(cells: list[tuple[np.ndarray, bool]], columns: int, count: int) -> np.ndarray:
    """Cells in rows; those that were not chosen are darkened, and a line says how many are not shown."""
    high, wide = cells[0][0].shape[:2]
    rows, foot = -(-len(cells) // columns), 40 if count > len(cells) else 0
    out = draw.paper(rows * (high + _GAP) + _GAP + foot, WIDTH)
    for i, (cell, chosen) in enumerate(cells):
        y, x = (i // columns) * (high + _GAP) + _GAP, (i % columns) * (wide + _GAP) + _GAP
        out[y:y + high, x:x + wide] = cell if chosen else draw.blend(cell, draw.paper(*cell.shape[:2]), 0.35)
    if foot:
        draw.write(out, f"and {count - len(cells)} more", (_GAP, out.shape[0] - 36), size=24, colour=draw.MUTED, background=None)
    return out


def _write(out: np.ndarray, score: PictureScore, head: tuple[str, float | None], remark: str, size: int) -> None:
    """Below a picture: its place and its brand fit or total, what it misses, and what else there is to say."""
    verdict = worst(part.verdict for part in score.parts.values())
    line, room = round(size * 1.35), out.shape[1]
    number = "-" if head[1] is None else f"{head[1]:.2f}"
    draw.write(out, head[0], (-4, 0), size=size, background=None)
    at = (room - size * 0.62 * len(number), 0)
    draw.write(out, number, at, size=size, colour=draw.COLOURS[verdict], background=None)
    missed = [part.name for part in score.parts.values() if part.tested and part.verdict != "pass"]
    said = f"misses {', '.join(missed)}" if missed else f"{score.passed} of {score.tested} parts pass"
    small = round(size * 0.78)
    draw.write(out, draw.shortened(said, room, small), (-2, line), size=small, background=None,
               colour=draw.COLOURS[verdict if missed else "pass"])
    draw.write(out, draw.shortened(remark, room, small), (-2, round(1.85 * line)), size=small, colour=draw.MUTED, background=None)


def _remark(number: int, scores: Scores, choice: Choice | None, names: Sequence[str]) -> str:
    named = names[number] if number < len(names) else ""
    return ", ".join(filter(None, (named, _said(number, scores, choice))))


def _said(number: int, scores: Scores, choice: Choice | None) -> str:
    score = scores.pictures[number]
    if choice is None:
        matches = score.parts["duplicates"].details.get("matches") if "duplicates" in score.parts else None
        return f"repeats {', '.join(map(str, matches))}" if isinstance(matches, list) and matches else ""
    ties = [b if a == number else a for a, b in choice.ties if number in (a, b)]
    if number in choice.repeats:
        return f"repeats {scores.word} {choice.repeats[number]}"
    fit = score.scores["brand_fit"]
    said = "brand fit not tested" if fit is None else f"brand fit {fit:.2f}"
    return f"{said}, ties with {', '.join(map(str, ties))}" if ties else said
