"""Maps between clouds of colours: what a clip and a reference look like as a whole, where nothing shows the same in both.

Of all maps that turn one Gaussian cloud into another, the Monge-Kantorovich one moves colours least (Pitié, Kokaram 2007, "The
linear Monge-Kantorovitch linear colour mapping for example-based colour transfer"). Optimal transport goes on from there to the
shape of the cloud, by iterated 1D transport along random axes (Pitié, Kokaram, Dahyot 2007, "Automated colour grading using
colour distribution transfer"), and is smoothed into a table, so that it bands nowhere.
"""

from __future__ import annotations

import numpy as np
import torch

from ..image.colour import srgb_to_lab
from ..image.grade import grade_pixels
from ..wires.grade import Grade

_RIDGE = 2e-5  # variance, (1.1 of 255)²: what noise is worth, so that a flat clip is not stretched into colours
STRETCH = (0.4, 2.5)  # the map stretches no direction of colour more than this
_NODES, _SMOOTH, _FIRM = 33, 3.0, 1e-3  # of the table: nodes, how wide colours go together, how many samples a bend needs
_FARTHEST = 0.15  # of the encoded range, that optimal transport goes on from the linear map
_LEAST_SLOPE = 0.2  # of a channel along itself: below, shades would merge into bands


def moments(pixels: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Mean (3,) and covariance (3, 3) of pixels (N, 3)."""
    values = pixels.numpy()
    return values.mean(0), np.cov(values.T) + _RIDGE * np.eye(3)


def _power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 1e-12) ** exponent) @ vectors.T


def transport(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Symmetric matrix (3, 3) that turns covariance `source` into `target`, moving least."""
    root, back = _power(source, 0.5), _power(source, -0.5)
    return back @ _power(root @ target @ root, 0.5) @ back


def cloud_distance(pixels: torch.Tensor, others: torch.Tensor) -> float:
    """Wasserstein distance of the Gaussians of two clouds of encoded pixels, in CIELAB."""
    (m1, c1), (m2, c2) = (moments(srgb_to_lab(p[::max(1, len(p) // 40_000)].clamp(0, 1))) for p in (pixels, others))
    root = _power(c1, 0.5)
    apart = ((m1 - m2) ** 2).sum() + np.trace(c1 + c2 - 2 * _power(root @ c2 @ root, 0.5))
    return float(np.sqrt(max(apart, 0.0)))


def cloud_map(seen: torch.Tensor, wanted: torch.Tensor, method: str) -> tuple[np.ndarray, np.ndarray, bool]:
    """Matrix (3, 3) and offset (3,) from pixels to pixels, and whether the stretch was held back."""
    (mean, spread), (to_mean, to_spread) = moments(seen), moments(wanted)
    if method == "gains":
        matrix = np.diag(to_mean / np.maximum(mean, 1e-4))
    elif method == "mean and spread":
        matrix = np.diag(np.sqrt(np.diag(to_spread) / np.diag(spread)))
    else:
        matrix = transport(spread, to_spread)
    values, vectors = np.linalg.eigh(matrix)
    least, most = (0.1, 10.0) if method == "gains" else STRETCH
    held = np.clip(values, least, most)
    matrix = (vectors * held) @ vectors.T
    offset = np.zeros(3) if method == "gains" else to_mean - matrix @ mean
    return matrix, offset, bool((held != values).any())


def optimal_transport(seen: torch.Tensor, wanted: torch.Tensor, linear: Grade) -> tuple[Grade, bool]:
    """A smooth table from encoded pixels (N, 3) to the cloud of others (M, 3), and whether it was held back.

    Args:
        seen: Encoded pixels of the clip.
        wanted: Encoded pixels of the reference.
        linear: The linear map to go on from.
    """
    rng = np.random.default_rng(11)
    count = min(6000, len(seen), len(wanted))
    at, goal = (p[torch.from_numpy(rng.permutation(len(p))[:count])] for p in (seen, wanted))
    start = grade_pixels(at, linear).clamp(0, 1).numpy()
    bend, weight = _gathered(at.numpy(), _moved(start, goal.numpy(), rng) - start)
    bend = bend / (weight + _FIRM * count)[..., None]
    size = np.linalg.norm(bend, axis=-1, keepdims=True)
    bend = bend * np.minimum(1, _FARTHEST / np.maximum(size, 1e-9))
    held = bool((size > _FARTHEST).any())
    line = torch.linspace(0, 1, _NODES, dtype=torch.float64)
    blue, green, red = torch.meshgrid(line, line, line, indexing="ij")
    plain = grade_pixels(torch.stack((red, green, blue), -1), linear).numpy()
    share = 1.0
    while share > 0.05 and _least_slope(plain + share * bend) < min(_LEAST_SLOPE, 0.9 * _least_slope(plain)):
        share, held = share * 0.8, True
    table = torch.from_numpy(plain + share * bend).float()
    return Grade("optimal transport", "encoded", source=linear.source, table=table), held


def _moved(pixels: np.ndarray, goal: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Pixels (N, 3) carried to the distribution of `goal` (N, 3), along three random axes at a time."""
    out = pixels.copy()
    for _ in range(24):
        axes = np.linalg.qr(rng.normal(size=(3, 3)))[0]
        along, there = out @ axes, np.sort(goal @ axes, axis=0)
        for k in range(3):
            along[np.argsort(along[:, k], kind="stable"), k] = there[:, k]
        out = along @ axes.T
    return out


def _gathered(at: np.ndarray, moves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums of moves (n, n, n, 3; blue, green, red) and counts (n, n, n) round each node, by a wide Gaussian."""
    cells = np.clip(np.round(at * (_NODES - 1)), 0, _NODES - 1).astype(int)[:, ::-1]
    sums = np.zeros((_NODES,) * 3 + (4,))
    np.add.at(sums, tuple(cells.T), np.concatenate((moves, np.ones((len(moves), 1))), axis=1))
    far = np.arange(_NODES)
    kernel = np.exp(-0.5 * ((far[:, None] - far) / _SMOOTH) ** 2)
    for axis in range(3):
        line = np.moveaxis(sums, axis, 0)
        sums = np.moveaxis((kernel @ line.reshape(_NODES, -1)).reshape(line.shape), 0, axis)
    return sums[..., :3], sums[..., 3]


def _least_slope(table: np.ndarray) -> float:
    """The flattest place of a channel along its own axis, 1 of an identity."""
    return min(float(np.diff(table[..., k], axis=2 - k).min()) for k in range(3)) * (_NODES - 1)
