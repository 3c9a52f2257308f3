"""A mark made ready to be laid over pictures: its colours, which of them covers what, and its edges, at any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..image.opencv import cv2
from ..image.warp import moves_with_corners, unit_square
from .logo_seen import directions, lab_of, likeness, main_colours, pooled

SMALLEST, LARGEST, STEP = 18, 560, 1.15
SIDES = (28, 48, 96)  # to choose, to decide, to lay exactly
TURNS = (-25.0, 25.0)
_TURNED_STEP, _LEAST_TURNED = STEP**1.5, 30.0
EDGE_WEIGHT = 0.5
_EDGE = 0.08
_ROOM = 2
_COARSE = 14
_DEEPEST = 4
_KEPT = 256
_VISIBLE = 0.1
_LONG = 1.8  # width to height, or height to width, from which a mark is looked for in halves
MOVES = (3, 6, 8)  # free at a time: place and size, then what is parallel, then perspective


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A mark or one half of it for the search, in cells of 2 × 2 pixels of a level.

    `corners` (n, 2) are those of the mark that it tells, in pixels of that level from its own middle cell; `colours` (h, w, k) is
    without its mean, `edges` (h, w, 2) as it is, `lines` (h, w, 1) is 1 where an edge is.
    """

    corners: np.ndarray
    colours: np.ndarray
    edges: np.ndarray
    lines: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A mark at one size, `width` by `height` pixels of a level: whole, or the two halves of a long one."""

    level: int
    width: int
    height: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A mark at one size for fitting, with room around it: `corners` (4, 2) are its own in the grid.

    `cover` (h, w, k) and `edges` (h, w, 2) as they are, `channels` both, softened and stacked; `moves` (8, n) are movements of
    the four corners, ever more of them, `slopes` (h, w, c, n) how `channels` change with each, `squares` (h * w, n * n) the
    products of two slopes, summed over c.
    """

    corners: np.ndarray
    cover: np.ndarray
    edges: np.ndarray
    channels: np.ndarray
    moves: tuple[np.ndarray, ...]
    slopes: tuple[np.ndarray, ...]
    squares: tuple[np.ndarray, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Everything about one mark that a search needs; `aspect` is width over height, `turned` its templates at `TURNS`."""

    aspect: float
    soft: np.ndarray
    colours: np.ndarray
    templates: tuple[Template, ...]
    turned: tuple[Template, ...]
    grids: tuple[Grid, ...]


def shape_of(rgba: np.ndarray) -> Shape | None:
    """Make a mark (H, W, 4) ready; None for one of a single pixel or line, or that is nearly transparent: it has no shape."""
    if min(rgba.shape[:2]) < 4 or (rgba[..., 3] > _VISIBLE).sum() < 16:
        return None
    rgba = _at(rgba, *_reduced(rgba)) if max(rgba.shape[:2]) > _KEPT else rgba
    colours, aspect = main_colours(rgba), rgba.shape[1] / rgba.shape[0]
    like = likeness(lab_of(rgba[..., :3]), colours, 16.0)
    whole = like.sum(-1, keepdims=True)
    cover = like / np.maximum(whole, 1e-3) * np.minimum(1, whole) * rgba[..., 3:]
    soft = np.concatenate((rgba[..., :3] * rgba[..., 3:], rgba[..., 3:]), -1)
    upright = tuple(_template(cover, soft, width, aspect, 0.0) for width in _widths(SMALLEST, STEP))
    small = _LEAST_TURNED * np.sqrt(aspect)  # finer ones cost most and fit chance places
    turned = tuple(_template(cover, soft, width, aspect, turn) for width in _widths(small, _TURNED_STEP) for turn in TURNS)
    return Shape(aspect, soft, colours, upright, turned, tuple(_grid(cover, soft, side, aspect) for side in SIDES))


def _widths(smallest: float, step: float) -> list[float]:
    return [smallest * step**i for i in range(int(np.log(LARGEST / smallest) / np.log(step)) + 1)]


def _reduced(rgba: np.ndarray) -> tuple[int, int]:
    scale = _KEPT / max(rgba.shape[:2])
    return max(4, round(rgba.shape[1] * scale)), max(4, round(rgba.shape[0] * scale))


def _at(maps: np.ndarray, width: int, height: int) -> np.ndarray:
    how = cv2.INTER_AREA if width < maps.shape[1] else cv2.INTER_LINEAR
    return cv2.resize(maps, (width, height), interpolation=how).reshape(height, width, -1)


def _placed(maps: np.ndarray, width: int, height: int, room: int, even: bool = False) -> np.ndarray:
    """Maps resized, with nothing around them."""
    more = [room + (n % 2 if even else 0) for n in (height, width)]
    small = cv2.copyMakeBorder(_at(maps, width, height), room, more[0], room, more[1], cv2.BORDER_CONSTANT)
    return small.reshape(height + room + more[0], width + room + more[1], -1)


def _template(cover: np.ndarray, soft: np.ndarray, width: float, aspect: float, turn: float) -> Template:
    level = int(np.clip(np.floor(np.log2(width / np.sqrt(aspect) / _COARSE)), 0, _DEEPEST))
    across, down = max(4, round(width / 2**level)), max(4, round(width / 2**level / aspect))
    own, corners = _turned(_placed(cover, across, down, _ROOM, even=True), across, down, turn)
    colours = pooled(own)
    edges = pooled(directions(_turned(_placed(soft, across, down, _ROOM, even=True), across, down, turn)[0], _EDGE))
    lines, columns = edges.shape[:2]
    half, beside, told = lines, columns, ((0, 1, 2, 3),)
    if not turn and aspect > _LONG:
        beside, told = columns // 2, ((0, 3), (1, 2))
    elif not turn and aspect < 1 / _LONG:
        half, told = lines // 2, ((0, 1), (2, 3))
    starts = ((0, 0), (lines - half, columns - beside))
    pieces = [_piece(colours[y:y + half, x:x + beside], edges[y:y + half, x:x + beside],
                     corners[list(which)] - 2.0 * np.array([x, y])) for (y, x), which in zip(starts, told, strict=False)]
    return Template(level, across, down, tuple(pieces))


def _piece(colours: np.ndarray, edges: np.ndarray, corners: np.ndarray) -> Piece:
    """A piece of a template; `corners` in pixels from its upper-left one."""
    lines = (np.linalg.norm(edges, axis=-1) > 0.15).astype(np.float32)[..., None]
    middle = np.array([edges.shape[1] // 2, edges.shape[0] // 2])
    return Piece(corners - 2.0 * middle, colours - colours.mean((0, 1)), edges, lines)


def _turned(maps: np.ndarray, width: int, height: int, degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """Maps with a mark of that size, turned clockwise, in the box that holds it, and the mark's corners there."""
    corners = unit_square(width, height) + _ROOM
    if degrees == 0:
        return maps, corners
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    size = np.ceil(np.abs([[cos, sin], [sin, cos]]) @ (width, height) / 2).astype(int) * 2 + 2 * _ROOM
    matrix, middle = np.array([[cos, -sin], [sin, cos]]), corners.mean(0)
    moved = size / 2 - 0.5 - matrix @ (middle - 0.5)
    drawn = cv2.warpAffine(maps, np.column_stack((matrix, moved)), (int(size[0]), int(size[1])))
    return drawn.reshape(int(size[1]), int(size[0]), -1), (corners - middle) @ matrix.T + size / 2


def _grid(cover: np.ndarray, soft: np.ndarray, side: int, aspect: float) -> Grid:
    long = float(np.sqrt(np.clip(aspect, 1 / 6, 6)))
    width, height = max(8, round(side * long)), max(8, round(side / long))
    room = max(3, round(0.15 * min(width, height)))
    cover = _placed(cover, width, height, room)
    edges = directions(_placed(soft, width, height, room), _EDGE)
    return grid_of(cover, edges, unit_square(width, height) + room)


def grid_of(cover: np.ndarray, edges: np.ndarray, corners: np.ndarray, free: Sequence[int] = MOVES) -> Grid:
    """A grid of a mark's colours (h, w, k) and edges (h, w, 2), the mark at corners (4, 2), so many movements free in turn."""
    channels = stacked(cover, edges)
    across = cv2.Sobel(channels, cv2.CV_32F, 1, 0, ksize=3, scale=0.125).reshape(*channels.shape, 1)
    down = cv2.Sobel(channels, cv2.CV_32F, 0, 1, ksize=3, scale=0.125).reshape(*channels.shape, 1)
    y, x = np.mgrid[:channels.shape[0], :channels.shape[1]] + 0.5
    moves = moves_with_corners(corners, np.stack((x.ravel(), y.ravel()), 1)).astype(np.float32)
    moves = moves.reshape(*channels.shape[:2], 1, 2, 8)
    slope = across * moves[..., 0, :] + down * moves[..., 1, :]
    basis = _movements(corners)
    bases = tuple(basis[:, :count] for count in free)
    slopes = tuple((slope @ moved).astype(np.float32) for moved in bases)
    squares = tuple((np.swapaxes(one, -1, -2) @ one).reshape(-1, one.shape[-1] ** 2) for one in slopes)
    return Grid(corners, cover, edges, channels, bases, slopes, squares)


def _movements(corners: np.ndarray) -> np.ndarray:
    """Movements of the four corners (8, 8): x, y, size, then turn, aspect and slant, then the two of perspective."""
    x, y = (corners - corners.mean(0)).T
    none, sign = np.zeros(4), np.array([1.0, -1.0, 1.0, -1.0])
    pairs = ((none + 1, none), (none, none + 1), (x, y), (-y, x), (x, none), (y, none), (sign, none), (none, sign))
    columns = [np.stack(pair, 1).ravel() for pair in pairs]
    return np.stack([column / np.abs(column).max() for column in columns], 1)


def softened(maps: np.ndarray, sigma: float) -> np.ndarray:
    """Maps (h, w, c) blurred."""
    return cv2.GaussianBlur(maps, (0, 0), sigma).reshape(maps.shape)


def stacked(cover: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The channels that are fitted: colours and edges, softened so that neighbours pull."""
    return np.concatenate((softened(cover, 0.8), EDGE_WEIGHT * softened(edges, 1.0)), -1)
