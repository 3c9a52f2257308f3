"""What motion does at a join, in numbers beside the same numbers inside the clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..profile import Profile
from .fields import Fields, Jump, camera_share, find_fields, jumps, turn_at
from .rhythm import Rhythm
from .speeds import Step, find_speeds, leap_of, step_of
from .standing import Standing
from .window import Window, small

CERTAIN = 99.0  # standing of what the rhythm of the clips' own repeats shows: it is counted, not measured
_RATE = 0.47  # logarithm of 1.6: clips whose own rhythm wavers reach 1.55
# what is rarely passed inside clips: a clip's own few places are believed beside as many places that do this
_PRIOR, _JUMP, _TURN = 4, 0.5, 60.0  # places, pixels, degrees: upper quartile of the tuning clips


@dataclass(frozen=True, slots=True)
class Motion:
    """Motion at a join.

    Attributes:
        standings: By name; `velocity` is a logarithm, `step` how many usual steps the join makes, `cut` a share of the picture.
        jump: What the whole picture does at once.
        camera: Share of the motion that one of the whole picture explains.
        rhythm: How the clips repeat their frames.
        width: Working width that pixels are of.
    """

    standings: dict[str, Standing]
    jump: Jump
    camera: float
    rhythm: Rhythm
    width: int

    @property
    def missing(self) -> int:
        """Frames that are missing at the join, about."""
        r, steps = self.rhythm, self.standings["step"]
        if not r.missing:
            return max(1, r.period) * max(1, round(steps.value) - 1)
        return r.missing + r.period * max(0, round(steps.value) - 1)


def measure_motion(window: Window, rhythm: Rhythm, profile: Profile) -> Motion:
    """Take every number of motion at the join of `window`."""
    f = find_fields(window, rhythm)
    speeds, (jump, others) = find_speeds(f, window), jumps(f, window, rhythm)
    step, (steps, beyond) = step_of(speeds), leap_of(speeds)
    turn, turns = turn_at(f, f.at), [turn_at(f, place) for place in f.elsewhere(2)]
    own = [o.size for o in others]
    s = {"position": Standing(jump.size, _median(own), jump.size / _high(own, _JUMP, profile["seam.position"].floor)),
         "step": Standing(steps, 1.0, 10 * max(0.0, float(np.log(beyond)))),
         "velocity": _velocity(rhythm, step),
         "direction": Standing(turn, _median(turns), turn / _high(turns, _TURN, profile["seam.direction"].floor)),
         "residual": _residual(f, window, profile["seam.residual"].floor), "cut": _cut(f, window)}
    left, right = f.near(f.at)
    return Motion(s, jump, camera_share(f, [*left, *right]), rhythm, window.before[-1].luma.shape[1])


def _velocity(rhythm: Rhythm, step: Step) -> Standing:
    """By the rhythm where it changes; where it holds each picture too few are left to tell a step from a steady change."""
    rate = float(np.log(rhythm.rate))
    if abs(rate) > _RATE:
        return Standing(rate, 0.0, CERTAIN)
    return Standing(step.size, 0.0, 0.0 if rhythm.period else 10 * step.evidence)


def _median(values: Sequence[float]) -> float:
    return float(np.median(values)) if len(values) else 0.0


def _high(values: Sequence[float], typical: float, floor: float) -> float:
    """What is rarely passed inside the clips; the fewer places they have, the more what is `typical` of clips counts."""
    high = float(np.quantile(values, 0.9)) if len(values) else 0.0
    return floor + (high * len(values) + typical * _PRIOR) / (len(values) + _PRIOR)


def _residual(f: Fields, window: Window, floor: float) -> Standing:
    """How much more than usual the picture changes along the motion."""
    pairs = f.frames[1:] - 1
    left = np.array([window.pairs[i].residual for i in pairs]) + 0.3
    others = np.delete(left, f.at)
    return Standing(float(left[f.at] / np.median(others)), 1.0, float(left[f.at] / (np.quantile(others, 0.9) + floor)))


def _cut(f: Fields, window: Window) -> Standing:
    """Share of what can usually be followed that is lost, and how unlike the frames are beside other neighbours."""
    valid = np.array([p.valid for p in window.pairs])
    usual = float(np.median(valid[np.delete(f.frames[1:] - 1, f.at)]))
    flat = small([*window.before, *window.after]).reshape(len(valid) + 1, -1)
    flat = flat - flat.mean(1, keepdims=True)
    size = np.linalg.norm(flat, axis=1) + 1e-3
    unlike = 1.01 - (flat[1:] * flat[:-1]).sum(1) / (size[1:] * size[:-1])
    others = np.quantile(np.delete(unlike, window.seam), 0.9)
    return Standing(float(1 - valid[window.seam] / max(usual, 1e-3)), 0.0, float(unlike[window.seam] / others))
