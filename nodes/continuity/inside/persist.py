"""Light and colour of what stays in the picture: points of one frame followed through the clip, and compared where they end up.

A mean over the whole picture changes when somebody walks in; the same points do not. Where too few points survive, the count
starts again from there, so that a long travelling shot is measured in legs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...image.flow import along, flow_both_ways
from ...image.opencv import cv2
from ..join.pair import Proxy
from .lighting import Light, compare_light

LINKS = 24  # frames at most that a clip is followed through
_SPARSE = (slice(None, None, 2), slice(None, None, 2))  # a quarter of the points says enough about light
_LEAST_SEEN = 0.2  # share of the points below which a leg ends
_NAMES = ("exposure", "contrast", "saturation", "temperature")


@dataclass(frozen=True, slots=True)
class Drifted:
    """Change from head to tail of persistent points.

    Attributes:
        frames: Frames followed.
        values: By name, change since the first frame at each of `frames`; logarithms, temperature in levels of R − B.
        legs: How often the count began.
        seen: Share of the points that the shortest leg still saw at its end.
        light: How the light of the points differs at each of `frames` from that of the first one; None once a leg has ended.
    """

    frames: tuple[int, ...]
    values: dict[str, tuple[float, ...]]
    legs: int
    seen: float
    light: tuple[Light | None, ...]


def follow(frames: Sequence[tuple[int, Proxy]], step: Callable[[], None] = lambda: None) -> Drifted | None:
    """Follow points through numbered frames; None where a single link already loses too many of them. `step` after each."""
    start = frames[0][1]
    flow = np.zeros((*start.luma.shape, 2), np.float32)
    alive = np.ones(start.luma.shape, bool)
    base, last = np.zeros(len(_NAMES)), np.zeros(len(_NAMES))
    rows, legs, seen = [np.zeros(len(_NAMES))], 1, 1.0
    lights: list[Light | None] = [Light(0.0, 0.0, 0.0)]
    for (_, before), (_, now) in pairwise(frames):
        step()
        link = flow_both_ways(before.luma, now.luma)
        reached = alive & (along(link.valid.astype(np.float32), flow) > 0.99)
        if reached.mean() < _LEAST_SEEN:
            if link.valid.mean() < _LEAST_SEEN:
                return None
            start, flow, alive, base, legs = before, np.zeros_like(flow), np.ones_like(alive), last, legs + 1
            reached = link.valid
        flow = flow + along(link.forward, flow)
        alive = reached
        seen = min(seen, float(alive.mean()))
        one, other = start.rgb[_SPARSE].astype(np.float32), _along_sparsely(now.rgb, flow)
        last = base + _change(one, other, alive[_SPARSE])
        rows.append(last)
        lights.append(compare_light(one, other, alive[_SPARSE]) if legs == 1 else None)
    table = np.array(rows)
    return Drifted(tuple(n for n, _ in frames), {name: tuple(map(float, table[:, i])) for i, name in enumerate(_NAMES)}, legs,
                   seen, tuple(lights))


def _along_sparsely(picture: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Every other pixel of every other line of `along(picture, flow)`, float32."""
    y, x = np.mgrid[:flow.shape[0]:2, :flow.shape[1]:2].astype(np.float32)
    at = flow[_SPARSE]
    there = cv2.remap(picture, x + at[..., 0], y + at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return there.astype(np.float32)


def _change(before: np.ndarray, after: np.ndarray, alive: np.ndarray) -> np.ndarray:
    """Change of light, contrast, saturation and R − B of the points `alive`, the fifth that changes its rank most left out."""
    use = alive & (before.max(-1) < 250) & (after.max(-1) < 250)
    use = use if use.mean() > 0.05 else alive
    a, b = before[use], after[use]
    y0, y1 = (cv2.cvtColor(c[None], cv2.COLOR_RGB2GRAY)[0] for c in (a, b))
    # alike in both, so that no slope is preferred
    off = np.abs((y1 - y1.mean()) / (y1.std() + 1) - (y0 - y0.mean()) / (y0.std() + 1))
    keep = off <= np.quantile(off, 0.8)
    a, b, y0, y1 = a[keep], b[keep], y0[keep], y1[keep]
    chroma = [float(np.sqrt(((c[:, ::2] - y[:, None]) ** 2).mean())) + 2 for c, y in ((a, y0), (b, y1))]
    return np.array([np.log((y1.mean() + 2) / (y0.mean() + 2)), np.log((y1.std() + 2) / (y0.std() + 2)),
                     np.log(chroma[1] / chroma[0]),
                     float((b[:, 0] - b[:, 2]).mean() - (a[:, 0] - a[:, 2]).mean())])
