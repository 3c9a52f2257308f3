"""The grain of a plate, measured where a tracked surface is compared with itself one frame later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from ...image.layout import luma, to_bchw, to_bhwc
from ...image.warp import homography, transform
from ...wires.track import Track
from .masks import Masks

BANDS, PAIRS = 8, 8
_SIDE, _ENOUGH, _MEAN = 384, 300, 9  # pixels: window looked at, fewest of a band, width of the mean that light is taken for


@dataclass(frozen=True, slots=True)
class Grain:
    """Noise of encoded values, by luma.

    Attributes:
        factors: (8, 3, 3), lower triangular: times three independent numbers of variance 1 it is the noise of a luma band.
        size: Standard deviation in pixels of the blur that the noise has gone through; 0 where pixels are independent.
    """

    factors: torch.Tensor
    size: float

    @property
    def sigma(self) -> list[float]:
        """Standard deviation of luma in each band."""
        weights = torch.tensor((0.2126, 0.7152, 0.0722))
        return [float((weights @ factor).norm()) for factor in self.factors]

    def drawn(self, under: torch.Tensor, random: torch.Generator) -> torch.Tensor:
        """Noise (h, w, 3) for encoded values of that shape, as each value's luma has it."""
        reach = int(np.ceil(3 * self.size))
        height, width, _ = under.shape
        noise = torch.randn((1, 3, height + 2 * reach, width + 2 * reach), generator=random)
        if reach:
            at = torch.arange(-reach, reach + 1, dtype=torch.float32)
            kernel = torch.exp(-(at**2) / (2 * self.size**2))
            kernel = (kernel / kernel.norm()).expand(3, 1, 1, -1)
            noise = F.conv2d(F.conv2d(noise, kernel, groups=3), kernel.transpose(-1, -2), groups=3)
        noise = to_bhwc(noise)[0].to(under.device)
        table = self._looked_up(self.factors.flatten(1), under).unflatten(-1, (3, 3))
        return (table @ noise[..., None])[..., 0]

    def by_luma(self, under: torch.Tensor) -> torch.Tensor:
        """Standard deviation (h, w, 3) of each channel where encoded values are `under` (h, w, 3)."""
        return self._looked_up(self.factors.norm(dim=-1), under)

    def deviation(self, under: torch.Tensor) -> torch.Tensor:
        """Standard deviation (h, w) of luma where encoded values are `under` (h, w, 3)."""
        return self._looked_up(torch.tensor(self.sigma)[:, None], under)[..., 0].clamp_min(1e-6)

    def _looked_up(self, table: torch.Tensor, under: torch.Tensor) -> torch.Tensor:
        """Rows (h, w, n) of a table (8, n) for the luma of encoded values, linear between the middles of the bands."""
        at = (luma(under).clamp(0, 1) * BANDS - 0.5).clamp(0, BANDS - 1)
        low = at.floor().long().clamp_max(BANDS - 2)
        table = table.to(under)
        return torch.lerp(table[low], table[low + 1], (at - low)[..., None])


def measure_grain(images: torch.Tensor, track: Track, visible: Masks) -> Grain | None:
    """Grain of the surface in `images` (T, H, W, 3|4); None where no two neighbouring frames show it, or it has none.

    What one frame differs from the next on the plane, without broad light, is the grain of both. Only the smoother half of the
    surface is asked: next to an edge, a hundredth of a pixel looks like grain.
    """
    pairs = [i for i in range(len(track.frames) - 1) if all(track.frames[k].state == "tracked" for k in (i, i + 1))]
    chosen = [pairs[k] for k in np.unique(np.linspace(0, len(pairs) - 1, min(PAIRS, len(pairs))).round().astype(int))]
    found = [part for i in chosen if (part := _pair(images, track, visible, i)) is not None]
    if not found:
        return None
    covariance = _by_band(torch.cat([rest for rest, _, _ in found]), torch.cat([bright for _, bright, _ in found]))
    if covariance is None:
        return None
    factors = torch.linalg.cholesky(covariance.double() + 1e-12 * torch.eye(3, dtype=torch.float64)).float()
    alike = float(np.median([a for _, _, a in found]))
    size = float(np.sqrt(-1 / (4 * np.log(alike)))) if 0.1 < alike < 0.95 else 0.0
    return Grain(factors.cpu(), size)


