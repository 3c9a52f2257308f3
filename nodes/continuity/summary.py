"""The guard's picture as a whole: the verdict, what is wrong and what to do, the rows of pictures, checks over frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..image import draw
from ..wires.report import Finding, worst

_GAP, _MOST_SENTENCES = 10, 10


def draw_sentences(findings: Sequence[Finding], width: int) -> np.ndarray:
    """What is wrong, worst first, and what to do about it."""
    order = ("fail", "refused", "warn")
    bad = sorted((f for f in findings if f.verdict in order), key=lambda f: order.index(f.verdict))
    rows = [(f.verdict, f.message, f"{f.check}. {f.suggestion}") for f in bad[:_MOST_SENTENCES]]
    return draw.notes(rows or [("pass", "Nothing stands out.", "")], width, size=round(16 * _unit(width)))


def _unit(width: int) -> float:
    """How much larger letters are than on a narrow picture: a wide one is looked at reduced."""
    return float(np.clip(width / 1200, 1.0, 1.7))


def draw_strip(findings: Sequence[Finding], first: int, last: int, width: int) -> np.ndarray:
    """Checks × frames: one row for each check that warns or fails, amber or red at its frames, and one for all that hold."""
    count = last - first + 1
    bins = min(count, 320)
    rows: dict[str, list[str]] = {}
    verdicts: dict[str, list[str]] = {}
    for f in findings:
        verdicts.setdefault(f.check, []).append(f.verdict)
        if f.verdict in ("pass", "not tested"):
            continue
        states = rows.setdefault(f.check, ["pass"] * bins)
        frames = range(f.frames[0], f.frames[-1] + 1) if f.is_range and f.frames else f.frames or range(first, last + 1)
        for frame in frames:
            at = min(bins - 1, max(0, (frame - first) * bins // count))
            states[at] = worst([states[at], f.verdict])
    held, untested = (sum(worst(v) == name for v in verdicts.values()) for name in ("pass", "not tested"))
    series = [*rows.items(), *([(f"{held} checks hold", ["pass"] * bins)] if held else []),
              *([(f"{untested} not tested", ["not tested"] * bins)] if untested else [])]
    unit = _unit(width)
    strip = draw.strip(series, width, round(22 * unit))
    footer = np.full((round(28 * unit), width, 3), draw.PAPER, np.uint8)
    for text, x in ((f"frame {first}", round(190 * unit)), (f"frame {last}", width - round(100 * unit))):
        draw.write(footer, text, (x, 2), size=round(14 * unit), colour=draw.MUTED, background=None)
    return np.concatenate([strip, footer])


def compose(title: str, verdict: str, rows: Sequence[np.ndarray], findings: Sequence[Finding], span: tuple[int,
    int]) -> np.ndarray:
    """The whole picture: verdict, sentences, rows of pictures, and checks over the frames of `span` (first, last)."""
    width = max(row.shape[1] for row in rows)
    rows = [_widened(row, width) for row in rows]
    unit = _unit(width)
    head = np.full((round(40 * unit), width, 3), draw.PAPER, np.uint8)
    draw.write(head, f"{title}: {verdict}", (_GAP, 8), size=round(22 * unit), colour=draw.COLOURS[verdict], background=None)
    return np.concatenate([head, draw_sentences(findings, width), *rows, draw_strip(findings, *span, width)])


def _widened(row: np.ndarray, width: int) -> np.ndarray:
    out = np.full((row.shape[0], width, 3), draw.PAPER, np.uint8)
    out[:, :row.shape[1]] = row
    return out
