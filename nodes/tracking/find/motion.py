"""Corners of the first frame followed through a clip, and the planes that they move with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ... import runtime
from ...image.opencv import cv2
from ..track.cut import Cuts
from ..track.flow import fit_plane, there_and_back
from ..track.source import Luma

FOLLOWED_SIDE = 640
LEAST_POINTS, LEAST_OF_A_PLANE, MOST_PLANES = 10, 14, 8
STILL, FAR, LIMIT = 1.2, 9.0, 1.0  # pixels at the size that is followed
BASELINE = 48
_STILL_SEEN, _FADES, _EMPTY, _FULL = 0.5, 96, 0.35, 0.8


@dataclass(frozen=True, slots=True)
class Motion:
    """How the corners of frame 0 move.

    Attributes:
        paths: (frames, N, 2) float32 in pixel areas at the size of `Detail`; not-a-number once a corner is gone. Frames after
            all were gone are left out.
        count: Frames of the clip.
        cut: First frame after a cut, or None.
        planes: (N,) number of the plane each corner moves with, the largest first; -1: with none; -2: gone too soon to say.
        parallax: Whether the camera or the things moved enough to tell planes apart.
    """

    paths: np.ndarray
    count: int
    cut: int | None
    planes: np.ndarray
    parallax: bool

    @property
    def gone_from(self) -> int:
        """First frame on which less than half of the corners of frame 0 are still seen; `count` where there is none."""
        if not self.paths.shape[1]:
            return self.count
        few = np.flatnonzero(np.isfinite(self.paths[..., 0]).mean(1) < _STILL_SEEN)
        return int(few[0]) if len(few) else len(self.paths)


def first_with_a_picture(luma: Luma) -> int:
    """0, or where the first frame is empty beside one of the next hundred, as at a fade, the first that is about as full."""
    contrast = np.array([float(luma.thumb(n).std()) for n in range(min(len(luma), _FADES))])
    full = contrast.max(initial=0.0)
    return int(np.argmax(contrast > _FULL * full)) if len(contrast) and contrast[0] < _EMPTY * full else 0


def follow_corners(luma: Luma, cuts: Cuts, corners: np.ndarray, scale: float, bar: runtime.Progress) -> Motion:
    """Follow corners of the first frame to the last, a frame at a time; what is kept is their positions only.

    Args:
        luma: The clip.
        cuts: Looks for cuts in it.
        corners: (N, 2) pixel areas at working size.
        scale: Working pixels per pixel of the frame.
        bar: Steps by one a frame.
    """
    small = min(1.0, FOLLOWED_SIDE / max(luma.width, luma.height))
    ratio = small / scale
    cut, alive = None, np.ones(len(corners), bool)
    before, at = _small(luma.frame(0), small), (corners * ratio).astype(np.float32)
    paths = [at.copy()]
    bar.step()
    for number in range(1, len(luma)):
        if alive.sum() < LEAST_POINTS:
            break
        if cuts.between(number - 1, number):
            cut = number
            break
        now = _small(luma.frame(number), small)
        there, good = there_and_back(before, now, at[alive] - 0.5, levels=3, limit=0.6, window=15)
        at[alive] = np.where(good[:, None], there + 0.5, np.nan)
        alive = np.isfinite(at[:, 0])
        paths.append(at.copy())
        before = now
        bar.step()
    planes, parallax = split(np.stack(paths))
    return Motion(np.stack(paths) / np.float32(ratio), len(luma), cut, planes, parallax)


def _small(luma: np.ndarray, scale: float) -> np.ndarray:
    return luma if scale == 1 else cv2.resize(luma, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def split(paths: np.ndarray) -> tuple[np.ndarray, bool]:
    """Sort paths (T, N, 2) into planes by sequential MAGSAC over a long baseline: (N,) numbers, and whether there is parallax."""
    alive = np.isfinite(paths[..., 0])
    enough = np.flatnonzero(alive.sum(1) >= max(LEAST_OF_A_PLANE, 0.6 * alive.shape[1]))
    far, moved = _baseline(paths, enough[enough <= BASELINE])
    seen = alive[far]
    if far == 0 or moved < STILL:
        return np.where(seen, 0, -2), False
    planes = np.where(seen, -1, -2)
    for number in range(MOST_PLANES):
        left = np.flatnonzero(planes == -1)
        if len(left) < LEAST_OF_A_PLANE:
            break
        fitted = fit_plane(paths[0, left].astype(float), paths[far, left].astype(float), "homography", LIMIT)
        if fitted is None or fitted[1].sum() < LEAST_OF_A_PLANE:
            break
        planes[left[fitted[1]]] = number
    for number in range(planes.max() + 1):
        _join(paths[: far + 1], planes, number)
    return planes, True


def _baseline(paths: np.ndarray, enough: np.ndarray) -> tuple[int, float]:
    """First frame on which much has moved far, else the last with `enough` corners; and by how many pixels."""
    far, moved = 0, 0.0
    for frame in enough.tolist():
        away = np.linalg.norm(paths[frame] - paths[0], axis=1)
        far, moved = frame, float(np.nanpercentile(away, 80)) if np.isfinite(away).any() else 0.0
        if moved > FAR:
            break
    return far, moved


def _join(paths: np.ndarray, planes: np.ndarray, number: int) -> None:
    """Give a plane the corners that were gone too soon, but went with it as long as they were seen."""
    last = np.isfinite(paths[..., 0]).sum(0) - 1
    for frame in np.unique(last[planes == -2]):
        own, here = planes == number, (planes == -2) & (last == frame)
        if frame < 1:
            continue
        h = cv2.findHomography(paths[0, own].astype(float), paths[frame, own].astype(float), 0)[0]
        if h is not None:
            away = cv2.perspectiveTransform(paths[None, 0, here].astype(float), h)[0] - paths[frame, here]
            planes[np.flatnonzero(here)[np.linalg.norm(away, axis=1) < 2 * LIMIT]] = number
