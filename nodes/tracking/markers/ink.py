"""Thin paint: which ink stands out on a surface and still lets it through, laid on and taken off again.

Paint acts on encoded values, `painted = clean * (1 - a c) + a c k` with coverage c, a share a that hides and black or white
ink k. So noise and quantisation of a painted picture come back `1 / (1 - a c)` times as loud and not more.
"""

from __future__ import annotations

import numpy as np

CONTRAST = 0.4  # encoded, between ink and surface at full strength
MOST_HIDDEN = 0.75  # at full strength
LIGHT_GROUND = 0.5  # encoded luma above which black ink stands out more than white
_JARS = 20  # inks come in steps of 1/20


def choose_inks(level: float, strength: float, *, dark: bool | None = None) -> tuple[float, float]:
    """Main and counter ink for a surface: the share of it that each hides, negative for black, positive for white.

    Args:
        level: Encoded luma of the surface, 0..1.
        strength: 0..1; contrast grows with it.
        dark: Whether the main ink is black; by default it is on a light ground.
    """
    dark = level > LIGHT_GROUND if dark is None else dark
    room, other_room = (level, 1 - level) if dark else (1 - level, level)
    main = _jar(CONTRAST * strength, room, strength)
    counter = _jar((2 * CONTRAST * strength - main * room), other_room, strength)
    return (-main, counter) if dark else (main, -counter)


def _jar(contrast: float, room: float, strength: float) -> float:
    share = min(contrast / max(room, 1e-3), MOST_HIDDEN * strength)
    return max(1, round(share * _JARS)) / _JARS


def jars(hides: np.ndarray) -> np.ndarray:
    """The inks next to what paint hides."""
    return np.maximum(np.round(hides * _JARS), 1) / _JARS


_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_BLUE, _RED = (np.array(a, np.float32) for a in ((0, 0, 1), (1, 0, 0)))
_FROM_RGB = np.stack([_LUMA, (_BLUE - _LUMA) / 1.8556, (_RED - _LUMA) / 1.5748])
_TO_RGB = np.linalg.inv(_FROM_RGB)


def to_ycc(rgb: np.ndarray) -> np.ndarray:
    """Encoded RGB (…, 3) as luma 0..1 and two colour differences about 0 (BT.709): codecs keep these apart, and soften colour."""
    return (rgb @ _FROM_RGB.T).astype(np.float32)


def to_rgb(ycc: np.ndarray) -> np.ndarray:
    """Back to encoded RGB, not clipped."""
    return (ycc @ _TO_RGB.T).astype(np.float32)


def covers(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coverage (h, w) by the main and by the counter ink, of a marker drawn as coverage and tone (h, w, 2)."""
    counter = np.minimum(drawn[..., 1], drawn[..., 0])
    return drawn[..., 0] - counter, counter


def hides(inks: tuple[float, float], main: np.ndarray, counter: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of the surface that paint hides, and light that it adds: both (h, w), encoded."""
    added = max(inks[0], 0.0) * main + max(inks[1], 0.0) * counter
    return abs(inks[0]) * main + abs(inks[1]) * counter, added
