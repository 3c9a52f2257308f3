"""Pairs of frames as arrays, so that a number can be taken at every place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .pair import Pair

REACH = 4  # pairs of context on each side


class Stack:
    """Pairs as arrays, so that a number can be taken at every place."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        """Stack at least one pair."""
        self.flow, self.weight = np.stack([p.flow for p in pairs]), np.stack([p.weight for p in pairs])
        self.tiles, self.seen = np.stack([p.tiles for p in pairs]), np.stack([p.seen for p in pairs])
        self.chroma = np.stack([p.chroma for p in pairs])
        self.gain, self.contrast = np.array([p.gain for p in pairs]), np.array([p.contrast for p in pairs])
        self.saturation, self.sharpness = np.array([p.saturation for p in pairs]), np.array([p.sharpness for p in pairs])
        self.grain, self.residual = np.array([p.grain for p in pairs]), np.array([p.residual for p in pairs])
        self.valid = np.array([p.valid for p in pairs])
        self.count = len(pairs)

    def context(self, at: int, reach: int = REACH, wall: int | None = None) -> tuple[list[int], list[int]]:
        """Pairs before and behind `at`, on its own side of the pair `wall`."""
        low = 0 if wall is None or at < wall else wall + 1
        high = self.count if wall is None or at > wall else wall
        return list(range(max(low, at - reach), at)), list(range(at + 1, min(high, at + 1 + reach)))
