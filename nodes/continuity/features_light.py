"""Numbers that say how the light, colour and detail of one pair of frames stand out from those of the pairs round it."""

from __future__ import annotations

import numpy as np

from .stack import Stack

LIGHT = ("exposure", "chroma", "contrast", "saturation", "sharpness", "grain", "tile", "valid")


def light_at(stack: Stack, at: int, left: list[int], right: list[int]) -> dict[str, float]:
    """Take every number of `LIGHT` at pair `at`, with the pairs before and behind it as context."""
    near = left + right
    out: dict[str, float] = {}
    for name, source in (("exposure", stack.gain), ("contrast", stack.contrast), ("saturation", stack.saturation),
                         ("sharpness", stack.sharpness), ("grain", stack.grain)):
        out[name] = float(source[at] - np.median(source[near]))
    out["chroma"] = float(np.abs(stack.chroma[at] - np.median(stack.chroma[near], axis=0)).max())
    out["valid"] = float(stack.valid[at] - np.median(stack.valid[near]))
    out["tile"] = patch_colour(stack, at, near)[0]
    return out


Place = tuple[float, tuple[int, int]]


def _wide(values: np.ndarray) -> np.ndarray:
    """Largest of each cell and its eight neighbours."""
    padded = np.pad(values, 1, mode="edge")
    return np.max([padded[y:y + values.shape[0], x:x + values.shape[1]] for y in range(3) for x in range(3)], axis=0)


def _above(here: np.ndarray, usual: np.ndarray) -> Place:
    over = here - 1.5 * _wide(usual)
    row, column = np.unravel_index(int(over.argmax()), over.shape)
    return float(over[row, column]), (int(row), int(column))


def patch_colour(stack: Stack, at: int, near: list[int]) -> Place:
    """Largest change of tint of two by two cells beyond what their neighbourhood does in the pairs near, levels; and the cell.

    Tint, not light: what warping leaves over at moving edges is mostly light.
    """
    sure = np.clip(stack.seen[at] * 2 - 1, 0, 1)
    changes = _tints(stack, [at, *near])
    return _above(changes[0] * sure, changes[1:].max(0))


def _tints(stack: Stack, pairs: list[int]) -> np.ndarray:
    tiles = stack.tiles[pairs]
    tint = tiles[..., ::2] - (tiles @ np.array((0.2126, 0.7152, 0.0722)))[..., None]
    wide = np.pad(tint, ((0, 0), (0, 1), (0, 1), (0, 0)), mode="edge")
    mean = (wide[:, :-1, :-1] + wide[:, 1:, :-1] + wide[:, :-1, 1:] + wide[:, 1:, 1:]) / 4
    return np.abs(mean).max(-1) / (1 + np.linalg.norm(stack.flow[pairs], axis=-1) / 4)  # fast cells are warped less well
