"""A track as points: ComfyUI core's `TRACKS`."""

from __future__ import annotations

import numpy as np
import torch

from ...image.opencv import cv2
from ...image.warp import from_opencv, homography, to_opencv, unit_square
from .judge import Sight
from .reference import Reference
from .surface import Tracked


def homographies(tracked: Tracked) -> list[np.ndarray | None]:
    """Template to frame for every frame, from the track's corners; both OpenCV's. None where the plane is lost."""
    return [
        None if f.corners is None else homography(r.corners, to_opencv(f.corners.array))
        for f, r in zip(tracked.track.frames, tracked.references, strict=True)
    ]


def point_tracks(tracked: Tracked, most: int = 60) -> dict[str, torch.Tensor]:
    """Core `TRACKS`: the four corners and up to `most` features of the surface.

    Returns:
        `track_path` (T, N, 2) in pixel areas, `track_visibility` (T, N): tracked, inside the frame and unoccluded.
    """
    width, height = tracked.track.frame_size
    first = tracked.references[tracked.track.reference_frame]
    features = (
        first.features[np.linspace(0, len(first.features) - 1, min(most, len(first.features))).astype(int)]
        if len(first.features)
        else first.features
    )
    points = np.concatenate([first.corners, features.astype(float)])
    on_plane = _plane_positions(first, points)
    path = np.zeros((len(tracked.sights), len(points), 2), np.float32)
    seen = np.zeros(path.shape[:2], bool)
    for i, (frame, sight, reference) in enumerate(
        zip(tracked.track.frames, tracked.sights, tracked.references, strict=True)
    ):
        if frame.corners is None:
            path[i] = path[i - 1] if i else 0
            continue
        at = cv2.perspectiveTransform(on_plane[None], _plane_to(frame.corners.array))[0]
        path[i] = at
        if frame.state == "tracked":
            inside = ((at >= 0) & (at <= (width, height))).all(1)
            seen[i] = inside & _agreeing(sight, reference, on_plane)
    return {"track_path": torch.from_numpy(path), "track_visibility": torch.from_numpy(seen)}


def _plane_positions(reference: Reference, points: np.ndarray) -> np.ndarray:
    return cv2.perspectiveTransform(points[None], homography(reference.corners, unit_square()))[0]


def _plane_to(corners: np.ndarray) -> np.ndarray:
    return homography(unit_square(), corners)


def _agreeing(sight: Sight, reference: Reference, on_plane: np.ndarray) -> np.ndarray:
    if sight.agrees is None:
        return np.ones(len(on_plane), bool)
    at = from_opencv(cv2.perspectiveTransform(on_plane[None], _plane_to(reference.corners))[0])
    height, width = sight.agrees.shape
    cell = (at / reference.size * (width, height)).astype(int).clip(0, (width - 1, height - 1))
    return sight.agrees[cell[:, 1], cell[:, 0]] > 100
