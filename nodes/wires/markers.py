"""Markers that were stamped on a plane, so that a tracker can find them and an artist can take them out again."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .quad import Quad


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker: `uv` is its centre on the plane in 0..1 (right, down), `centre` the same in pixels of the frame.

    `inks` are its two paints, main and counter: the share of the surface that each hides, negative for black, positive for
    white. None where nobody noted them.
    """

    number: int
    uv: tuple[float, float]
    centre: tuple[float, float]
    inks: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A marker and its ground (h, w, 3), encoded, before and after it was stamped; `left` and `top` say where in the frame."""

    left: int
    top: int
    clean: np.ndarray
    painted: np.ndarray


@dataclass(frozen=True, slots=True)
class Markers:
    """What was stamped: pattern, size in pixels of the frame, strength 0..1, the plane's corners and every centre.

    `looks` are the stamped places, one for each marker, None for one outside of the frame; empty where nobody noted them.
    """

    pattern: str
    frame_size: tuple[int, int]
    corners: Quad
    size_px: float
    strength: float
    markers: tuple[Marker, ...]
    looks: tuple[Look | None, ...] = field(default=(), compare=False, repr=False)

    @property
    def size_uv(self) -> tuple[float, float]:
        """Width and height of a marker on the plane, 0..1."""
        top, right, low, left = self.corners.edge_lengths
        return 2 * self.size_px / (top + low), 2 * self.size_px / (left + right)

    @property
    def free(self) -> tuple[float, float, float, float]:
        """Part of the plane that no marker touches, for a graphic: left, top, right, low in 0..1."""
        (wide, high), sides = self.size_uv, [0.0, 0.0, 1.0, 1.0]
        for u, v in (m.uv for m in self.markers):
            side = min(range(4), key=(u, v, 1 - u, 1 - v).__getitem__)
            ends = u + wide / 2, v + high / 2, u - wide / 2, v - high / 2
            sides[side] = (max, max, min, min)[side](sides[side], ends[side])
        return sides[0], sides[1], sides[2], sides[3]

    def to_json(self) -> dict:
        """Plain values."""
        return {
            "pattern": self.pattern,
            "frame_size": list(self.frame_size),
            "corners": [list(c) for c in self.corners.corners],
            "size_px": self.size_px,
            "strength": self.strength,
            "free": list(self.free),
            "markers": [{"number": m.number, "uv": list(m.uv), "centre": list(m.centre)}
                        | ({"inks": list(m.inks)} if m.inks else {}) for m in self.markers],
        }
