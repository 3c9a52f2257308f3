"""Where in a picture a mark may be: its templates laid over every place at every size, upright and in its own proportions.

Coarse on purpose: cells are two pixels of a level on which the mark is small, so that the bends of perspective stay within a
cell. A long mark bends further than that: its two halves are laid one by one, each at its own place and size near the other.
What comes out is a start for `logo_fit`, which decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch

from ..image.opencv import cv2
from .logo_seen import Levels, likeness_of, pooled
from .logo_shape import Piece, Template

_LARGEST_SHARE = 0.85
_PER_SIZE = 2
_DAMPED = 0.05
_APART = 0.2
_BENT, _OTHER_SIZES = 0.1, 2  # of its length a half may be off, and by how many sizes: corners off by 6 % do that
_NOWHERE = -4.0


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A picture seen in one mark's colours: likeness (h, w, k) a level."""

    levels: Levels
    like: tuple[np.ndarray, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """One level of a sight in cells of 2 × 2 pixels.

    `cells` are its colours (h, w, k), `squares` their summed squares (h, w), `spectrum` the transform of the colours, the edges
    and the squared length of the edges, (k + 3, ...): one transform of the picture serves every size of a mark.
    """

    cells: np.ndarray
    squares: np.ndarray
    spectrum: torch.Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Corners (4, 2) in pixel areas of level 0, and how well colours and edges agree there, -1..1."""

    corners: np.ndarray
    score: float

    def repeats(self, other: Place) -> bool:
        """Whether both mean the same mark."""
        (ax, ay), (bx, by) = other.corners[1] - other.corners[0], other.corners[3] - other.corners[0]
        return float(np.abs(self.corners - other.corners).max()) < _APART * np.sqrt(abs(ax * by - ay * bx))


def sight_of(levels: Levels, colours: np.ndarray) -> Sight:
    """The picture in a mark's colours."""
    return Sight(levels, tuple(likeness_of(level.lab, colours) for level in levels.levels))


def planes_of(sight: Sight) -> tuple[Plane, ...]:
    """The levels made ready for any number of templates."""
    return tuple(_plane(pooled(like), level.pooled_edges) for like, level in zip(sight.like, sight.levels.levels, strict=True))


def _plane(cells: np.ndarray, edges: np.ndarray) -> Plane:
    maps = np.concatenate((cells, edges, np.einsum("hwk,hwk->hw", edges, edges)[..., None]), -1)
    size = [cv2.getOptimalDFTSize(n) for n in cells.shape[:2]]
    spectrum = torch.fft.rfft2(torch.from_numpy(np.ascontiguousarray(maps.transpose(2, 0, 1))), s=size)
    return Plane(cells, np.einsum("hwk,hwk->hw", cells, cells), spectrum)


def places(planes: Sequence[Plane], templates: Sequence[Template], count: int) -> list[Place]:
    """The `count` best places where a mark may be by its templates, none twice, best first."""
    found = [place for level, sizes in groupby(templates, lambda template: template.level) if level < len(planes)
             for place in _on_plane(planes[level], [t for t in sizes if _fits(planes[level], t)])]
    out: list[Place] = []
    for place in sorted(found, key=lambda place: place.score, reverse=True):
        if not any(place.repeats(other) for other in out):
            out.append(place)
        if len(out) == count:
            break
    return out


def _fits(plane: Plane, template: Template) -> bool:
    lines, columns = plane.cells.shape[:2]
    inside = all(piece.edges.shape[0] <= lines and piece.edges.shape[1] <= columns for piece in template.pieces)
    return inside and template.width < 2 * _LARGEST_SHARE * columns and template.height < 2 * _LARGEST_SHARE * lines


def _on_plane(plane: Plane, templates: Sequence[Template]) -> Iterator[Place]:
    """Best places of each size of one level."""
    laid = [_agreements(plane, template.pieces) for template in templates]
    for number, template in enumerate(templates):
        if len(template.pieces) == 1:
            yield from _whole(laid[number][0], template)
        else:
            near = range(max(0, number - _OTHER_SIZES), min(len(templates), number + _OTHER_SIZES + 1))
            yield from _of_halves(laid[number][0], template, {n: laid[n][1] for n in near}, templates)


def _agreements(plane: Plane, pieces: Sequence[Piece]) -> list[np.ndarray]:
    """Of each piece of a template how well it agrees: pieces of one size need the picture's spread only once."""
    sizes = [piece.edges.shape[:2] for piece in pieces]
    spreads = {size: _spread(plane, *size) for size in dict.fromkeys(sizes)}
    return [_agreement(plane, piece, spreads[size]) for piece, size in zip(pieces, sizes, strict=True)]


def _spread(plane: Plane, rows: int, width: int) -> np.ndarray:
    """Root of the summed squares of the colours without their mean in boxes of that size, by their upper-left cell."""
    inside = slice(0, plane.cells.shape[0] - rows + 1), slice(0, plane.cells.shape[1] - width + 1)
    mean = _summed(plane.cells, width, rows).reshape(plane.cells.shape)[inside]
    spread = _summed(plane.squares, width, rows)[inside] - np.einsum("hwk,hwk->hw", mean, mean) / (rows * width)
    return np.sqrt(np.maximum(spread, 0))


def _agreement(plane: Plane, piece: Piece, spread: np.ndarray) -> np.ndarray:
    """How well colours and edges agree, mean of both, by the piece's middle cell; far below where it does not lie inside."""
    (lines, columns), (rows, width) = plane.cells.shape[:2], piece.edges.shape[:2]
    colours, edges, strengths = (m[:lines - rows + 1, :columns - width + 1] for m in _correlated(plane, piece))
    own = float(np.linalg.norm(piece.colours))
    colours = colours / (own * spread + _DAMPED * own**2 + 1e-6)
    own = float(np.linalg.norm(piece.edges))
    edges = edges / (own * np.sqrt(np.maximum(strengths, 0)) + _DAMPED * own**2 + 1e-6)
    out = np.full((lines, columns), _NOWHERE, np.float32)
    out[rows // 2:rows // 2 + lines - rows + 1, width // 2:width // 2 + columns - width + 1] = (colours + edges) / 2
    return out


def _summed(maps: np.ndarray, width: int, rows: int) -> np.ndarray:
    """Sums over boxes, by their upper-left cell."""
    return cv2.boxFilter(maps, -1, (width, rows), anchor=(0, 0), normalize=False, borderType=cv2.BORDER_CONSTANT)


def _correlated(plane: Plane, piece: Piece) -> np.ndarray:
    """Sums of products at every place (3, h, w): of colours, of edges, and of the strength of edges where the piece has lines."""
    size, k = plane.spectrum.shape[1], piece.colours.shape[2]
    columns = cv2.getOptimalDFTSize(plane.cells.shape[1])
    own = torch.from_numpy(np.ascontiguousarray(np.concatenate((piece.colours, piece.edges, piece.lines), -1).transpose(2, 0, 1)))
    product = plane.spectrum * torch.fft.fft(torch.fft.rfft(own, n=columns), n=size, dim=1).conj()
    sums = torch.stack((product[:k].sum(0), product[k:k + 2].sum(0), product[k + 2]))
    return torch.fft.irfft2(sums, s=(size, columns)).numpy()


def _peaks(both: np.ndarray, template: Template) -> Iterator[tuple[float, int, int]]:
    room = [max(1, int(n) // 8) for n in (template.height, template.width)]
    for _ in range(_PER_SIZE):
        _, value, _, (x, y) = cv2.minMaxLoc(both)
        if value <= _NOWHERE / 4:
            return
        yield value, x, y
        both[max(0, y - room[0]):y + room[0] + 1, max(0, x - room[1]):x + room[1] + 1] = _NOWHERE


def _corners(piece: Piece, x: int, y: int, level: int) -> np.ndarray:
    return (2.0 * np.array([x, y]) + piece.corners) * 2**level


def _whole(agreement: np.ndarray, template: Template) -> Iterator[Place]:
    for value, x, y in _peaks(agreement, template):
        yield Place(_corners(template.pieces[0], x, y, template.level), value)


def _of_halves(first: np.ndarray, template: Template, second: dict[int, np.ndarray],
               templates: Sequence[Template]) -> Iterator[Place]:
    """Places of the first half with the best second half around where it should be, of a size like its own."""
    long = max(template.width, template.height) / 2
    reach = max(1, round(_BENT * long))
    down, right = (round(long / 2), 0) if template.height > template.width else (0, round(long / 2))
    lines, columns = first.shape
    if down >= lines or right >= columns:
        return
    near = cv2.dilate(np.maximum.reduce(list(second.values())), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    both = (first[:lines - down, :columns - right] + near[down:, right:]) / 2
    for value, x, y in _peaks(both, template):
        top, left = max(0, y + down - reach), max(0, x + right - reach)
        around = {n: m[top:y + down + reach + 1, left:x + right + reach + 1] for n, m in second.items()}
        size = max(around, key=lambda n: float(around[n].max()))
        across, low = cv2.minMaxLoc(around[size])[3]
        mine = _corners(template.pieces[0], x, y, template.level)
        other = _corners(templates[size].pieces[1], left + across, top + low, template.level)
        order = (0, 1, 2, 3) if down else (0, 2, 3, 1)
        yield Place(np.concatenate((mine, other))[list(order)], value)
