"""The heat strip: checks × frames. How high a cell is filled says how near a number lies to its limit; no number, no fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...image import draw
from ...wires.report import Finding, nearness, worst
from .rows import WIDTH, label

_NAMES, _VALUES, _RIGHT, _ROW, _FOOT = 250, 170, 14, 34, 34
_MEASURED = (44, 47, 53)
_SHOWN = ("warn", "refused", "fail")
Series = Mapping[str, Sequence[float | None]]


def draw_heat(findings: Sequence[Finding], series: Series, joins: Sequence[int], span: tuple[int, int]) -> np.ndarray:
    """Draw the strip.

    Args:
        findings: What was found; a check is shown where it warns or fails, or has a series.
        series: Numbers by check, one a frame from frame 0, None where there is none; other names are left out.
        joins: Frames that a line is drawn before.
        span: First and last frame.
    """
    by: dict[str, list[Finding]] = {}
    for f in findings:
        by.setdefault(f.check, []).append(f)
    shown = [name for name, found in by.items() if any(f.verdict in _SHOWN for f in found) or _has_numbers(series.get(name))]
    rows = [_row(name, by[name], series.get(name, ()), joins, span) for name in sorted(shown, key=_order)]
    verdicts = [worst(f.verdict for f in found) for name, found in by.items() if name not in shown]
    held, untested = (verdicts.count(v) for v in ("pass", "not tested"))
    words = [f"{n} {what}" for n, what in ((held, "more hold" if shown else "checks hold"), (untested, "not tested")) if n]
    return np.concatenate([*rows, _axis(joins, span, ", ".join(words))])


def number_of(f: Finding, between: str) -> str:
    """A finding's number with its limit and unit; a count of frames has none that helps."""
    if not isinstance(f.value, (int, float)):
        return ""
    over = f"{between}{f.limit:g}" if isinstance(f.limit, (int, float)) and f.unit != "frames" else ""
    return f"{f.value:.3g}{over} {f.unit if f.value != 1 or f.unit != 'frames' else 'frame'}".strip()


def _has_numbers(values: Sequence[float | None] | None) -> bool:
    return any(v is not None for v in values or ())


def _order(check: str) -> int:
    groups = ("anchor", "seam", "drift", "lighting", "integrity")
    return groups.index(check.split(".")[0]) if check.split(".")[0] in groups else len(groups)


def _edges(span: tuple[int, int]) -> np.ndarray:
    """Left edges of the frames of `span`, and the right edge of the last."""
    return np.linspace(_NAMES + _VALUES, WIDTH - _RIGHT, span[1] - span[0] + 2)


def _colour(share: float, verdict: str) -> tuple[int, ...]:
    """The limit of a failing check is the one it fails at; that of the others is the one they would warn at."""
    if np.isnan(share):
        return draw.MUTED
    fails = verdict == "fail"
    return draw.COLOURS["pass" if share < (0.7 if fails else 1) else "fail" if fails and share >= 1 else "warn"]


def _row(check: str, found: Sequence[Finding], values: Sequence[float | None], joins: Sequence[int],
         span: tuple[int, int]) -> np.ndarray:
    out = np.full((_ROW, WIDTH, 3), draw.PAPER, np.uint8)
    bad = max(found, key=lambda f: ("not tested", "pass", *_SHOWN).index(f.verdict))
    draw.badge(out, bad.verdict, (8, 8), 16)
    label(out, check, (30, 4), _NAMES - 34, 20, draw.INK)
    label(out, number_of(bad, " of "), (_NAMES, 5), _VALUES - 10, 18)
    measured = next((f for f in found if f.is_range), bad)  # a join may say something of the same name in another unit
    edges, low = np.round(_edges(span)).astype(int), _ROW - 4
    out[low - 1:low, edges[0]:edges[-1]] = _MEASURED
    for number, value in enumerate(values, -span[0]):
        if value is None or not 0 <= number < len(edges) - 1:
            continue
        left, right = edges[number], max(edges[number] + 1, edges[number + 1] - (edges[1] - edges[0] > 4))
        share = nearness(float(value), measured.limit, measured.unit)
        out[4:low, left:right] = _MEASURED
        filled = round((low - 4) * (0.5 if np.isnan(share) else share))
        out[low - filled:low, left:right] = _colour(share, measured.verdict)
    for f in found:
        if f.verdict in _SHOWN:
            for first, last in _runs(f, span):
                _mark(out, f.verdict, edges[first - span[0]], edges[last + 1 - span[0]], low)
    for join in joins:
        out[:, edges[join - span[0]] - 1:edges[join - span[0]] + 1] = draw.INK
    return out


def _runs(f: Finding, span: tuple[int, int]) -> list[tuple[int, int]]:
    """Runs of frames that a finding names, first and last of each; all frames where it names none."""
    frames = range(f.frames[0], f.frames[-1] + 1) if f.is_range and f.frames else sorted(set(f.frames)) or range(*span)
    inside = [n for n in frames if span[0] <= n <= span[1]]
    starts = [n for n in inside if n - 1 not in set(inside)]
    ends = [n for n in inside if n + 1 not in set(inside)]
    return list(zip(starts, ends, strict=True))


def _mark(out: np.ndarray, verdict: str, left: int, right: int, low: int) -> None:
    """A bracket round frames at fault, with the verdict's sign in it where there is room."""
    right = max(right, left + 3)
    colour = draw.COLOURS[verdict]
    out[2:5, left:right] = out[low:low + 3, left:right] = colour
    out[2:low, left:left + 2] = out[2:low, right - 2:right] = colour
    if right - left >= 24:
        middle = (left + right) // 2
        out[8:low - 2, middle - 11:middle + 11] = draw.PAPER
        draw.badge(out, verdict, (middle - 8, 10), 16)


def _axis(joins: Sequence[int], span: tuple[int, int], words: str) -> np.ndarray:
    out = np.full((_FOOT, WIDTH, 3), draw.PAPER, np.uint8)
    edges = _edges(span)
    count = span[1] - span[0] + 1
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10 ** 9) if count / s <= 16)
    last = -1.0
    for frame in sorted({span[0], span[1], *joins, *range(-(-span[0] // step) * step, span[1], step)}):
        if not span[0] <= frame <= span[1]:
            continue
        x = (edges[frame - span[0]] + edges[frame - span[0] + 1]) / 2
        out[:6, round(x) - 1:round(x) + 1] = draw.MUTED
        if x - last > 60 or frame in joins:
            text = str(frame)
            draw.write(out, text, (x - 6 - 5 * len(text), 7), size=18, colour=draw.INK if frame in joins else draw.MUTED,
                       background=None)
            last = x
    label(out, words, (4, 6), _NAMES + _VALUES - 20, 18)
    return out
