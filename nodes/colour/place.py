"""Laying one plate on a picture exactly, and reading the colours of its patches there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.colour import linear_to_srgb
from ..image.opencv import cv2
from ..image.warp import to_opencv, transform
from ..wires.plate import Plate
from .agree import score, shining
from .identify import most_hidden, plate_cells, reference
from .refine import Placement, refine

_PITCH = 20.0  # pixels a cell in the crop that is read: as many as refine samples, or edges alias
_FINE = 32.0  # and in the crop of the last touch
GOOD = 0.6  # share of the reference's variance explained at patches left out; what is accepted may still fit badly


@dataclass(frozen=True, slots=True)
class Found:
    """A plate read off a picture of `frame_size`.

    `homography` takes plate cells (patch 1 is 0, 0) to pixel areas; `half` is half a patch in cells. `colours` (N, 3) are the
    patches' encoded sRGB medians, `noise` (N,) how uneven each patch is, `hidden` (N,) what must not be trusted; of that,
    `glare` (N,) is what light shines on.
    """

    plate: Plate
    frame_size: tuple[int, int]
    homography: np.ndarray
    half: tuple[float, float]
    colours: np.ndarray
    noise: np.ndarray
    hidden: np.ndarray
    glare: np.ndarray
    score: float
    mirrored: bool

    @property
    def centres(self) -> np.ndarray:
        """Centres (N, 2) of the patches in plate order, pixel areas."""
        return transform(self.homography, plate_cells(self.plate))

    def outlines(self) -> np.ndarray:
        """Corners (N, 4, 2) of the patches in pixel areas."""
        corners = np.array(((-1, -1), (1, -1), (1, 1), (-1, 1))) * np.array(self.half)
        return transform(self.homography, plate_cells(self.plate)[:, None] + corners)

    def quad(self) -> np.ndarray:
        """Outer corners (4, 2) of the plate, TL TR BR BL as they sit on it, pixel areas."""
        reach = 0.5 + (self.plate.border - self.plate.gap / 2) / (1 + self.plate.gap)
        right, low = self.plate.columns - 1 + reach, self.plate.rows - 1 + reach
        return transform(self.homography, np.array(((-reach, -reach), (right, -reach), (right, low), (-reach, low))))


def crop_around(picture: np.ndarray, matrix: np.ndarray, plate: Plate, *, pitch: float = _PITCH) -> tuple[np.ndarray, np.ndarray]:
    """Part of a float32 picture around a placement, reduced to about `pitch` pixels a cell, with the matrix in it."""
    height, width = picture.shape[:2]
    edge = np.array(((-1, -1), (plate.columns, -1), (plate.columns, plate.rows), (-1, plate.rows)), float)
    around = transform(matrix, edge)
    if not np.isfinite(around).all():
        around = transform(matrix, plate_cells(plate))
    low = np.clip(np.floor(around.min(0)).astype(int), 0, (width - 1, height - 1))
    high = np.clip(np.ceil(around.max(0)).astype(int), low + 1, (width, height))
    part = picture[low[1]:high[1], low[0]:high[0]]
    cells = plate_cells(plate)
    sides = np.linalg.norm(transform(matrix, cells + (1, 0)) - transform(matrix, cells - (1, 0)), axis=1) / 2
    scale = min(1.0, pitch / max(float(np.nanmax(sides)), 1e-6))
    if scale < 0.9:
        size = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
        small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    else:
        small = part
    sx, sy = small.shape[1] / part.shape[1], small.shape[0] / part.shape[0]
    move = np.array([[sx, 0, -sx * low[0]], [0, sy, -sy * low[1]], [0, 0, 1.0]])
    return np.ascontiguousarray(small), move


def read_patches(picture: np.ndarray, placement: Placement, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Median colours (N, 3) of the inner half of each patch of a float picture, and how much they vary inside (N,)."""
    line = np.linspace(-0.5, 0.5, 13)
    steps = np.stack(np.meshgrid(line * placement.half[0], line * placement.half[1]), axis=-1).reshape(1, -1, 2)
    at = to_opencv(transform(placement.homography, cells[:, None] + steps)).astype(np.float32)
    values = cv2.remap(picture, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    middle = np.median(values, axis=1)
    return middle.astype(float), np.median(np.abs(values - middle[:, None]).max(axis=2), axis=1).astype(float)


def hidden_patches(colours: np.ndarray, noise: np.ndarray, plate: Plate, outside: np.ndarray) -> tuple[np.ndarray, float]:
    """Patches that something covers: outside the picture, uneven inside, or of a colour that no map of the others explains."""
    hidden = outside | (noise > np.maximum(6 * np.median(noise), 0.04))
    if hidden.sum() > most_hidden(plate):
        hidden = outside.copy()
    seen = np.flatnonzero(~hidden)
    more = max(0, most_hidden(plate) - int(hidden.sum()))
    value, used = max((score(shown[seen], reference(plate)[seen], hidden=more) for shown in (colours, encoded(colours))),
                      key=lambda read: read[0])
    hidden[seen[~used]] = True
    return hidden, value


def encoded(linear: np.ndarray) -> np.ndarray:
    """Linear light as sRGB: a camera may have stored the former."""
    return linear_to_srgb(torch.from_numpy(linear)).numpy()


def _read(small: np.ndarray, placement: Placement, plate: Plate, back: np.ndarray, picture: np.ndarray) -> Found | None:
    """What a placement on a crop says, in coordinates of the whole picture."""
    cells, whole = plate_cells(plate), back @ placement.homography
    centres, size = transform(whole, cells), (picture.shape[1], picture.shape[0])
    if not np.isfinite(centres).all():
        return None
    outside = np.array([not (0 < x < size[0] and 0 < y < size[1]) for x, y in centres])
    if outside.sum() > len(cells) // 4:
        return None
    colours, noise = read_patches(small, placement, cells)
    hidden, value = hidden_patches(colours, noise, plate, outside)
    turned = bool(np.linalg.det(_slope(whole, (plate.columns / 2, plate.rows / 2))) < 0)
    glare = hidden & ~outside & shining(colours, reference(plate), ~hidden)
    return Found(plate, size, whole / whole[2, 2], placement.half, colours, noise, hidden, glare, value, turned)


def _slope(matrix: np.ndarray, at: tuple[float, float]) -> np.ndarray:
    """How a homography turns and stretches (2, 2) around a point."""
    here = transform(matrix, np.array(at))
    return np.stack([transform(matrix, np.array(at) + step) - here for step in ((1e-3, 0), (0, 1e-3))], axis=1)


def place(picture: np.ndarray, plate: Plate, matrix: np.ndarray) -> Found | None:
    """Refine a placement on a picture (H, W, 3 float32 0..1, encoded sRGB) and read it; None where it falls apart.

    Where patches are hidden, the placement is refined once more by the others alone: what covers them must not pull, and
    a corner that was merely misplaced comes right then.
    """
    small, move = crop_around(picture, matrix, plate)
    if min(small.shape[:2]) < 4:
        return None
    back = np.linalg.inv(move)
    found = _read(small, refine(small, move @ matrix, plate.rows, plate.columns), plate, back, picture)
    for _ in range(2):
        if found is None or not found.hidden.any() or found.score < GOOD:
            break
        again = refine(small, move @ found.homography, plate.rows, plate.columns, trusted=~found.hidden)
        better = _read(small, again, plate, back, picture)
        if better is None or better.hidden.sum() > found.hidden.sum():
            break
        fewer, found = better.hidden.sum() < found.hidden.sum(), better
        if not fewer:
            break
    return _polished(picture, found) if found is not None and found.score >= GOOD and small.shape < picture.shape else found


def _polished(picture: np.ndarray, found: Found) -> Found:
    """The same plate laid once more on a finer crop, where one was reduced: edges of few pixels hide a fraction of one."""
    small, move = crop_around(picture, found.homography, found.plate, pitch=_FINE)
    placement = refine(small, move @ found.homography, found.plate.rows, found.plate.columns, trusted=~found.hidden,
                       samples=int(_FINE), rounds=5)
    better = _read(small, placement, found.plate, np.linalg.inv(move), picture)
    return found if better is None or better.hidden.sum() > found.hidden.sum() else better
