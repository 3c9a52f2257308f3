"""Markers that were stamped on a plane, so that a tracker can find them and an artist can take them out again."""

from __future__ import annotations

from dataclasses import dataclass

from .quad import Quad


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker: `uv` is its centre on the plane in 0..1 (right, down), `centre` the same in pixels of the frame."""

    number: int
    uv: tuple[float, float]
    centre: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Markers:
    """What was stamped: pattern, size in pixels of the frame, strength 0..1, the plane's corners and every centre."""

    pattern: str
    frame_size: tuple[int, int]
    corners: Quad
    size_px: float
    strength: float
    markers: tuple[Marker, ...]

    def to_json(self) -> dict:
        """Plain values."""
        return {
            "pattern": self.pattern,
            "frame_size": list(self.frame_size),
            "corners": [list(c) for c in self.corners.corners],
            "size_px": self.size_px,
            "strength": self.strength,
            "markers": [{"number": m.number, "uv": list(m.uv), "centre": list(m.centre)} for m in self.markers],
        }
