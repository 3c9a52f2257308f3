"""Where in a picture a mark may be: its templates laid over every place at every size, upright and in its own proportions.

Coarse on purpose: cells are two pixels of a level on which the mark is small, so that the bends of perspective stay within a
cell. What comes out is a start for `logo_fit`, which decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..image.opencv import cv2
from ..wires.quad import Quad
from .logo_seen import Levels, likeness, pooled
from .logo_shape import Template

_LARGEST_SHARE = 0.85
_PER_SIZE = 2
_DAMPED = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A picture seen in one mark's colours: likeness (h, w, k) a level, and that pooled by two."""

    levels: Levels
    like: tuple[np.ndarray, ...]
    pooled: tuple[np.ndarray, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A box in pixel areas of level 0, turned about its middle, and how well colours and edges agree there, -1..1 each."""

    x: float
    y: float
    width: float
    height: float
    colours: float
    edges: float
    turn: float = 0.0

    @property
    def score(self) -> float:
        """Both together."""
        return (self.colours + self.edges) / 2

    @property
    def corners(self) -> np.ndarray:
        """Corners (4, 2) in pixel areas of level 0."""
        upright, angle = Quad.rectangle(self.x, self.y, self.width, self.height).array, np.radians(self.turn)
        across = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        return (upright - upright.mean(0)) @ across + upright.mean(0)

    def repeats(self, other: Place) -> bool:
        """Whether both mean the same mark."""
        near = all(abs(a + la / 2 - b - lb / 2) < 0.25 * min(la, lb) for a, la, b, lb in
                   ((self.x, self.width, other.x, other.width), (self.y, self.height, other.y, other.height)))
        return near and self.turn == other.turn and 0.75 < self.width / other.width < 1.33


def sight_of(levels: Levels, colours: np.ndarray) -> Sight:
    """The picture in a mark's colours."""
    like = tuple(likeness(level.lab, colours) for level in levels.levels)
    return Sight(levels, like, tuple(pooled(maps) for maps in like))


def places(sight: Sight, templates: Sequence[Template]) -> list[Place]:
    """Every place where a mark may be, by its templates, the best of each size, in no order: see `chosen`."""
    lines, columns = sight.like[0].shape[:2]
    found: list[Place] = []
    energies = [_energy(sight, level) for level in range(len(sight.pooled))]
    for template in templates:
        level = min(template.level, len(sight.pooled) - 1)
        factor = 2**template.level
        if level != template.level or template.width * factor > _LARGEST_SHARE * columns or (
                template.height * factor > _LARGEST_SHARE * lines):
            continue
        cells, edges = sight.pooled[level], sight.levels.levels[level].pooled_edges
        if all(a <= b for a, b in zip(template.edges.shape[:2], edges.shape[:2], strict=True)):
            found += _at_size(cells, edges, energies[level], template)
    return found


def chosen(found: Sequence[Place], count: int, rank: Callable[[Place], float]) -> list[Place]:
    """The `count` best of places by `rank` that are not the same, best first."""
    out: list[Place] = []
    for place in sorted(found, key=rank, reverse=True):
        if not any(place.repeats(other) for other in out):
            out.append(place)
        if len(out) == count:
            break
    return out


def _energy(sight: Sight, level: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Integrals of the likenesses and of their squares, and the squared length of the edges, of one level."""
    cells, edges = sight.pooled[level], sight.levels.levels[level].pooled_edges
    sums = cv2.integral(cells, sdepth=cv2.CV_64F).reshape(cells.shape[0] + 1, cells.shape[1] + 1, -1)
    squares = cv2.integral(np.einsum("hwk,hwk->hw", cells, cells), sdepth=cv2.CV_64F)[..., None]
    return sums, squares, np.einsum("hwk,hwk->hw", edges, edges)[..., None]


def _boxes(integral: np.ndarray, lines: int, columns: int) -> np.ndarray:
    return integral[lines:, columns:] - integral[:-lines, columns:] - integral[lines:, :-columns] + integral[:-lines, :-columns]


def correlated(maps: np.ndarray, template: np.ndarray) -> np.ndarray:
    """Sum over channels of the correlation at every place where the template lies inside."""
    out = np.float32(0)
    for k in range(0, maps.shape[2], 4):  # matchTemplate takes at most four channels
        part = np.ascontiguousarray(maps[..., k:k + 4]), np.ascontiguousarray(template[..., k:k + 4])
        out = out + np.asarray(cv2.matchTemplate(*part, cv2.TM_CCORR))
    return np.asarray(out)


def _at_size(cells: np.ndarray, edges: np.ndarray, energy: tuple[np.ndarray, np.ndarray, np.ndarray],
             template: Template) -> list[Place]:
    lines, columns = template.edges.shape[:2]
    sums, squares, strengths = energy
    mean = _boxes(sums, lines, columns)
    spread = np.maximum(_boxes(squares, lines, columns)[..., 0] - np.einsum("hwk,hwk->hw", mean, mean) / (lines * columns), 0)
    own = np.linalg.norm(template.colours)
    colours = correlated(cells, template.colours) / (own * np.sqrt(spread) + _DAMPED * own**2 + 1e-6)
    own = np.linalg.norm(template.edges)
    there = np.sqrt(np.maximum(correlated(strengths, template.lines), 0))
    agreeing = correlated(edges, template.edges) / (own * there + _DAMPED * own**2 + 1e-6)
    return _peaks(colours, agreeing, template)


def _peaks(colours: np.ndarray, edges: np.ndarray, template: Template) -> list[Place]:
    both, out, factor = colours + edges, [], 2**template.level
    room = [max(1, n // 4) for n in template.edges.shape[:2]]
    for _ in range(_PER_SIZE):
        x, y = cv2.minMaxLoc(both)[3]
        width, height = template.width * factor, template.height * factor
        left, top = (np.array([2 * x, 2 * y]) + template.middle) * factor - np.array([width, height]) / 2
        agreed = float(colours[y, x]), float(edges[y, x])
        out.append(Place(float(left), float(top), width, height, *agreed, template.turn))
        both[max(0, y - room[0]):y + room[0] + 1, max(0, x - room[1]):x + room[1] + 1] = -np.inf
        if not np.isfinite(both).any():
            break
    return out
