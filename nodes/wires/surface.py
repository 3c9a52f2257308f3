"""Surfaces that a tracker may hold on to."""

from __future__ import annotations

from dataclasses import dataclass

from .quad import Quad


@dataclass(frozen=True, slots=True)
class Surface:
    """One plane in the reference frame, with the tracking error that is expected of it."""

    corners: Quad
    error_px: float
    sentence: str

    def to_json(self) -> dict:
        """The form of the report's `surfaces` metric."""
        return {"corners": [list(c) for c in self.corners.corners], "error_px": self.error_px, "sentence": self.sentence}


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Surfaces of a clip, best first, in pixels of a picture of `frame_size` (width, height)."""

    frame_size: tuple[int, int]
    surfaces: tuple[Surface, ...]

    def pick(self, index: int) -> Surface:
        """Surface number `index`, counted from 0.

        Raises:
            ValueError: There is no such surface.
        """
        if not 0 <= index < len(self.surfaces):
            raise ValueError(f"expected surface_index below {len(self.surfaces)}, got {index}: count from 0")
        return self.surfaces[index]
