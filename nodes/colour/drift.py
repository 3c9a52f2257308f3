"""Whether the light on a plate drifts from the start of a clip to its end, and the ramp that takes it back.

A ramp is dangerous where nothing drifts: it would add what it should remove. So it is given only where a straight line
explains what frames show far better than chance (F test), both halves of the clip go the same way, and an eye would see it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from ..wires.grade import Grade
from .models import decode
from .reading import Reading, difference, light_of

SEEN = 1.0  # CIEDE2000 between the first and the last frame from which a drift is worth a ramp
_CHANCE = 1e-3
_NOISE = 1e-3  # in logarithms of light: no frame is read better than that


@dataclass(frozen=True, slots=True)
class Drift:
    """What changes over the frames read.

    `start`, `end` (3,) are logarithms of the light of the first and the last frame against the clip's, on a straight line;
    `size` the mean CIEDE2000 between both, `chance` how likely a clip that does not drift shows such a line.
    """

    start: np.ndarray
    end: np.ndarray
    size: float
    chance: float
    steady: bool

    @property
    def proven(self) -> bool:
        """Whether a ramp is justified."""
        return self.size >= SEEN and self.chance < _CHANCE and self.steady


def measure(reading: Reading) -> Drift | None:
    """Drift of a reading, or None with fewer than four frames."""
    kept = [(n, f) for n, f in zip(reading.frames, reading.found, strict=True) if n not in reading.odd]
    if len(kept) < 4:
        return None
    at = np.array([n for n, _ in kept], float)
    light = np.stack([light_of(f, reading.colours, reading.hidden) for _, f in kept])
    slope, level = _line(at, light)
    rest = light - (at[:, None] * slope + level)
    spread = ((at - at.mean()) ** 2).sum()
    noise = (rest**2).sum() / (len(at) - 2) + 3 * _NOISE**2
    chance = float(f_distribution.sf((slope**2).sum() * spread / noise, 1, len(at) - 2))
    start, end = at[0] * slope + level, at[-1] * slope + level
    linear = decode(reading.colours[~reading.hidden])
    size = float(difference(linear * np.exp(start), linear * np.exp(end)).mean())
    middle = len(at) // 2
    halves = [_line(at[part], light[part])[0] @ slope for part in (slice(0, middle + 1), slice(middle, None))]
    return Drift(start, end, size, chance, bool(min(halves) > 0.25 * (slope @ slope)))


def _line(at: np.ndarray, light: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    away = at - at.mean()
    slope = (away[:, None] * light).sum(0) / max((away**2).sum(), 1e-9)
    return slope, light.mean(0) - at.mean() * slope


def ramped(grade: Grade, reading: Reading, drift: Drift) -> Grade:
    """The grade with a key at the first and the last frame read, each taking back the light that the line has there."""
    response = _response(grade)
    kept = [n for n in reading.frames if n not in reading.odd]
    return grade.ramp(*((n, grade.after_gains(np.exp(-light * response).tolist())) for n, light in
                        ((kept[0], drift.start), (kept[-1], drift.end))))


def _response(grade: Grade) -> np.ndarray:
    """How the logarithm of light (3,) that the grade's matrix sees moves with that of the frame: 1 without curves."""
    if grade.curves is None:
        return np.ones(3)
    low, high = np.log(np.clip(grade.curve_range, 1e-3, 1.0))
    middle = (low + high) / 2
    encoded = np.exp(middle)
    slope = np.array([b + 2 * c * middle for _, b, c in grade.curves])
    step = np.log(decode(np.array((encoded * 1.01, encoded / 1.01))))
    return slope * 2 * np.log(1.01) / (step[0] - step[1])
