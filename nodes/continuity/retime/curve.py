"""Speed over a clip, and the source time of every frame to make: exact, and never outside the clip.

Speed is in source frames for each new frame: 0.5 is half as fast and makes twice as many frames. Between two keys it runs
straight over the source frames, so the time to pass a stretch from speed v to w of length d is d ln(w / v) / (w - v), and its
inverse is an exponential: nothing is summed up in steps.
"""

from __future__ import annotations

import numpy as np

from ...wires.check import number, quoted

SLOWEST, FASTEST = 0.05, 20.0
_SNAP = 1e-6  # frames: a time this near to a source frame is that frame
_EVEN = 1e-9

Keys = tuple[tuple[float, float], ...]


def parse_curve(text: str, last: int) -> Keys:
    """Read keys `frame speed`, one a line, in order of frames from 0 to `last`.

    Raises:
        ValueError: A line is no key, a speed is out of range, or a frame is out of order or outside the clip; the line is named.
    """
    keys: list[tuple[float, float]] = []
    for row, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        frame, speed = _key(line, row)
        if not 0 <= frame <= last:
            raise ValueError(f"expected frames from 0 to {last} in line {row} of curve, got {frame:g}: nothing is made "
                             "beyond the clip's first and last frame")
        if keys and frame <= keys[-1][0]:
            raise ValueError(f"expected a frame behind {keys[-1][0]:g} in line {row} of curve, got {frame:g}: write the "
                             "keys in order of frames, each frame once")
        keys.append((frame, number(speed, f"line {row} of curve", SLOWEST, FASTEST)))
    return tuple(keys)


def _key(line: str, row: int) -> tuple[float, float]:
    try:
        frame, speed = (float(word) for word in line.replace(":", " ").replace(",", " ").split())
    except ValueError:
        raise ValueError(f"expected `frame speed` in line {row} of curve, got {quoted(line.strip())}: write for instance "
                         "`12 0.5`") from None
    return frame, speed


def speed_at(keys: Keys, frame: float | np.ndarray) -> np.ndarray:
    """Speed at source frames; before the first key and behind the last it stays."""
    return np.interp(frame, *np.transpose(keys))


def eased(keys: Keys, end: float, start_speed: float | None, end_speed: float | None, ease: float) -> Keys:
    """Keys that begin at `start_speed` and end at `end_speed` (None: as they were), led over in `ease` frames."""
    ease = min(ease, end / 2 if start_speed and end_speed else end)
    first, last = (ease if start_speed else 0.0), (end - ease if end_speed else end)
    inner = {f: v for f, v in keys if first <= f <= last}
    inner |= {f: float(speed_at(keys, f)) for f in (first, last)}
    inner |= ({0.0: start_speed} if start_speed else {}) | ({end: end_speed} if end_speed else {})
    return tuple(sorted(inner.items()))


def source_times(keys: Keys, end: float) -> np.ndarray:
    """Source times of the new frames, from 0 on, one unit of time apart, none beyond `end`."""
    at, speed, starts, total = _passage(keys, end)
    new = np.arange(int(np.floor(total + _SNAP)) + 1, dtype=float)
    part = np.clip(np.searchsorted(starts, new, side="right") - 1, 0, max(0, len(at) - 2))
    if len(at) < 2:
        return np.zeros(1)
    slope = np.diff(speed) / np.diff(at)
    v, m, u = speed[part], slope[part], new - starts[part]
    bent = np.abs(m * u) > _EVEN
    way = np.where(bent, v * np.expm1(m * u) / np.where(bent, m, 1), v * u)
    times = np.minimum(at[part] + way, end)
    whole = np.round(times)
    return np.where(np.abs(times - whole) < _SNAP, np.minimum(whole, end), times)


def to_length(keys: Keys, end: float, length: int, start_speed: float | None, end_speed: float | None, ease: float) -> Keys:
    """Keys sped up or slowed down as a whole, the speeds at joins kept, so that `length` new frames go from 0 to `end`.

    Raises:
        ValueError: No speed within range does that.
    """
    def scaled(factor: float) -> Keys:
        return eased(tuple((f, v * factor) for f, v in keys), end, start_speed, end_speed, ease)

    low, high = SLOWEST / max(v for _, v in keys), FASTEST / min(v for _, v in keys)
    if not _passage(scaled(high), end)[3] <= length - 1 + _SNAP <= _passage(scaled(low), end)[3] + 2 * _SNAP:
        raise ValueError(f"expected a length that speeds from {SLOWEST:g} to {FASTEST:g} reach, got {length} frames from "
                         f"{end + 1:g}: ask for another, or lengthen the clip first")
    for _ in range(200):  # time falls as speed grows
        middle = (low * high) ** 0.5
        low, high = (middle, high) if _passage(scaled(middle), end)[3] > length - 1 else (low, middle)
    return scaled(high)


def _passage(keys: Keys, end: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Frames where the speed bends, the speeds there, the new time at which each is reached, and the new time at `end`."""
    at = np.unique([0.0, *(f for f, _ in keys if 0 < f < end), end])
    speed = speed_at(keys, at)
    way, v, w = np.diff(at), speed[:-1], speed[1:]
    even = np.abs(w - v) < _EVEN * v
    took = np.where(even, way / v, way * np.log(w / v) / np.where(even, 1, w - v))
    starts = np.concatenate([[0.0], np.cumsum(took)])
    return at, speed, starts[:-1] if len(at) > 1 else starts, float(starts[-1])
