"""What changes slowly from the head of a clip to its tail, and what happens once inside it.

Drift is a robust line (Theil 1950, Sen 1968) through numbers over the frames. Light and colour are those of points that stay in
the picture (persist.py); where none can be followed, the whole picture's are told but not judged: who walks in changes them.
Sharpness and grain are the whole picture's; they fail only where the line explains most of the change.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..wires.report import Finding
from .persist import Drifted, follow
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


def judge_drift(scan: Scan, profile: Profile, step: Callable[[], None] = lambda: None) -> list[Finding]:
    """Judge the six drifts over the whole clip; `step` is called for each link that points are followed through."""
    if len(scan) < _LEAST:
        return [Finding(f"drift.{name}", "not tested", f"The clip has {len(scan)} frames; a drift needs {_LEAST}.")
                for name in _WORDS]
    drifted = follow(scan.through, step)
    return [*(_followed(name, drifted, scan, profile) for name in ("exposure", "contrast", "saturation", "temperature")),
            *(_whole(name, scan, profile) for name in ("sharpness", "grain"))]


_ADVICE = ("If the action does not explain it, grade the tail onto the head with a ramp, or generate in shorter pieces from a "
           "clean keyframe.")


def _finding(name: str, verdict: str, good: str, bad: str, value: float, profile: Profile, length: int) -> Finding:
    limit = profile[f"drift.{name}"]
    return Finding(f"drift.{name}", verdict, good if verdict == "pass" else bad, round(value, 4), limit.unit,
                   limit.fail if verdict == "fail" else limit.warn,
                   [0, length - 1], is_range=True, suggestion="" if verdict == "pass" else _ADVICE)


def _followed(name: str, drifted: Drifted | None, scan: Scan, profile: Profile) -> Finding:
    source, more, less = _WORDS[name]
    if drifted is None:
        slope, _ = theil_sen(scan.series[source])
        words = (f"No part of the picture can be followed through the clip; the picture as a whole changes by "
                 f"{slope * (len(scan) - 1):+.1f} levels of {source}.")
        return Finding(f"drift.{name}", "not tested", words)
    series = np.full(len(scan), np.nan)
    series[list(drifted.frames)] = drifted.values[name]
    slope, _ = theil_sen(series)
    change = slope * (len(scan) - 1)
    value = change if name == "temperature" else 100 * float(np.expm1(change))
    shown = f"{abs(value):.1f} of 255 levels" if name == "temperature" else f"{abs(value):.1f} %"
    how = "followed points" if drifted.legs == 1 else f"points followed in {drifted.legs} legs"
    verdict = profile[f"drift.{name}"].judge(abs(value))
    if verdict == "fail" and drifted.legs > 1:
        verdict = "warn"  # each leg adds its own error
    return _finding(name, verdict, f"No drift of {name} beyond {shown} ({how}).",
                    f"What stays in the picture gets {shown} {more if change > 0 else less} from head to tail ({how}).",
                    value, profile, len(scan))


def _whole(name: str, scan: Scan, profile: Profile) -> Finding:
    source, more, less = _WORDS[name]
    values, limit = scan.series[source], profile[f"drift.{name}"]
    slope, start = theil_sen(values)
    change = slope * (len(scan) - 1)
    value, shown = (float(np.exp(-abs(change))),
                    f"{100 * (1 - np.exp(-abs(change))):.0f} %") if name == "sharpness" else (abs(change),
                        f"{abs(change):.1f} of 255 levels")
    verdict = limit.judge(value)
    if verdict == "fail" and _explained(values, slope, start) < 0.5:
        verdict = "warn"
    return _finding(name, verdict, f"No drift of {name} beyond {shown}.",
                    f"The clip gets {shown} {more if change > 0 else less} from head to tail.", value, profile, len(scan))
