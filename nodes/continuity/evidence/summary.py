"""The guard's picture as a whole: the verdict, what is wrong and what to do, the rows of pictures, checks over frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...image import draw
from ...wires.report import Finding
from . import rows
from .rows import GAP, WIDTH, Row
from .strip import Series, draw_heat, number_of

_ORDER = ("fail", "refused", "warn")
_MOST_SENTENCES = 6


def compose(title: str, verdict: str, shown: Sequence[Row], findings: Sequence[Finding], series: Series, joins: Sequence[int],
            span: tuple[int, int]) -> np.ndarray:
    """The whole picture: verdict, sentences, rows worst first, and checks over the frames of `span` (first, last)."""
    parts = [_head(title, verdict, findings), _sentences(findings), *rows.stacked(shown),
             draw_heat(findings, series, joins, span)]
    return np.concatenate(parts)


def _head(title: str, verdict: str, findings: Sequence[Finding]) -> np.ndarray:
    """The verdict as a sign and a large word, the subject, and how many checks say what."""
    out = np.full((78, WIDTH, 3), draw.PAPER, np.uint8)
    out[:6] = draw.COLOURS[verdict]
    draw.badge(out, verdict, (GAP + 4, 20), 46)
    word = verdict.upper()
    draw.write(out, word, (GAP + 64, 18), size=44, colour=draw.COLOURS[verdict], background=None)
    said = {"fail": "fail", "refused": "refused", "warn": "warn", "pass": "hold", "not tested": "not tested"}
    counts = [f"{n} {said[v]}" for v in said if (n := sum(f.verdict == v for f in findings))]
    left = GAP + 64 + 34 * len(word) + 30
    rows.label(out, title, (left, 14), WIDTH - left - GAP, 26, draw.INK)
    rows.label(out, ", ".join(counts), (left, 46), WIDTH - left - GAP, 20)
    return out


def _sentences(findings: Sequence[Finding]) -> np.ndarray:
    """What is wrong, worst first, with its number and its frames, and what to do about it."""
    bad = sorted((f for f in findings if f.verdict in _ORDER), key=lambda f: _ORDER.index(f.verdict))
    lines: list[tuple[str, str, int, Sequence[int]]] = []
    for f in bad[:_MOST_SENTENCES]:
        lines += [(f.verdict if not i else "", text, 26, draw.INK)
                  for i, text in enumerate(draw.wrapped(f.message, WIDTH - 80, 26))]
        lines += [("", text, 19, draw.MUTED) for text in draw.wrapped(_detail(f), WIDTH - 80, 19)]
    if not bad:
        lines = [("pass" if any(f.verdict == "pass" for f in findings) else "not tested", "Nothing stands out.", 26, draw.INK)]
    if len(bad) > _MOST_SENTENCES:
        lines.append(("", f"And {len(bad) - _MOST_SENTENCES} more: see the report.", 19, draw.MUTED))
    out = np.full((sum(_height(size) for _, _, size, _ in lines) + 12, WIDTH, 3), draw.PAPER, np.uint8)
    top = 4
    for verdict, text, size, colour in lines:
        if verdict:
            draw.badge(out, verdict, (GAP + 4, top + 10), 22)
        draw.write(out, text, (48, top + 2), size=size, colour=colour, background=None)
        top += _height(size)
    return out


def _height(size: int) -> int:
    return round(1.5 * size)


def _detail(f: Finding) -> str:
    """Check, number, limit and frames in one line, then the advice."""
    run = f.is_range or len(f.frames) > 2
    frames = f"frames {f.frames[0]} {'to' if run else 'and'} {f.frames[-1]}" if len(f.frames) > 1 else ""
    frames = frames or " ".join(f"frame {n}" for n in f.frames)
    said = ", ".join(filter(None, (f.check, number_of(f, " over a limit of "), frames)))
    return f"{said}. {f.suggestion}" if f.suggestion else said
