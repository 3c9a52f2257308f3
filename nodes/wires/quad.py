"""Four corners in a picture, in pixel areas: (0, 0) is the picture's upper-left corner, x right, y down."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .check import quoted

FARTHEST = 1e6  # pixels: beyond, float32 no longer tells neighbouring pixels apart


@dataclass(frozen=True, slots=True)
class Quad:
    """Corners of a plane seen in a picture: TL, TR, BR, BL as they sit on the plane, so a mirrored plane is allowed.

    Raises:
        ValueError: A corner is not a number or a million pixels away, or the corners do not span a convex area.
    """

    corners: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        corners = tuple((float(x), float(y)) for x, y in self.corners)
        object.__setattr__(self, "corners", corners)
        points = np.array(corners)
        if points.shape != (4, 2) or not (np.abs(points) <= FARTHEST).all():
            raise ValueError(f"expected four corners x,y in pixels within {FARTHEST:g} of the picture, got {self}: "
                             "measure them in the picture")
        edges = np.roll(points, -1, axis=0) - points
        turns = edges[:, 0] * np.roll(edges[:, 1], -1) - edges[:, 1] * np.roll(edges[:, 0], -1)
        if not ((turns > 1e-9).all() or (turns < -1e-9).all()):
            raise ValueError(f"expected corners in the order TL TR BR BL around a convex area, got {self}: "
                             "go round the surface as you read it, and put no three on one line")

    def __str__(self) -> str:
        return " ".join(f"{x:g},{y:g}" for x, y in self.corners)

    @classmethod
    def parse(cls, text: str) -> Quad:
        """Read `x,y x,y x,y x,y`: TL TR BR BL."""
        try:
            numbers = [[float(part) for part in word.split(",")] for word in text.replace(", ", ",").split()]
            if [len(n) for n in numbers] != [2, 2, 2, 2]:
                raise ValueError
        except ValueError:
            raise ValueError("expected corners as `x,y x,y x,y x,y` (TL TR BR BL), "
                             f"got {quoted(text.strip(), 80)}: write four pairs in pixels") from None
        return cls(tuple((x, y) for x, y in numbers))

    @classmethod
    def rectangle(cls, x: float, y: float, width: float, height: float) -> Quad:
        """Upright rectangle from its upper-left corner and size."""
        return cls(((x, y), (x + width, y), (x + width, y + height), (x, y + height)))

    @classmethod
    def from_array(cls, points: np.ndarray) -> Quad:
        """Corners from an array (4, 2)."""
        return cls(tuple((float(x), float(y)) for x, y in np.asarray(points, float)))

    @property
    def array(self) -> np.ndarray:
        """Corners as float64 (4, 2)."""
        return np.array(self.corners)

    @property
    def area(self) -> float:
        """Area in square pixels."""
        x, y = self.array.T
        return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Smallest upright rectangle around the corners: x, y, width, height."""
        low, high = self.array.min(0), self.array.max(0)
        return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])

    @property
    def edge_lengths(self) -> tuple[float, ...]:
        """Lengths of top, right, bottom and left edge in pixels."""
        closed = [*self.array, self.array[0]]
        return tuple(float(np.linalg.norm(b - a)) for a, b in pairwise(closed))
