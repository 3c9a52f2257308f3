"""Light that comes and goes: one flash of a few frames, a flicker that does not stop, flashes a second as broadcasters count.

Repeated frames are left out first: they would halve what flickers and double what flashes.
"""

from __future__ import annotations

import numpy as np

from ...wires.report import Finding
from ..profile import Profile
from .cadence import find_cadence
from .scan import Scan, thumb_changes

_WIDTHS = (1, 2, 3)
# ITU-R BT.1702: a flash is a pair of opposing changes of 20 cd/m2 or more, the darker image below 160, over a quarter of the
# screen; three in a second are too many. Code values are shown on a display of 200 cd/m2 with a gamma of 2.4 (BT.1886).
_PEAK, _GAMMA, _CHANGE, _DARKER, _AREA, _A_SECOND = 200.0, 2.4, 20.0, 160.0, 0.25, 3


def judge_light(scan: Scan, profile: Profile, fps: float) -> list[Finding]:
    """Judge flash, flicker and the count of flashes a second."""
    return [_flash(scan, profile), _flicker(scan, profile), *_counted(scan, fps)]


def flash_series(scan: Scan) -> np.ndarray:
    """By how many percent each frame is brighter or darker than both sides, light that comes back within four frames."""
    tiles = np.maximum(scan.tiles.reshape(len(scan), -1), 0)
    out = np.zeros(len(scan))
    for width in _WIDTHS:
        for at, value, calm in _bumps(tiles, width):
            if value > calm:
                out[at:at + width] = np.maximum(out[at:at + width], value)
    return out


def _bumps(tiles: np.ndarray, width: int) -> list[tuple[int, float, float]]:
    """For each place of a bump of `width` frames its size, and how far its two sides differ, percent."""
    count = len(tiles) - width - 3
    if count < 1:
        return []
    before, behind = tiles[1:1 + count], tiles[1 + width + 1:1 + width + 1 + count]
    inner = np.mean([tiles[2 + i:2 + i + count] for i in range(width)], axis=0)
    sides = (before + behind) / 2
    step = (inner - sides) / np.maximum(sides, 8)
    same = np.abs(np.sign(step).sum(1)) / step.shape[1]  # light falls on the whole picture, a passing object does not
    value = np.where(same >= 0.8, np.abs(np.median(step, axis=1)) * 100, 0.0)
    calm = np.median(np.abs(behind - before) / np.maximum(sides, 8), axis=1) * 100
    return [(i + 2, float(v), float(c)) for i, (v, c) in enumerate(zip(value, calm, strict=True))]


def _flash(scan: Scan, profile: Profile) -> Finding:
    """The frame, or few, that stand out most beside both sides."""
    limit, tiles = profile["integrity.flash"], scan.tiles.reshape(len(scan), -1)
    found = [(value - calm, value, at, width) for width in _WIDTHS for at, value, calm in _bumps(tiles, width)]
    over, value, at, width = max(found, default=(0.0, 0.0, 0, 1))
    verdict = limit.judge(value) if over > 0.5 * limit.warn else "pass"
    words = f"Light flashes by {value:.1f} % at frame {at}." if verdict != "pass" else "No flash inside the clip."
    return Finding("integrity.flash", verdict, words, round(value, 3), limit.unit,
                   limit.fail if verdict == "fail" else limit.warn,
                   list(range(at, at + width)) if verdict != "pass" else [],
                   suggestion="" if verdict == "pass" else "Interpolate over these frames or grade them onto their neighbours.")


def flicker_series(scan: Scan) -> np.ndarray:
    """By how many percent the light of the whole picture is off its mean of the frames beside, on frames that are no repeats.

    Each tile is held beside itself, and the median over the tiles taken: what moves does so in some of them.
    """
    new = np.flatnonzero(~np.concatenate([[False], find_cadence(thumb_changes(scan)).repeats]))
    tiles = np.log(np.maximum(scan.tiles[new].reshape(len(new), -1), 8))
    off = np.full(tiles.shape, np.nan)
    if len(new) > 2:  # beside the frames next to it alone: light of the action goes on for longer, and a steady change is none
        off[1:-1] = tiles[1:-1] - (tiles[:-2] + tiles[2:]) / 2
    out = np.full(len(scan), np.nan)
    out[new] = 100 * np.median(off, axis=1)
    return out


def _flicker(scan: Scan, profile: Profile) -> Finding:
    limit, series = profile["integrity.flicker"], flicker_series(scan)
    known = series[np.isfinite(series)]
    value = float(np.median(np.abs(known))) if len(known) else 0.0
    verdict = limit.judge(value)
    words = (f"Light flickers by {value:.1f} % from frame to frame." if verdict != "pass"
             else f"Light is steady within {max(value, 0.05):.2f} % from frame to frame.")
    return Finding("integrity.flicker", verdict, words, round(value, 3), limit.unit,
                   limit.fail if verdict == "fail" else limit.warn,
                   suggestion="" if verdict == "pass" else "Deflicker the clip, or generate with larger VAE tiles.")


def count_flashes(scan: Scan, fps: float) -> tuple[int, int]:
    """Most flashes in a second, and the frame that second begins with."""
    light = _PEAK * (scan.thumbs.astype(np.float32) / 255) ** _GAMMA
    step = np.diff(light, axis=0)
    large = (np.abs(step) >= _CHANGE) & (np.minimum(light[1:], light[:-1]) < _DARKER)
    signs = np.where((large & (step > 0)).mean((1, 2)) > _AREA, 1, np.where((large & (step < 0)).mean((1, 2)) > _AREA, -1, 0))
    at = np.flatnonzero(signs)
    turns = at[[i for i in range(1, len(at)) if signs[at[i]] != signs[at[i - 1]] and at[i] - at[i - 1] < fps]]
    counts = [(int(((turns >= t) & (turns < t + fps)).sum() + 1) // 2, int(t)) for t in turns]
    return max(counts, default=(0, 0), key=lambda c: c[0])


def _counted(scan: Scan, fps: float) -> list[Finding]:
    most, first = count_flashes(scan, fps)
    if most <= _A_SECOND:
        return []
    words = (f"{most} flashes within a second from frame {first} on: more than {_A_SECOND} are refused by broadcasters (counted "
             "in the manner of ITU-R BT.1702, not certified).")
    frames = [first, min(len(scan) - 1, first + round(fps))]
    return [Finding("integrity.flash", "warn", words, most, "flashes a second", _A_SECOND, frames, is_range=True,
                    suggestion="Have the clip certified, or lower the contrast of these frames.")]
