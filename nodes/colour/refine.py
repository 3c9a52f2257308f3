"""Laying a plate on its patches to a fraction of a pixel.

The picture is sampled in plate space and compared with a drawing of two colours a cell, patch and gap, whose edges are blurred
as the picture's are; homography, patch size and blur move until both agree (Levenberg-Marquardt with robust weights). Nothing
is assumed about colours, so a cast, a shadow or a hidden patch does not pull.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from ..image.opencv import cv2
from ..image.warp import to_opencv, transform

_MARGIN = 0.12  # of a cell, sampled beyond the outer cells: the outer edges of the outer patches need room


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a plate lies.

    Homography from plate cells to pixel areas, half the patch's width and height and the blur's sigma in cells, and the
    share of the picture's variance that is left over, 0..1.
    """

    homography: np.ndarray
    half: tuple[float, float]
    blur: float
    left_over: float


@dataclass(frozen=True, slots=True)
class _Grid:
    points: np.ndarray  # (N, 2) cell coordinates
    shape: tuple[int, int]
    step: float
    cell: np.ndarray  # (N,) index of the cell a point lies in
    across: np.ndarray  # (columns of points,) distance from the centre of the cell
    down: np.ndarray  # (rows of points,) the same


def _grid(rows: int, columns: int, samples: int) -> _Grid:
    step = 1 / samples
    xs, ys = (np.arange(-0.5 - _MARGIN + step / 2, n - 0.5 + _MARGIN, step) for n in (columns, rows))
    x, y = np.meshgrid(xs, ys)
    column, row = (np.rint(at).clip(0, n - 1).astype(int) for at, n in ((xs, columns), (ys, rows)))
    cell = (row[:, None] * columns + column).ravel()
    return _Grid(np.stack((x, y), axis=-1).reshape(-1, 2), x.shape, step, cell, xs - column, ys - row)


def _box(distance: np.ndarray, half: float, blur: float) -> np.ndarray:
    """A blurred slab: 1 inside ± half, 0 outside."""
    return ndtr((distance + half) / blur) - ndtr((distance - half) / blur)


def _coverage(grid: _Grid, shape: np.ndarray) -> np.ndarray:
    half_x, half_y, blur = shape
    return np.outer(_box(grid.down, half_y, blur), _box(grid.across, half_x, blur)).ravel().astype(np.float32)


