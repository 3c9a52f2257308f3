"""A change that happens in one frame and stays: told as a step at a frame, not as a slow drift.

Light and colour of followed points (persist.py) are compared link by link, so that what moves does not count. A link that stands
out is a step only where most of its change lies between two frames and stays; what the action does takes longer, or comes back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..profile import Limit
from .persist import Drifted
from .scan import Scan

_NEAR = 4  # links on each side that say whether a change stays
_SUDDEN = 0.6  # share of a link's change that lies between two frames
_SOURCE = {"exposure": "luma", "contrast": "contrast", "saturation": "saturation", "temperature": "temperature"}


@dataclass(frozen=True, slots=True)
class Step:
    """A step between frames `frame` - 1 and `frame`.

    `size` is as in `Drifted.values`, `link` the link it lies in, `z` how far it stands out beside the other links.
    """

    frame: int
    size: float
    link: int
    z: float


def find_step(name: str, drifted: Drifted, scan: Scan, limit: Limit) -> Step | None:
    """Largest step of `name` that reaches the limit's `warn`, if there is one."""
    values = np.array(drifted.values[name])
    links = np.diff(values)
    if len(links) < 8:
        return None
    scale = 1.0 if name == "temperature" else 100.0
    link = int(np.abs(links - np.median(links)).argmax())
    others = np.delete(links, link)
    middle = float(np.median(others))
    spread = 1.4826 * float(np.median(np.abs(others - middle))) + limit.floor / scale
    size = float(links[link] - middle)
    z = abs(size) / spread
    if limit.judge(scale * abs(size), z) == "pass" or not _stays(values, link, size):
        return None
    frame = _sudden(name, drifted.frames[link], drifted.frames[link + 1], size, scan)
    return None if frame is None else Step(frame, size, link, z)


def _stays(values: np.ndarray, link: int, size: float) -> bool:
    before, behind = values[max(0, link + 1 - _NEAR):link + 1], values[link + 1:link + 1 + _NEAR]
    return abs(float(np.median(behind) - np.median(before)) - size) < 0.5 * abs(size)


def _sudden(name: str, first: int, last: int, size: float, scan: Scan) -> int | None:
    """Frame before `last` at which the change happens, or None where it takes several or lies in some parts alone."""
    if name == "exposure":
        tiles = np.log(scan.tiles[first:last + 1].reshape(last - first + 1, -1) + 2)
        changes = np.diff(tiles, axis=0)
        steps = np.median(changes, axis=1)
    else:
        series = scan.series[_SOURCE[name]][first:last + 1]
        steps = np.diff(series if name == "temperature" else np.log(series + 2))
        changes = None
    at = int(np.abs(steps).argmax())
    if steps[at] * size <= 0 or abs(steps[at]) < _SUDDEN * abs(size):
        return None
    if changes is not None and (np.sign(changes[at]) == np.sign(size)).mean() < 0.8:
        return None  # a passing object: light falls on the whole picture
    return first + at + 1
