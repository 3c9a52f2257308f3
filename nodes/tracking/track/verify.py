"""Whether features alone say where the surface is, though its picture as a whole does not agree."""

from __future__ import annotations

import numpy as np

from ...image.opencv import cv2
from .flow import Flow, fit_plane
from .reference import Reference

BENT_PX = 1.5
LEAST_FEATURES, LEAST_SPREAD = 24, 0.2
FLEXES = 0.006  # of the surface's diagonal: a lens that bends, a sheet that curls
MOST_AGREE = 0.6


def enough(points: np.ndarray, reference: Reference) -> bool:
    """Whether template points (N, 2) that one plane explains are so many, and spread so far, that it is the surface's."""
    if len(points) < LEAST_FEATURES:
        return False
    spread = cv2.contourArea(cv2.convexHull(points.astype(np.float32)))
    return spread >= LEAST_SPREAD * cv2.contourArea(reference.corners.astype(np.float32))


def explained(again: Flow) -> np.ndarray:
    """Template points (N, 2) of the features that the plane of most of them explains within `BENT_PX`."""
    return again.points[again.residuals(again.h) < BENT_PX]


def nearly_flat(again: Flow, reference: Reference) -> np.ndarray | None:
    """Template to frame of the plane that most features lie near, though not in: a lens bends it, a sheet curls. Or None."""
    corners = cv2.perspectiveTransform(reference.corners[None], again.h)[0]
    limit = FLEXES * float(np.linalg.norm(corners[[0, 1]] - corners[[2, 3]], axis=1).max())
    if reference.basis.shape[1] < 8 or limit <= BENT_PX:
        return None
    fitted = fit_plane(again.points.astype(np.float64), again.at, "homography", limit)
    if fitted is None or fitted[1].mean() < MOST_AGREE or not enough(again.points[fitted[1]], reference):
        return None
    return fitted[0]
