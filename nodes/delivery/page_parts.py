"""Pieces of the report page: chips, findings, small curves, pictures. Everything that comes from a report is escaped here."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import torch

from ..image.layout import to_uint8
from ..media.stills import can_write, encode_still
from .budget import search_quality
from .jobs import frames_words, number_words
from .reframe import scaled

_MOST_BYTES, _WIDEST, _MOST_PICTURES = 150_000, 1600, 6
_LONGEST_LIST, _SMALL = 400, 800


def words(text: object) -> str:
    """A sentence, escaped, with what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(str(text)))


def style_of(verdict: str) -> str:
    """CSS class of a verdict."""
    return "v-none" if verdict == "not tested" else f"v-{verdict}"


def chip(verdict: str, *, solid: bool = False) -> str:
    """A verdict in its colour."""
    return f'<span class="chip {"solid " if solid else ""}{style_of(verdict)}">{escape(verdict)}</span>'


def finding_row(finding: Mapping[str, Any]) -> str:
    """One finding: verdict, sentence, number and limit, where, what to do."""
    number = ""
    if isinstance(finding.get("value"), (int, float)):
        unit = escape(str(finding.get("unit", "")))
        number = f"{escape(number_words(finding['value']))} {unit}"
        if finding.get("limit") is not None:
            number += f"<small>limit {escape(number_words(finding['limit']))}</small>"
    where = [frames_words(dict(finding)), finding.get("file") or ""]
    if finding.get("box"):
        where.append("at " + " ".join(number_words(round(v, 1)) for v in finding["box"]) + " (x y w h)")
    places = " · ".join([f"<code>{escape(str(finding['check']))}</code>", *(escape(w) for w in where if w)])
    advice = f'<div class="do">→ {words(finding["suggestion"])}</div>' if finding.get("suggestion") else ""
    return (f'<div class="finding"><div>{chip(finding["verdict"])}</div><div class="says">{words(finding["message"])}</div>'
            f'<div class="number">{number}</div><div class="where">{places}</div>{advice}</div>')


def passed_list(findings: Sequence[Mapping[str, Any]], verdict: str) -> str:
    """Checks that passed, or were not tested, folded away; empty without any."""
    chosen = [f for f in findings if f["verdict"] == verdict]
    if not chosen:
        return ""
    passes = "check passes" if len(chosen) == 1 else "checks pass"
    label = f"{len(chosen)} {passes if verdict == 'pass' else 'not tested'}"
    rows = "".join(f"<li>{words(f['message'])} <code>{escape(str(f['check']))}</code>"
                   + (f" · {escape(str(f['file']))}" if f.get("file") else "") + "</li>" for f in chosen[:_LONGEST_LIST])
    left = len(chosen) - _LONGEST_LIST
    more = f"<li>… and {left} more, in the table beside this page.</li>" if left > 0 else ""
    return f"<details><summary>{label}</summary><ul>{rows}{more}</ul></details>"


def curve(name: str, values: Sequence[float | None], limit: float | None = None) -> str:
    """A series over frames as a small line, gaps where there is no value, its limit dashed."""
    known: list[float] = [float(v) for v in values if isinstance(v, (int, float)) and math.isfinite(v)]
    if not known:
        return ""
    low, high = min(known), max(*known, *known, limit if limit is not None else known[0])
    low = min(0.0, low) if high - low > 0.4 * high else low - 0.4 * (high - low)  # small changes of a large number must show
    span, step = (high - low) or 1.0, 300 / max(len(values) - 1, 1)

    def y(value: float) -> float:
        return 51 - 46 * (value - low) / span

    runs, run = [], []
    for i, value in enumerate([*values, None]):
        if isinstance(value, (int, float)) and math.isfinite(value):
            run.append(f"{i * step:.1f},{y(value):.1f}")
        elif run:
            runs.append(run)
            run = []
    lines = "".join(f'<polyline points="{" ".join(r if len(r) > 1 else r * 2)}" fill="none" stroke="#1c1e22" stroke-width="1.4" '
                    'stroke-linecap="round" vector-effect="non-scaling-stroke"/>' for r in runs)
    dashed = (f'<line x1="0" x2="300" y1="{y(limit):.1f}" y2="{y(limit):.1f}" stroke="#b3261e" stroke-width="1" '
              f'stroke-dasharray="4 3" '
              'vector-effect="non-scaling-stroke"/>') if limit is not None else ""
    says = f"{name}: {number_words(min(known))} to {number_words(max(known))} over {len(values)} frames"
    return (f'<figure><svg viewBox="0 0 300 56" preserveAspectRatio="none" role="img" '
            f'aria-label="{escape(says)}">{dashed}{lines}</svg>'
            f"<figcaption>{escape(says)}</figcaption></figure>")


def facts_table(title: str, values: Mapping[str, Any]) -> str:
    """Metrics or inputs, folded away; long lists are named by their length."""
    if not values:
        return ""
    rows = "".join(f'<tr><th scope="row">{escape(str(k))}</th><td>{escape(_short(v))}</td></tr>' for k, v in values.items())
    return f'<details><summary>{escape(title)}</summary><table class="facts">{rows}</table></details>'


def _short(value: Any) -> str:
    if isinstance(value, (list, dict)):
        text = str(value)
        return text if len(text) <= 160 else f"{len(value)} entries, in the JSON beside this page"
    return number_words(value)[:400]


def picture_data(picture: torch.Tensor) -> str:
    """A picture (H, W, 3|4) as a `data:` address of at most 150 kB."""
    rgb = picture[None, ..., :3].detach().cpu().float()
    height, width = rgb.shape[1:3]
    shrink = min(1.0, _WIDEST / width, 2 * _WIDEST / height)
    small = scaled(rgb, max(1, round(height * shrink)), max(1, round(width * shrink)))[0] if shrink < 1 else to_uint8(rgb)[0]
    form = "webp" if can_write("webp") else "jpeg"
    fit = search_quality(lambda q: encode_still(small, form, q, b""), _MOST_BYTES, start=90, low=10, high=90)
    return f"data:image/{form};base64,{base64.b64encode(fit.data).decode('ascii')}"


def figures(pictures: torch.Tensor | None, label: str) -> str:
    """Pictures of a report (B, H, W, C): all of a few, some of many."""
    if pictures is None:
        return ""
    count = len(pictures)
    shown = min(count, _MOST_PICTURES)
    chosen = [round(i * (count - 1) / max(shown - 1, 1)) for i in range(shown)]
    out = []
    for i in chosen:
        says = label if count == 1 else f"{label}, picture {i + 1} of {count}"
        out.append(f'<figure><img src="{picture_data(pictures[i])}" alt="{escape(says)}" width="{pictures.shape[2]}" '
                   f'height="{pictures.shape[1]}"><figcaption>{escape(says)}</figcaption></figure>')
    # Frames of a clip stand in a grid; a wide sheet or two is not readable in a third of the page.
    in_grid = shown > 2 or (shown == 2 and pictures.shape[2] <= _SMALL)
    return f'<div class="pictures">{"".join(out)}</div>' if in_grid else "".join(out)
