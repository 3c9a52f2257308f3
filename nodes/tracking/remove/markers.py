"""Stamped markers taken out of a tracked clip; each frame keeps its light and its grain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ... import runtime
from ...image.layout import check_image
from ...wires.check import wired
from ...wires.markers import Markers
from ...wires.track import Track
from ..markers.stamp import Box
from .cover_up import cover_up, outline, sureness
from .place import Place
from .settle import Under, lets_through, settle
from .under import as_stamped
from .views import TRIED, Views


@dataclass(frozen=True, slots=True)
class Removed:
    """Frames without markers.

    Attributes:
        images: The frames.
        changed: Which of them were.
        how: How each marker's texture is known, by number.
        outlines: What is left along the rims of each, see `outline`.
    """

    images: torch.Tensor
    changed: tuple[int, ...]
    how: dict[int, str]
    outlines: dict[int, float]


def remove_markers(images: torch.Tensor, track: Track, markers: Markers, clean_image: torch.Tensor | None = None) -> Removed:
    """Take stamped markers out.

    What was under a marker is known from `clean_image`, else from what the stamp noted, else by what came through the paint in
    many frames; it is brought to each frame's place, light and softness by the ground beside the marker, and what the frame
    shows beyond it stays. Frames without the marker show it better. Only where nothing tells, it is filled in from around.

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
        return Removed(images, (), {}, {})
    bar = runtime.Progress(len(images) + len(markers.markers))
    views = Views(images, track, markers)
    known = _known(views, clean, bar)
    if not known:
        return Removed(images, (), {}, {})
    exact = _exact(views, known)
    out, changed, rims = images.clone(), [], {place.number: [] for place, _ in known}
    for i in range(len(images)):
        bar.step()
        shown = {place.number: place.painted(views, i, under) for place, under in known}
        for number, one in shown.items():
            if one is not None:
                done = cover_up(one, exact)
                _write(out[i], one.spot.box, *done)
                rims[number].append(outline(one, done[0]))
        changed += [i] if any(one is not None for one in shown.values()) else []
    outlines = {number: float(np.median(each)) for number, each in rims.items() if each}
    return Removed(out if changed else images, tuple(changed), {place.number: under.how for place, under in known}, outlines)


def _exact(views: Views, known: list[tuple[Place, Under]]) -> float:
    """How sure it is that the paint was laid on each frame by Stamp Markers, by frames far from the one stamped first."""
    if not all(under.thin for _, under in known):
        return 0.0
    frames = views.chosen[1:] or views.chosen
    chosen = {frames[k] for k in np.linspace(0, len(frames) - 1, TRIED).round().astype(int)}
    fits = [place.painted(views, i, under) for i in sorted(chosen) for place, under in known]
    return sureness([one.misfit for one in fits if one is not None])


def _write(target: torch.Tensor, box: Box, done: np.ndarray, counts: np.ndarray) -> None:
    """Write a box without its marker into a frame."""
    left, top, right, low = box
    part = target[top:low, left:right]
    values, where = (torch.from_numpy(a).to(part.device) for a in (done, counts))
    part[..., :3] = torch.where(where[..., None], values.to(part), part[..., :3])


def _known(views: Views, clean: torch.Tensor | None, bar: runtime.Progress) -> list[tuple[Place, Under]]:
    """The markers that the clip shows, and the texture under each."""
    strength, found = views.markers.strength, []
    for marker in views.markers.markers:
        bar.step()
        place = Place.of(views, marker, clean)
        anchor = place.anchor(strength)
        found += [] if anchor is None else [(place, anchor)]
    own = as_stamped([anchor for _, anchor in found])
    learnt = [(place, place.learn(anchor, strength, own=own)) for place, anchor in found]
    thin = lets_through([one for _, one in learnt])
    return [(place, settle(one, thin, place.before)) for place, one in learnt]
