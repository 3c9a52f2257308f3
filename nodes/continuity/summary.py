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
    return draw.notes(rows or [("pass", "Nothing stands out.", "")], width)


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
    strip = draw.strip(series, width, 22)
    footer = np.full((28, width, 3), draw.PAPER, np.uint8)
    draw.write(footer, f"frame {first}", (190, 2), size=14, colour=draw.MUTED, background=None)
    draw.write(footer, f"frame {last}", (width - 90, 2), size=14, colour=draw.MUTED, background=None)
    return np.concatenate([strip, footer])


def compose(title: str, verdict: str, rows: Sequence[np.ndarray], findings: Sequence[Finding], span: tuple[int,
    int]) -> np.ndarray:
    """The whole picture: verdict, sentences, rows of pictures, and checks over the frames of `span` (first, last)."""
    width = max(row.shape[1] for row in rows)
    rows = [_widened(row, width) for row in rows]
    head = np.full((40, width, 3), draw.PAPER, np.uint8)
    draw.write(head, f"{title}: {verdict}", (_GAP, 8), size=22, colour=draw.COLOURS[verdict], background=None)
    return np.concatenate([head, draw_sentences(findings, width), *rows, draw_strip(findings, *span, width)])


def _widened(row: np.ndarray, width: int) -> np.ndarray:
    out = np.full((row.shape[0], width, 3), draw.PAPER, np.uint8)
    out[:, :row.shape[1]] = row
    return out
