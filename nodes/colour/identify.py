"""Which plate a grid is, where on the grid it lies and how it is turned: by how well its colours explain what is seen.

The colours seen may carry any cast, so plates are compared after the best affine map, never by raw distance, and what counts
is the error at patches left out of that map: a map of 12 numbers explains much of 12 patches of anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..image.opencv import cv2
from ..image.warp import to_opencv, transform
from ..wires.plate import Plate
from .agree import CLEAR, left_out_errors, score
from .lattice import Lattice

MOST_HIDDEN = 0.4  # of a plate's patches
_TRIED = 48  # guesses of a grid that are fitted; a third of them also without patches that something may cover
_INNER = np.linspace(-0.2, 0.2, 5)


@dataclass(frozen=True, slots=True)
class Guess:
    """A plate laid on a picture.

    `homography` takes plate cells (column, row; patch 1 is 0, 0) to pixel areas; `score` is the share of the reference
    colours' variance that the picture explains at patches left out, at most 1.
    """

    plate: Plate
    homography: np.ndarray
    score: float


def symmetries(rows: int, columns: int, width: int, height: int) -> list[np.ndarray]:
    """Matrices (3 × 3) from plate cells to a window of `width` × `height` cells: every turn and mirror image that fits."""
    out = []
    for swap in (False, True):
        if (height, width) != ((columns, rows) if swap else (rows, columns)):
            continue
        for flip_x in (False, True):
            for flip_y in (False, True):
                move = np.eye(3) if not swap else np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1.0]])
                flip = np.array([[-1 if flip_x else 1, 0, width - 1 if flip_x else 0],
                                 [0, -1 if flip_y else 1, height - 1 if flip_y else 0], [0, 0, 1.0]])
                out.append(flip @ move)
    return out


def plate_cells(plate: Plate) -> np.ndarray:
    """Cell coordinates (N, 2) as column, row of the patches in plate order."""
    index = np.arange(len(plate.patches))
    return np.stack((index % plate.columns, index // plate.columns), axis=1).astype(float)


@lru_cache(maxsize=64)
def reference(plate: Plate) -> np.ndarray:
    """Encoded sRGB (N, 3) of the patches, clipped to what a picture can show."""
    return np.clip([patch.rgb for patch in plate.patches], 0, 1)


def most_hidden(plate: Plate) -> int:
    """How many patches may be hidden before a plate cannot be told from other things."""
    return int(MOST_HIDDEN * len(plate.patches))


def sample_cells(picture: np.ndarray, matrix: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Median colour (N, 3), 0..1, of the middle of cells (N, 2) of a uint8 picture; not-a-number outside it."""
    steps = np.stack(np.meshgrid(_INNER, _INNER), axis=-1).reshape(1, -1, 2)
    at = to_opencv(transform(matrix, cells[:, None] + steps))
    outside = ~((at > -0.5) & (at < np.array(picture.shape[1::-1]) - 0.5)).all(axis=(1, 2))
    at = np.nan_to_num(at, nan=-1).astype(np.float32)
    values = cv2.remap(picture, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    out = np.median(values.astype(np.float32), axis=1) / 255
    out[outside] = np.nan
    return out


def _windows(lattice: Lattice, width: int, height: int) -> list[tuple[int, int]]:
    """Upper left cells of windows that hold enough of the grid's cells; the grid may go on where the plate ends."""
    cells, need = lattice.cells, max(5, 0.45 * min(len(lattice.cells), width * height))
    (left, top), (right, low) = cells.min(0), cells.max(0)
    out = []
    for x in range(left - width + 1, right + 1):
        for y in range(top - height + 1, low + 1):
            inside = ((cells >= (x, y)) & (cells < (x + width, y + height))).all(1)
            if inside.sum() >= need:
                out.append((x, y))
    return out


@lru_cache(maxsize=64)
def _turned(plate: Plate, width: int, height: int) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
    """Every turn of a plate on a window: its matrix, the grid position of each patch, and the colours (T, N, 3) in grid order."""
    turns = symmetries(plate.rows, plate.columns, width, height)
    orders, wanted = [], np.empty((len(turns), len(plate.patches), 3))
    for k, turn in enumerate(turns):
        at = np.rint(transform(turn, plate_cells(plate))).astype(int)
        orders.append(at[:, 1] * width + at[:, 0])
        wanted[k, orders[-1]] = reference(plate)
    return turns, orders, wanted


def _rough(grid: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Score (T,) of every turn by the three quarters of the patches that fit best, without fitting again."""
    errors = np.sort((left_out_errors(grid, wanted) ** 2).sum(-1), axis=-1)
    keep = -(-3 * errors.shape[-1] // 4)
    return 1 - errors[:, :keep].sum(-1) / ((wanted - wanted.mean(1, keepdims=True)) ** 2).sum((-1, -2)) / 0.75


def guesses(picture: np.ndarray, lattice: Lattice, plates: Sequence[Plate], *, most: int = 4) -> list[Guess]:
    """The most likely plates on a grid, best first."""
    (left, top), (right, low) = lattice.cells.min(0), lattice.cells.max(0)
    reach = max(max(p.rows, p.columns) for p in plates)
    area = np.stack(np.meshgrid(np.arange(left - reach, right + reach + 1), np.arange(top - reach, low + reach + 1)), axis=-1)
    colours = sample_cells(picture, lattice.homography, area.reshape(-1, 2).astype(float)).reshape(*area.shape[:2], 3)
    rough = []
    for plate in plates:
        for width, height in {(plate.columns, plate.rows), (plate.rows, plate.columns)}:
            turns, orders, wanted = _turned(plate, width, height)
            for x, y in _windows(lattice, width, height):
                grid = colours[y - top + reach:, x - left + reach:][:height, :width].reshape(-1, 3)
                shown = np.isfinite(grid).all(1) if len(grid) == width * height else np.zeros(1, bool)
                if shown.sum() >= 0.75 * width * height:
                    rough += [(value, plate, turns[k], grid[orders[k]], (x, y))
                              for k, value in enumerate(_rough(grid[shown], wanted[:, shown]))]
    ranked = sorted(rough, key=lambda r: -r[0])[:_TRIED]
    whole = [_agreement(seen, plate, 0.0) for _, plate, _, seen, _ in ranked]
    if ranked and max(whole) < CLEAR:  # something may lie on it
        ranked = ranked[:_TRIED // 3]
        whole = [_agreement(seen, plate, MOST_HIDDEN) for _, plate, _, seen, _ in ranked]
    out = [Guess(plate, lattice.homography @ np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]]) @ turn, value)
           for value, (_, plate, turn, _, (x, y)) in zip(whole, ranked, strict=True) if value > 0.3]
    return sorted(out, key=lambda guess: -guess.score)[:most]


def _agreement(seen: np.ndarray, plate: Plate, hidden: float) -> float:
    """Agreement of colours (N, 3), not-a-number outside the picture, with a plate of which a share may be hidden."""
    shown = np.isfinite(seen).all(1)
    return score(seen[shown], reference(plate)[shown], hidden=max(0, int(hidden * len(seen)) - int((~shown).sum())))[0]
