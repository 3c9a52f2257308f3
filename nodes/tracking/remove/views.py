"""Markers on the frames of a clip, and which of these frames to learn from."""

from __future__ import annotations

import numpy as np
import torch

from ...image.warp import homography, transform, unit_square
from ...wires.markers import Markers
from ...wires.track import Track
from .spot import Spot, spot_on, stamped_anew
from .under import expected
from .wash import presence

MOST_VIEWS = 24
TRIED, _SAME_PLACE = 3, 0.05  # frames; pixels


class Views:
    """Markers on the frames of a clip, where they lie on its plane: carried along by it, or stamped anew on every frame."""

    def __init__(self, images: torch.Tensor, track: Track, markers: Markers) -> None:
        """Look which of the two it is; where the surface keeps its size both are the same."""
        self.images, self.track, self.markers = images, track, markers
        self.planes = [None if f.corners is None else homography(unit_square(), f.corners.array) for f in track.frames]
        self.chosen = _chosen(track, markers)
        self.layouts: dict[int, Markers] = {}
        self._stamped_anew()

    def spot(self, frame: int, number: int) -> Spot | None:
        """A marker on a frame; None where it is not in view."""
        plane = self.planes[frame]
        return None if plane is None else spot_on(self.images[frame], plane, self.layouts.get(frame, self.markers), number)

    def _stamped_anew(self) -> None:
        """Take the layouts of stamps on each frame by itself if they are seen more clearly where the two differ most."""
        anew: dict[int, Markers] = {}
        for i, frame in enumerate(self.track.frames):
            made = None if frame.corners is None else stamped_anew(self.markers, frame.corners)
            if made is None and frame.corners is not None:
                return
            anew |= {} if made is None else {i: made}

        def apart(frame: int) -> float:
            plane = self.planes[frame]
            if plane is None:
                return 0.0
            pairs = zip(self.markers.markers, anew[frame].markers, strict=True)
            return max(float(np.abs(transform(plane, np.array(a.uv)) - transform(plane, np.array(b.uv))).max()) for a, b in pairs)

        frames = sorted(self.chosen, key=apart)[-TRIED:]
        if not frames or apart(frames[-1]) < _SAME_PLACE:
            return
        if sum(self._shows(i, anew[i]) for i in frames) > sum(self._shows(i, self.markers) for i in frames):
            self.layouts = anew

    def _shows(self, frame: int, layout: Markers) -> float:
        """How clearly a frame shows a layout."""
        plane = self.planes[frame]
        spots = [] if plane is None else [spot_on(self.images[frame], plane, layout, m.number) for m in layout.markers]
        return sum(abs(presence(s, expected(s, self.markers.strength)[0], None)) for s in spots if s is not None)


def _chosen(track: Track, markers: Markers) -> list[int]:
    """Frames to learn from: the one that was stamped first, as far as its corners tell, then others spread over the clip."""
    tracked = [i for i, f in enumerate(track.frames) if f.state == "tracked" and f.corners is not None]
    scale = np.divide(track.frame_size, markers.frame_size)
    def apart(i: int) -> float:
        corners = track.frames[i].corners
        return float(np.abs(corners.array - markers.corners.array * scale).max()) if corners else np.inf
    spread = [tracked[k] for k in np.unique(np.linspace(0, len(tracked) - 1, min(len(tracked), MOST_VIEWS)).astype(int))] \
        if tracked else []
    first = min(tracked, key=apart, default=None)
    return sorted({*spread, *([] if first is None else [first])}, key=lambda i: (apart(i) > 3, i if i != first else -1))
