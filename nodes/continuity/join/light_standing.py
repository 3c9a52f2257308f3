"""How far light, colour and detail at a join stand out beside what they do at the other places of the clips.

The usual change round a place is taken off (a fade goes on over a join), and what is left is set beside how much it varies
elsewhere, the fit's own error and a floor. Few places tell a spread badly (twelve frames a side have about twenty): it is drawn
towards what clips usually have. A pair that repeats a frame is set beside no change at all: there nothing may step.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .pair_light import STEPS
from .standing import Standing
from .window import Window

# what clips usually have: medians over clean joins of the template clips (tests/bench/seam_defects.py), parts of 1
_USUAL = {"exposure": 0.0015, "contrast": 0.0025, "temperature": 0.0015, "magenta": 0.0015, "saturation": 0.003}
_FLOORS = {"exposure": 0.001, "contrast": 0.0015, "temperature": 0.0015, "magenta": 0.0015, "saturation": 0.004}
_DETAIL_FLOORS = {"sharpness": 0.03, "grain": 0.08}
_REACH = 4  # pairs on each side that say what is usual at a place
_SCALE = 1.6  # what one clean join in twenty exceeds counts about two
_BELIEF = 4  # places that what is usual counts for
_DETAIL_REACH = 4  # frames on each side that a level of detail is taken of


def neighbours(window: Window, at: int, reach: int = _REACH) -> list[int]:
    """Pairs near pair `at` that are no repeats; those of a place inside a clip lie in that clip."""
    moving = [int(i) for i in np.flatnonzero(~window.repeats) if i not in (at, window.seam)]
    if at != window.seam:
        moving = [i for i in moving if (i < window.seam) == (at < window.seam)]
    return [i for i in moving if i < at][-reach:] + [i for i in moving if i > at][:reach]


def elsewhere(window: Window) -> list[int]:
    """Places inside the clips that a join is compared with."""
    return [i for i in range(len(window.pairs)) if i != window.seam and not window.repeats[i] and neighbours(window, i)]


def stand_light(window: Window) -> dict[str, Standing]:
    """Standings of the steps of light (parts of 1; `chroma` is both tints together), of `sharpness` and of `grain`."""
    value, error = (np.array([getattr(p.light, name) for p in window.pairs]) for name in ("value", "error"))
    found = {name: _step(window, name, value[:, i], float(error[window.seam, i])) for i, name in enumerate(STEPS)}
    tints = found.pop("temperature"), found.pop("magenta")
    found["chroma"] = Standing(*(float(np.hypot(*(getattr(t, n) for t in tints))) for n in ("value", "usual", "z")))
    return found | {name: _detail(window, name) for name in _DETAIL_FLOORS}


def _step(window: Window, name: str, value: np.ndarray, error: float) -> Standing:
    def beyond(at: int) -> tuple[float, float]:
        near = neighbours(window, at)
        usual = float(np.median(value[near])) if near and not window.repeats[at] else 0.0
        return float(value[at]) - usual, usual

    change, usual = beyond(window.seam)
    own = 0.0 if window.repeats[window.seam] else _spread([beyond(i)[0] for i in elsewhere(window)], _USUAL[name])
    return Standing(change, usual, _SCALE * abs(change) / float(np.sqrt(own**2 + error**2 + _FLOORS[name] ** 2)))


def _spread(values: Sequence[float], usual: float) -> float:
    """Root mean square of `values`, outliers drawn in to three of their median, with `usual` as so many more of them."""
    size = np.abs(np.array(values or [0.0]))
    size = np.minimum(size, 3 * 1.4826 * float(np.median(size)))
    return float(np.sqrt(((size**2).sum() + _BELIEF * usual**2) / (len(values) + _BELIEF)))


def _detail(window: Window, name: str) -> Standing:
    """A step that stays: the smaller of that between the two frames and that between some frames on each side."""
    before, after = (np.array([getattr(p, name) for p in side], float) for side in (window.before, window.after))
    here = float(after[0] - before[-1])
    level = float(np.median(after[:_DETAIL_REACH]) - np.median(before[-_DETAIL_REACH:]))
    change = float(np.sign(here)) * min(abs(here), abs(level)) if here * level > 0 else 0.0
    inside = np.concatenate([np.diff(before), np.diff(after), [0.0]])
    spread = float(np.sqrt((inside**2).mean())) + _DETAIL_FLOORS[name]
    return Standing(change, 0.0, abs(change) / spread)
