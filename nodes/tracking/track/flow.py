"""Features followed by pyramidal LK, checked there and back, and the plane that most of them agree on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from .back import draw_back
from .reference import CHECKED, Reference

LEAST, ENOUGH = 8, 100
_CRITERIA = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 20, 0.03)


@dataclass(frozen=True, slots=True)
class Flow:
    """Features of the reference found in a frame.

    Attributes:
        h: Template to frame, by the features that agree.
        asked: Number of features that should be in the frame.
        found: Number that came back to where they started.
        agree: Number of those that the plane explains.
        points: (found, 2) reference positions in the template.
        at: (found, 2) where they were found, in the frame.
    """

    h: np.ndarray
    asked: int
    found: int
    agree: int
    points: np.ndarray
    at: np.ndarray

    def residuals(self, h: np.ndarray) -> np.ndarray:
        """Distance in frame pixels of each found feature from where `h` puts it."""
        if not self.found:
            return np.empty(0)
        return np.linalg.norm(cv2.perspectiveTransform(self.points[None].astype(np.float64), h)[0] - self.at, axis=1)


def there_and_back(first: np.ndarray, second: np.ndarray, points: np.ndarray, *, levels: int, limit: float, window: int = 21,
                   guess: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Follow `points` (N, 2) from one uint8 picture to another and back.

    Returns:
        Positions (N, 2) in the second picture, and which of them (N,) came back within `limit` pixels.
    """
    start = np.ascontiguousarray(points, np.float32).reshape(-1, 1, 2)
    initial = np.array(points if guess is None else guess, np.float32).reshape(-1, 1, 2)
    options = {"winSize": (window, window), "maxLevel": levels, "criteria": _CRITERIA, "flags": cv2.OPTFLOW_USE_INITIAL_FLOW}
    there, ok, _ = cv2.calcOpticalFlowPyrLK(first, second, start, initial, **options)
    options["maxLevel"] = min(levels, 1)  # the way back begins where it should end
    back, ok_back, _ = cv2.calcOpticalFlowPyrLK(second, first, there, start.copy(), **options)
    gap = np.linalg.norm(back - start, axis=-1)[:, 0]
    inside = ((there[:, 0] >= 0) & (there[:, 0] <= np.array(second.shape[::-1]) - 1)).all(1)
    return there[:, 0], (ok[:, 0] > 0) & (ok_back[:, 0] > 0) & (gap < limit) & inside


def fit_plane(source: np.ndarray, target: np.ndarray, model: str, limit: float) -> tuple[np.ndarray, np.ndarray] | None:
    """Plane motion (3 × 3) that most pairs of points agree on within `limit` pixels, and which do (N,)."""
    least = {"homography": LEAST, "affine": 6, "similarity": 4, "translation": 3}[model]
    if len(source) < least:
        return None
    if model == "homography":
        found, inliers = cv2.findHomography(source, target, cv2.USAC_MAGSAC, limit, None, 3000, 0.9995)
    elif model == "affine":
        found, inliers = cv2.estimateAffine2D(source, target, None, cv2.USAC_MAGSAC, limit, 3000, 0.9995)
    elif model == "similarity":
        found, inliers = cv2.estimateAffinePartial2D(source, target, method=cv2.RANSAC, ransacReprojThreshold=limit)
    else:
        move = np.median(target - source, axis=0)
        inliers = (np.linalg.norm(target - source - move, axis=1) < limit).astype(np.uint8)
        found = np.array([[1, 0, move[0]], [0, 1, move[1]]]) if inliers.any() else None
    if found is None or inliers is None or int(inliers.sum()) < least:
        return None
    h = (found if found.shape[0] == 3 else np.vstack([found, [0, 0, 1]])).astype(np.float64)
    agree = inliers.reshape(-1) > 0
    if not 1e-6 < abs(np.linalg.det(h)) < 1e6:  # matches that all lie on one point fit a plane that has shrunk to it
        return None
    return (h, agree) if from_the_front(h, source[agree]) else None


