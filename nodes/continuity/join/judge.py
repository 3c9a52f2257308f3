"""Judging a join: what stands out there beside the clips' own motion, light and noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...wires.report import Finding
from ..place import Place
from ..profile import Profile
from .judge_light import judge_light, judge_region
from .judge_motion import judge_cut, judge_motion
from .judge_repeats import judge_repeats
from .light_standing import stand_light
from .motion import measure_motion
from .patch import stand_patch
from .repeated import Repetition, find_repetition
from .rhythm import find_rhythm
from .standing import Standing
from .window import Window

_LEAST_CONTEXT = 6  # places inside the clips that a join is compared with


@dataclass(frozen=True, slots=True)
class Seam:
    """A judged join: findings and the numbers behind them."""

    place: Place
    window: Window
    findings: tuple[Finding, ...]
    standings: Mapping[str, Standing]
    repetition: Repetition


def judge_seam(window: Window, place: Place, profile: Profile, size: tuple[int, int]) -> Seam:
    """Judge a join that ought to be continuous.

    Args:
        window: The frames round it.
        place: How its frames are counted.
        profile: Limits.
        size: Width and height of the clip's frames, for boxes.
    """
    rhythm = find_rhythm(window.repeats, window.seam)
    repetition = find_repetition(window, profile["seam.repeat"], rhythm)
    findings = list(judge_repeats(repetition, place))
    count = len(window.moving())
    if count < _LEAST_CONTEXT + 1:
        message = (f"{place.name.capitalize()} has {count - 1} moving pairs of frames round it; {_LEAST_CONTEXT} are needed to "
                   f"know what is usual.")
        return Seam(place, window, (*findings, Finding("seam.colour", "not tested", message)), {}, repetition)
    motion = measure_motion(window, rhythm, profile)
    light = stand_light(window)
    patch, box = stand_patch(window)
    standings = {**light, "tile": patch, **motion.standings}
    cut = judge_cut(motion, place, profile)
    if cut is not None:
        return Seam(place, window, (*findings, cut), standings, repetition)
    repeated = any(f.verdict == "fail" for f in findings)
    findings += judge_light(light, place, profile)
    findings += judge_motion(motion, place, profile, repetition, repeated)
    findings.append(judge_region(patch, box, place, profile, size))
    return Seam(place, window, tuple(findings), standings, repetition)
