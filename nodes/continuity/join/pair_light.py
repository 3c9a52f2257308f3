"""What happens to light and colour from one frame to the next: numbers of the whole picture, each with how sure it is.

The frames are averaged along the flow over small cells (dither, grain and codec noise go), cells count by how much of them has a
counterpart and by how little detail they hold (what a flow misses by shows at edges), and one model of gain, tint, contrast and
saturation is fitted to all of them, those left out that do not follow it (Tukey's biweight): a step of the light moves every
cell alike, who walks in does not. Each number is then a ratio over what is left; its error is that over 8 × 8 blocks of the
picture (Liang, Zeger 1986), for errors of the flow are shared by neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...image.opencv import cv2

GRID = 80  # cells along the longer side
STEPS = ("exposure", "contrast", "temperature", "magenta", "saturation")
_LUMA = np.array((0.2126, 0.7152, 0.0722), np.float32)
_BLOCKS, _CLIPPED, _DARK = 8, 250, 6
_SLIP = 0.15  # pixels that a flow is taken to miss by
_LEVEL = 20.0  # levels of light below which a tint means less and less


@dataclass(frozen=True, slots=True)
class PairLight:
    """Light of the second frame beside that of the first.

    Attributes:
        value: The change of each of `STEPS`, as parts of 1: of light; of the spread of light; of the ratio of red to blue; of
            green to red and blue; of chroma.
        error: Standard error of each.
        tints: What each cell's tint does by itself (5, rows, columns): weight, and change and level of red to blue, then of green
            to red and blue, in hundreds of squared levels, so that sums of them over any cells make a ratio.
    """

    value: np.ndarray
    error: np.ndarray
    tints: np.ndarray


@dataclass(frozen=True, slots=True)
class _Cells:
    """Mean colour of both frames and its change (n, 3), weights (n), and rows and columns."""

    mean: np.ndarray
    change: np.ndarray
    weight: np.ndarray
    shape: tuple[int, int]


def light_of(before: np.ndarray, after: np.ndarray, valid: np.ndarray, texture: np.ndarray) -> PairLight:
    """Measure a pair.

    Args:
        before: First frame (H, W, 3), float32, levels.
        after: Second frame brought onto the first along the flow.
        valid: Where the flow can be believed (H, W).
        texture: Squared slope of the first luma (H, W).
    """
    cells = _cells(before, after, valid, texture)
    kept = replace(cells, weight=cells.weight * _follows(cells))
    found = [_ratio(kept, *sums(kept)) for sums in (_exposure, _contrast, _temperature, _magenta, _saturation)]
    value, error = (np.array(v) for v in zip(*found, strict=True))
    return PairLight(value, error, _tints(cells, value))


def shrunk(values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Mean of `values` (H, W, …) over cells (rows, columns)."""
    return cv2.resize(np.ascontiguousarray(values, np.float32), shape[::-1], interpolation=cv2.INTER_AREA)


def _cells(before: np.ndarray, after: np.ndarray, valid: np.ndarray, texture: np.ndarray) -> _Cells:
    height, width = valid.shape
    scale = GRID / max(height, width)
    shape = max(4, round(height * scale)), max(4, round(width * scale))
    bright = np.maximum(before, after)
    lit = valid & (np.maximum(np.maximum(bright[..., 0], bright[..., 1]), bright[..., 2]) < _CLIPPED)
    share = shrunk(lit, shape)
    a, b = (shrunk(c * lit[..., None], shape) / np.maximum(share, 1e-3)[..., None] for c in (before, after))
    mean = (a + b) / 2
    weight = share**2 * (mean @ _LUMA > _DARK) / (1 + _SLIP**2 * shrunk(texture, shape))
    return _Cells(mean.reshape(-1, 3), (b - a).reshape(-1, 3), weight.reshape(-1).astype(np.float32), shape)


def _luma(cells: _Cells) -> tuple[np.ndarray, np.ndarray]:
    return cells.mean @ _LUMA, cells.change @ _LUMA


