"""Grids among spots: seeds where neighbours repeat, grown cell by cell, each with the homography of its cells."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from ..image.opencv import cv2
from ..image.warp import transform
from .blobs import Blobs

_NEIGHBOURS = 10
_STEPS = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)])
_SHEARS = np.array((((1, 1), (0, 1)), ((1, -1), (0, 1)), ((1, 0), (1, 1)), ((1, 0), (-1, 1))))
_JUMPS = np.concatenate((_STEPS[:4], 2 * _STEPS[:4]))  # over one cell that something hides


@dataclass(frozen=True, slots=True)
class Lattice:
    """Cells of a grid.

    Integer `cells` (N, 2) as column, row, their spots' centres `points` (N, 2), and the homography that takes cell
    coordinates to pixel areas.
    """

    cells: np.ndarray
    points: np.ndarray
    homography: np.ndarray


def _seeds(blobs: Blobs, tree: KDTree) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every spot with a pair of its neighbours as axes, best first: index (S,), axes (S, 2, 2), how many of 8 cells exist."""
    centres, sizes = blobs.centres, blobs.sizes
    near = np.asarray(tree.query(centres, k=min(_NEIGHBOURS + 1, len(centres)))[1])[:, 1:]
    vectors = centres[near] - centres[:, None]
    length = np.maximum(np.linalg.norm(vectors, axis=2), 1e-6)
    alike = np.abs(np.log(sizes[near] / sizes[:, None])) < 0.55
    alike &= (length < 2.6 * sizes[:, None]) & (length > 0.75 * sizes[:, None])
    j, k = np.triu_indices(near.shape[1], 1)
    cross = vectors[:, j, 0] * vectors[:, k, 1] - vectors[:, j, 1] * vectors[:, k, 0]
    ratio = length[:, j] / length[:, k]
    pair = alike[:, j] & alike[:, k] & (np.abs(cross) > 0.6 * length[:, j] * length[:, k]) & (ratio > 0.35) & (ratio < 2.9)
    pair &= np.abs(cross) < 6 * sizes[:, None] ** 2
    at, which = np.nonzero(pair)
    axes = np.stack((vectors[at, j[which]], vectors[at, k[which]]), axis=1)
    wanted = centres[at][:, None] + np.einsum("ck,skd->scd", _STEPS.astype(float), axes)
    gap, found = tree.query(wanted.reshape(-1, 2))
    reach = np.repeat(0.2 * np.minimum(*np.linalg.norm(axes, axis=2).T), len(_STEPS))
    hit = (gap < reach) & (np.abs(np.log(sizes[found] / np.repeat(sizes[at], len(_STEPS)))) < 0.55)
    hits = hit.reshape(-1, len(_STEPS)).sum(1)
    closeness = np.where(hit, 1 - gap / np.maximum(reach, 1e-9), 0).reshape(-1, len(_STEPS)).sum(1)
    order = np.argsort(-(hits + 0.5 * closeness), kind="stable")
    order = order[hits[order] >= 4]
    return at[order], axes[order], hits[order]


def _grow(start: int, axes: np.ndarray, blobs: Blobs, tree: KDTree) -> dict[tuple[int, int], int]:
    """Cells reachable from `start`, each predicted from its neighbours and taken where a spot of like size lies."""
    cells, local, used = {(0, 0): start}, {(0, 0): axes}, {start}
    queue = deque([(0, 0)])
    while queue and len(cells) < 200:
        cell = queue.popleft()
        here, basis, size = blobs.centres[cells[cell]], local[cell], blobs.sizes[cells[cell]]
        for column, row in _JUMPS:
            target = (cell[0] + int(column), cell[1] + int(row))
            if target in cells:
                continue
            step = column * basis[0] + row * basis[1]
            gap, found = tree.query(here + step)
            reach = 0.22 * np.linalg.norm(step) / max(abs(column), abs(row))
            if found in used or gap > reach or abs(np.log(blobs.sizes[found] / size)) > 0.5:
                continue
            moved = blobs.centres[found] - here
            fresh = basis.copy()
            axis, along = (0, column) if column else (1, row)
            fresh[axis] = 0.5 * fresh[axis] + 0.5 * moved / along
            cells[target], local[target] = int(found), fresh
            used.add(int(found))
            queue.append(target)
    return cells


def fit_cells(cells: np.ndarray, points: np.ndarray, tolerance: float) -> tuple[np.ndarray, np.ndarray] | None:
    """Homography from cells to points and which of them agree within `tolerance` pixels, or None where none fits."""
    if len(cells) < 4:
        return None
    matrix, inside = cv2.findHomography(cells.astype(np.float64), points.astype(np.float64), cv2.RANSAC, tolerance)
    if matrix is None or not np.isfinite(matrix).all() or np.linalg.det(matrix[:2, :2]) == 0:
        return None
    return matrix, inside.ravel().astype(bool)