def _two_colours(values: np.ndarray, cover: np.ndarray, weight: np.ndarray, cell: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted least-squares colours of patch and gap of every cell: each (cells, 3)."""
    count = int(cell.max()) + 1
    back = 1 - cover

    def total(term: np.ndarray) -> np.ndarray:
        return np.bincount(cell, weights=term, minlength=count)

    on, off = weight * cover, weight * back
    aa, ab, bb = total(on * cover) + 1e-6, total(on * back), total(off * back) + 1e-6
    av = np.stack([total(on * v) for v in values.T], axis=1)
    bv = np.stack([total(off * v) for v in values.T], axis=1)
    det = np.maximum(aa * bb - ab * ab, 1e-9)[:, None]
    patch, gap = (bb[:, None] * av - ab[:, None] * bv) / det, (aa[:, None] * bv - ab[:, None] * av) / det
    return patch.astype(np.float32), gap.astype(np.float32)


def _sample(picture: np.ndarray, matrix: np.ndarray, grid: _Grid) -> np.ndarray:
    xs, ys = grid.points[:grid.shape[1], 0], grid.points[::grid.shape[1], 1]
    x, y, w = (row[0] * xs + (row[1] * ys + row[2])[:, None] for row in matrix)
    w = np.where(w > 0, w, np.nan)
    at_x, at_y = (np.nan_to_num(to_opencv(v / w), nan=-1e4).astype(np.float32) for v in (x, y))
    return cv2.remap(picture, at_x, at_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _moves(grid: _Grid, values: np.ndarray, centre: np.ndarray, scale: float) -> np.ndarray:
    """Change (8, N, 3) of the sampled picture with each of the eight small moves of the plate under it."""
    down, right = (cv2.Sobel(values, -1, *order, ksize=1, scale=0.5 / grid.step, borderType=cv2.BORDER_REPLICATE).reshape(-1, 3)
                   for order in ((0, 1), (1, 0)))
    x, y = ((grid.points - centre) / scale).astype(np.float32).T[..., None]
    along, across = right * scale, down * scale
    both = along * x + across * y
    return np.stack((along * x, along * y, along, across * x, across * y, across, -both * x, -both * y))


def _compose(matrix: np.ndarray, step: np.ndarray, centre: np.ndarray, scale: float) -> np.ndarray:
    a, b, c, d, e, f, g, h = step
    norm = np.array([[1 / scale, 0, -centre[0] / scale], [0, 1 / scale, -centre[1] / scale], [0, 0, 1]])
    move = np.array([[1 + a, b, c], [d, 1 + e, f], [g, h, 1]])
    return matrix @ np.linalg.inv(norm) @ move @ norm


class _Alignment:
    """One plate over one picture: what the drawing leaves over, and which small change makes it less."""

    def __init__(self, picture: np.ndarray, rows: int, columns: int, samples: int, trusted: np.ndarray | None) -> None:
        self.picture, self.grid = picture, _grid(rows, columns, samples)
        self.trust = np.ones(len(self.grid.cell), np.float32) if trusted is None else trusted[self.grid.cell].astype(np.float32)
        self.centre, self.scale = np.array(((columns - 1) / 2, (rows - 1) / 2)), max(rows, columns) / 2

    def compare(self, matrix: np.ndarray, shape: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float]:
        values = _sample(self.picture, matrix, self.grid)
        flat, cover = values.reshape(-1, 3), _coverage(self.grid, shape)
        _, _, weight, _ = self._drawn(flat, cover, self.trust)
        rest, contrast, weight, loss = self._drawn(flat, cover, weight)
        return values, rest, weight, contrast, loss

    def _drawn(self, flat: np.ndarray, cover: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
        """What a drawing leaves over (N, 3), patch against gap (N, 3), the next weights (N,) and Huber's loss."""
        patch, gap = _two_colours(flat, cover, weight, self.grid.cell)
        contrast = (patch - gap)[self.grid.cell]
        rest = flat - gap[self.grid.cell] - cover[:, None] * contrast
        size = np.sqrt(np.einsum("nc,nc->n", rest, rest))
        limit = np.float32(max(2.5 * float(np.median(size[self.trust > 0][::3])), 0.01))
        loss = float((self.trust * np.where(size <= limit, size**2 / 2, limit * (size - limit / 2))).sum())
        return rest, contrast, self.trust * np.minimum(1, limit / np.maximum(size, 1e-9)), loss

    def step(self, values: np.ndarray, rest: np.ndarray, weight: np.ndarray, contrast: np.ndarray, shape: np.ndarray,
             damping: float) -> np.ndarray:
        moves = _moves(self.grid, values, self.centre, self.scale)
        shapes = []
        for k in range(3):
            nudge = np.zeros(3)
            nudge[k] = 1e-3
            change = (_coverage(self.grid, shape + nudge) - _coverage(self.grid, shape - nudge)) / np.float32(2e-3)
            shapes.append(-change[:, None] * contrast)
        jacobian = np.concatenate((moves, shapes)).reshape(11, -1)
        weighted = jacobian * np.repeat(weight, 3)
        normal, pull = (weighted @ jacobian.T).astype(float), (weighted @ rest.ravel()).astype(float)
        return np.linalg.solve(normal + damping * np.diag(np.diag(normal)) + 1e-9 * np.eye(11), -pull)


def refine(picture: np.ndarray, matrix: np.ndarray, rows: int, columns: int, *, trusted: np.ndarray | None = None,
           samples: int = 20, rounds: int = 14) -> Placement:
    """Move `matrix` (plate cells to pixel areas) until the drawing of the plate agrees with `picture` (H, W, 3 float32 0..1).

    Cells (N,) that are not `trusted`, because something covers them, do not pull.
    """
    work = _Alignment(picture, rows, columns, samples, trusted)
    shape, damping = np.array((0.43, 0.43, 0.06)), 1e-2
    state = work.compare(matrix, shape)
    start = matrix
    for _ in range(rounds):
        change = work.step(*state[:4], shape, damping)
        moved = _compose(matrix, np.clip(change[:8], -0.15, 0.15), work.centre, work.scale)
        bent = np.clip(shape + np.clip(change[8:], -0.05, 0.05), (0.25, 0.25, 0.015), (0.5, 0.5, 0.3))
        fresh = work.compare(moved, bent)
        if fresh[4] < state[4]:
            small = np.abs(change[:8]).max() < 1e-4 or fresh[4] > 0.9995 * state[4]
            matrix, shape, state, damping = moved, bent, fresh, max(damping / 4, 1e-5)
            if small:
                break
        else:
            damping *= 6
            if damping > 1e3:
                break
    values = state[0].reshape(-1, 3)
    spread = float(((values - values.mean(0)) ** 2).sum())
    cells = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    cells = cells if trusted is None else cells[trusted]
    gone = np.linalg.norm(transform(np.linalg.inv(start), transform(matrix, cells)) - cells, axis=1)
    if not np.isfinite(gone).all() or np.median(gone) > 0.45:  # slid to the next row: the first placement is the better one
        return Placement(start, (0.43, 0.43), 0.06, 1.0)
    half_x, half_y, blur = map(float, shape)
    return Placement(matrix / matrix[2, 2], (half_x, half_y), blur, float((state[1] ** 2).sum()) / max(spread, 1e-9))
