"""The report as a picture: the verdict, a line for each job, and the pictures that came with it, to be seen on the node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from ..image import draw
from .jobs import JOBS, count_words, flat, frames_words, job_of, title_of, verdict_of, verdict_words, worst_finding

_WIDTH, _MOST = 960, 8
_CELL, _TALLEST = (464, 261), 960


def _job_row(job: str, members: list[dict]) -> tuple[str, str, str]:
    verdict, first = verdict_of(members), worst_finding(members)
    counts = count_words([f for member in members for f in member.get("findings", [])])
    if first is None or first["verdict"] == "pass":
        return verdict, f"{job}: holds.", counts
    remarks = (frames_words(first).capitalize(), first.get("suggestion", "").rstrip("."), counts)
    return verdict, f"{job}: {first['message']}", ". ".join(filter(None, remarks))


def _head(subject: str, verdict: str, counts: str) -> np.ndarray:
    out = np.full((92, _WIDTH, 3), draw.PAPER, np.uint8)
    out[:8] = draw.COLOURS[verdict]
    title = draw.shortened(f"{subject}: {verdict_words(verdict)}", _WIDTH - 24, 34)
    draw.write(out, title, (10, 18), size=34, colour=draw.COLOURS[verdict], background=None)
    draw.write(out, counts, (12, 64), size=17, colour=draw.MUTED, background=None)
    return out


def _shown(batch: torch.Tensor) -> np.ndarray:
    """The frame that stands for a batch: the middle one, where a clip shows what it is about."""
    return draw.canvas(batch[len(batch) // 2].cpu())


def draw_card(subject: str, reports: Sequence[dict], pictures: Mapping[int, torch.Tensor]) -> torch.Tensor:
    """Draw the card of several reports.

    Args:
        subject: What was judged.
        reports: As `raccord.report/1`.
        pictures: IMAGE batches by place in `reports`; the middle frame of each is shown.

    Returns:
        IMAGE (1, H, 960, 3).
    """
    members = flat(reports)
    by_job = {job: [m for m in members if job_of(m["node"]) == job] for job in (*JOBS, "Other")}
    rows = [_job_row(job, found) for job, found in by_job.items() if found]
    counts = count_words([f for member in members for f in member.get("findings", [])])
    rows = rows or [("not tested", "No report is wired.", "Wire the report outputs of other nodes.")]
    parts = [_head(subject, verdict_of(list(reports)), counts), draw.notes(rows, _WIDTH, size=20)]
    if pictures:
        parts.append(_grid(reports, list(pictures.items())[:_MOST]))
    return draw.to_image(np.concatenate(parts))


def _grid(reports: Sequence[dict], pictures: list[tuple[int, torch.Tensor]]) -> np.ndarray:
    """The pictures two in a row, one alone as wide as the card, each with the name of its node."""
    shown = [_shown(batch) for _, batch in pictures]
    names = [title_of(reports[i]["node"]) if i < len(reports) else f"Picture {i}" for i, _ in pictures]
    tall = (_WIDTH - 16) * shown[0].shape[0] // shown[0].shape[1]
    alone = (_WIDTH - 16, min(max(tall, 40), _TALLEST))
    grid = draw.sheet(shown, names, columns=2, cell=alone if len(shown) == 1 else _CELL)
    out = np.full((len(grid), _WIDTH, 3), draw.PAPER, np.uint8)
    out[:, :grid.shape[1]] = grid
    return out
