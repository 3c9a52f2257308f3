"""Watched details over a join: where the mask lies there, and where the detail has gone to by then."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ...image.layout import to_uint8
from ...media.frames import Frames
from ...wires.report import Finding
from ..join.judge import Seam
from ..join.window import Window
from ..place import Place
from ..profile import Profile
from .bend import bends_of, stand_out
from .detail import Box, change_of
from .region import Region

_FRAMES = 12  # on each side of the join
_LEAST = 4  # pairs beside the join that say what is usual
_APART = 0.25  # shares of a box by which two places of a detail differ


def judge_watched_join(seam: Seam, boxes: Sequence[tuple[str, Box]], before: Frames, after: Frames,
                       profile: Profile) -> list[Finding]:
    """Judge each watched detail at a judged join.

    Args:
        seam: The join.
        boxes: Names and places (x, y, width, height) in pixels of the clip's frames; several places may bear one name.
        before: Clip before the join.
        after: Clip behind it.
        profile: Limits `watched.colour` and `watched.shape`.
    """
    window, skip = seam.window, seam.place.skipped
    left, right = min(_FRAMES, len(window.before)), min(_FRAMES, len(window.after))
    if not boxes or not seam.standings or left + right - 2 < _LEAST:
        return []
    first = len(before) - left
    pictures = [to_uint8(before.frame(i)[..., :3]) for i in range(first, len(before))]
    pictures += [to_uint8(after.frame(i)[..., :3]) for i in range(skip, skip + right)]
    if any(p.shape != pictures[0].shape for p in pictures):
        words = f"Watched details are not followed over {seam.place.name}: the clips have two sizes."
        return [Finding("seam.region", "not tested", words, suggestion="Bring both clips to one size.")]
    worst: dict[str, Finding] = {}
    for name, box in boxes:
        found = _judged(name, box, pictures, left - 1, window, seam.place, profile)
        if name not in worst or _rank(found) > _rank(worst[name]):
            worst[name] = found
    return list(worst.values())


def _rank(finding: Finding) -> int:
    return ("pass", "warn", "fail").index(finding.verdict)


def _judged(name: str, box: Box, pictures: Sequence[np.ndarray], at: int, window: Window, place: Place,
            profile: Profile) -> Finding:
    colour, shape = profile["watched.colour"], profile["watched.shape"]
    changes = [change_of(one, other, box, _moved(window, window.seam - at + i, box, one.shape))
               for i, (one, other) in enumerate(pairwise(pictures))]
    tint, bump = stand_out(changes, bends_of(changes), at, colour)
    parts = [(limit.judge(s.value, s.z), words, s.value, limit) for s, limit, words in (
        (tint, colour, f"{name} changes its colour by {tint.value:.1f} of 255 levels at {place.name}, beside what surrounds it."),
        (bump, shape, f"{name} is {bump.value:.1f} px out of shape at {place.name}, beside what surrounds it."))]
    verdict, words, value, limit = max(parts, key=lambda p: (("pass", "warn", "fail").index(p[0]), p[2] / p[3].fail))
    if verdict == "pass":
        words = f"{name} goes on unchanged over {place.name}."
    return Finding("seam.region", verdict, words, round(value, 3), limit.unit, limit.fail if verdict == "fail" else limit.warn,
                   place.frames(), box=box, suggestion="" if verdict == "pass" else
                   f"Regenerate the {place.second_name} from a frame that shows it well, or paint it over with a tracked patch.")


def _moved(window: Window, pair: int, box: Box, shape: tuple[int, ...]) -> tuple[float, float]:
    """About how far what lies in the box moves, pixels: median over the cells under it."""
    flow = window.pairs[pair].flow
    rows, columns = flow.shape[:2]
    height, width = shape[:2]
    x, y, w, h = box
    r = slice(int(y * rows / height), max(int(y * rows / height) + 1, -int(-(y + h) * rows // height)))
    c = slice(int(x * columns / width), max(int(x * columns / width) + 1, -int(-(x + w) * columns // width)))
    under, scale = flow[r, c].reshape(-1, 2), width / window.before[0].luma.shape[1]
    if not len(under):
        return 0.0, 0.0
    dx, dy = np.median(under, axis=0) * scale
    return float(dx), float(dy)


def places_at(which: str, regions: Sequence[Region], ends: Sequence[tuple[str, Box]]) -> list[tuple[str, Box]]:
    """Where watched details lie at a join.

    Args:
        which: `next`, `previous` or `loop`.
        regions: Details followed through the clip.
        ends: Where zones and mask lie on the clip's last frame.
    """
    if which == "previous":
        return [(r.name, r.box) for r in regions]
    gone = [(r.name, r.end) for r in regions if all(_apart(r.end, box) for name, box in ends if name == r.name)]
    return [*ends, *gone]


def _apart(one: Box, other: Box) -> bool:
    """Whether two places of one detail are two questions."""
    return abs(one[0] - other[0]) > _APART * one[2] or abs(one[1] - other[1]) > _APART * one[3]
