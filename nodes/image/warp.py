"""Homographies and the pictures that go through them.

Coordinates are pixel areas: (0, 0) is the upper-left corner of the picture, the first pixel's centre is (0.5, 0.5). OpenCV
counts from pixel centres; `to_opencv` and `from_opencv` are the only places that know.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F

from .layout import to_bchw, to_bhwc


def to_opencv(points: np.ndarray) -> np.ndarray:
    """Pixel areas (…, 2) to OpenCV's pixel centres."""
    return np.asarray(points, float) - 0.5


def from_opencv(points: np.ndarray) -> np.ndarray:
    """OpenCV's pixel centres (…, 2) to pixel areas."""
    return np.asarray(points, float) + 0.5


def homography_from_opencv(h: np.ndarray) -> np.ndarray:
    """A homography between OpenCV coordinates, as one between pixel areas (both 3 × 3)."""
    shift = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    out = shift @ h @ np.linalg.inv(shift)
    return out / out[2, 2]


def homography_to_opencv(h: np.ndarray) -> np.ndarray:
    """A homography between pixel areas, as one between OpenCV coordinates (both 3 × 3)."""
    shift = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    return np.linalg.inv(shift) @ h @ shift


def homography(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Exact homography (3 × 3) that takes four points `source` (4, 2) to `target` (4, 2)."""
    rows = []
    for (x, y), (u, v) in zip(np.asarray(source, float), np.asarray(target, float), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    solved = np.linalg.solve(np.array(rows), np.asarray(target, float).reshape(-1))
    return np.append(solved, 1).reshape(3, 3)


def moves_with_corners(corners: np.ndarray, points: np.ndarray) -> np.ndarray:
    """How `points` (M, 2) of a plane move with its four `corners` (4, 2): (M, 2, 8) by x0 y0 … y3, its lever arms.

    The derivative of the exact homography: a corner (x, y) with depth w moves the eight unknowns by A⁻¹ w.
    """
    h = homography(unit_square(), corners)
    s, t = transform(np.linalg.inv(h), points).T
    at_corners = _unknowns(unit_square(), np.asarray(corners, float))
    depth = np.repeat(np.append(unit_square(), np.ones((4, 1)), axis=1) @ h[2], 2)
    moves = np.linalg.solve(at_corners.reshape(8, 8), np.diag(depth))
    rows = _unknowns(np.stack([s, t], axis=1), np.asarray(points, float))
    return rows @ moves / (h[2, 0] * s + h[2, 1] * t + 1)[:, None, None]


def _unknowns(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Rows (M, 2, 8) of the equations that tie a homography's eight unknowns to pairs of points."""
    (s, t), (x, y) = source.T, target.T
    one, none = np.ones_like(s), np.zeros_like(s)
    rows = [[s, t, one, none, none, none, -x * s, -x * t], [none, none, none, s, t, one, -y * s, -y * t]]
    return np.moveaxis(np.array(rows), 2, 0)


def transform(h: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points (…, 2) through a homography; points behind the plane become not-a-number."""
    points = np.asarray(points, float)
    mapped = np.concatenate([points, np.ones_like(points[..., :1])], axis=-1) @ np.asarray(h, float).T
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(mapped[..., 2:] > 0, mapped[..., :2] / mapped[..., 2:], np.nan)


def unit_square(width: float = 1.0, height: float = 1.0) -> np.ndarray:
    """Corners TL, TR, BR, BL of a rectangle at the origin."""
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], float)


def _shrink(h: np.ndarray, size: tuple[int, int], source_size: tuple[int, int]) -> float:
    """Largest number of source pixels that one output pixel spans, over the part of the output that the source covers."""
    height, width = size
    x, y = np.meshgrid(np.linspace(0, width, 17), np.linspace(0, height, 17))
    at = np.stack([x, y], axis=-1)
    here, right, down = (transform(h, at + step) for step in ((0, 0), (1e-2, 0), (0, 1e-2)))
    inside = ((here > -8) & (here < np.array(source_size[::-1]) + 8)).all(-1)
    spans = np.concatenate([np.linalg.norm(right - here, axis=-1)[inside], np.linalg.norm(down - here, axis=-1)[inside]])
    spans = spans[np.isfinite(spans)]
    return float(spans.max() / 1e-2) if len(spans) else 1.0


def warp(image: torch.Tensor, h: np.ndarray, height: int, width: int, *, samples: int | None = None,
         cubic: bool = False) -> torch.Tensor:
    """Draw `image` through a homography, area-filtered by supersampling, nothing outside its edges.

    Args:
        image: (B, H, W, C); with an alpha channel give premultiplied colour. Filtering acts on the values as they are.
        h: 3 × 3, from `image`'s pixel areas to the output's.
        height: Lines of the output.
        width: Pixels of a line of the output.
        samples: Sub-samples per pixel and axis; by default as many as the reduction asks for, 4 to 8.
        cubic: Whether four neighbours of a line make a sample, not two: finer, and never beyond each channel's own range.

    Returns:
        (B, `height`, `width`, C); pixels the image does not cover are 0, those it covers in part are weighted.
    """
    back = np.linalg.inv(h)
    count = samples or int(np.clip(np.ceil(_shrink(back, (height, width), (image.shape[1], image.shape[2]))) + 1, 4, 8))
    left, top, right, low = _covered(h, image.shape[2], image.shape[1], width, height)
    out = torch.zeros(len(image), image.shape[3], height, width, device=image.device)
    if left < right and top < low:
        source, part = to_bchw(image.to(torch.float32)), out[..., top:low, left:right]
        seen = transform(back, unit_square(right - left, low - top) + [left, top])
        is_whole = bool(((seen >= 0) & (seen <= (image.shape[2], image.shape[1]))).all())  # what lies between them does, too
        for grid in _grids(back, (left, top, right, low), count, image.shape[2], image.shape[1], image.device):
            drawn = F.grid_sample(source, grid.expand(len(image), -1, -1, -1), mode="bicubic" if cubic else "bilinear",
                                  padding_mode="border", align_corners=False)
            if cubic:
                drawn = drawn.clamp(source.amin((2, 3), keepdim=True), source.amax((2, 3), keepdim=True))
            # it ends at its edge, not where interpolation fades out
            part += drawn if is_whole else drawn * (grid.abs() <= 1).all(-1)[:, None]
    return to_bhwc(out.div_(count * count))


def doubled(image: torch.Tensor) -> torch.Tensor:
    """A picture (B, H, W, C) with a sample between each two: sinc over eight neighbours, Lanczos' window.

    A place (x, y) of it is (2 x - 0.5, 2 y - 0.5) there, and its own samples stay as they are.
    Cubic samples of it are true nearly up to the finest detail that a picture can hold, which linear ones of it itself halve.
    """
    planes = F.pad(to_bchw(image), (3, 4, 3, 4), mode="replicate")
    return to_bhwc(_between(_between(planes, -1), -2))


def _between(planes: torch.Tensor, axis: int) -> torch.Tensor:
    """Twice the samples of one axis; three at its start and four at its end are used up."""
    at = np.arange(-3.5, 4)
    weights = np.sinc(at) * np.sinc(at / 4)
    count = planes.shape[axis] - 7
    later = torch.zeros_like(planes.narrow(axis, 0, count))
    for k, weight in enumerate((weights / weights.sum()).tolist()):
        later += planes.narrow(axis, k, count) * weight
    return torch.stack((planes.narrow(axis, 3, count), later), dim=axis).flatten(axis - 1, axis)


def _covered(h: np.ndarray, source_width: int, source_height: int, width: int, height: int) -> tuple[int, int, int, int]:
    """Part of the output that the source can reach: left, top, right, low; all of it where the source passes the eye."""
    corners = transform(h, unit_square(source_width, source_height))
    if not np.isfinite(corners).all():
        return 0, 0, width, height
    low, high = np.floor(corners.min(0)) - 2, np.ceil(corners.max(0)) + 2
    left, right = np.clip((low[0], high[0]), 0, width)
    top, bottom = np.clip((low[1], high[1]), 0, height)
    return int(left), int(top), int(right), int(bottom)


def _grids(back: np.ndarray, box: tuple[int, int, int, int], count: int, width: int, height: int,
           device: torch.device) -> Iterator[torch.Tensor]:
    """Sampling grids of `count` × `count` positions in every pixel of `box`, in `grid_sample`'s -1..1."""
    to_grid = np.array([[2 / width, 0, -1], [0, 2 / height, -1], [0, 0, 1.0]]) @ back
    matrix = torch.as_tensor(to_grid, dtype=torch.float64, device=device)
    xs, ys = (torch.arange(a, b, dtype=torch.float64, device=device) for a, b in ((box[0], box[2]), (box[1], box[3])))
    x, y = torch.meshgrid(xs, ys, indexing="xy")
    corner = [matrix[k, 0] * x + matrix[k, 1] * y + matrix[k, 2] for k in range(3)]  # of the pixel; a sub-sample adds a constant
    # Whether the plane passes the eye inside the box: rare, and dear to ask for at every position.
    passes = float(corner[2].min() + matrix[2, :2].clamp_max(0).sum()) <= 1e-9
    for i in range(count):
        for j in range(count):
            step = matrix[:, 0] * ((j + 0.5) / count) + matrix[:, 1] * ((i + 0.5) / count)
            u, v, w = (at + step[k] for k, at in enumerate(corner))
            behind = w <= 1e-9 if passes else None
            w = w if behind is None else w.masked_fill_(behind, 1.0)
            grid = torch.empty(*w.shape, 2, device=device)
            grid[..., 0], grid[..., 1] = u.div_(w), v.div_(w)
            yield (grid if behind is None else grid.masked_fill_(behind[..., None], -9.0))[None]
