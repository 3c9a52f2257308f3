"""What changes from one frame to the next, with the motion taken out.

A frame is looked at as a `Proxy` (uint8, working size); a pair of them gives a `Pair` of numbers and of small maps over `CELLS`
cells, which are what every later decision reads. Levels are encoded sRGB, 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ...image.flow import FlowPair, along, flow_both_ways, gray, shrink
from ...image.opencv import cv2
from ...media.frames import Frames
from .pair_light import PairLight, light_of, shrunk

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
        light: What light and colour do.
        sharpness: Logarithm of the ratio of fine detail to coarse detail, at full resolution.
        grain: Difference of the noise of flat parts, levels.
        flow: Motion of each cell (rows, columns, 2), pixels at working size.
        weight: How far a cell's motion can be believed (rows, columns), 0..1.
    """

    plain: float
    residual: float
    valid: float
    light: PairLight
    sharpness: float
    grain: float
    flow: np.ndarray
    weight: np.ndarray


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
    texture = _texture(first.luma)
    return Pair(plain=float(np.abs(first.luma.astype(np.int16) - second.luma).mean()), valid=float(flow.valid.mean()),
                light=light_of(before, after, flow.valid, texture), sharpness=second.sharpness - first.sharpness,
                grain=second.grain - first.grain, **_motion(before, after, flow, texture))


def _motion(before: np.ndarray, after: np.ndarray, flow: FlowPair, texture: np.ndarray) -> dict:
    shape, valid = cell_grid(*flow.valid.shape), flow.valid.astype(np.float32)
    seen, total = shrunk(valid, shape), max(float(valid.sum()), 1.0)
    moved = shrunk(flow.forward * valid[..., None], shape) / np.maximum(seen, 1e-3)[..., None]
    slope = shrunk(texture, shape)
    step = cv2.cvtColor(after - before, cv2.COLOR_RGB2GRAY) * valid
    return {"flow": moved, "weight": seen * slope / (slope + 4.0),
            "residual": float((np.abs(step - step.sum() / total) * valid).sum()) / total}
