"""Where a surface is on the next frame: chained from its neighbour, re-anchored on the reference, refined, judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from ...image.opencv import cv2
from .align import align
from .flow import chain, re_anchor, steady_start
from .judge import Sight, agreeing, judge, share_inside
from .reference import Reference
from .search import Search
from .solve import Prior
from .source import Luma
from .verify import enough

SEARCH_EVERY = 3
GIVE_UP = 3
LEAST_INSIDE, MOSTLY_OUT = 0.08, 0.35
SURELY, MOSTLY = 0.9, 0.6
MOST_JUMP = 0.05  # of the frame's diagonal, beside where the surface was expected


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
        partly: What was seen of it last, if since the last frame on which it was seen that was only a part.
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
        now, h = self._base
        earlier = [m for m in self.last if abs(number - m[0]) > abs(number - now)]
        if not earlier:
            return h
        before, h_before = earlier[-1]
        corners, corners_before = (cv2.perspectiveTransform(self.reference.corners[None], m)[0] for m in (h, h_before))
        move = (corners - corners_before) / (now - before)
        ahead = number - now
        reach = np.sign(ahead) * (1 - 0.9 ** abs(ahead)) / 0.1
        shift = np.eye(3)
        shift[:2, 2] = move.mean(0) * reach  # the mean only: a small error of one corner must not grow into perspective
        return shift @ h

    @property
    def _base(self) -> tuple[int, np.ndarray]:
        """Newest frame on which the surface was measured, be it in part, and template to frame there."""
        return self.last[-1] if self.partly is None or self.partly.h is None else (self.partly.frame, self.partly.h)

    def see(self, number: int, previous: int) -> Sight:
        """Find the surface on frame `number`; `previous` is its neighbour on the side that was followed already."""
        now, expected = self.luma.frame(number), self.expected(number)
        inside = share_inside(self.reference, expected, now.shape)
        best = None if inside < LEAST_INSIDE else self.near(number, previous)
        if best is None or best.kind not in ("seen", "bent", "partly"):
            best = self.search_for(number) or best or Sight(number, "out" if inside < LEAST_INSIDE else "blocked", expected)
        if best.kind == "blocked":
            best = Sight(number, "blocked", expected, found=best.found, alike=best.alike)
        if best.kind == "partly":
            self.partly = best
        return self.placed(best)

    def placed(self, sight: Sight) -> Sight:
        """The same, or `out` where it is not seen whole because most of it lies outside the picture."""
        if sight.kind not in ("blocked", "partly") or sight.h is None:
            return sight
        inside = share_inside(self.reference, sight.h, (self.luma.height, self.luma.width))
        return Sight(sight.frame, "out", sight.h) if inside < MOSTLY_OUT else sight

    def near(self, number: int, previous: int) -> Sight | None:
        """The best that is found on frame `number` near to where the surface is expected."""
        now, expected, best = self.luma.frame(number), self.expected(number), None
        for start, levels in self._starts(previous, now, expected):
            sight = self._measure(number, now, start, levels, fresh=self.last[-1][0] == previous)
            if best is None or sight.rank > best.rank:
                best = sight
            if best.kind == "seen":
                break
        return best

    def _starts(self, previous: int, now: np.ndarray, expected: np.ndarray) -> Iterable[tuple[np.ndarray, int]]:
        newest, h = self._base
        if newest == previous:
            use = agreeing(self.partly or self.newest, self.reference)
            flow = chain(self.luma.frame(previous), now, h, expected, self.reference, self.model, use)
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
        self.newest, self.bent, self.partly = sight, [], None
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

    def goes_on(self, number: int, previous: int) -> bool:
        """Whether the surface lies on frame `number` where its motion so far leads: then no cut has come between."""
        sight = self.near(number, previous)
        if sight is None or sight.h is None or sight.kind not in ("seen", "partly"):
            return False
        at, there = (cv2.perspectiveTransform(self.reference.corners[None], h)[0] for h in (sight.h, self.expected(number)))
        return float(np.linalg.norm(at.mean(0) - there.mean(0))) < MOST_JUMP * np.hypot(self.luma.width, self.luma.height)

    def out_of_sight(self, before: Sight | None, number: int) -> bool:
        """Whether frame `number` would not show the surface anyhow, by what was seen on the frame before."""
        if before is not None and before.kind in ("blocked", "out"):
            return True
        return share_inside(self.reference, self.expected(number), (self.luma.height, self.luma.width)) < MOSTLY_OUT

    def see_again(self, number: int) -> Sight:
        """The surface on frame `number` if it is there without doubt, wherever; for frames that may be of another take."""
        sight = self.search_for(number)
        if sight is not None and sight.kind == "seen" and sight.alike > SURELY and min(sight.found, sight.agree) > MOSTLY:
            return sight
        expected = self.expected(number)
        inside = share_inside(self.reference, expected, (self.luma.height, self.luma.width))
        return Sight(number, "out" if inside < MOSTLY_OUT else "blocked", expected)

    def search_for(self, number: int) -> Sight | None:
        """The surface wherever it is on frame `number`, or None; only on every third frame, it takes long."""
        if abs(number - self._base[0]) % SEARCH_EVERY != 1:
            return None
        now = self.luma.frame(number)
        if self.search is None:
            self.search = Search(self.reference)
        found = self.search.find(now, self.model)
        if found is None:
            return None
        h, points = found
        sight = self._measure(number, now, h, 2, fresh=False)
        if sight.kind in ("seen", "partly"):
            return sight
        told = sight.kind == "blocked" and enough(points, self.reference)
        return Sight(number, "partly", h) if told and share_inside(self.reference, h, now.shape) > LEAST_INSIDE else None
