"""In which rhythm a clip repeats its own frames: brought from 12 to 24 frames a second, from 8 to 24, from 24 to 30."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...wires.report import Finding
from .scan import Scan, thumb_changes

_LEVELS = 0.3  # usual change of a clip that moves
_ALWAYS, _NEVER = 0.85, 0.15


@dataclass(frozen=True, slots=True)
class Cadence:
    """Of every `period` frames `fresh` are new (both 0: no rhythm); `repeats` says of each pair whether it repeats."""

    period: int
    fresh: int
    repeats: np.ndarray


def find_cadence(change: np.ndarray) -> Cadence:
    """Look for a rhythm in the change from frame to frame, levels (frames - 1)."""
    moving = change[change > 0.1 * np.percentile(change, 95)] if len(change) else change
    usual = float(np.median(moving)) if len(moving) else 0.0
    repeats = change < 0.25 * usual if usual > _LEVELS else np.zeros(len(change), bool)
    for period in (2, 3, 4, 5, 6):
        if repeats.sum() < 3 or len(change) < 3 * period:
            break
        share = np.array([repeats[phase::period].mean() for phase in range(period)])
        held = int((share >= _ALWAYS).sum())
        if held and held < period and (share[share < _ALWAYS] <= _NEVER).all():
            return Cadence(period, period - held, repeats)
    return Cadence(0, 0, repeats)


def judge_cadence(scan: Scan) -> Finding:
    """Name the rhythm; repeats without one are told, for they may be meant."""
    cadence = find_cadence(thumb_changes(scan))
    period, fresh, count = cadence.period, cadence.fresh, int(cadence.repeats.sum())
    if period:
        words = (f"Of every {period} frames {period - fresh} repeat{'s' * (period - fresh == 1)} the one before: the clip was "
                 f"brought to a higher rate ({fresh} to {period}).")
        return Finding("integrity.cadence", "warn", words, period, "frames", suggestion="Drop the repeats and set the clip's "
                       "true rate before tracking or retiming.")
    if count:
        words = f"{count} frame{'s' * (count > 1)} hardly differ{'s' * (count == 1)} from the one before, in no rhythm."
        return Finding("integrity.cadence", "pass", words, count, "frames")
    return Finding("integrity.cadence", "pass", "Every frame is new.", 0, "frames")
