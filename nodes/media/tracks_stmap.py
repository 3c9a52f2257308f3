"""A track as ST-maps: for every pixel of a frame, which place of the pinned picture it shows, in 32-bit float EXR.

As Nuke's STMap reads it: red and green are x and y of the picture, 0..1 from its lower left corner, at pixel centres, so the
map that changes nothing is (x + 0.5) / width, (y + 0.5) / height with y up. Alpha is how much of the pixel the picture covers.
A frame that is not tracked is empty: alpha 0 everywhere, nothing held.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from .. import runtime
from ..image.warp import homography, transform, unit_square
from ..wires.track import Track, TrackFrame
from .claim import Made
from .exr import read_exr, write_data
from .manifest import fingerprint

_MARK = "raccord/inputs"


def stmap(corners: np.ndarray | None, width: int, height: int) -> np.ndarray:
    """Map of one frame.

    Args:
        corners: (4, 2) TL TR BR BL in pixel areas, or None where there is nothing to show.
        width: Of the frame.
        height: Of the frame.

    Returns:
        (height, width, 4) float32: x, y, 0, coverage; all 0 where the surface is not.
    """
    out = np.zeros((height, width, 4), np.float32)
    if corners is None:
        return out
    low = np.clip(np.floor(corners.min(0)), 0, (width, height)).astype(int)
    high = np.clip(np.ceil(corners.max(0)), low, (width, height)).astype(int)
    columns, rows = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
    centres = np.stack([columns, rows], axis=-1) + 0.5
    covered = _coverage(corners, centres)
    at = transform(np.linalg.inv(homography(unit_square(), corners)), centres)
    seen = (covered > 0) & np.isfinite(at).all(-1)
    part = out[low[1]:high[1], low[0]:high[0]]
    part[seen] = np.stack([at[..., 0], 1 - at[..., 1], np.zeros_like(covered), covered], axis=-1)[seen]
    return out


def _coverage(corners: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Share of each pixel inside a convex quad: exact along upright edges, within 0.07 along others."""
    edges = np.roll(corners, -1, axis=0) - corners
    side = np.sign(edges[0, 0] * edges[1, 1] - edges[0, 1] * edges[1, 0])
    share = np.ones(centres.shape[:-1])
    for (x, y), (dx, dy) in zip(corners, edges, strict=True):
        inside = side * ((centres[..., 1] - y) * dx - (centres[..., 0] - x) * dy)
        share *= np.clip(0.5 + inside / (abs(dx) + abs(dy)), 0, 1)
    return share


def stmap_files(track: Track, start_frame: int, pixel_aspect: float = 1.0) -> dict[str, Made]:
    """Every frame's map by suffix, `.stmap.1001.exr` and on, made when it is written; see `claim.place`."""
    bar = runtime.Progress(len(track.frames))
    whole = fingerprint(track=track.to_json(), start_frame=start_frame, pixel_aspect=pixel_aspect)
    return {f".stmap.{start_frame + i:04}.exr": _made(frame, track, f"{whole} {i}", pixel_aspect, bar)
            for i, frame in enumerate(track.frames)}


def _made(frame: TrackFrame, track: Track, mark: str, pixel_aspect: float, bar: runtime.Progress) -> Made:
    def write(path: Path) -> None:
        bar.step()
        corners = frame.corners.array if frame.corners and frame.state == "tracked" else None
        words = {_MARK: mark, "raccord/state": frame.state}
        write_data(path, stmap(corners, *track.frame_size), Fraction(track.fps), pixel_aspect, words)

    def holds(path: Path) -> bool:
        try:
            header, parts = read_exr(path)
        except ValueError:
            return False
        return header.get(_MARK) == mark and bool(parts[0])

    return Made(mark, write, holds)
