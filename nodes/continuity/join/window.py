"""The frames round a join, compared pair by pair, with repeated frames known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...image.opencv import cv2
from .pair import Pair, Proxy, compare

REACH = 24  # frames looked at on each side of a join
_FASTEST = 0.1


def motion_of(pair: Pair) -> float:
    """Mean motion of the fastest tenth of the cells that can be believed, pixels at working size."""
    speed = np.linalg.norm(pair.flow, axis=-1) * (pair.weight > 0.05)
    count = max(1, int(_FASTEST * speed.size))
    return float(np.sort(speed, axis=None)[-count:].mean())


@dataclass(frozen=True, slots=True)
class Window:
    """Frames before and after a join; pair `seam` is the join, earlier pairs lie before it, later ones behind it.

    `repeats` says of each pair whether its second frame repeats its first.
    """

    before: Sequence[Proxy]
    after: Sequence[Proxy]
    pairs: Sequence[Pair]
    seam: int
    repeats: np.ndarray

    @property
    def plain(self) -> np.ndarray:
        """Luma difference of each pair, levels."""
        return np.array([p.plain for p in self.pairs])

    def moving(self) -> np.ndarray:
        """Numbers of the pairs that are no repeats, the join always among them."""
        keep = ~self.repeats
        keep[self.seam] = True
        return np.flatnonzero(keep)


def usual_change(values: np.ndarray) -> float:
    """What a frame that is new usually changes: the 70th percentile; among mostly held frames the middle of what is not held."""
    rest = values[values >= 0.25 * np.percentile(values, 90)]
    held = values[values < 0.25 * np.percentile(values, 90)]
    if len(held) > 0.5 * len(values) and held.max() < 0.5 * rest.min():
        return float(np.median(rest))
    return float(np.percentile(values, 70))


def find_repeats(pairs: Sequence[Pair], skip: int | None = None) -> np.ndarray:
    """Say which pairs repeat a frame: little difference and little motion beside the pairs near them.

    Args:
        pairs: Consecutive pairs.
        skip: Pair that must not count in what is usual.
    """
    count = len(pairs)
    plain, motion = np.array([p.plain for p in pairs]), np.array([motion_of(p) for p in pairs])
    out = np.zeros(count, bool)
    for i in range(count):
        near = [j for j in range(max(0, i - 8), min(count, i + 9)) if j not in (i, skip)]
        if len(near) < 3:
            continue
        usual, speed = usual_change(plain[near]), usual_change(motion[near])
        held = plain[i] < 0.25 * usual and motion[i] < 0.35 * speed
        # a noisy repeat still differs, but does not move
        stopped = plain[i] < 0.7 * usual and motion[i] < 0.12 * speed and speed > 0.5
        out[i] = (usual > 0.4 and (held or stopped)) or plain[i] < min(0.02, 0.1 * usual)
    return out


def look_at(before: Sequence[Proxy], after: Sequence[Proxy], known: Sequence[Pair] = (), known_after: Sequence[Pair] = (),
            step: Callable[[], None] = lambda: None) -> Window:
    """Compare the last frames of one clip with the first of the next.

    Args:
        before: Last frames of the first clip, at least one.
        after: First frames of the second clip, at least one.
        known: Pairs of `before` where they are measured already.
        known_after: Pairs of `after`, likewise.
        step: Called for each pair that is measured; it may raise to stop.
    """
    def pair(first: Proxy, second: Proxy) -> Pair:
        step()
        return compare(first, second)

    left = list(known) or [pair(a, b) for a, b in pairwise(before)]
    right = list(known_after) or [pair(a, b) for a, b in pairwise(after)]
    pairs = [*left, pair(before[-1], after[0]), *right]
    return Window(before, after, pairs, len(left), find_repeats(pairs, len(left)))


def small(frames: Sequence[Proxy], side: int = 96) -> np.ndarray:
    """Lumas of frames at `side` × `side`, float32 (n, side, side)."""
    return np.stack([cv2.resize(f.luma, (side, side), interpolation=cv2.INTER_AREA) for f in frames]).astype(np.float32)


def difference_matrix(before: Sequence[Proxy], after: Sequence[Proxy]) -> np.ndarray:
    """Mean luma difference of every frame of one with every frame of the other, each one's own mean taken out, levels."""
    one, other = (s - s.mean((1, 2), keepdims=True) for s in (small(before), small(after)))
    return np.abs(one[:, None] - other[None]).mean((2, 3))