def _complete(matrix: np.ndarray, cells: np.ndarray, blobs: Blobs, tree: KDTree) -> tuple[np.ndarray, np.ndarray]:
    """Cells around those known that have a spot where the homography says, the known ones among them."""
    (left, top), (right, low) = cells.min(0) - 4, cells.max(0) + 5
    grid = np.stack(np.meshgrid(np.arange(left, right), np.arange(top, low)), axis=-1).reshape(-1, 2)
    here = transform(matrix, grid)
    pitch = np.minimum(*(np.linalg.norm(transform(matrix, grid + step) - here, axis=1) for step in ((1, 0), (0, 1))))
    sane = np.isfinite(here).all(1) & np.isfinite(pitch)
    grid, here, pitch = grid[sane], here[sane], pitch[sane]
    gap, found = map(np.asarray, tree.query(here))
    fits = (gap < 0.2 * pitch) & (blobs.sizes[found] < 1.15 * pitch) & (blobs.sizes[found] > 0.35 * pitch)
    return grid[fits], blobs.centres[found[fits]]


def _upright(cells: np.ndarray) -> list[np.ndarray]:
    """Integer shears (2 × 2) under which cells fill their bounding box best: seeds may have taken a diagonal for an axis.

    One where a box is nearly full; where cells are missing, also others that come near it.
    """
    eye = np.eye(2, dtype=int)
    boxes = {eye.tobytes(): (_box(cells, eye), eye)}
    for _ in range(2):
        _, start = min(boxes.values(), key=lambda tried: tried[0])
        for shear in _SHEARS @ start:
            boxes[shear.tobytes()] = (_box(cells, shear), shear)
    ranked = sorted(boxes.values(), key=lambda tried: tried[0])
    least = ranked[0][0]
    if len(cells) >= 0.8 * least:
        return [ranked[0][1]]
    return [shear for size, shear in ranked[:3] if size <= 1.5 * least]


def _box(cells: np.ndarray, shear: np.ndarray) -> float:
    return float(np.prod(np.ptp(cells @ shear.T, axis=0) + 1))


def find_lattices(blobs: Blobs, *, most: int = 12, seeds: int = 160) -> list[Lattice]:
    """Grids of at least 6 cells in 2 rows and 2 columns among `blobs`, the largest first, at most `most`."""
    if len(blobs.centres) < 6:
        return []
    tree, taken, out = KDTree(blobs.centres), set(), []
    starts, axes, _ = _seeds(blobs, tree)
    tried = 0
    for start, basis in zip(starts, axes, strict=True):
        if int(start) in taken:
            continue
        tried += 1
        if tried > seeds or len(out) >= 3 * most:
            break
        grown = _grow(int(start), basis, blobs, tree)
        taken.add(int(start))
        if len(grown) < 5:
            continue
        cells, members = np.array(list(grown)), np.array(list(grown.values()))
        pitch = float(np.median(np.linalg.norm(basis, axis=1)))
        fitted = fit_cells(cells, blobs.centres[members], 0.12 * pitch)
        if fitted is None or fitted[1].sum() < 5:
            continue
        taken.update(members[fitted[1]].tolist())
        for shear in _upright(cells[fitted[1]]):
            turned = fitted[0] @ np.linalg.inv(np.block([[shear, np.zeros((2, 1))], [np.zeros((1, 2)), np.ones((1, 1))]]))
            whole, points = _complete(turned, cells[fitted[1]] @ shear.T, blobs, tree)
            again = fit_cells(whole, points, 0.12 * pitch)
            if again is not None and again[1].sum() >= 6 and (np.ptp(whole[again[1]], axis=0) >= 1).all():
                out.append(Lattice(whole[again[1]], points[again[1]], again[0]))
    kept: list[Lattice] = []
    for lattice in sorted(out, key=lambda lattice: -len(lattice.cells)):
        if not any(_same(lattice, other) for other in kept):
            kept.append(lattice)
    return kept[:most]


def _same(lattice: Lattice, other: Lattice) -> bool:
    """Whether most points of a grid are those of another, with the same axes but for turns and mirror images."""
    theirs = {tuple(point): cell for point, cell in zip(other.points.tolist(), other.cells, strict=True)}
    pairs = [(cell, theirs[point]) for cell, point in zip(lattice.cells, map(tuple, lattice.points.tolist()), strict=True)
             if point in theirs]
    if len(pairs) <= 0.8 * len(lattice.cells):
        return False
    here, there = (cells - cells.mean(0) for cells in np.array(pairs, float).transpose(1, 0, 2))
    axes = np.abs(np.rint(np.linalg.lstsq(here, there, rcond=None)[0]))
    return bool((axes.sum(0) == 1).all() and (axes.sum(1) == 1).all())
