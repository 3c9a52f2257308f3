"""What changes slowly from the head of a clip to its tail.

Drift is a robust line (Theil 1950, Sen 1968) through numbers over the frames. Light and colour are those of points that stay in
the picture (persist.py); where none can be followed, the whole picture's are told but not judged: who walks in changes them.
What changes in one frame is told as a step (steps.py), and taken out of the line. Sharpness and grain are the whole picture's;
they fail only where the line explains most of the change.
"""

from __future__ import annotations

import numpy as np

from ...wires.report import Finding
from ..profile import Profile
from .persist import Drifted
from .scan import Scan
from .steps import Step, find_step

LEAST = 12  # frames that a drift needs
_LEGS = 4  # each leg adds its own error: from more of them no drift is read


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
FOLLOWED = ("exposure", "contrast", "saturation", "temperature")


def judge_drift(scan: Scan, drifted: Drifted | None, profile: Profile) -> list[Finding]:
    """Judge the six drifts over the whole clip, and the steps inside it; `drifted` is None where nothing can be followed."""
    if len(scan) < LEAST:
        return [Finding(f"drift.{name}", "not tested", f"The clip has {len(scan)} frames; a drift needs {LEAST}.")
                for name in _WORDS]
    out = [_unfollowed(name, scan) for name in FOLLOWED] if drifted is None else \
        [finding for name in FOLLOWED for finding in _followed(name, drifted, scan, profile)]
    return [*out, *(_whole(name, scan, profile) for name in ("sharpness", "grain"))]


_ADVICE = ("If the action does not explain it, grade the tail onto the head with a ramp, or generate in shorter pieces from a "
           "clean keyframe.")


def _finding(name: str, verdict: str, good: str, bad: str, value: float, profile: Profile, length: int) -> Finding:
    limit = profile[f"drift.{name}"]
    return Finding(f"drift.{name}", verdict, good if verdict == "pass" else bad, round(value, 4), limit.unit,
                   limit.fail if verdict == "fail" else limit.warn,
                   [0, length - 1], is_range=True, suggestion="" if verdict == "pass" else _ADVICE)


def _unfollowed(name: str, scan: Scan) -> Finding:
    source = _WORDS[name][0]
    slope, _ = theil_sen(scan.series[source])
    words = (f"No part of the picture can be followed through the clip; the picture as a whole changes by "
             f"{slope * (len(scan) - 1):+.1f} levels of {source}.")
    return Finding(f"drift.{name}", "not tested", words)


def amount(name: str, change: float) -> float:
    """A change as `Drifted.values` has it, in percent, or in levels of temperature."""
    return change if name == "temperature" else 100 * float(np.expm1(change))


def _shown(name: str, value: float) -> str:
    return f"{abs(value):.1f} of 255 levels" if name == "temperature" else f"{abs(value):.1f} %"


def _followed(name: str, drifted: Drifted, scan: Scan, profile: Profile) -> list[Finding]:
    _, more, less = _WORDS[name]
    values, step = np.array(drifted.values[name]), find_step(name, drifted, scan, profile[f"drift.{name}.step"])
    if step is not None:
        values[step.link + 1:] -= step.size
    series = np.full(len(scan), np.nan)
    series[list(drifted.frames)] = values
    slope, _ = theil_sen(series)
    change = slope * (len(scan) - 1)
    value = amount(name, change)
    if drifted.legs > _LEGS:
        words = f"No point stays in the picture for long ({drifted.legs} legs): {name} from head to tail cannot be compared."
        slow = Finding(f"drift.{name}", "not tested", words)
        return [slow] if step is None else [_stepped(name, step, profile)]
    how = "followed points" if drifted.legs == 1 else f"points followed in {drifted.legs} legs"
    verdict = profile[f"drift.{name}"].judge(abs(value))
    if verdict == "fail" and drifted.legs > 1:
        verdict = "warn"  # each leg adds its own error
    slow = _finding(name, verdict, f"No drift of {name} beyond {_shown(name, value)} ({how}).",
                    f"What stays in the picture gets {_shown(name, value)} {more if change > 0 else less} from head to tail "
                    f"({how}).", value, profile, len(scan))
    if step is None:
        return [slow]
    return [_stepped(name, step, profile), *([slow] if verdict != "pass" else [])]


def _stepped(name: str, step: Step, profile: Profile) -> Finding:
    _, more, less = _WORDS[name]
    limit, value = profile[f"drift.{name}.step"], amount(name, step.size)
    verdict = limit.judge(abs(value), step.z)
    words = (f"What stays in the picture gets {_shown(name, value)} {more if value > 0 else less} in one step between frames "
             f"{step.frame - 1} and {step.frame}, and stays so.")
    return Finding(f"drift.{name}", verdict, words, round(value, 4), limit.unit, limit.fail if verdict == "fail" else limit.warn,
                   [step.frame - 1, step.frame],
                   suggestion=f"If nothing was switched in the scene, grade the frames from {step.frame} on back onto those "
                              "before, or regenerate.")


def _whole(name: str, scan: Scan, profile: Profile) -> Finding:
    source, more, less = _WORDS[name]
    values, limit = scan.series[source], profile[f"drift.{name}"]
    slope, start = theil_sen(values)
    change = slope * (len(scan) - 1)
    value, shown = (float(np.exp(-abs(change))), f"{100 * (1 - np.exp(-abs(change))):.0f} %") if name == "sharpness" else \
        (abs(change), f"{abs(change):.1f} of 255 levels")
    verdict = limit.judge(value)
    if verdict == "fail" and _explained(values, slope, start) < 0.5:
        verdict = "warn"
    return _finding(name, verdict, f"No drift of {name} beyond {shown}.",
                    f"The clip gets {shown} {more if change > 0 else less} from head to tail.", value, profile, len(scan))
