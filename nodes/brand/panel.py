"""The column beside a picture: its scores, every part with its bar and number, and what the worst of them say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..image import draw
from ..image.opencv import cv2
from ..wires.scores import Part, PictureScore
from .fit import PARTS
from .headlines import WORDS
from .parts import shown

EDGE, BOX = 12, (44, 48, 54)
_ROW = 38
_MET, _COUNT, _HELD = 298, 172, 240
_TITLES = {"coverage": "shares", "duplicates": "repeats"}
_UNITS = {"ΔE2000": " ΔE", "% of the area": " %", "% of the picture": " %", ":1": ":1", "bits of 256": " bits", "%": " %",
          "px at 1080 lines": " px"}


def text(out: np.ndarray, line: str, at: tuple[float, float], size: int, colour: Sequence[int] = draw.INK) -> None:
    """Write so that letters of every size begin at the same place."""
    draw.write(out, line, (at[0] - size // 4, at[1]), size=size, colour=colour, background=None)


def panel(out: np.ndarray, score: PictureScore, title: str) -> None:
    """Fill the column `out` (H, W, 3)."""
    text(out, title, (EDGE, 8), 26, draw.MUTED)
    fit, y = score.headlines["brand_fit"], 106
    text(out, f"{WORDS['brand_fit']} {_value(fit)}", (EDGE, 42), 46, draw.COLOURS[fit.verdict])
    _met(out, fit, ((_MET, 48), (_MET, 72)))
    for name, headline in score.headlines.items():
        if name != "brand_fit":
            text(out, f"{WORDS[name]} {_value(headline)}", (EDGE, y), 19, draw.COLOURS[headline.verdict])
            _met(out, headline, ((_COUNT, y), (_HELD, y)))
            y += 27
    y = 192
    for name in PARTS:
        _row(out, y, score.parts[name])
        y += _ROW
    _sentences(out, y + 8, score)


def _value(headline: Part) -> str:
    return "-" if headline.value is None else f"{headline.value:.2f}"


def _met(out: np.ndarray, headline: Part, at: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """How many of a score's guidelines are met, and what holds it down."""
    if headline.tested:
        text(out, f"{headline.details['passed']} of {headline.details['tested']}", at[0], 19, draw.MUTED)
    held_by = headline.details.get("held_by")
    if isinstance(held_by, list) and held_by:
        held = f"held by {', '.join(map(str, held_by))}"
        text(out, draw.shortened(held, out.shape[1] - at[1][0] - 8, 19), at[1], 19, draw.COLOURS["fail"])


def _row(out: np.ndarray, y: int, part: Part) -> None:
    colour = draw.COLOURS[part.verdict]
    draw.badge(out, part.verdict, (EDGE, y + 5), 20)
    text(out, _TITLES.get(part.name, part.name), (EDGE + 34, y), 24, draw.INK if part.tested else draw.MUTED)
    left, right = 180, 300
    if part.value is None:
        state = "not found" if part.details.get("state") == "not found" else part.verdict
        text(out, state, (left, y + 2), 20, draw.MUTED)
        return
    cv2.rectangle(out, (left, y + 8), (right, y + 24), BOX, -1)
    cv2.rectangle(out, (left, y + 8), (left + max(3, round(part.value * (right - left))), y + 24), colour, -1)
    cv2.line(out, ((left + right) // 2, y + 4), ((left + right) // 2, y + 28), draw.INK, 2)
    number = "" if part.raw is None else f"{shown(part.raw)}{_UNITS.get(part.unit, '')}"
    text(out, number, (right + 12, y + 2), 20, colour)


def _sentences(out: np.ndarray, y: int, score: PictureScore) -> None:
    """What the worst parts say, as far as there is room."""
    cv2.line(out, (EDGE, y), (out.shape[1] - 16, y), BOX, 2)
    y += 10
    worst = sorted((p for p in score.parts.values() if p.tested and p.verdict != "pass"), key=lambda p: p.value or 0)
    if not worst and score.tested:
        text(out, "Every tested part keeps its limit.", (EDGE, y), 20, draw.COLOURS["pass"])
    for part in worst:
        lines = draw.wrapped(part.message, out.shape[1] - 36, 19)[:4]
        if y + 25 * len(lines) > out.shape[0] - 6:
            break
        cv2.rectangle(out, (EDGE, y + 4), (EDGE + 4, y + 25 * len(lines)), draw.COLOURS[part.verdict], -1)
        for line in lines:
            text(out, line, (EDGE + 16, y), 19)
            y += 25
        y += 10
