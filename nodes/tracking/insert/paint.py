"""A layer drawn through homographies: colours by a few samples a pixel, edges by the exact area they cover."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from ...image.layout import to_bchw, to_bhwc
from ...image.warp import homography, transform, unit_square
from ...wires.track import Track
from .artwork import Layer

STEP = 1.0  # pixels that a corner may move between two exposures of a shutter
_EXPOSURES, _SAMPLES = 48, (2, 8)
_ENLARGED = 0.75  # pixels of a picture in one of the frame below which cubic sampling would only draw halos


def exposures(track: Track, number: int, shutter: float) -> list[np.ndarray]:
    """Corners (4, 2) of the plane while a shutter of `shutter` degrees is open, centred on the frame; one where it stands still.

    Between frames the plane moves on a parabola through its neighbours.
    """
    now = _corners(track, number)
    before, after = _corners(track, number - 1), _corners(track, number + 1)
    if now is None:
        return []
    if shutter <= 0 or (before is None and after is None):
        return [now]
    before = 2 * now - after if before is None else before
    after = 2 * now - before if after is None else after
    speed, bend = (after - before) / 2, (after + before) / 2 - now
    way = float(np.linalg.norm(speed, axis=1).max()) * shutter / 360
    if way < 0.1:
        return [now]
    count = min(2 + int(way / STEP), _EXPOSURES)
    times = ((np.arange(count) + 0.5) / count - 0.5) * shutter / 360
    return [now + t * speed + t * t * bend for t in times]


def _corners(track: Track, number: int) -> np.ndarray | None:
    frame = track.frames[number] if 0 <= number < len(track.frames) else None
    return frame.corners.array if frame is not None and frame.corners is not None else None


def paint(layer: Layer, poses: list[np.ndarray], box: tuple[int, int, int, int], *, sharp: bool = False) -> torch.Tensor:
    """Draw a layer in a box of the frame.

    Args:
        layer: What is drawn.
        poses: Corners (4, 2) of its plane in the frame, one an exposure; the exposures are averaged.
        box: Left, top, right and low in pixels of the frame.
        sharp: Whether it keeps all its detail, for a picture that no lens softens: cubic samples, not linear ones.

    Returns:
        (low - top, right - left, 4), linear light times coverage, then coverage.
    """
    rows, columns = box[3] - box[1], box[2] - box[0]
    total = torch.zeros((4, rows, columns), device=layer.picture.device)
    for corners in poses:
        to_box = homography(unit_square(), corners - box[:2])
        shown = _cover(transform(to_box, layer.rim), rows, columns, total.device)
        total += _colours(layer.picture, to_box @ layer.place, rows, columns, sharp=sharp) * shown
    return total.div_(len(poses)).movedim(0, -1)


def plane_cover(poses: list[np.ndarray], box: tuple[int, int, int, int], softness: float,
                device: torch.device) -> torch.Tensor:
    """Share of every pixel of a box of the frame that the plane covers while the shutter is open, (h, w), through the lens."""
    reach = int(np.ceil(3 * softness))
    rows, columns = box[3] - box[1] + 2 * reach, box[2] - box[0] + 2 * reach
    corner = np.array(box[:2]) - reach
    shown = torch.zeros((rows, columns), device=device)
    for corners in poses:
        shown += _cover(corners - corner, rows, columns, device)
    return blurred(shown.div_(len(poses))[..., None], softness)[..., 0]


def blurred(drawn: torch.Tensor, softness: float) -> torch.Tensor:
    """Gaussian blur of (h, w, c); a rim of three times `softness` is used up."""
    reach = int(np.ceil(3 * softness))
    if reach == 0:
        return drawn
    at = torch.arange(-reach, reach + 1, dtype=drawn.dtype, device=drawn.device)
    kernel = torch.exp(-(at**2) / (2 * softness**2))
    kernel = (kernel / kernel.sum()).expand(drawn.shape[-1], 1, 1, -1)
    out = F.conv2d(to_bchw(drawn[None]), kernel, groups=drawn.shape[-1])
    return to_bhwc(F.conv2d(out, kernel.transpose(-1, -2), groups=drawn.shape[-1]))[0]


def _colours(picture: torch.Tensor, h: np.ndarray, rows: int, columns: int, *, sharp: bool) -> torch.Tensor:
    """Mean of n × n samples in every pixel, (4, rows, columns); beyond its edges the picture goes on."""
    height, width = picture.shape[2:]
    back, shrink = np.linalg.inv(h), _shrink(h, width, height)
    sharp &= shrink > _ENLARGED
    count = int(np.clip(np.round(shrink) if sharp else np.ceil(shrink), *_SAMPLES))
    to_grid = np.diag([2 / width, 2 / height, 1.0]) @ back
    to_grid[:2] -= to_grid[2]
    matrix = to_grid / np.abs(to_grid[2]).max()
    y, x = (torch.arange(n, dtype=torch.float64, device=picture.device) for n in (rows, columns))
    total = torch.zeros((4, rows, columns), device=picture.device)
    for i in range(count):
        for j in range(count):
            u, v, w = (float(k[0]) * (x + (j + 0.5) / count) + (float(k[1]) * (y + (i + 0.5) / count) + float(k[2]))[:, None]
                       for k in matrix)
            w = w.reciprocal_()
            grid = torch.stack(((u * w).float(), (v * w).float()), dim=-1)[None].nan_to_num_(0.0)
            total += F.grid_sample(picture, grid, "bicubic" if sharp else "bilinear", "border", align_corners=False)[0]
    return _bounded(total.div_(count * count)) if sharp else total.div_(count * count)


def _bounded(drawn: torch.Tensor) -> torch.Tensor:
    """What cubic samples draw beyond full and no coverage (4, h, w) is taken back, with the colour that belongs to it."""
    cover = drawn[3:]
    light = drawn[:3] / cover.clamp_min(1) * (cover > 0)
    return torch.cat((light.clamp_min_(0), cover.clamp(0, 1)))


def _shrink(h: np.ndarray, width: int, height: int) -> float:
    """Largest number of the picture's pixels that one pixel of the frame spans, over the picture's corners and middle."""
    at = np.concatenate([unit_square(width, height), [[width / 2, height / 2]]])
    here, right, down = (transform(h, at + step) for step in ((0, 0), (1e-2, 0), (0, 1e-2)))
    sizes = np.linalg.norm(np.stack([right - here, down - here]), axis=-1) / 1e-2
    sizes = sizes[np.isfinite(sizes)]
    return 1 / max(float(sizes.min()), 1e-3) if len(sizes) else 1.0


def _cover(corners: np.ndarray, rows: int, columns: int, device: torch.device) -> torch.Tensor:
    """Share of every pixel (rows, columns) inside a convex quad: exact along its edges, a product where two of them meet."""
    (ax, ay), (bx, by) = corners[1] - corners[0], corners[2] - corners[1]
    turn = np.sign(ax * by - ay * bx)
    y, x = (torch.arange(n, dtype=torch.float64, device=device) + 0.5 for n in (rows, columns))
    inside = []
    for a, b in zip(corners, np.roll(corners, -1, 0), strict=True):
        across = np.array([a[1] - b[1], b[0] - a[0]]) * turn
        across /= max(float(np.linalg.norm(across)), 1e-12)
        away = float(across[0]) * (x - a[0]) + (float(across[1]) * (y - a[1]))[:, None]
        inside.append(_half(away.float(), *np.abs(across)))
    return (inside[0] + inside[2] - 1).clamp_(0, 1) * (inside[1] + inside[3] - 1).clamp_(0, 1)


def _half(away: torch.Tensor, across: float, down: float) -> torch.Tensor:
    """Share of unit pixels on the inner side of a line whose normal is (`across`, `down`), `away` from their centres."""
    long, short = max(across, down), min(across, down)
    if short < 1e-3:
        return (away / long + 0.5).clamp_(0, 1)
    far, near = (long + short) / 2, (long - short) / 2

    def ramp(at: float) -> torch.Tensor:
        return (away + at).clamp_min_(0).square_()
    near_side = (ramp(far) - ramp(near)) / (2 * long * short)
    return torch.where(away > near, 1 - (far - away).clamp_min(0).square() / (2 * long * short),
                       torch.where(away < -near, near_side, away / long + 0.5)).clamp_(0, 1)
