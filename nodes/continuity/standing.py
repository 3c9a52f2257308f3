"""How far a number at a join stands out beside the same number elsewhere in the clips, and the finding that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..wires.report import Finding
from .features_light import LIGHT, light_at
from .profile import Limit, Profile
from .stack import Stack
from .window import Window


@dataclass(frozen=True, slots=True)
class Standing:
    """A number taken at the join, and by how many of the clips' own spreads it lies above what is usual there."""

    value: float
    usual: float
    z: float


def measure(window: Window) -> tuple[dict[str, tuple[float, np.ndarray]], Stack, int]:
    """Take every number of light at the join and at every other place of `window`.

    Returns:
        By name the number at the join and those elsewhere; the pairs without repeats, and where the join is among them.
    """
    moving = window.moving()
    at = int(np.searchsorted(moving, window.seam))
    stack = Stack([window.pairs[i] for i in moving])
    here = light_at(stack, at, *stack.context(at))
    places = [(i, stack.context(i, wall=at)) for i in range(stack.count) if i != at]
    usual = [light_at(stack, i, *near) for i, near in places if min(map(len, near)) >= 2]
    return {name: (value, np.array([u[name] for u in usual] or [0.0])) for name, value in here.items()}, stack, at


def stand(numbers: Mapping[str, tuple[float, np.ndarray]], floors: Mapping[str, float]) -> dict[str, Standing]:
    """Say by how many spreads each number at the join lies off what is usual; `floors` are the smallest spreads believed."""
    out = {}
    for name, (value, own) in numbers.items():
        middle = float(np.median(own))
        spread = 1.4826 * float(np.median(np.abs(own - middle))) + floors[name]
        out[name] = Standing(value, middle, abs(value - middle) / spread)
    return out


def floors_of(profile: Profile) -> dict[str, float]:
    """Smallest spreads of the numbers of light, in their own units."""
    percent = ("exposure", "contrast", "saturation", "sharpness")
    keys = {"tile": "seam.region", "valid": "seam.cut"}
    return {name: profile[keys.get(name, f"seam.{name}")].floor / (100 if name in percent else 1) for name in LIGHT}


def finding(check: str, limit: Limit, value: float, z: float, good: str, bad: str, frames: Sequence[int], suggestion: str,
            box: Sequence[float] | None = None) -> Finding:
    """Finding of a value judged with its standing: `good` is said where it passes, `bad`, the suggestion and the box else."""
    verdict = limit.judge(value, z)
    if verdict == "pass":
        return Finding(check, verdict, good, round(value, 4), limit.unit, limit.warn, frames)
    over = limit.fail if verdict == "fail" else limit.warn
    return Finding(check, verdict, bad, round(value, 4), limit.unit, over, frames, box=box, suggestion=suggestion)