def from_the_front(h: np.ndarray, points: np.ndarray) -> bool:
    """Whether `h` shows `points` (N, 2) before the camera and not mirrored, as it must be with a surface that was seen."""
    depth = points @ h[2, :2] + h[2, 2]
    return bool((depth * np.linalg.det(h) > 0).all())


def chain(before: np.ndarray, now: np.ndarray, h: np.ndarray, expected: np.ndarray, reference: Reference, model: str,
          use: np.ndarray) -> Flow | None:
    """Follow the surface from one frame to the next.

    Args:
        before: Frame (H, W) on which the surface lies at `h`.
        now: The frame to find it on.
        h: Template to frame on `before`.
        expected: The same, guessed for `now`.
        reference: The surface.
        model: The motion it may make.
        use: (N,) which features were seen on `before`: the others lie under something that moves by itself.
    """
    points = reference.features[use].astype(np.float64)
    points = points[:: max(1, len(points) // ENOUGH)]
    if len(points) < 3:
        return None
    start, guess = (cv2.perspectiveTransform(points[None], m)[0] for m in (h, expected))
    height, width = before.shape
    inside = ((start >= 2) & (start < (width - 2, height - 2))).all(1)
    if inside.sum() < 3:
        return None
    both = np.concatenate([start[inside], guess[inside]])
    reach = 48 + 0.1 * float(np.ptp(start[inside], axis=0).max())
    low = np.clip(np.floor(both.min(0) - reach), 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(both.max(0) + reach), low + 16, (width, height)).astype(int)
    low = np.minimum(low, np.maximum(high - 16, 0))
    first, second = (np.ascontiguousarray(f[low[1] : high[1], low[0] : high[0]]) for f in (before, now))
    there, good = there_and_back(first, level(second, first), start[inside] - low, levels=4, limit=0.8, guess=guess[inside] - low)
    fitted = fit_plane(points[inside][good], there[good] + low, model, 2.0)
    if fitted is None:
        return None
    return Flow(fitted[0], int(inside.sum()), int(good.sum()), int(fitted[1].sum()), points[inside][good], there[good] + low)


def level(picture: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Bring a uint8 picture to the mean and contrast of another: LK takes brightness for motion."""
    (mean, spread), (mean_like, spread_like) = ([float(v[0, 0]) for v in cv2.meanStdDev(p)] for p in (picture, like))
    gain = float(np.clip(spread_like / max(spread, 1e-3), 0.7, 1.4))
    table = np.clip((np.arange(256) - mean) * gain + mean_like, 0, 255).round().astype(np.uint8)
    return cv2.LUT(picture, table)


def re_anchor(luma: np.ndarray, h: np.ndarray, reference: Reference, model: str, *, levels: int = 2) -> Flow | None:
    """Follow the features from the reference to the frame drawn back through `h`: no error is carried from frame to frame."""
    back, covered = draw_back(luma, h, reference)
    points = reference.checked
    if len(points) and covered is not None:
        at = points.round().astype(int)
        points = points[covered[at[:, 1], at[:, 0]] > 0]
    if len(points) < 3:
        return None
    picture = np.clip(back, 0, 255).round().astype(np.uint8)
    there, good = there_and_back(reference.template, level(picture, reference.template), points, levels=levels, limit=0.6)
    fitted = fit_plane(points[good].astype(np.float64), there[good].astype(np.float64), model, 1.2)
    if fitted is None:
        return None
    at = cv2.perspectiveTransform(there[good][None].astype(np.float64), h)[0]
    return Flow(h @ fitted[0], len(points), int(good.sum()), int(fitted[1].sum()), points[good], at)


def steady_start(flow: Flow, h: np.ndarray, reference: Reference) -> np.ndarray:
    """Where to start refining: the plane of the features when many agree on it, else no more than place, turn and size."""
    if flow.agree >= max(16, 0.4 * min(len(reference.features), CHECKED)):
        return flow.h
    back = cv2.perspectiveTransform(flow.at[None], np.linalg.inv(h))[0]
    fitted = fit_plane(flow.points.astype(np.float64), back, "similarity", 1.5)
    return h if fitted is None else h @ fitted[0]
