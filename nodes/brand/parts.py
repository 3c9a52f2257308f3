"""How a measured number becomes a part of the score: one curve, one verdict, one place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..image.opencv import cv2
from ..wires.scores import Part

_STEEPNESS = 1.5
_WARN = 0.35


def below(raw: float, limit: float) -> float:
    """Value of a number that should be small: 1 at 0, 0.5 at `limit`, towards 0 without ever reaching a floor."""
    return 1 / (1 + (max(raw, 0.0) / limit) ** _STEEPNESS)


def above(raw: float, limit: float) -> float:
    """Value of a number that should be large: 0 at 0, 0.5 at `limit`, towards 1."""
    return 1 - below(raw, limit)


def verdict_of(value: float) -> str:
    """Pass at the limit and better, warn to about one and a half times the limit, fail beyond."""
    return "pass" if value >= 0.5 else "warn" if value >= _WARN else "fail"


def shown(number: float) -> str:
    """A number as sentences and sheets show it: three digits, and 0 for what is nearly nothing."""
    return "0" if abs(number) < 0.005 else f"{number:.3g}"


def measured(name: str, value: float, message: str, *, raw: float, unit: str, limit: float,
           box: tuple[float, float, float, float] | None = None, suggestion: str = "", **details: object) -> Part:
    """A part with an answer; its verdict follows from its value."""
    return Part(name, verdict_of(value), message, value, raw, unit, limit, box, suggestion, details)


def not_tested(name: str, why: str, **details: object) -> Part:
    """A part without an answer: it counts neither for nor against."""
    return Part(name, "not tested", why, details=details)


def soften(part: Part) -> Part:
    """The same part in an advisory score, where nothing fails."""
    return replace(part, verdict="warn") if part.verdict == "fail" else part


def largest_box(mask: np.ndarray) -> tuple[float, float, float, float] | None:
    """Box (x, y, width, height) around the largest connected area of a mask (H, W), or None where the mask is empty."""
    if not mask.any():
        return None
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    best = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    x, y, width, height = (float(v) for v in stats[best, :4])
    return x, y, width, height