def _follows(cells: _Cells) -> np.ndarray:
    """How well each cell follows the one change of gain, two tints, contrast and saturation that fits most of them, 0..1."""
    use = cells.weight > 0
    if not use.any():
        return np.zeros_like(cells.weight)
    mean, change, weight = cells.mean[use], cells.change[use], cells.weight[use]
    light, zero = mean @ _LUMA, np.zeros(len(mean), np.float32)
    red, green, blue = mean.T
    spread = light - np.average(light, weights=weight)
    terms = np.stack([mean, np.stack([red, zero, -blue], -1), np.stack([-red / 2, green, -blue / 2], -1),
                      np.repeat(spread[:, None], 3, 1), mean - light[:, None]], -1)
    fitted = mean * float(np.median(change @ _LUMA / light))
    kept, ridge = weight, 2 * float(weight.sum()) * np.eye(5)
    for _ in range(6):
        off = np.abs(change - fitted).max(-1)
        order = np.argsort(off)
        total = np.cumsum(weight[order])
        usual = float(off[order[np.searchsorted(total, total[-1] / 2)]])
        kept = np.clip(1 - (off / max(4 * usual, 1.5)) ** 2, 0, 1) ** 2
        scaled = (terms * (weight * kept)[:, None, None]).reshape(-1, 5)
        modes = np.linalg.solve(scaled.T @ terms.reshape(-1, 5) + ridge, scaled.T @ change.reshape(-1))
        fitted = terms @ modes.astype(np.float32)
    out = np.zeros_like(cells.weight)
    out[use] = kept
    return out


_Sums = tuple[np.ndarray, np.ndarray, float]  # of each cell what changes and how much there is; a level below which that is noise


def _exposure(cells: _Cells) -> _Sums:
    light, change = _luma(cells)
    return light * change, light**2, 4.0


def _contrast(cells: _Cells) -> _Sums:
    light, change = _luma(cells)
    light, change = (v - float(cells.weight @ v) / max(float(cells.weight.sum()), 1e-6) for v in (light, change))
    return light * change, light**2, 5.0


def _temperature(cells: _Cells) -> _Sums:
    (red, _, blue), (to_red, _, to_blue) = cells.mean.T, cells.change.T
    return to_red * blue - to_blue * red, red * blue, 4.0


def _magenta(cells: _Cells) -> _Sums:
    (red, green, blue), (to_red, to_green, to_blue) = cells.mean.T, cells.change.T
    return (to_green * (red + blue) - (to_red + to_blue) * green) / 2, green * (red + blue) / 2, 4.0


def _saturation(cells: _Cells) -> _Sums:
    light, change = _luma(cells)
    chroma, to_chroma = cells.mean - light[:, None], cells.change - change[:, None]
    return (chroma * to_chroma).sum(-1), (chroma**2).sum(-1), 1.7


def _ratio(cells: _Cells, part: np.ndarray, whole: np.ndarray, least: float) -> tuple[float, float]:
    """Sum of `part` over the sum of `whole`, and its standard error from how the blocks of the picture differ."""
    rows, columns = (np.arange(n) * _BLOCKS // n for n in cells.shape)
    block = (rows[:, None] * _BLOCKS + columns[None]).reshape(-1)
    parts, wholes = (np.bincount(block, cells.weight * v, _BLOCKS**2) for v in (part, whole))
    total = max(float(wholes.sum()) + least**2 * float(cells.weight.sum()), 1e-6)
    value = float(parts.sum()) / total
    return value, float(np.sqrt(((parts - value * wholes) ** 2).sum())) / total


def _tints(cells: _Cells, value: np.ndarray) -> np.ndarray:
    maps = [cells.weight]
    for measure, name in ((_temperature, "temperature"), (_magenta, "magenta")):
        part, whole, _ = measure(cells)
        maps += [cells.weight * (part - value[STEPS.index(name)] * whole) / 100, cells.weight * whole / 100]
    return np.stack(maps).reshape(5, *cells.shape).astype(np.float16)


def tint_over(tints: np.ndarray, side: int, level: float = _LEVEL) -> np.ndarray:
    """Change of the two tints over squares of `side` cells round each cell (2, rows, columns), parts of 1.

    What is darker than `level` counts less and less.
    """
    def wide(values: np.ndarray) -> np.ndarray:
        return cv2.boxFilter(values, -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)

    sums, least = [wide(m) for m in tints.astype(np.float32)], level**2 / 100 * wide(np.ones(tints.shape[1:], np.float32))
    return np.stack([sums[1] / (sums[2] + least), sums[3] / (sums[4] + least)])
