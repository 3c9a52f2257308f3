"""How soft the lens of a plate is: from the widths of the clear edges on a tracked surface."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F

from ...image.colour import srgb_to_linear
from ...image.layout import luma
from ...image.warp import homography, transform
from ...wires.track import Track
from .masks import Masks

_FRAMES, _SIDE, _EDGES, _ENOUGH, _MANY = 8, 640, 2000, 20, 100
_FLATS = (3.0, 5.0)  # pixels from an edge beyond which both sides must be flat: the second for soft lenses
_WIDE, _STEP = 2.0, 0.25  # pixels: beyond the flats' begin a profile goes on; between its samples
_HARD, _SURE, _SOFT = 0.33, 0.45, 0.65  # a hard edge reads as the first; from the second on a reading is the lens
_SIGMAS = np.arange(0, 4.01, 0.05)
_TAKEN = 0.3  # share of the edges that count as sharper than the lens allows: the surface's own soft edges are no lens
_OVER = (0.03, 0.06, 0.2)  # of a step: what goes beyond its ends is a stroke, and its blurred middle makes it narrow
_STILL = 1.5  # pixels a frame: what moves faster across itself may be soft from the shutter
_NEAR, _ALONG, _CLEARLY = 1.5, 0.95, 0.75  # pixels and cosine from the plane's border; so much sharper is sharper


def measure_softness(images: torch.Tensor, track: Track, visible: Masks) -> float | None:
    """Blur of a tracked surface beyond a pixel's own area: standard deviation in pixels, None where few clear edges are seen.

    Args:
        images: (T, H, W, 3|4), encoded sRGB; edges are measured in linear light.
        track: The plane.
        visible: Where it is seen.
    """
    sigma, clean = None, _OVER[-1]
    for flat in _FLATS if track.frames else ():
        edges = _edges_seen(images, track, visible, flat)
        widths, over = _cleanest(edges)
        if len(widths) < _ENOUGH or over > clean:
            break
        border = _still(edges[edges[:, 2] > 0])  # not only clean steps: the picture goes on inside of the border
        sigma, clean, own = _sigma(widths), over, _sigma(border) if len(border) >= _MANY else np.inf
        sigma = own if own < _CLEARLY * sigma else sigma  # the surface's own picture may be soft, the border of a thing is not
        if sigma < _SOFT:
            break
    return None if sigma is None else float(np.interp(sigma, (_HARD, _SURE), (0, _SURE))) if sigma < _SURE else sigma


def _sigma(widths: np.ndarray) -> float:
    return float(np.interp(np.quantile(widths, _TAKEN), _widths(), _SIGMAS))


def _edges_seen(images: torch.Tensor, track: Track, visible: Masks, flat: float) -> np.ndarray:
    """The clear edges on frames over the clip, as `_edges` gives them."""
    numbers = [i for i, frame in enumerate(track.frames) if frame.state == "tracked"]
    chosen = [numbers[k] for k in np.unique(np.linspace(0, len(numbers) - 1, min(_FRAMES, len(numbers))).round().astype(int))]
    return np.concatenate([np.zeros((0, 4)), *(_edges(images, track, visible, i, flat) for i in chosen)])


def _cleanest(edges: np.ndarray) -> tuple[np.ndarray, float]:
    """Widths of the cleanest edges, and how clean they are."""
    over = next((k for k in _OVER if (edges[:, 3] < k).sum() >= _ENOUGH), _OVER[-1])
    return _still(edges[edges[:, 3] < over]), over


def _still(edges: np.ndarray) -> np.ndarray:
    """Widths of those that hardly move across themselves, where there are enough."""
    still = edges[:, 1] < _STILL
    return edges[still if still.sum() >= _ENOUGH else np.ones_like(still), 0]


@lru_cache(maxsize=1)
def _widths() -> np.ndarray:
    """Width from 20 to 80 % of an edge seen through a pixel and a lens, for each of `_SIGMAS`."""
    x, out = np.arange(-1000, 1001) / 50, []
    for sigma in _SIGMAS:
        lens = np.exp(-(x**2) / (2 * max(sigma, 1e-2) ** 2))
        edge = np.cumsum(np.convolve((np.abs(x) <= 0.5).astype(float), lens, mode="same"))
        edge /= edge[-1]
        out.append(np.interp(0.8, edge, x) - np.interp(0.2, edge, x))
    return np.array(out)


def _edges(images: torch.Tensor, track: Track, visible: Masks, number: int, flat: float) -> np.ndarray:
    """Of the plane's clear edges on a frame: width and speed across itself, in pixels, 1 on its border, overshoot; (N, 4)."""
    corners = track.frames[number].corners
    nothing = np.zeros((0, 4))
    if corners is None:
        return nothing
    middle, size = corners.array.mean(0), np.array(images.shape[2:0:-1])
    low = np.maximum(np.maximum(corners.array.min(0) - 8, middle - _SIDE / 2), 0).astype(int)
    high = np.minimum(np.minimum(corners.array.max(0) + 8, middle + _SIDE / 2), size).astype(int)
    if (high - low < 24).any():
        return nothing
    bright = luma(srgb_to_linear(images[number, low[1]:high[1], low[0]:high[0], :3].cpu().float()))
    mask = visible.frame(number)
    seen = None if mask is None else mask[low[1]:high[1], low[0]:high[0]].cpu()
    at, normal = _steepest(bright, seen, int(flat + _WIDE) + 2)
    widths, good, over = _profile_widths(bright, at, normal, flat)
    at, normal, widths, over = at[good] + low, normal[good], widths[good], over[good]
    inside, border = _where(corners.array, at, normal)
    speed = np.abs((_speed(track, number, at) * normal).sum(-1))
    return np.stack([widths, speed, border, over], axis=-1)[inside]


