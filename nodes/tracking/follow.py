"""One reference surface followed frame by frame: chain, re-anchor on the reference, refine, judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from .. import runtime
from ..image.opencv import cv2
from .align import align
from .cut import Cuts
from .flow import chain, re_anchor, steady_start
from .judge import Sight, agreeing, judge, share_inside
from .reference import Reference
from .search import Search
from .solve import Prior
from .source import Luma

SEARCH_EVERY = 3
GIVE_UP = 3


@dataclass(slots=True)
class Follower:
    """State of one pass in one direction.

    Attributes:
        luma: The clip.
        reference: The surface.
        model: Motion it may make.
        refine: Whether frames are refined photometrically; otherwise they are only measured.
        last: Newest frame on which it was seen, with template to frame, and the one before.
        bent: Frames in a row on which it was there but bent.
        newest: What was seen last.
        noises: Noise of the first frames that were seen whole, luma 0..255.
        rests: Residuals of the same frames, px.
        search: Finds the surface anywhere, once it was needed.
        partly: What was seen of it on the frame before, if that was only a part.
    """

    luma: Luma
    reference: Reference
    model: str
    refine: bool
    last: list[tuple[int, np.ndarray]] = field(default_factory=list)
    bent: list[int] = field(default_factory=list)
    newest: Sight | None = None
    noises: list[float] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)
    search: Search | None = None
    partly: Sight | None = None

    def expected(self, number: int) -> np.ndarray:
        """Template to frame by constant motion of the corners, the motion dying down over some frames."""
        if self.partly is not None and self.partly.h is not None:
            return self.partly.h
        (now, h) = self.last[-1]
        if len(self.last) < 2:
            return h
        before, h_before = self.last[-2]
        corners, corners_before = (cv2.perspectiveTransform(self.reference.corners[None], m)[0] for m in (h, h_before))
        move = (corners - corners_before) / (now - before)
        ahead = number - now
        reach = np.sign(ahead) * (1 - 0.9 ** abs(ahead)) / 0.1
        shift = np.eye(3)
        shift[:2, 2] = move.mean(0) * reach  # the mean only: a small error of one corner must not grow into perspective
        return shift @ h

    def see(self, number: int, previous: int) -> Sight:
        """Find the surface on frame `number`; `previous` is its neighbour on the side that was followed already."""
        now, expected = self.luma.frame(number), self.expected(number)
        inside = share_inside(self.reference, expected, now.shape)
        if inside < 0.08:
            return Sight(number, "out", expected)
        best = None
        for start, levels in self._starts(previous, now, expected):
            sight = self._measure(number, now, start, levels, fresh=self.last[-1][0] == previous)
            if best is None or sight.rank > best.rank:
                best = sight
            if best.kind == "seen":
                break
        if best is None or best.kind not in ("seen", "bent"):
            found = self._search(number, now)
            best = found if found is not None else (best or Sight(number, "blocked", expected))
        self.partly = best if best.kind == "partly" else None
        if best.kind in ("blocked", "partly") and inside < 0.35:
            return Sight(number, "out", expected if best.h is None else best.h)
        if best.kind == "blocked":
            return Sight(number, "blocked", expected, found=best.found, alike=best.alike)
        return best

    def _starts(self, previous: int, now: np.ndarray, expected: np.ndarray) -> Iterable[tuple[np.ndarray, int]]:
        newest, h = self.last[-1]
        if newest == previous:
            flow = chain(
                self.luma.frame(previous),
                now,
                h,
                expected,
                self.reference,
                self.model,
                agreeing(self.newest, self.reference),
            )
            if flow is not None:
                yield flow.h, 2
        yield expected, 3 if newest == previous else 4

    def _measure(self, number: int, now: np.ndarray, start: np.ndarray, levels: int, *, fresh: bool) -> Sight:
        again = re_anchor(now, start, self.reference, self.model, levels=levels)
        h = start if again is None else steady_start(again, start, self.reference)
        alignment = align(now, h, self.reference, self.prior(number), rounds=10 if self.refine else 0)
        return judge(number, alignment, again, self.reference, now.shape, usual=self.usual, fresh=fresh)

    def noted(self, sight: Sight) -> None:
        """Take over what was seen."""
        assert sight.h is not None  # noqa: S101  a sight that is seen has it
        self.last = [*self.last[-8:], (sight.frame, sight.h)]
        self.newest, self.bent = sight, []
        if sight.hidden < 0.05 and len(self.noises) < 48:
            self.noises.append(sight.noise)
            self.rests.append(sight.residual if np.isfinite(sight.residual) else 0.0)

    @property
    def usual(self) -> tuple[float, float]:
        """Noise and residual of the surface where it is seen whole; from the first frames only, so that they cannot creep."""
        if not self.noises:
            return 4.0, 0.3
        return float(np.median(self.noises)), float(np.median(self.rests))

    def prior(self, number: int) -> Prior:
        """What to expect of frame `number`."""
        levels = (1.0, 0.0) if self.newest is None else self.newest.levels
        return Prior(
            *levels, max(3.0, 2.2 * self.usual[0]), self.expected(number), self._drift(abs(number - self.last[-1][0]))
        )

    def _drift(self, steps: int) -> float:
        """How far the shape may have changed in `steps` frames, by how fast it did so lately."""
        if len(self.last) < 3:
            return np.inf
        (now, h), (then, h_then) = self.last[-1], self.last[0]
        away = (
            cv2.perspectiveTransform(self.reference.corners[None], np.linalg.inv(h) @ h_then)[0]
            - self.reference.corners
        )
        pace = float(np.linalg.norm(self.reference.shape_of_moves @ away.reshape(8))) / abs(now - then)
        return (0.1 + 2 * pace) * steps

    def _search(self, number: int, now: np.ndarray) -> Sight | None:
        if abs(number - self.last[-1][0]) % SEARCH_EVERY != 1:
            return None
        if self.search is None:
            self.search = Search(self.reference)
        h = self.search.find(now, self.model)
        if h is None:
            return None
        sight = self._measure(number, now, h, 2, fresh=False)
        return sight if sight.kind == "seen" else None


def follow(
    luma: Luma,
    reference: Reference,
    numbers: Iterable[int],
    model: str,
    refine: bool,
    start: np.ndarray,
    bar: runtime.Progress | None,
    *,
    cuts: Cuts | None = None,
) -> dict[int, Sight]:
    """Follow the surface over `numbers`, neighbours in order, away from the reference frame.

    Args:
        luma: The clip.
        reference: The surface; its frame is where the pass begins.
        numbers: Frames in the order of the pass.
        model: One of `MODELS`.
        refine: Photometric refinement on.
        start: Template to frame on the reference frame.
        bar: Counts the frames, or None.
        cuts: Looks for cuts between neighbours, or None where the frames are not neighbours.

    Returns:
        A sight for every frame. After a cut, or once the surface has bent for good, all that follow are `gone`.
    """
    state = Follower(luma, reference, model, refine, [(reference.frame, start)])
    out: dict[int, Sight] = {}
    previous, gone = reference.frame, ""
    for number in numbers:
        if bar is not None:
            bar.step()
        if not gone and cuts is not None and cuts.between(previous, number):
            gone = "cut"
        if gone:
            out[number] = Sight(number, "gone", None, why=gone)
            continue
        sight = state.see(number, previous)
        out[number] = sight
        if sight.kind == "seen" and sight.h is not None:
            state.noted(sight)
        elif sight.kind == "bent":
            state.bent.append(number)
            if len(state.bent) >= GIVE_UP:
                gone = "bent"
                _give_up(out, gone)
        previous = number
    return out


def _give_up(out: dict[int, Sight], why: str) -> None:
    """Take back what was expected since the surface was last seen: it was not hidden, it was changing."""
    for n in reversed(list(out)):
        if out[n].kind == "seen":
            return
        out[n] = Sight(n, "gone", None, why=why)
