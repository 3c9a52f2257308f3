"""What changes from one frame to the next, with the motion taken out.

A frame is looked at as a `Proxy` (uint8, working size); a pair of them gives a `Pair` of numbers and of small maps over `CELLS`
cells, which are what every later decision reads. Levels are encoded sRGB, 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.flow import FlowPair, along, flow_both_ways, gray, shrink
from ..image.opencv import cv2
from ..media.frames import Frames

CELLS = 24
_BLOCK, _FLAT = 16, 0.15  # pixels of a block, and the share of blocks that count as flat
_KEPT = 0.76  # share of the power of white noise that a blur of 1 px leaves out


@dataclass(frozen=True, slots=True)
class Proxy:
    """One frame at working size: RGB (h, w, 3), luma (h, w), and what was measured on it at full resolution."""

    rgb: np.ndarray
    luma: np.ndarray
    sharpness: float
    grain: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two frames compared.

    Attributes:
        plain: Mean absolute luma difference, motion left in, levels.
        residual: Mean absolute luma difference along the flow on consistent pixels, the step of light taken out, levels.
        valid: Share of the picture on which the flow is consistent both ways.
        gain: Natural logarithm of the luma ratio on consistent pixels.
        chroma: Change of R − Y and B − Y on consistent pixels, levels.
        contrast: Logarithm of the ratio of luma spread.
        saturation: Logarithm of the ratio of chroma.
        sharpness: Logarithm of the ratio of fine detail to coarse detail, at full resolution.
        grain: Difference of the noise of flat parts, levels.
        flow: Motion of each cell (rows, columns, 2), pixels at working size.
        weight: How far a cell's motion can be believed (rows, columns), 0..1.
        tiles: Change of colour of each cell along the flow, step taken out (rows, columns, 3), levels.
        seen: Share of consistent pixels of each cell (rows, columns).
    """

    plain: float
    residual: float
    valid: float
    gain: float
    chroma: np.ndarray
    contrast: float
    saturation: float
    sharpness: float
    grain: float
    flow: np.ndarray
    weight: np.ndarray
    tiles: np.ndarray
    seen: np.ndarray


def make_proxy(frame: torch.Tensor, size: tuple[int, int]) -> Proxy:
    """Look at one frame (H, W, 3|4), 0..1, at working `size` (width, height)."""
    rgb = shrink(frame, size)
    return Proxy(rgb, gray(rgb), *fine_detail(frame.detach().cpu().numpy()))


def read_proxy(frames: Frames, number: int, size: tuple[int, int], *, detail: bool = True) -> Proxy:
    """Look at one frame of a clip; without `detail` its sharpness and grain are not numbers."""
    rgb, luma = frames.glance(number, size, luma=detail)
    return Proxy(rgb, gray(rgb), *((np.nan, np.nan) if luma is None else fine_detail(luma)))


def fine_detail(picture: np.ndarray) -> tuple[float, float]:
    """Logarithm of fine over coarse detail, and noise of flat parts in levels, on tiles at full resolution.

    Args:
        picture: Luma in levels (H, W), or RGB 0..1 (H, W, 3|4).

    Noise is taken where coarse detail is least: texture is in all scales, noise in the finest alone, so that blocks chosen by the
    one are not chosen by the other. What is almost black or white is left out, for clipping takes the noise away.
    """
    detail, coarse, blocks = [], [], []
    for luma in map(_levels, _tiles(picture)):
        soft = cv2.GaussianBlur(luma, (0, 0), 1.0)
        fine, broad = luma - soft, soft - cv2.GaussianBlur(soft, (0, 0), 3.0)
        fine, broad = fine * fine, broad * broad
        detail.append(float(fine.mean()))
        coarse.append(float(broad.mean()))
        blocks.append(np.stack([_blocks(v) for v in (luma, fine, broad)]).reshape(3, -1))
    ratio = (np.sqrt(np.mean(detail)) + 0.05) / (np.sqrt(np.mean(coarse)) + 0.5)  # floors: a flat picture has no sharpness
    return float(np.log(ratio)), _noise(*np.concatenate(blocks, 1))


def _noise(light: np.ndarray, fine: np.ndarray, broad: np.ndarray) -> float:
    lit = (light > 12) & (light < 243)
    lit = lit if lit.sum() >= 8 else np.ones_like(lit)
    flat = np.argsort(broad[lit], kind="stable")[:max(4, int(_FLAT * lit.sum()))]
    return float(np.sqrt(np.median(fine[lit][flat]) / _KEPT))


