"""Proxies of where light comes from: which way shading runs, how deep shadows are beside the light, how warm greys are.

None of them knows the scene. They compare the same points of two pictures, so that what the surfaces are cancels out and what the
light does remains; a surface that turns in the light still changes them. So their sentences say that they are proxies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from ...wires.report import Finding
from ..profile import Limit, Profile

_CLEAR = 0.25  # stops over the picture's width: a weaker run of shading has no direction
_LEAST = 0.3  # the same for the change of it
_DARK = 4.0  # levels added before a logarithm: in the dark a level is no light


@dataclass(frozen=True, slots=True)
class Light:
    """How the light of one picture's points differs in another.

    Attributes:
        turn: Degrees that the run of shading turns; 0 where it is too weak in one of them, or hardly changes.
        ratio: Logarithm of how many times the key light is stronger beside the fill: P90 over P10 of the light of areas.
        warmth: Logarithm of how many times red is stronger beside blue in what is almost grey; None where nothing is.
    """

    turn: float
    ratio: float
    warmth: float | None


def compare_light(before: np.ndarray, after: np.ndarray, alive: np.ndarray) -> Light:
    """Compare two pictures RGB (h, w, 3), float32 levels, whose pixels `alive` (h, w) show the same points."""
    sigma = max(2.0, before.shape[1] / 24)
    share = cv2.GaussianBlur(alive.astype(np.float32), (0, 0), sigma)
    one, other = (np.log2(_areas(picture, alive, share, sigma) + _DARK) for picture in (before, after))
    use = (alive & (share > 0.2))[::4, ::4]
    if use.sum() < 50:
        return Light(0.0, 0.0, None)
    one, other = one[::4, ::4], other[::4, ::4]
    low, high = (np.percentile(v[use], (10, 90)) for v in (one, other))
    ratio = float((high[1] - high[0]) - (low[1] - low[0])) * np.log(2)
    return Light(_turn(one, other - one, use), ratio, _warmth(before[::2, ::2], after[::2, ::2], alive[::2, ::2]))


def _areas(picture: np.ndarray, alive: np.ndarray, share: np.ndarray, sigma: float) -> np.ndarray:
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) * alive
    return cv2.GaussianBlur(luma, (0, 0), sigma) / np.maximum(share, 1e-3)


def _turn(light: np.ndarray, change: np.ndarray, use: np.ndarray) -> float:
    first = _slope(light, use)
    turned = _slope(change, use)
    second = first + turned
    sizes = np.linalg.norm(first), np.linalg.norm(second)
    if min(sizes) < _CLEAR or np.linalg.norm(turned) < _LEAST:
        return 0.0
    return float(np.degrees(np.arccos(np.clip(first @ second / (sizes[0] * sizes[1]), -1, 1))))


def _slope(values: np.ndarray, use: np.ndarray) -> np.ndarray:
    """Slope (x, y) of the robust plane through `values` (h, w), over the width of the picture."""
    height, width = values.shape
    y, x = (np.mgrid[:height, :width].astype(float) / width)[:, use]
    wanted = values[use].astype(float)
    terms = np.stack([np.ones_like(x), x - x.mean(), y - y.mean()], 1)
    weight, out = np.ones_like(wanted), np.zeros(3)
    for _ in range(5):
        held = terms * weight[:, None]
        out = np.linalg.solve(held.T @ terms + 1e-6 * np.eye(3), held.T @ wanted)
        off = np.abs(wanted - terms @ out)
        weight = 1 / (1 + (off / (2 * np.median(off) + 1e-3)) ** 2)
    return out[1:]


def _warmth(before: np.ndarray, after: np.ndarray, alive: np.ndarray) -> float | None:
    """Of points that are almost grey in one picture; the median, so that a coloured one among them does not count."""
    light = before.mean(-1)
    grey = alive & (light > 30) & (before.max(-1) < 245) & (after.max(-1) < 250)
    grey &= before.max(-1) - before.min(-1) < 0.12 * light + 6
    if grey.sum() < max(60, 0.01 * alive.sum()):
        return None
    red, blue = ((after[grey][:, c] + _DARK) / (before[grey][:, c] + _DARK) for c in (0, 2))
    return float(np.median(np.log(red / blue)))


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison of light: where, as the end of a sentence, between which frames, what was found; whether time lies between.

    With time between a head may have turned in the same light: such a proxy warns and never fails.
    """

    where: str
    frames: Sequence[int]
    light: Light
    apart: bool = False


def judge_lighting(compared: Sequence[Compared], profile: Profile) -> list[Finding]:
    """Judge the worst comparison of each of the three proxies."""
    if not compared:
        words = "Nothing stays in the picture from one end to the other: proxies of the light cannot be compared."
        return [Finding(f"lighting.{name}", "not tested", words) for name in ("direction", "ratio", "temperature")]
    return [_direction(*_worst(compared, lambda light: light.turn, profile["lighting.direction"])),
            _ratio(*_worst(compared, lambda light: float(np.exp(abs(light.ratio))), profile["lighting.ratio"])),
            _temperature([c for c in compared if c.light.warmth is not None], profile["lighting.temperature"])]


def _worst(compared: Sequence[Compared], amount: Callable[[Light], float], limit: Limit) -> tuple[Compared, float, Limit, str]:
    """The comparison with the worst verdict, then the largest amount; with its amount, its limit and its verdict."""
    def verdict(c: Compared) -> str:
        said = limit.judge(amount(c.light))
        return "warn" if c.apart and said == "fail" else said

    at = max(compared, key=lambda c: (("pass", "warn", "fail").index(verdict(c)), amount(c.light)))
    return at, amount(at.light), limit, verdict(at)


_ADVICE = "Look at both: if the light did not change in the scene, regenerate with the light named in the prompt, or relight."


def _finding(check: str, at: Compared, value: float, limit: Limit, verdict: str, good: str, bad: str) -> Finding:
    return Finding(check, verdict, good if verdict == "pass" else bad, round(value, 3), limit.unit,
                   limit.fail if verdict == "fail" else limit.warn, list(at.frames),
                   suggestion="" if verdict == "pass" else _ADVICE)


def _direction(at: Compared, turn: float, limit: Limit, verdict: str) -> Finding:
    return _finding("lighting.direction", at, turn, limit, verdict, "Shading runs the same way (proxy).",
                    f"Shading runs {turn:.0f} degrees another way {at.where} (proxy of where the light comes from).")


def _ratio(at: Compared, times: float, limit: Limit, verdict: str) -> Finding:
    how = "harder" if at.light.ratio > 0 else "flatter"
    return _finding("lighting.ratio", at, times, limit, verdict, "Light beside shadow stays as strong (proxy).",
                    f"Light gets {how} {at.where}: bright beside dark areas by {times:.2f} (proxy of key and fill).")


def _temperature(known: Sequence[Compared], limit: Limit) -> Finding:
    if not known:
        return Finding("lighting.temperature", "not tested", "Nothing in the picture is almost grey: no proxy of the warmth of "
                                                             "light.")
    at = max(known, key=lambda c: abs(c.light.warmth or 0.0))
    value = 100 * float(np.expm1(at.light.warmth or 0.0))
    return _finding("lighting.temperature", at, value, limit, limit.judge(abs(value)), "Greys stay as warm as they are (proxy).",
                    f"Greys get {abs(value):.0f} % {'warmer' if value > 0 else 'colder'} {at.where} (red beside blue; proxy of "
                    "the light's colour).")
