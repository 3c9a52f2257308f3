"""Paint fitted to what a frame shows and taken off: where it lies to a fraction of a pixel, how soft, how much it hides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from .spot import Spot, slope

_LEAST_THROUGH = 0.08
_FINE = 3.0  # pixels: what is coarser than this is light, not the rim of a marker


@dataclass(frozen=True, slots=True)
class Paint:
    """How a marker is painted: moved by `shift` px, `soft` and grown (see `Spot.drawn`), what its inks hide (2,), add (2, 3)."""

    shift: np.ndarray
    soft: np.ndarray
    hides: np.ndarray
    adds: np.ndarray

    @classmethod
    def of(cls, inks: tuple[float, float]) -> Paint:
        """Paint as it was stamped."""
        return cls(np.zeros(2), np.zeros(3), np.abs(inks), np.maximum(inks, 0)[:, None] * np.array([1.0, 0.0, 0.0]))

    def acts(self, main: np.ndarray, counter: np.ndarray, under: np.ndarray) -> np.ndarray:
        """What the paint does to a surface (h, w, 3)."""
        return main * (self.adds[0] - self.hides[0] * under) + counter * (self.adds[1] - self.hides[1] * under)


@dataclass(frozen=True, slots=True)
class Washed:
    """What is under the paint, `values` (h, w, 3), and the share of it that came `through` (h, w, 3)."""

    values: np.ndarray
    through: np.ndarray


def wash(spot: Spot, paint: Paint) -> Washed:
    """Take the paint off."""
    return _washed(spot, paint, spot.drawn(paint.shift, paint.soft))


def _washed(spot: Spot, paint: Paint, covers: tuple[np.ndarray, np.ndarray]) -> Washed:
    main, counter = covers
    through = np.maximum(1 - paint.hides[0] * main - paint.hides[1] * counter, _LEAST_THROUGH).astype(np.float32)
    return Washed(((spot.pixels - main * paint.adds[0] - counter * paint.adds[1]) / through).astype(np.float32), through)


def presence(spot: Spot, paint: Paint, under: np.ndarray | None) -> float:
    """How much of a paint is there: 1 all of it, 0 none, negative the other ink. `under` (h, w, 3) is what it lies on."""
    main, counter = spot.drawn(paint.shift, paint.soft)
    below = np.zeros_like(spot.pixels) + (np.median(spot.pixels[spot.ground], axis=0) if spot.ground.any() else 0.5) \
        if under is None else under
    acts = paint.acts(main, counter, below)
    shown = fine((spot.pixels if under is None else spot.pixels - under)[..., 0])
    acts, near = fine(acts[..., 0].astype(np.float32)), _near(main, counter, 5) & ~spot.beside
    shown, acts, share = shown[near], acts[near], 0.0
    weight = np.ones_like(shown)
    for _ in range(3):
        share = float((weight * shown * acts).sum() / ((weight * acts**2).sum() + 1e-9))
        off = shown - share * acts
        weight = 1 / (1 + (off / (2.5 * 1.4826 * np.median(np.abs(off)) + 1e-3)) ** 2)
    return share


PLACE, STAMPED, FREE = "place", "stamped", "free"
# What may change, as standard deviations: what each ink hides (2), adds (6, in STAMPED as it hides), shift (2), softness of luma
# and colour, growth.
_MAY = {PLACE: [0, 0] + [0] * 6 + [0.5, 0.5, 0.3, 1.0, 0.2], STAMPED: [0.1] * 2 + [0] * 6 + [0.5, 0.5, 0.3, 1.0, 0.2],
        FREE: [0.02] * 2 + [0.1] * 6 + [0.5, 0.5, 0.3, 1.0, 0.2]}

_BLIND = np.array([0.5] * 12 + [0.05])  # nobody knows what is under it: texture may pass for change


def fit_paint(spot: Spot, paint: Paint, under: np.ndarray | None, what: str, rounds: int = 3) -> tuple[Paint, float]:
    """Adjust paint to a frame.

    Args:
        spot: What the frame shows.
        paint: What to expect.
        under: The surface under it (h, w, 3); None where nobody knows it: then what is left should have no edges just where the
            marker's are.
        what: `PLACE`: only where it lies and how soft it is. `STAMPED`: also how much each ink hides, its colour known.
            `FREE`: also what it adds to each channel.
        rounds: Steps of least squares.

    Returns:
        The paint, and the standard deviation of what it does not explain, in what the frame shows.
    """
    known, start, scale = under is not None, paint, 0.0
    wide = np.array(_MAY[what]) * (np.ones(13) if known else _BLIND)
    free = np.flatnonzero(wide)
    view = fine if known else _edges
    for _ in range(rounds + 1 if known else 3 * rounds):
        main, counter = spot.drawn(paint.shift, paint.soft)
        washed, near = _washed(spot, paint, (main, counter)), _near(main, counter, 7) & ~spot.beside
        left = _rows(view(washed.values if under is None else washed.values - under), near)
        through = _rows(view(washed.through, plain=True), near)
        weight, scale = _weights(left, through, known)
        parts = _parts(paint, washed, main, counter, tied=what == STAMPED)
        basis = np.stack([_rows(view(parts[int(k)]), near) if k in parts else np.zeros_like(left) for k in free], axis=-1)
        weighted = basis * weight[:, None]
        prior = np.diag(4 / wide[free] ** 2)
        step = np.zeros(13)
        step[free] = np.linalg.solve((weighted.T @ basis).astype(float) + prior,
                                     -(weighted.T @ left).astype(float) + prior @ _apart(start, paint)[free])
        paint = _moved(paint, step, tied=what == STAMPED)
        if np.abs(step).max() < 2e-3:
            break
    return paint, float(scale)


def _parts(paint: Paint, washed: Washed, main: np.ndarray, counter: np.ndarray, *, tied: bool) -> dict[int, np.ndarray]:
    """How the washed values change with hides (2), adds (2 x 3), shift (2), softness (2) and growth: maps (h, w, 3).

    `tied`: what is added goes with what is hidden.
    """
    out: dict[int, np.ndarray] = {}
    towards = np.zeros((5, *washed.values.shape), np.float32)
    for i, cover in enumerate((main, counter)):
        if not cover.any():
            continue
        colour = paint.adds[i] / max(paint.hides[i], 1e-3) if tied else np.zeros(3)
        out[i] = cover * (washed.values - colour.astype(np.float32)) / washed.through
        for c in range(0 if tied else 3):
            out[2 + 3 * i + c] = np.zeros_like(washed.values)
            out[2 + 3 * i + c][..., c] = -cover[..., c] / washed.through[..., c]
        acts = ((paint.hides[i] * washed.values - paint.adds[i]) / washed.through).astype(np.float32)
        for k, (dx, dy) in enumerate(((1, 0), (0, 1))):
            towards[k] -= acts * cv2.Sobel(cover, cv2.CV_32F, dx, dy, ksize=1, scale=0.5)
        softer = acts * cv2.Laplacian(cover, cv2.CV_32F, ksize=1)
        towards[2, ..., 0] += softer[..., 0]
        towards[3, ..., 1:] += softer[..., 1:]
        towards[4] += acts * slope(main + counter) * (cover > 0)
    return out | {8 + k: towards[k] for k in range(5)}


def fine(values: np.ndarray, *, plain: bool = False) -> np.ndarray:
    """Values without what is coarser than a few pixels; `plain` returns them as they are."""
    return values if plain else values - cv2.GaussianBlur(values, (0, 0), _FINE)


def _edges(values: np.ndarray, *, plain: bool = False) -> np.ndarray:
    """Differences to the next pixel, to the right and below (h, 2 w, 3); `plain` repeats the values."""
    if plain:
        return np.concatenate([values, values], axis=1)
    across, down = np.zeros_like(values), np.zeros_like(values)
    across[:, :-1], down[:-1] = values[:, 1:] - values[:, :-1], values[1:] - values[:-1]
    return np.concatenate([across, down], axis=1)


def _rows(values: np.ndarray, near: np.ndarray) -> np.ndarray:
    """The values near the marker, (n, 3) flattened."""
    return values[np.concatenate([near] * (values.shape[1] // near.shape[1]), axis=1)].reshape(-1)


def _weights(left: np.ndarray, through: np.ndarray, known: bool) -> tuple[np.ndarray, float]:
    """Weight of each row by what came through, by its channel's scale and by how well it fits; and the scale of luma."""
    shown = (left * through).reshape(-1, 3)
    scale = np.maximum(1.4826 * np.median(np.abs(shown), axis=0), 3e-4)
    size = np.abs(shown) / scale
    fits = 1 / (1 + (size / 2.5) ** 2) if known else 1 / np.maximum(size, 0.5)  # edges of textures are many and strong
    return (through**2 * (fits / scale**2).reshape(-1)).astype(np.float32), float(scale[0])


def _near(main: np.ndarray, counter: np.ndarray, side: int) -> np.ndarray:
    return cv2.dilate(((main + counter)[..., 0] > 0.004).astype(np.uint8), np.ones((side, side), np.uint8)) > 0


def _apart(start: Paint, paint: Paint) -> np.ndarray:
    return np.concatenate([start.hides - paint.hides, (start.adds - paint.adds).reshape(-1), start.shift - paint.shift,
                           start.soft - paint.soft])


def _moved(paint: Paint, step: np.ndarray, *, tied: bool) -> Paint:
    step = np.clip(step, -0.5, 0.5)
    hides = np.clip(paint.hides + step[:2], 0.01, 0.95)
    adds = paint.adds * (hides / paint.hides)[:, None] if tied else paint.adds + step[2:8].reshape(2, 3)
    soft = np.clip(paint.soft + step[10:], (0, 0, -0.6), (2, 2, 0.6))
    return Paint(np.clip(paint.shift + step[8:10], -2, 2), soft, hides, adds)