def _blocks(values: np.ndarray) -> np.ndarray:
    size = max(1, values.shape[1] // _BLOCK), max(1, values.shape[0] // _BLOCK)
    return cv2.resize(values, size, interpolation=cv2.INTER_AREA)


def _levels(tile: np.ndarray) -> np.ndarray:
    if tile.ndim == 2:
        return tile.astype(np.float32)
    return cv2.cvtColor(np.ascontiguousarray(tile[..., :3], np.float32), cv2.COLOR_RGB2GRAY) * 255


def _tiles(picture: np.ndarray, side: int = 192, most: int = 640) -> list[np.ndarray]:
    height, width = picture.shape[:2]
    if max(height, width) <= most:
        return [picture]
    rows, columns = (np.linspace(0, max(0, n - side), 3).astype(int) for n in (height, width))
    return [picture[y:y + side, x:x + side] for y in rows for x in columns]


def _cells(values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    return cv2.resize(np.ascontiguousarray(values, np.float32), shape[::-1], interpolation=cv2.INTER_AREA)


def cell_grid(height: int, width: int) -> tuple[int, int]:
    """Rows and columns of cells over a picture of working size."""
    return max(4, round(CELLS * min(1.0, height / width))), max(4, round(CELLS * min(1.0, width / height)))


def _texture(luma: np.ndarray) -> np.ndarray:
    x, y = cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=0.125)
    return x * x + y * y


def compare(first: Proxy, second: Proxy, flow: FlowPair | None = None) -> Pair:
    """Compare two frames of one size."""
    flow = flow or flow_both_ways(first.luma, second.luma)
    before = first.rgb.astype(np.float32)
    after = along(second.rgb.astype(np.float32), flow.forward)
    half = (slice(None, None, 2), slice(None, None, 2))  # a quarter of the pixels says enough about light
    steps, level = _steps(before[half], after[half], flow.valid[half])
    shape = cell_grid(*first.luma.shape)
    return Pair(**steps, plain=float(np.abs(first.luma.astype(np.int16) - second.luma).mean()), valid=float(flow.valid.mean()),
                sharpness=second.sharpness - first.sharpness, grain=second.grain - first.grain,
                **_maps(first, before, after, flow, level, shape))


def _steps(before: np.ndarray, after: np.ndarray, valid: np.ndarray) -> tuple[dict, np.ndarray]:
    """Steps of light and colour on consistent pixels, the fifth that fits worst left out; and the mean step of R, G, B.

    What fits is judged beside the gain itself: judged beside no change, a gain would lose its bright pixels and come out small.
    """
    y0, y1 = (cv2.cvtColor(c, cv2.COLOR_RGB2GRAY) for c in (before, after))
    trusted = valid & (before.max(-1) < 252) & (after.max(-1) < 252) & (y0 > 8)
    if trusted.mean() < 0.02:
        trusted = valid if valid.mean() > 0.02 else np.ones_like(valid)
    c0, c1, a, b = before[trusted], after[trusted], y0[trusted], y1[trusted]
    off = np.abs(b - np.median((b + 1) / (a + 1)) * a)
    last = int(0.8 * (len(off) - 1))
    keep = off <= np.partition(off, last)[last]
    c0, c1, a, b = c0[keep], c1[keep], a[keep], b[keep]
    k0, k1 = c0[:, ::2] - a[:, None], c1[:, ::2] - b[:, None]
    colourful = [float(np.sqrt((k**2).mean())) + 1 for k in (k0, k1)]
    return {"gain": float(np.log((b.mean() + 1) / (a.mean() + 1))), "chroma": (k1 - k0).mean(0),
            "contrast": float(np.log((b.std() + 1) / (a.std() + 1))),
            "saturation": float(np.log(colourful[1] / colourful[0]))}, (c1 - c0).mean(0)


def _maps(first: Proxy, before: np.ndarray, after: np.ndarray, flow: FlowPair, level: np.ndarray, shape: tuple[int, int]) -> dict:
    valid = flow.valid.astype(np.float32)
    seen = _cells(valid, shape)
    share = np.maximum(seen, 1e-3)[..., None]
    moved = _cells(flow.forward * valid[..., None], shape) / share
    step = (after - before - level.astype(np.float32)) * valid[..., None]
    texture = _cells(_texture(first.luma), shape)
    return {"flow": moved, "weight": seen * texture / (texture + 4.0), "tiles": _cells(step, shape) / share, "seen": seen,
            "residual": float(np.abs(cv2.cvtColor(step, cv2.COLOR_RGB2GRAY)).mean() / max(float(valid.mean()), 1e-3))}
