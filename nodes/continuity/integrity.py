"""What happens inside a clip in a frame or two: hidden cuts, flashes, black frames, flicker, its cadence of repeats."""

from __future__ import annotations

import numpy as np

from ..wires.report import Finding
from .profile import Profile
from .scan import Scan

_BLACK = 6.0  # levels: mean luma of a black frame


def judge_integrity(scan: Scan, profile: Profile) -> list[Finding]:
    """Judge the clip by itself, from its numbers a frame."""
    if len(scan) < 8:
        words = f"The clip has {len(scan)} frames; 8 are needed to see what is usual in it."
        return [Finding(f"integrity.{n}", "not tested", words) for n in ("cut", "flash", "flicker", "cadence")] + [_black(scan)]
    return [_cut(scan, profile), _flash(scan, profile), _flicker(scan, profile), _black(scan), _cadence(scan)]


def thumb_changes(scan: Scan) -> np.ndarray:
    """Change from frame to frame of the small pictures, each one's mean taken out, levels (frames - 1)."""
    thumbs = scan.thumbs.astype(np.float32)
    thumbs -= thumbs.mean((1, 2), keepdims=True)
    return np.abs(np.diff(thumbs, axis=0)).mean((1, 2))


def likeness(scan: Scan) -> np.ndarray:
    """Correlation of each small picture with the one before it (frames - 1)."""
    thumbs = scan.thumbs.astype(np.float32).reshape(len(scan), -1)
    thumbs -= thumbs.mean(1, keepdims=True)
    size = np.linalg.norm(thumbs, axis=1) + 1e-3
    return (thumbs[1:] * thumbs[:-1]).sum(1) / (size[1:] * size[:-1])


def _cut(scan: Scan, profile: Profile) -> Finding:
    change, alike = thumb_changes(scan), likeness(scan)
    at, limit = int(change.argmax()), profile["integrity.cut"]
    near = np.delete(np.arange(len(change)), at)[max(0, at - 12):at + 12]
    loss = 1 - float(alike[at])
    stands_out = change[at] > 2.5 * (np.percentile(change[near], 90) + 0.5) and loss > 4 * np.percentile(1 - alike[near], 90)
    verdict = limit.judge(loss) if stands_out else "pass"
    words = (f"The picture changes as at a cut between frames {at} and {at + 1}."
             if verdict != "pass" else "No cut inside the clip.")
    return Finding("integrity.cut", verdict, words, round(loss, 3), limit.unit, limit.fail, [at,
        at + 1] if verdict != "pass" else [],
                   suggestion="" if verdict == "pass" else "If it is not meant, split the clip there or regenerate it.")


def _flash(scan: Scan, profile: Profile) -> Finding:
    """One or a few frames that are brighter or darker than both sides: light that comes back within six frames."""
    limit, tiles = profile["integrity.flash"], scan.tiles.reshape(len(scan), -1)
    best = (0.0, 0.0, 0, 1)
    for width in (1, 2, 3):
        for i in range(2, len(scan) - width - 1):
            sides = (tiles[i - 1] + tiles[i + width]) / 2
            step = (tiles[i:i + width].mean(0) - sides) / np.maximum(sides, 8)
            same = abs(float(np.sign(step).sum())) / len(step)  # light falls on the whole picture, a passing object does not
            value = abs(float(np.median(step))) * 100 if same >= 0.8 else 0.0
            calm = float(np.median(np.abs(tiles[i + width] - tiles[i - 1]) / np.maximum(sides, 8))) * 100
            best = max(best, (value - calm, value, i, width))
    over, value, at, width = best
    verdict = limit.judge(value) if over > 0.5 * limit.warn else "pass"
    words = f"Light flashes by {value:.1f} % at frame {at}." if verdict != "pass" else "No flash inside the clip."
    return Finding("integrity.flash", verdict, words, round(value, 3), limit.unit,
                   limit.fail if verdict == "fail" else limit.warn,
                   list(range(at, at + width)) if verdict != "pass" else [],
                   suggestion="" if verdict == "pass" else "Interpolate over these frames or grade them onto their neighbours.")


def _flicker(scan: Scan, profile: Profile) -> Finding:
    """How far the light of the whole picture goes to and fro: the median over the tiles keeps out what moves in some of them."""
    limit = profile["integrity.flicker"]
    second = scan.tiles[1:-1] - (scan.tiles[:-2] + scan.tiles[2:]) / 2
    share = second / np.maximum(scan.tiles[1:-1], 8)
    value = 100 * float(np.median(np.abs(np.median(share.reshape(len(share), -1), axis=1))))
    verdict = limit.judge(value)
    words = (f"Light flickers by {value:.1f} % from frame to frame." if verdict != "pass"
             else f"Light is steady within {max(value, 0.05):.2f} % from frame to frame.")
    return Finding("integrity.flicker", verdict, words, round(value, 3), limit.unit,
                   limit.fail if verdict == "fail" else limit.warn,
                   suggestion="" if verdict == "pass" else "Deflicker the clip, or generate with larger VAE tiles.")


def _black(scan: Scan) -> Finding:
    """Frames that are black in a clip that is not."""
    black = np.flatnonzero((scan.series["luma"] < _BLACK) & (scan.series["contrast"] < _BLACK))
    if len(black) in (0, len(scan)):
        return Finding("integrity.black", "pass", "No black frame." if not len(black) else "The whole clip is black.",
                       len(black), "frames", 1)
    ends = black[0] == 0 or black[-1] == len(scan) - 1
    head = int(np.argmin(np.isin(np.arange(len(scan)), black))) if black[0] == 0 else 0
    drop = {"clip": "clip", "at": 0, "count": head} if head else None
    words = (f"{len(black)} black frame{'s' * (len(black) > 1)}{' at the end of the clip' if ends and not head else ''}, first "
             f"at {int(black[0])}.")
    advice = f"Drop the first {head} frame{'s' * (head > 1)}." if head else "Drop or interpolate them."
    return Finding("integrity.black", "fail", words, len(black), "frames", 1, [int(b) for b in black[:24]], suggestion=advice,
                   drop=drop)


def find_cadence(change: np.ndarray) -> tuple[int, int]:
    """Period of the clip's own repeats (0: none) and how many repeats it has.

    Args:
        change: Change from frame to frame, levels.
    """
    usual = float(np.percentile(change, 70)) if len(change) else 0.0
    repeats = np.flatnonzero(change < 0.25 * usual) if usual > 0.3 else np.zeros(0, int)
    for period in (2, 3, 4, 5, 6):
        phases = np.bincount(repeats % period, minlength=period) if len(repeats) else np.zeros(period)
        if len(repeats) >= 3 and phases.max() >= 0.8 * len(repeats) and phases.max() >= 0.7 * (len(change) / period - 1):
            return period, len(repeats)
    return 0, len(repeats)


def _cadence(scan: Scan) -> Finding:
    period, count = find_cadence(thumb_changes(scan))
    if period:
        words = (f"Every {period}th frame repeats the one before it: the clip was brought to a higher rate ({period - 1} to "
                 f"{period}).")
        return Finding("integrity.cadence", "warn", words, period, "frames", suggestion="Drop the repeats and set the clip's "
            "true rate before tracking or retiming.")
    if count:
        words = f"{count} frame{'s' * (count > 1)} hardly differ{'s' * (count == 1)} from the one before, in no rhythm."
        return Finding("integrity.cadence", "pass", words, count, "frames")
    return Finding("integrity.cadence", "pass", "Every frame is new.", 0, "frames")
