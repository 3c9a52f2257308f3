"""A track as ST-maps: for every pixel of a frame, which place of the pinned picture it shows, in 32-bit float EXR.

As Nuke's STMap reads it: red and green are x and y of the picture, 0..1 from its lower left corner, at pixel centres, so the
map that changes nothing is (x + 0.5) / width, (y + 0.5) / height with y up. Alpha is how much of the pixel the picture covers.
A frame that is not tracked is empty: alpha 0 everywhere, nothing held.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import torch

from .. import runtime
from ..image.warp import homography, transform, unit_square, warp
from ..wires.track import Track, TrackFrame
from .claim import Made
from .exr import read_exr, write_data
from .package import fingerprint

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
    to_frame = homography(unit_square(2, 2), corners)
    covered = warp(torch.ones(1, 2, 2, 1), to_frame, height, width)[0, ..., 0].numpy()
    rows, columns = np.nonzero(covered > 0)
    at = transform(np.linalg.inv(homography(unit_square(), corners)), np.stack([columns, rows], axis=-1) + 0.5)
    seen = np.isfinite(at).all(-1)
    rows, columns, at = rows[seen], columns[seen], at[seen]
    out[rows, columns, 0], out[rows, columns, 1] = at[:, 0], 1 - at[:, 1]
    out[rows, columns, 3] = covered[rows, columns]
    return out


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
