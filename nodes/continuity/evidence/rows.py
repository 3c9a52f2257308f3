"""Rows of the guard's picture: a title with its verdict, pictures of one size below it, a label under each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...image import draw
from ...image.opencv import cv2

WIDTH, GAP = 1480, 10  # one width for all clips, so that letters have one size wherever the picture is looked at
_COLUMNS, _TITLE, _LABEL, _TALLEST = 4, 46, 38, 420
_GROUND = (34, 36, 41)


@dataclass(frozen=True, slots=True)
class Row:
    """A drawn row and its verdict; rows that are half as wide as the picture may stand in pairs."""

    verdict: str
    picture: np.ndarray


def cell_of(shape: tuple[int, ...], columns: int = _COLUMNS) -> tuple[int, int]:
    """Width and height of a cell for pictures of `shape` (h, w, …)."""
    width = (WIDTH - GAP) // columns - GAP
    return width, min(max(1, round(width * shape[0] / shape[1])), round(_TALLEST * _COLUMNS / columns))


def label(target: np.ndarray, text: str, at: tuple[int, int], width: int, size: int, colour: Sequence[int] = draw.MUTED) -> None:
    """Write one line that fits `width`: in smaller letters where it must, shortened where those would be too small."""
    while size > 14 and len(draw.wrapped(text, width, size)) > 1:
        size -= 1
    lines = draw.wrapped(text, width, size)
    draw.write(target, lines[0] + (" …" if len(lines) > 1 else ""), at, size=size, colour=colour, background=None)


def titled(title: str, verdict: str, body: np.ndarray) -> np.ndarray:
    """`body` under its title, the verdict said by a sign, a word and a colour."""
    head = np.full((_TITLE, body.shape[1], 3), draw.PAPER, np.uint8)
    draw.badge(head, verdict, (GAP + 2, 11), 24)
    label(head, f"{title}: {verdict}", (GAP + 36, 7), body.shape[1] - GAP - 40, 26, draw.COLOURS[verdict])
    return np.concatenate([head, body])


def pictures(title: str, verdict: str, shown: Sequence[tuple[np.ndarray, str]], columns: int = _COLUMNS) -> Row:
    """Row of labelled pictures; of `columns` only those that are there take room."""
    widest, height = cell_of(shown[0][0].shape, columns)
    cells = []
    for picture, text in shown:
        width = int(np.clip(round(height * picture.shape[1] / picture.shape[0]), widest // 2, widest))
        cell = np.full((height + _LABEL, width + GAP, 3), draw.PAPER, np.uint8)
        cell[:height, GAP:] = draw.fit(picture, width, height)
        label(cell, text, (GAP - 4, height + 4), width, 20)
        cells.append(cell)
    return Row(verdict, titled(title, verdict, np.concatenate(cells, axis=1)))


def film(title: str, verdict: str, frames: Sequence[tuple[np.ndarray, str, bool]], seam: int | None = None) -> Row:
    """Row of frames one after the other, (picture, label, whether it is at fault); a line before number `seam`."""
    colour = draw.COLOURS[verdict if verdict != "pass" else "warn"]
    width = min((WIDTH - GAP) // len(frames) - GAP, 300)
    height = min(max(1, round(width * frames[0][0].shape[0] / frames[0][0].shape[1])), _TALLEST)
    body = np.full((height + _LABEL + 22, WIDTH, 3), draw.PAPER, np.uint8)
    for i, (picture, text, bad) in enumerate(frames):
        left = GAP + i * (width + GAP)
        if bad:
            body[:height + 8, left - 4:left + width + 4] = colour
            draw.badge(body, verdict, (left + width / 2 - 8, height + 14), 16)
        body[4:height + 4, left:left + width] = draw.fit(picture, width, height)
        label(body, text, (left - 4, height + 32), width, 20, colour if bad else draw.MUTED)
        if i == seam:
            body[:, left - 7:left - 4] = draw.INK
    return Row(verdict, titled(title, verdict, body))


def zoom(before: np.ndarray, after: np.ndarray, box: Sequence[float], cell: tuple[int, int]) -> np.ndarray:
    """The place `box` of two pictures beside each other, or one above the other where the cell is as high as wide."""
    above = cell[1] > 0.8 * cell[0]
    part = (cell[0], cell[1] // 2 - 2) if above else (cell[0] // 2 - 2, cell[1])
    x, y, w, h = box
    least = min(before.shape[:2]) / 5  # less would be pixels without a picture
    w, h = max(1.5 * w, least), max(1.5 * h, least)
    w, h = max(w, h * part[0] / part[1]), max(h, w * part[1] / part[0])
    w, h = min(round(w), before.shape[1]), min(round(h), before.shape[0])
    left = int(np.clip(x + box[2] / 2 - w / 2, 0, before.shape[1] - w))
    top = int(np.clip(y + box[3] / 2 - h / 2, 0, before.shape[0] - h))
    crops = []
    for picture in (before, after):
        crop = draw.fit(np.ascontiguousarray(picture[top:top + h, left:left + w]), *part)
        scale = min(part[0] / w, part[1] / h)
        x0, y0 = (part[0] - w * scale) / 2 + (x - left) * scale, (part[1] - h * scale) / 2 + (y - top) * scale
        draw.rectangle(crop, (x0, y0, box[2] * scale, box[3] * scale), draw.INK)
        crops.append(crop)
    line = np.full((4, part[0], 3) if above else (part[1], 4, 3), draw.INK, np.uint8)
    return np.concatenate([crops[0], line, crops[1]], axis=0 if above else 1)


def chart(values: Sequence[float | None], limit: float, shape: tuple[int, int], unit: str = "", first: int = 0) -> np.ndarray:
    """Line of values over the frames, with the limit; a gap where there is no number. `shape` is width, height."""
    width, height = max(shape[0], 280), max(shape[1], 160)
    out = np.full((height, width, 3), _GROUND, np.uint8)
    numbers = np.array([np.nan if v is None else v for v in values], float)
    seen = numbers[np.isfinite(numbers)]
    if not len(seen):
        label(out, "no number", (8, 8), width - 16, 20)
        return out
    signed = float(seen.min()) < -1e-9
    high = max(1.25 * abs(limit), float(np.abs(seen).max()) * 1.1, 1e-9)
    low = -high if signed else 0.0
    if not limit:
        room = max(0.15 * float(np.ptp(seen)), 0.02 * high)
        low, high = float(seen.min()) - room, float(seen.max()) + room

    def point(at: int, value: float) -> tuple[float, float]:
        return (10 + at * (width - 20) / max(1, len(numbers) - 1), 8 + (high - value) / (high - low) * (height - 46))

    for value in ((limit, -limit) if signed else (limit,)) if limit else ():
        y = point(0, value)[1]
        draw.outline(out, np.array([[0, y], [width, y]]), draw.COLOURS["warn"], closed=False, thickness=2)
        label(out, f"limit {value:g} {unit}", (6, round(y) + 2), width - 12, 18, draw.COLOURS["warn"])
    points = [point(i, v) for i, v in enumerate(numbers) if np.isfinite(v)]
    if len(points) > 1:
        draw.outline(out, np.array(points), draw.INK, closed=False, thickness=2)
    for (x, y), value in ((points[0], seen[0]), (points[-1], seen[-1])) if not limit else ():
        draw.write(out, f"{value:.3g}", (x - 20, y + 8), size=18, background=None)
    draw.write(out, str(first), (4, height - 28), size=18, colour=draw.MUTED, background=None)
    draw.write(out, str(first + len(numbers) - 1), (width, height - 28), size=18, colour=draw.MUTED, background=None)
    return out


def stacked(rows: Sequence[Row]) -> list[np.ndarray]:
    """Rows as wide as the picture, the worst first; narrow ones stand beside each other."""
    order = ("fail", "refused", "warn", "pass", "not tested")
    out: list[np.ndarray] = []
    waiting: np.ndarray | None = None
    for row in sorted(rows, key=lambda r: order.index(r.verdict)):
        picture = row.picture
        if picture.shape[1] <= WIDTH // 2:
            if waiting is None:
                waiting = picture
                continue
            height = max(waiting.shape[0], picture.shape[0])
            picture, waiting = np.concatenate([_filled(p, height, WIDTH // 2) for p in (waiting, picture)], axis=1), None
        out.append(_filled(picture, picture.shape[0], WIDTH))
    return [*out, *([_filled(waiting, waiting.shape[0], WIDTH)] if waiting is not None else [])]


def _filled(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    return cv2.copyMakeBorder(picture, 0, height - picture.shape[0], 0, width - picture.shape[1], cv2.BORDER_CONSTANT,
                              value=[int(c) for c in draw.PAPER])
