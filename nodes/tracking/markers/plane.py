"""The plane that found markers agree on: the simplest motion that explains them, so that their errors average out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from ...image.warp import to_opencv, transform, unit_square

STRAY_PX = 2.0
_TO_SPARE = 3  # markers that must agree beyond those that fix the motion: fewer agree by chance
_FINEST = 0.02  # px; markers are not told apart more finely
# What a plane may do, as directions of a 3 x 3: shift (2 of them), turn and size (4), stretch and shear (6), perspective (8).
_WAYS = np.zeros((8, 3, 3))
_WAYS[0, 0, 2] = _WAYS[1, 1, 2] = _WAYS[2, 0, 0] = _WAYS[2, 1, 1] = _WAYS[3, 1, 0] = _WAYS[4, 0, 0] = 1
_WAYS[5, 0, 1] = _WAYS[5, 1, 0] = _WAYS[6, 2, 0] = _WAYS[7, 2, 1] = 1
_WAYS[3, 0, 1] = _WAYS[4, 1, 1] = -1


@dataclass(frozen=True, slots=True)
class Agreed:
    """A plane (3 × 3, from the unit square), which markers agree on it (N,), how far they stray, expected error of a corner."""

    plane: np.ndarray
    agree: np.ndarray
    rest: float
    corner_error: float


def agreed_plane(uv: np.ndarray, places: np.ndarray, near: np.ndarray, bases: list[np.ndarray]) -> Agreed | None:
    """The plane of markers found at `places` (N, 2), whose centres on it are `uv` (N, 2).

    Args:
        uv: Centres on the plane.
        places: Where they were found, pixel areas.
        near: 3 × 3, where the plane lies about.
        bases: Planes that it may be, moved a little; where a smaller motion from one of them suffices, that is the answer.

    Returns:
        The plane, or None where too few agree on one.
    """
    agree = _agreeing(transform(near, uv), places)
    if agree is None:
        return None
    tried = [_moved(base, uv[agree], places[agree], count) for base in bases for count in (2, 4, 6, 8)
             if agree.sum() >= count / 2 + 1]
    equations = 2 * int(agree.sum())
    plane, rest, count = min(tried, key=lambda t: equations * np.log(t[1] ** 2) + t[2] * np.log(equations))
    return Agreed(plane, agree, rest, _corner_error(plane, uv[agree], rest, count))


def _agreeing(expected: np.ndarray, places: np.ndarray) -> np.ndarray | None:
    """Which markers move alike, allowing more kinds of motion the more of them there are; None where none can be told."""
    best, excess = None, _TO_SPARE - 1
    for needed, inliers in ((1, _shifted), (2, _turned), (3, _sheared), (4, _tilted)):
        if len(expected) >= needed + _TO_SPARE:
            agree = inliers(to_opencv(expected), to_opencv(places))
            if agree.sum() - needed > excess:
                best, excess = agree, int(agree.sum()) - needed
    return best


def _shifted(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    moves = b - a
    agree = np.linalg.norm(moves[:, None] - moves[None], axis=-1) < STRAY_PX
    return agree[int(agree.sum(1).argmax())]


def _turned(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return _flags(cv2.estimateAffinePartial2D(a, b, method=cv2.RANSAC, ransacReprojThreshold=STRAY_PX)[1], len(a))


def _sheared(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return _flags(cv2.estimateAffine2D(a, b, method=cv2.RANSAC, ransacReprojThreshold=STRAY_PX)[1], len(a))


def _tilted(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return _flags(cv2.findHomography(a, b, cv2.RANSAC, STRAY_PX)[1], len(a))


def _flags(inliers: np.ndarray | None, count: int) -> np.ndarray:
    return np.zeros(count, bool) if inliers is None else inliers.ravel() > 0


def _moved(base: np.ndarray, uv: np.ndarray, places: np.ndarray, count: int) -> tuple[np.ndarray, float, int]:
    """`base` moved in the first `count` ways to suit the places (least squares), what is left in px, `count`."""
    to_unit = _to_unit(places)
    plane, target = to_unit @ base, transform(to_unit, places)
    for _ in range(6):
        at = transform(plane, uv)
        step = np.linalg.lstsq(_rates(at, count), (target - at).ravel(), rcond=None)[0]
        move = np.tensordot(step, _WAYS[:count], axes=1)
        plane = (np.eye(3) + move + move @ move / 2 + move @ move @ move / 6) @ plane
    plane = np.linalg.inv(to_unit) @ plane
    left = float(((transform(plane, uv) - places) ** 2).sum())
    spare = max(2 * len(uv) - count, 1)
    rest = np.sqrt(left / spare + _FINEST**2) if np.isfinite(left) else 1e6
    return plane / plane[2, 2], float(rest), count


def _to_unit(places: np.ndarray) -> np.ndarray:
    middle, reach = places.mean(0), max(float(np.ptp(places, axis=0).max()) / 2, 1.0)
    return np.array([[1 / reach, 0, -middle[0] / reach], [0, 1 / reach, -middle[1] / reach], [0, 0, 1.0]])


def _rates(at: np.ndarray, count: int) -> np.ndarray:
    """How places (N, 2) move in each way: (2 N, count)."""
    turned = np.append(at, np.ones((len(at), 1)), axis=1) @ _WAYS[:count].transpose(0, 2, 1)
    return np.moveaxis(turned[..., :2] - at * turned[..., 2:], 0, 2).reshape(-1, count)


def _corner_error(plane: np.ndarray, uv: np.ndarray, rest: float, count: int) -> float:
    """Expected error of the worst corner in px, from how the markers stray."""
    places, corners = transform(plane, uv), transform(plane, unit_square())
    to_unit = _to_unit(places)
    known = _rates(transform(to_unit, places), count)
    lever = _rates(transform(to_unit, corners), count) @ np.linalg.pinv(known)
    return rest * float(np.sqrt((lever**2).sum(1).reshape(4, 2).sum(1).max()))