def _pair(images: torch.Tensor, track: Track, visible: Masks,
          number: int) -> tuple[torch.Tensor, torch.Tensor, float] | None:
    """Rest (N, 3) of neighbouring frames at smooth places, its luma (N), and how alike two neighbouring pixels of it are."""
    before, after = (track.frames[k].corners for k in (number, number + 1))
    size = np.array(images.shape[2:0:-1])
    if before is None or after is None:
        return None
    centre = before.array.mean(0)
    low = np.maximum(np.ceil(np.maximum(before.array.min(0), centre - _SIDE / 2)) + 1, 0).astype(int)
    high = np.minimum(np.floor(np.minimum(before.array.max(0), centre + _SIDE / 2)) - 1, size).astype(int)
    if (high - low < 16).any():
        return None
    now = images[number, low[1]:high[1], low[0]:high[0], :3]
    window = int(now.shape[0]), int(now.shape[1])
    there, factor, shared, ok = _seen_again(images[number + 1], homography(before.array, after.array), low, window)
    ok &= _inside(before.array, low, window).to(ok)
    for k in (number, number + 1):
        mask = visible.frame(k)
        if mask is not None:
            ok &= mask[low[1]:high[1], low[0]:high[0]].to(now.device) > 0.99
    rest = now - there
    rest = (rest - _mean(rest, _MEAN)) / ((1 + factor) * (1 - 1 / _MEAN**2)).sqrt()[..., None]
    bright, mean = luma(rest), _mean(now, 5)
    slope = _mean((now - mean).abs().sum(-1, keepdim=True), 5)[..., 0]
    if not bool(ok.any()) or float(bright[ok].abs().max()) < 1e-6:
        return None  # a frame shown twice
    band = _band(luma(mean))
    middle = {int(k): slope[ok & (band == k)].median() for k in band[ok].unique()}
    smooth = 3 * min(middle.values())
    for k, value in middle.items():
        ok &= (band != k) | (slope <= value) & (value <= smooth)  # a shade that only edges have is no place to measure
    if int(ok.sum()) < _ENOUGH:
        return None
    ok &= bright.abs() < 4 * 1.4826 * bright[ok].abs().median() + 1e-6
    both = ok[:, 1:] & ok[:, :-1]
    alike = float((bright[:, 1:] * bright[:, :-1])[both].mean() / bright[ok].square().mean().clamp_min(1e-12))
    return rest[ok], luma(mean)[ok], alike - float((shared / (1 + factor))[ok].mean())


def _seen_again(picture: torch.Tensor, h: np.ndarray, low: np.ndarray, size: tuple[int, int]) -> tuple[torch.Tensor, ...]:
    """The places of a window in the next frame, linearly sampled.

    Returns:
        Values (h, w, 3), what sampling leaves of independent noise's variance, what neighbours share of it, and where the frame
        shows the place.
    """
    y, x = np.mgrid[0:size[0], 0:size[1]] + 0.5
    at = np.nan_to_num(transform(h, np.stack([x + low[0], y + low[1]], axis=-1)), nan=-9.0)
    height, width = picture.shape[:2]
    ok = ((at > 1) & (at < np.array([width, height]) - 1)).all(-1)
    first = np.clip(np.floor(at.min((0, 1))) - 2, 0, (width - 1, height - 1)).astype(int)
    last = np.clip(np.ceil(at.max((0, 1))) + 2, first + 1, (width, height)).astype(int)
    crop = to_bchw(picture[first[1]:last[1], first[0]:last[0], :3][None])
    grid = torch.from_numpy(((at - first) * 2 / (last - first) - 1).astype(np.float32))[None].to(crop)
    drawn = to_bhwc(F.grid_sample(crop, grid, padding_mode="border", align_corners=False))[0]
    part = (at - 0.5) % 1
    across, down = (part[..., k] ** 2 + (1 - part[..., k]) ** 2 for k in (0, 1))
    shared = part[..., 0] * (1 - part[..., 0]) * down
    return drawn, *(torch.from_numpy(a).to(crop) for a in (across * down, shared)), torch.from_numpy(ok).to(crop.device)


def _inside(corners: np.ndarray, low: np.ndarray, size: tuple[int, int]) -> torch.Tensor:
    y, x = np.mgrid[0:size[0], 0:size[1]] + 0.5
    a, b = corners - low, np.roll(corners - low, -1, 0)
    sides = [(q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]) for p, q in zip(a, b, strict=True)]
    return torch.from_numpy((np.array(sides) > 0).all(0) | (np.array(sides) < 0).all(0))


def _mean(picture: torch.Tensor, width: int) -> torch.Tensor:
    across = F.avg_pool2d(to_bchw(picture[None]), (1, width), 1, (0, width // 2), count_include_pad=False)
    return to_bhwc(F.avg_pool2d(across, (width, 1), 1, (width // 2, 0), count_include_pad=False))[0]


def _band(bright: torch.Tensor) -> torch.Tensor:
    return (bright * BANDS).long().clamp(0, BANDS - 1)


def _by_band(rest: torch.Tensor, bright: torch.Tensor) -> torch.Tensor | None:
    """Covariances (8, 3, 3) by luma; a band that is not seen takes the nearest one's."""
    known = dict(_covariances(rest, _band(bright)))
    if not known:
        return None
    return torch.stack([known[min(known, key=lambda k, b=b: abs(k - b))] for b in range(BANDS)])


def _covariances(rest: torch.Tensor, band: torch.Tensor) -> Iterator[tuple[int, torch.Tensor]]:
    for k in range(BANDS):
        part = rest[band == k].double()
        if len(part) >= _ENOUGH:
            yield k, part.T @ part / len(part)
