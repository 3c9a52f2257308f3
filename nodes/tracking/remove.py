"""Stamped markers taken out of a tracked clip; each frame keeps its light and its grain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .. import runtime
from ..image.layout import check_image
from ..image.warp import homography, transform, unit_square
from ..wires.check import wired
from ..wires.markers import Markers
from ..wires.track import Track
from .cover_up import cover_up
from .flatten import flat_size
from .ink import to_ycc
from .spot import Flat, Spot, spot_on, stamped_anew
from .under import Under, anchor_of, as_stamped, expected, learn, lets_through, settle
from .wash import presence

MOST_VIEWS = 24
_TRIED, _SAME_PLACE = 3, 0.05  # frames; pixels
_FINER = 1.5  # pixels of the flat view to one of the largest view


@dataclass(frozen=True, slots=True)
class Removed:
    """Frames without markers, where something was changed on a frame, and how each marker's texture is known, by number."""

    images: torch.Tensor
    changed: tuple[int, ...]
    how: dict[int, str]


def remove_markers(images: torch.Tensor, track: Track, markers: Markers, clean_image: torch.Tensor | None = None) -> Removed:
    """Take stamped markers out.

    Paint of Stamp Markers is thin: what is under it is calculated back, which gives each frame its own texture, light and grain;
    where that is louder than the grain beside the marker, the middle of many frames takes its place. Under paint that covers
    (a generator may have painted the markers anew), the texture is taken from frames that show the place without the marker,
    from `clean_image`, or filled in from around, in this order.

    Args:
        images: (T, H, W, 3|4) encoded sRGB; alpha passes.
        track: The plane that carries the markers.
        markers: What was stamped on it.
        clean_image: (1, h, w, 3|4), the picture from before the stamping, or None.

    Returns:
        A new batch; pixels that no marker touches are those of `images`, bit for bit. A refused track gives `images` itself.

    Raises:
        ValueError: Counts or sizes that do not belong together.
    """
    images = check_image(images, "images")
    wired(track, Track, "track").check_clip(len(images), images.shape[2], images.shape[1])
    wired(markers, Markers, "markers")
    clean = None if clean_image is None else check_image(clean_image, "clean_image")[:1, ..., :3]
    if track.refused or not markers.markers:
        return Removed(images, (), {})
    bar = runtime.Progress(len(images) + len(markers.markers))
    views = Views(images, track, markers)
    known = _known(views, clean, bar)
    if not known:
        return Removed(images, (), {})
    out, changed = images.clone(), []
    for i in range(len(images)):
        bar.step()
        spots = [(number, views.spot(i, number)) for number in known]
        done = [_into(out[i], spot, known[n], markers.strength, i * 4096 + n) for n, spot in spots if spot is not None]
        changed += [i] if any(done) else []
    return Removed(out if changed else images, tuple(changed), {number: under.how for number, under in known.items()})


def _into(target: torch.Tensor, spot: Spot, under: Under, strength: float, seed: int) -> bool:
    """Write the box without its marker into a frame; whether there was one."""
    done = cover_up(spot, under, strength, seed)
    if done is None:
        return False
    left, top, right, low = spot.box
    part = target[top:low, left:right]
    values, where = (torch.from_numpy(a).to(part.device) for a in done)
    part[..., :3] = torch.where(where[..., None], values.to(part), part[..., :3])
    return True


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

        frames = sorted(self.chosen, key=apart)[-_TRIED:]
        if not frames or apart(frames[-1]) < _SAME_PLACE:
            return
        if sum(self._shows(i, anew[i]) for i in frames) > sum(self._shows(i, self.markers) for i in frames):
            self.layouts = anew

    def _shows(self, frame: int, layout: Markers) -> float:
        """How clearly a frame shows a layout."""
        plane = self.planes[frame]
        spots = [] if plane is None else [spot_on(self.images[frame], plane, layout, m.number) for m in layout.markers]
        return sum(abs(presence(s, expected(s, self.markers.strength)[0], None)) for s in spots if s is not None)


def _known(views: Views, clean: torch.Tensor | None, bar: runtime.Progress) -> dict[int, Under]:
    """Texture under each marker that the clip shows, by number."""
    markers, anchors, seen = views.markers, {}, {}
    for marker in markers.markers:
        spots = [views.spot(i, marker.number) for i in views.chosen]
        seen[marker.number] = [s for s in spots if s is not None]
        anchor = anchor_of(seen[marker.number], markers.strength)
        if anchor is not None:
            anchors[marker.number] = anchor
    own, learnt = as_stamped(list(anchors.values())), {}
    width, height = np.array(flat_size(views.track)) * markers.size_uv * _FINER
    for marker in markers.markers:
        bar.step()
        if marker.number in anchors:
            flat = Flat.around(markers, marker, width, height)
            learnt[marker.number] = learn(anchors[marker.number], seen[marker.number], flat, markers.strength, own=own)
    thin = lets_through(list(learnt.values()))
    return {n: settle(one, thin, None if clean is None else _of_clean(clean, markers, one.flat))
            for n, one in learnt.items()}


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


def _of_clean(clean: torch.Tensor, markers: Markers, flat: Flat) -> np.ndarray:
    """The clean picture in a marker's flat view."""
    scale = np.divide((clean.shape[2], clean.shape[1]), markers.frame_size)
    plane = homography(unit_square(), markers.corners.array * scale)
    return flat.flattened(to_ycc(clean[0].float().cpu().numpy()), plane)
