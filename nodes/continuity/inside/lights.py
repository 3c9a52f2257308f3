"""Which pictures the proxies of light are compared on: head and tail, keyframe and frame, both sides of a join."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...image.flow import along, flow_both_ways
from ..join.judge import Seam
from ..keyframe.anchor import Anchor
from .lighting import Compared, Light, compare_light
from .persist import Drifted

_LEAST_SEEN = 0.2  # share of the picture that must be found again


def compared_lights(drifted: Drifted | None, anchors: Sequence[Anchor], seams: Sequence[Seam]) -> list[Compared]:
    """Every comparison that the clip and its neighbours allow."""
    out = []
    if drifted is not None and drifted.light[-1] is not None:
        out.append(Compared("from head to tail", (drifted.frames[0], drifted.frames[-1]), drifted.light[-1],
                            apart=True))
    for anchor in anchors:
        light = _between(anchor.key_rgb, anchor.frame_rgb)
        out += [Compared(f"between the {anchor.which} keyframe and frame {anchor.frame}", [anchor.frame], light)] if light else []
    for seam in seams:
        light = _between(seam.window.before[-1].rgb, seam.window.after[0].rgb)
        out += [Compared(f"at {seam.place.name}", seam.place.frames(), light)] if light else []
    return out


def _between(first: np.ndarray, second: np.ndarray) -> Light | None:
    flow = flow_both_ways(*(np.ascontiguousarray(p[..., 1]) for p in (first, second)))
    if flow.valid.mean() < _LEAST_SEEN:
        return None
    return compare_light(first.astype(np.float32), along(second.astype(np.float32), flow.forward), flow.valid)
