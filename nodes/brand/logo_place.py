"""Where one mark fits a picture best, and whether that is the mark: from rough places to one exact fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .logo_agree import Fit, area_of
from .logo_drawn import as_drawn
from .logo_fit import Start, alike, begin, fit, moved
from .logo_search import Place, Sight, places, planes_of, sight_of
from .logo_seen import WORK, closer
from .logo_shape import SIDES, SMALLEST, Shape

LEAST_AGREEMENT, LEAST_COLOURS, LEAST_EDGES, LEAST_INNER = 0.63, 0.42, 0.6, 0.2
_TRIED, _TRIED_TURNED = 14, 5  # long words bent by perspective come as late as twelfth
_KEPT = (7, 5, 3)  # of these after each kind of movement
# no mark that is believed in the end looks less like itself on the way, most chance places do
_LEAST_ALIKE = (0.25, 0.35, 0.35)
CERTAIN = 0.75


def believed(match: Fit, pixels: np.ndarray) -> bool:
    """Whether a fit is the mark: where pictures (H, W, 3) show other marks, none is, and a smaller one may be any spot."""
    enough = match.agreement > LEAST_AGREEMENT and match.colours > LEAST_COLOURS and match.edges > LEAST_EDGES
    as_file = enough and match.inner > LEAST_INNER
    return (as_file or match.drawn is not None) and match.width > smallest_in(pixels.shape[0], pixels.shape[1])


def smallest_in(lines: int, columns: int) -> float:
    """Width in pixels of the smallest mark that is looked for in a picture of that size."""
    return SMALLEST * max(1.0, max(lines, columns) / WORK)


def best_fit(pixels: np.ndarray, sight: Sight, shape: Shape) -> Fit | None:
    """Where a mark fits best, believed or not: corners in pixel areas of the picture; turned marks where no upright one fits."""
    planes = planes_of(sight)
    upright = _closest(pixels, sight, shape, places(planes, shape.templates, _TRIED))
    if upright is not None and believed(upright, pixels):
        return upright
    again = _closest(pixels, sight, shape, places(planes, shape.turned, _TRIED_TURNED))
    return max((match for match in (upright, again) if match), key=_agreement, default=None)


def _closest(pixels: np.ndarray, sight: Sight, shape: Shape, likely: Sequence[Place]) -> Fit | None:
    """Best fit from several places, of which ever fewer are moved in ever more ways."""
    grid = shape.grids[0]
    starts = [begin(sight, grid, place.corners) for place in likely]
    for which, kept in enumerate(_KEPT):
        going = [start for start in (moved(start, grid, which) for start in starts) if start]
        likeness = [(alike(start, grid), number) for number, start in enumerate(going)]
        going_on = [number for value, number in sorted(likeness, reverse=True)[:kept] if value > _LEAST_ALIKE[which]]
        starts = [going[number] if which else _closer(pixels, sight, going[number], shape) for number in going_on]
    close: list[Fit] = []
    for start in starts:
        match = fit_close(pixels, start.outside, shape)
        close += [match] if match else []
        if match and match.agreement > CERTAIN:
            break
    return max(close, key=_agreement, default=None)


def _closer(pixels: np.ndarray, sight: Sight, start: Start, shape: Shape) -> Start:
    """A start as it is, or of a mark smaller than the grid, there in all the detail that the picture has."""
    if area_of(start.corners) >= area_of(shape.grids[0].corners) or sight.levels.scale[0] <= 1:
        return start
    near = sight_of(closer(pixels, start.outside, SIDES[0]), shape.colours)
    return begin(near, shape.grids[0], near.levels.inside(start.outside))


def _agreement(match: Fit) -> float:
    return match.agreement


def fit_close(pixels: np.ndarray, corners: np.ndarray, shape: Shape) -> Fit | None:
    """Fit a mark from corners (4, 2) of a picture (H, W, 3) uint8 in the detail that is there, small ones as drawn."""
    near = sight_of(closer(pixels, corners, SIDES[1]), shape.colours)
    match = fit(near, shape.grids[1], near.levels.inside(corners))
    return as_drawn(pixels, replace(match, corners=near.levels.outside(match.corners)), shape) if match else None


def finest(pixels: np.ndarray, match: Fit, shape: Shape) -> np.ndarray:
    """Corners (4, 2) of a fit in the finest detail that the picture has: they say how the mark is distorted."""
    across = np.ptp(match.corners, axis=0)
    if match.drawn is not None or np.sqrt(across[0] * across[1]) <= SIDES[1]:
        return match.corners
    grid, near = shape.grids[2], sight_of(closer(pixels, match.corners, SIDES[2]), shape.colours)
    start: Start | None = begin(near, grid, near.levels.inside(match.corners))
    for which in range(len(grid.moves)):
        start = moved(start, grid, which) if start else None
    return start.outside if start else match.corners
