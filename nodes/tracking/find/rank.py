"""Which quads are proposed: the surest first, none over another, each with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...image.opencv import cv2
from ..track.findings import SIGMA_LIMIT
from ..track.judge import LARGEST_SIGMA
from .detail import Detail
from .error import cells_in, corner_error, lies_in
from .life import Life
from .repeat import repeats

REPEATS_LIMIT, GLARE_LIMIT, LEAST_PURITY, LEAST_USABLE = 0.85, 0.05, 0.7, 0.85
LEAST_CORNERS, LEAST_FRAMES = 10, 8
_LOOKED_AT = 120
_GOOD_ENOUGH = 0.02  # pixels: below, other things than detail decide
_OUTLINED, _STRADDLES = 0.3, 1.6
_MOST_OVER = 0.15


@dataclass(frozen=True, slots=True)
class Proposal:
    """A quad that may be tracked. `corners` (4, 2) at working size; `error` in pixels of the frame; `life` None for a still.

    `repeats` 0..1 see `find_repeat`; `glare` is its share of the quad; `apart` the least distance to the frame's edge as a
    share of the quad's size; `area` its share of the picture; `held` how many corners lie in it; `outlined` whether its four
    sides are seen in the picture, `straddles` whether it lies partly over one of which they are.
    """

    corners: np.ndarray
    error: float
    repeats: float
    glare: float
    apart: float
    held: int
    area: float
    outlined: bool
    straddles: bool
    life: Life | None

    @property
    def rank(self) -> float:
        """Smaller is better: expected error in pixels, made worse by what else may go wrong."""
        trouble = 1 + 2 * max(0.0, (self.repeats - 0.6) / 0.4) + 4 * self.glare + 0.5 * max(0.0, 1 - 4 * self.apart)
        trouble *= _OUTLINED if self.outlined else (_STRADDLES if self.straddles else 1.0)
        trouble *= float(np.clip((0.03 / self.area) ** 0.25, 0.6, 1.6))
        if self.life is not None:
            trouble *= 1 + 6 * max(0.0, 0.9 - self.life.purity) + 2 * max(0.0, 0.6 - self.life.kept)
            trouble /= np.sqrt(max(self.life.frames, 1) / self.life.of)
        return float(np.hypot(self.error, _GOOD_ENOUGH)) * trouble


def rank(detail: Detail, quads: Sequence[tuple[np.ndarray, bool]], count: int, live: Callable[[np.ndarray], Life] | None,
         attempt: Callable[[np.ndarray, Life], Life], tick: Callable[[], None]) -> list[Proposal]:
    """Choose up to `count` quads.

    Args:
        detail: The frame.
        quads: Corners (4, 2) at working size, and whether the quad is outlined in the picture.
        count: Most to choose.
        live: How a quad fares over the clip by its corners, or None for a still.
        attempt: What is left of that when the quad is tracked; asked for those that would be chosen only.
        tick: Called often, may raise to stop.
    """
    sure = []
    for corners, is_outlined in quads:
        tick()
        error = corner_error(detail, corners)
        y, x = cells_in(detail, corners)
        if error <= LARGEST_SIGMA and len(x) and detail.usable[y, x].mean() >= LEAST_USABLE:
            sure.append(_first_look(detail, corners, error, is_outlined))
    edges = [p for p in sure if p.outlined]
    sure = [p if p.outlined else replace(p, straddles=any(_straddles(p, e) for e in edges)) for p in sure]
    sure = _apart(sorted((p for p in sure if p.held >= LEAST_CORNERS), key=_order)[:600], _LOOKED_AT, _nearly_same)
    looked = []
    for proposal in sure:
        tick()
        looked.append(_closer_look(detail, proposal, live))
    return _chosen(sorted(looked, key=_order), count, attempt)


def _chosen(proposals: list[Proposal], count: int, attempt: Callable[[np.ndarray, Life], Life]) -> list[Proposal]:
    """The first `count` that lie apart and hold when they are tried, in the order that this gives."""
    out, left = [], most_attempts(count)
    for proposal in proposals:
        if len(out) == count or not left:
            break
        if any(_lies_over(proposal, other) for other in out):
            continue
        life = proposal.life
        if life is not None:
            if life.purity < LEAST_PURITY:
                continue
            left, life = left - 1, attempt(proposal.corners, life)
            if life.frames < min(LEAST_FRAMES, life.of):
                continue
        out.append(replace(proposal, life=life))
    return sorted(out, key=_order)


def most_attempts(count: int) -> int:
    """How many surfaces are tried at most to find `count` that hold."""
    return 2 * count + 2


def _order(proposal: Proposal) -> tuple[float, ...]:
    return (proposal.rank, *proposal.corners.reshape(-1))


def _first_look(detail: Detail, corners: np.ndarray, error: float, is_outlined: bool) -> Proposal:
    outline = corners.astype(np.float32)
    held = int(lies_in(corners, detail.corners).sum())
    to_edge = min(*corners.min(0), *(np.array(detail.size) - corners.max(0)))
    area = abs(cv2.contourArea(outline)) / detail.luma.size
    apart = float(to_edge / max(np.ptp(corners, axis=0).max(), 1))
    return Proposal(corners, error, 0.0, 0.0, apart, held, area, is_outlined, False, None)


def _closer_look(detail: Detail, p: Proposal, live: Callable[[np.ndarray], Life] | None) -> Proposal:
    inside = np.zeros(detail.luma.shape, np.uint8)
    cv2.fillConvexPoly(inside, p.corners.round().astype(np.int32), 1)
    glare = float(detail.glare[inside > 0].mean()) if inside.any() else 0.0
    return replace(p, repeats=repeats(detail, p.corners), glare=glare, life=None if live is None else live(p.corners))


def _apart(proposals: list[Proposal], count: int, over: Callable[[Proposal, Proposal], bool]) -> list[Proposal]:
    """The first `count`, without those that lie `over` one before them."""
    out: list[Proposal] = []
    for proposal in proposals:
        if len(out) == count:
            break
        if not any(over(proposal, other) for other in out):
            out.append(proposal)
    return out


def _areas(one: Proposal, other: Proposal) -> tuple[float, float, float]:
    """Areas of two quads and of what they share."""
    a, b = one.corners.astype(np.float32), other.corners.astype(np.float32)
    both, _ = cv2.intersectConvexConvex(a, b)
    return abs(cv2.contourArea(a)), abs(cv2.contourArea(b)), float(both)


def _nearly_same(one: Proposal, other: Proposal) -> bool:
    a, b, both = _areas(one, other)
    return one.outlined == other.outlined and both > 0.5 * (a + b - both)


def _lies_over(one: Proposal, other: Proposal) -> bool:
    a, b, both = _areas(one, other)
    return both > _MOST_OVER * min(a, b)


def _straddles(one: Proposal, other: Proposal) -> bool:
    a, b, both = _areas(one, other)
    return 0.1 * min(a, b) < both < 0.9 * min(a, b)


def sentence(proposal: Proposal) -> str:
    """What an artist should know of a surface, in one line."""
    life = proposal.life
    parts = ["Good for a still" if life is None else _lasts(life)]
    if proposal.repeats > REPEATS_LIMIT:
        parts.append("its pattern repeats, a tracker may jump a step")
    if proposal.glare > GLARE_LIMIT:
        parts.append("light is mirrored in it")
    if life is None and proposal.apart < 0.1:
        parts.append("near the edge of the frame")
    if life is not None and life.why != "breathes" and life.purity < 0.85:
        parts.append("a part of it moves by itself")
    elif life is not None and life.kept < 0.3:
        parts.append("a part of it is hidden later")
    if proposal.error > SIGMA_LIMIT:
        parts.append("little detail holds it")
    if life is not None and life.why != "breathes" and not life.moves:
        parts.append("nothing moves, so flatness is not shown")
    return f"{', '.join(parts)}."


def _lasts(life: Life) -> str:
    frames = "frame" if life.frames == 1 else "frames"
    if not life.why:
        return f"Good for all {life.of} {frames}"
    ends = {"cut": "then the clip cuts", "gone": "then it is hidden or changes", "bends": "then it changes its shape",
            "breathes": "then a part of it moves by itself"}
    where = {"left": "on the left", "right": "on the right", "top": "at the top", "bottom": "at the bottom"}
    return f"Good for {life.frames} {frames}, {ends.get(life.why) or f'leaves the frame {where[life.why]}'}"
