"""Finding the surface anywhere in a frame after it was hidden: SIFT features of the reference, matched one way round."""

from __future__ import annotations

import numpy as np

from ...image.opencv import cv2
from .flow import fit_plane
from .reference import Reference

RATIO = 0.8
_LARGEST = 1280


class Search:
    """Features of one reference, to be found again."""

    def __init__(self, reference: Reference) -> None:
        """Describe the reference once."""
        self._sift = cv2.SIFT.create(nfeatures=1500, contrastThreshold=0.02)
        keys, self._described = self._sift.detectAndCompute(reference.template, reference.weight)
        self._points = np.array([k.pt for k in keys], float).reshape(-1, 2)

    def find(self, luma: np.ndarray, model: str) -> tuple[np.ndarray, np.ndarray] | None:
        """Template to frame where the surface may be, and the template points (N, 2) that say so; to be verified. Or None."""
        if self._described is None or len(self._points) < 8:
            return None
        scale = min(1.0, _LARGEST / max(luma.shape))
        small = luma if scale == 1 else cv2.resize(luma, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        keys, described = self._sift.detectAndCompute(small, None)
        if described is None or len(keys) < 8:
            return None
        pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(self._described, described, k=2)
        good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < RATIO * p[1].distance]
        if len(good) < 8:
            return None
        at = (np.array([keys[m.trainIdx].pt for m in good]) + 0.5) / scale - 0.5
        points = self._points[[m.queryIdx for m in good]]
        fitted = fit_plane(points, at, model, 2.5)
        return (fitted[0], points[fitted[1]]) if fitted is not None and fitted[1].sum() >= 8 else None
