"""What changes slowly from the head of a clip to its tail, and what happens once inside it.

Drift is a robust line (Theil 1950, Sen 1968) through one number a frame; it is taken of the whole picture, so that a subject which
enters or leaves counts too: the sentences say so, and a drift fails only where the line explains most of the change.
"""

from __future__ import annotations

import numpy as np

from ..wires.report import Finding
from .profile import Profile
from .scan import Scan

_LEAST = 12


def theil_sen(values: np.ndarray) -> tuple[float, float]:
    """Slope per frame and value at frame 0 of the robust line through `values`, not-a-numbers left out."""
    at = np.flatnonzero(np.isfinite(values))
    if len(at) > 240:
        at = at[np.linspace(0, len(at) - 1, 240).round().astype(int)]
    if len(at) < 2:
        return 0.0, float(values[at[0]]) if len(at) else 0.0
    i, j = np.triu_indices(len(at), 1)
    slope = float(np.median((values[at[j]] - values[at[i]]) / (at[j] - at[i])))
    return slope, float(np.median(values[at] - slope * at))


def _explained(values: np.ndarray, slope: float, start: float) -> float:
    at = np.flatnonzero(np.isfinite(values))
    spread = float(np.abs(values[at] - np.median(values[at])).mean())
    return 1 - float(np.abs(values[at] - start - slope * at).mean()) / spread if spread > 1e-9 else 0.0


_WORDS = {"exposure": ("luma", "brighter", "darker"), "contrast": ("contrast", "higher in contrast", "lower in contrast"),
          "saturation": ("saturation", "more saturated", "less saturated"), "temperature": ("temperature", "warmer", "colder"),
          "sharpness": ("sharpness", "sharper", "softer"), "grain": ("grain", "noisier", "smoother")}


def judge_drift(scan: Scan, profile: Profile) -> list[Finding]:
    """Judge the six drifts over the whole clip."""
    return [_one(name, scan, profile) for name in _WORDS]


def _one(name: str, scan: Scan, profile: Profile) -> Finding:
    source, more, less = _WORDS[name]
    check, limit, values = f"drift.{name}", profile[f"drift.{name}"], scan.series[source]
    if len(scan) < _LEAST:
        return Finding(check, "not tested", f"The clip has {len(scan)} frames; a drift needs {_LEAST}.")
    slope, start = theil_sen(values)
    change = slope * (len(scan) - 1)
    explained = _explained(values, slope, start)
    if name in ("exposure", "contrast", "saturation"):
        value, shown = 100 * change / max(abs(start), 2.0), f"{abs(100 * change / max(abs(start), 2.0)):.0f} %"
    elif name == "sharpness":
        value, shown = float(np.exp(-abs(change))), f"{100 * (1 - np.exp(-abs(change))):.0f} %"
    else:
        value, shown = change, f"{abs(change):.1f} of 255 levels"
    verdict = limit.judge(value if name == "sharpness" else abs(value))
    if verdict == "fail" and explained < 0.5:
        verdict = "warn"
    direction = more if change > 0 else less
    words = f"The clip gets {shown} {direction} from head to tail." if verdict != "pass" else f"No drift of {name} beyond {shown}."
    suggestion = "" if verdict == "pass" else \
        "If the action does not explain it, grade the tail onto the head with a ramp, or generate in shorter pieces from a clean keyframe."
    return Finding(check, verdict, words, round(value, 4), limit.unit, limit.fail if verdict == "fail" else limit.warn, [0, len(scan) - 1], is_range=True,
                   suggestion=suggestion)