def _where(corners: np.ndarray, at: np.ndarray, normal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which edges lie on the plane, and which of them are its border."""
    side = np.roll(corners, -1, 0) - corners
    across = np.stack([-side[:, 1], side[:, 0]], axis=-1) / np.linalg.norm(side, axis=1, keepdims=True)
    away = ((at[:, None] - corners) * across).sum(-1)
    away *= np.sign(((corners.mean(0) - corners) * across).sum(-1))
    near = (np.abs(away) < _NEAR) & (np.abs(normal @ across.T) > _ALONG)
    return (away > -_NEAR).all(1), near.any(1)


def _steepest(bright: torch.Tensor, seen: torch.Tensor | None, rim: int) -> tuple[np.ndarray, np.ndarray]:
    """The steepest places that are not in the rim, in pixel areas of the window, and their normals: both (N, 2)."""
    at = torch.arange(-3, 4, dtype=torch.float32)
    smooth = torch.exp(-(at**2) / 2)
    smooth, slope = smooth / smooth.sum(), -at * smooth / (at.square() * smooth).sum()
    def through(across: torch.Tensor, down: torch.Tensor) -> torch.Tensor:
        padded = F.pad(bright[None, None], (3, 3, 3, 3), mode="replicate")
        return F.conv2d(F.conv2d(padded, across.reshape(1, 1, 1, -1)), down.reshape(1, 1, -1, 1))[0, 0]
    dx, dy = through(-slope, smooth), through(smooth, -slope)
    steep = torch.hypot(dx, dy)
    peak = F.max_pool2d(steep[None, None], 5, 1, 2)[0, 0] == steep
    peak &= steep > 0.02
    peak[:rim], peak[-rim:], peak[:, :rim], peak[:, -rim:] = False, False, False, False
    if seen is not None:
        peak &= seen > 0.99
    y, x = (a.numpy() for a in peak.nonzero(as_tuple=True))
    best = np.argsort(-steep[y, x].numpy(), kind="stable")[:_EDGES]
    y, x = y[best], x[best]
    normal = np.stack([dx[y, x].numpy(), dy[y, x].numpy()], axis=-1)
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-9)
    return np.stack([x, y], axis=-1) + 0.5, normal


def _profile_widths(bright: torch.Tensor, at: np.ndarray, normal: np.ndarray,
                    flat: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distance (N) from 20 to 80 % of each edge, whether it is a step between two flat sides, and how far it goes beyond them."""
    along = np.stack([-normal[:, 1], normal[:, 0]], axis=-1)
    x = np.arange(-flat - _WIDE, flat + _WIDE + 1e-6, _STEP)
    spots = at[:, None, None] + normal[:, None, None] * x[None, None, :, None] + along[:, None, None] * np.array(
        [-1.5, -0.75, 0.0, 0.75, 1.5])[None, :, None, None]
    grid = torch.from_numpy((spots * 2 / np.array(bright.shape[::-1]) - 1).astype(np.float32)).reshape(1, len(at) * 5, len(x), 2)
    drawn = F.grid_sample(bright[None, None], grid, mode="bicubic", padding_mode="border", align_corners=False)
    lines = drawn[0, 0].reshape(len(at), 5, len(x)).mean(1).numpy()
    dark, lit = lines[:, x <= -flat], lines[:, x >= flat]
    step = lit.mean(1) - dark.mean(1)
    share = (lines - dark.mean(1, keepdims=True)) / np.maximum(step, 1e-6)[:, None]
    good = (step > 0.04) & (np.maximum(dark.std(1), lit.std(1)) < 0.1 * np.maximum(step, 1e-6))
    over = np.maximum(-share.min(1), share.max(1) - 1)
    good &= over < _OVER[-1]
    return _crossing(share, x, 0.8) - _crossing(share, x, 0.2), good, over


def _crossing(share: np.ndarray, x: np.ndarray, level: float) -> np.ndarray:
    """Where profiles (N, n) rise through a level for the first time, between samples."""
    after = np.clip((share >= level).argmax(1), 1, len(x) - 1)
    row = np.arange(len(share))
    low, high = share[row, after - 1], share[row, after]
    return x[after - 1] + _STEP * np.clip((level - low) / np.maximum(high - low, 1e-6), 0, 1)


def _speed(track: Track, number: int, points: np.ndarray) -> np.ndarray:
    """Pixels a frame (N, 2) that places of the plane move, from the frames beside."""
    here, beside = track.frames[number].corners, []
    for k in (-1, 1):
        frame = track.frames[number + k] if 0 <= number + k < len(track.frames) else None
        if here is not None and frame is not None and frame.corners is not None:
            beside.append(k * (transform(homography(here.array, frame.corners.array), points) - points))
    return np.nan_to_num(np.mean(beside, axis=0)) if beside else np.zeros_like(points)
