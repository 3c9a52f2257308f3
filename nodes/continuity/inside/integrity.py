"""What happens inside a clip in a frame or two: hidden cuts, black frames, and frames that belong to another picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...wires.report import Finding, worst
from ..profile import Profile
from .cadence import judge_cadence
from .flashes import judge_light
from .scan import Scan, likeness, thumb_changes

_BLACK = 6.0  # levels: mean luma of a black frame, and its spread
_LEAST = 8  # frames from which on something is usual in a clip
_LONGEST = 4  # frames of an intruder; a longer one is a shot of its own


def judge_integrity(scan: Scan, profile: Profile, fps: float) -> list[Finding]:
    """Judge the clip by itself, from its numbers a frame; `fps` is its rate."""
    if len(scan) < _LEAST:
        words = f"The clip has {len(scan)} frames; {_LEAST} are needed to see what is usual in it."
        return [Finding(f"integrity.{n}", "not tested", words) for n in ("cut", "flash", "flicker", "cadence")] + [_black(scan)]
    strangers = find_strangers(scan)
    return [_cut(scan, profile, strangers), *judge_light(scan, profile, fps), _black(scan), *_strange(strangers, scan),
            judge_cadence(scan)]


def _cut(scan: Scan, profile: Profile, strangers: Sequence[int]) -> Finding:
    change, alike = thumb_changes(scan), likeness(scan)
    known = [f for s in strangers for f in (s - 1, s) if 0 <= f < len(change)]
    at, limit = int(np.where(np.isin(np.arange(len(change)), known), -1, change).argmax()), profile["integrity.cut"]
    near = [i for i in range(max(0, at - 12), min(len(change), at + 13)) if i != at and i not in known]
    loss = 1 - float(alike[at])
    stands_out = bool(near) and change[at] > 2.5 * (np.percentile(change[near], 90) + 0.5) and \
        loss > 4 * np.percentile(1 - alike[near], 90)
    verdict = limit.judge(loss) if stands_out else "pass"
    words = (f"The picture changes as at a cut between frames {at} and {at + 1}."
             if verdict != "pass" else "No cut inside the clip.")
    return Finding("integrity.cut", verdict, words, round(loss, 3), limit.unit, limit.fail,
                   [at, at + 1] if verdict != "pass" else [],
                   suggestion="" if verdict == "pass" else "If it is not meant, split the clip there or regenerate it.")


def find_strangers(scan: Scan) -> list[int]:
    """Frames, few in a row, that are like neither side while both sides are like each other: grey, noise, another picture."""
    thumbs = scan.thumbs.astype(np.float32).reshape(len(scan), -1)
    thumbs -= thumbs.mean(1, keepdims=True)
    spread = thumbs.std(1)
    units = thumbs / (np.linalg.norm(thumbs, axis=1, keepdims=True) + 1e-3)
    usual, out = float(np.median(spread)), []
    for first in range(1, len(scan) - 1):
        for count in range(1, min(_LONGEST, len(scan) - 1 - first) + 1):
            behind = first + count
            around = float(units[first - 1] @ units[behind])
            inside = max(float((units[first:behind] @ units[side]).max()) for side in (first - 1, behind))
            if usual > 3 and around > 0.8 and inside < 0.5 * around:
                out += range(first, behind)
    return sorted(set(out))


def _strange(strangers: Sequence[int], scan: Scan) -> list[Finding]:
    strangers = [s for s in strangers if s not in _dark(scan)]
    if not strangers:
        return []
    words = f"{len(strangers)} frame{'s' * (len(strangers) > 1)} like nothing before or behind, first at {strangers[0]}: garbage."
    return [Finding("integrity.black", "fail", words, len(strangers), "frames", 1, list(strangers)[:24],
                    suggestion="Drop or interpolate them.")]


def _dark(scan: Scan) -> np.ndarray:
    return np.flatnonzero((scan.series["luma"] < _BLACK) & (scan.series["contrast"] < _BLACK))


def _black(scan: Scan) -> Finding:
    """Frames that are black in a clip that is not."""
    black = _dark(scan)
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


def judge_loop(findings: Sequence[Finding], length: int) -> Finding:
    """Whether the clip closes: the worst of what was found at the join from its last frame to its first."""
    bad = [f for f in findings if f.verdict in ("warn", "fail")]
    verdict = worst(f.verdict for f in findings if f.verdict != "not tested")
    if verdict == "not tested":
        return Finding("integrity.loop", verdict, "The loop could not be judged.", frames=[length - 1, 0])
    names = ", ".join(dict.fromkeys(f.check.split(".")[1] for f in bad))
    words = f"The loop does not close: {names}." if bad else "The loop closes: place, speed and light go on from the last frame."
    return Finding("integrity.loop", verdict, words, len(bad), "checks", 0, [length - 1, 0],
                   suggestion="See the findings at the loop." if bad else "")
