"""Numbers that say how far one pair of frames stands out from those round it; each can be taken at any pair.

A join is judged by the same numbers taken inside the clips that it joins, where nothing is wrong.
"""

from __future__ import annotations

from .features_light import LIGHT, light_at
from .features_motion import MOTION, motion_at
from .stack import Stack

NAMES = (*LIGHT, *MOTION)


def features_at(stack: Stack, at: int, wall: int | None = None) -> dict[str, float]:
    """Take every number of `NAMES` at pair `at`, with the pairs round it, up to `wall`, as context."""
    left, right = stack.context(at, wall=wall)
    return light_at(stack, at, left, right) | motion_at(stack, at, left, right)
