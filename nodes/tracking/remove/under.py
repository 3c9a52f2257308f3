"""What the frames of a clip tell about the place under a marker: its paint, what came through it, views without it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...image.opencv import cv2
from ..markers.ink import choose_inks, jars
from ..markers.patterns import TAG
from .ground import Lit, lit
from .spot import Flat, Spot
from .wash import FREE, PLACE, STAMPED, Paint, fine, fit_paint, presence, wash

SHOWS = 0.35  # share of the paint that must be there
_SAME_PAINT, _NEAR_INK = 0.08, 0.02  # of the contrast; of what an ink hides
_MISFIT, _BETTER = 1.5, 1.2


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a clip tells about the place under one marker.

    Attributes:
        flat: The view that textures are kept in.
        paint: As the clip shows it where it was stamped.
        own: Whether it is the paint of Stamp Markers itself.
        through: Texture (h, w, 3) with the paint taken off by calculation, in the light of the stamped frame.
        bare: Views of the place without the marker.
        ground: Where no marker covers anything (h, w) bool.
        covered: Where this one covers everything (h, w) bool.
    """

    flat: Flat
    paint: Paint
    own: bool
    through: np.ndarray
    bare: list[np.ndarray]
    ground: np.ndarray
    covered: np.ndarray


def expected(spot: Spot, strength: float) -> tuple[Paint, Paint]:
    """Paint as noted when it was stamped, and with the inks the other way round; where nothing was noted, as it would be."""
    level = float(np.median(spot.pixels[spot.ground][:, 0])) if spot.ground.any() else 0.5
    dark = True if spot.pattern == TAG else None
    inks = spot.marker.inks or choose_inks(level, strength, dark=dark)
    return Paint.of(inks), Paint.of(choose_inks(level, strength, dark=inks[0] > 0))


@dataclass(frozen=True, slots=True)
class Anchor:
    """The view that sets light and paint of a marker: the paint as it was stamped, and as its edges say, in the right place."""

    spot: Spot
    stamped: Paint
    free: Paint

    @property
    def ratio(self) -> float:
        """Contrast by the edges over contrast as stamped."""
        covers, under = self.spot.drawn(self.stamped.shift, self.stamped.soft), wash(self.spot, self.stamped).values
        was, now = (paint.acts(*covers, under) for paint in (self.stamped, self.free))
        return float((was * now).sum() / ((was * was).sum() + 1e-9))


def anchor_of(spots: list[Spot], strength: float) -> Anchor | None:
    """The first view that is whole and shows the marker."""
    for spot in spots:
        if not spot.whole:
            continue
        for paint in expected(spot, strength):
            if presence(spot, paint, None) > SHOWS:
                placed = fit_paint(spot, paint, None, PLACE)[0]
                return Anchor(spot, placed, fit_paint(spot, placed, None, FREE)[0])
    return None


def anchor_on(spots: list[Spot], known: list[Lit | None], strength: float) -> Anchor | None:
    """The first view that is whole and shows the marker, on a surface that is known and fitted to each."""
    for spot, under in zip(spots, known, strict=True):
        for paint in expected(spot, strength) if under is not None and spot.whole else ():
            if under is not None and presence(spot, paint, under.values) > SHOWS:
                placed = fit_paint(spot, paint, under.values, PLACE)[0]
                return Anchor(spot, placed, fit_paint(spot, placed, under.values, FREE)[0])
    return None


def as_stamped(anchors: list[Anchor]) -> bool:
    """Whether the clip carries the paint of Stamp Markers itself; texture misleads one marker's edges, not all of them."""
    return bool(anchors) and abs(float(np.median([a.ratio for a in anchors])) - 1) < _SAME_PAINT


def learn_known(anchor: Anchor, spots: list[Spot], known: list[Lit | None], flat: Flat, strength: float, *, own: bool) -> Learnt:
    """The same where the texture is known and fitted to each view: frames without the marker, and what is under the paint."""
    paint, bare = anchor.stamped if own else anchor.free, []
    for spot, one in zip(spots, known, strict=True):
        if one is not None and spot is not anchor.spot and abs(start_of(spot, paint, one.values, strength)[1]) < SHOWS:
            bare.append(flat.flattened((spot.pixels - one.offset) / one.gain, spot.at))
    return _learnt(anchor, paint, flat, flat.flattened(wash(anchor.spot, paint).values, anchor.spot.at), bare, own=own)


def learn(anchor: Anchor, spots: list[Spot], flat: Flat, strength: float, *, own: bool) -> Learnt:
    """Gather what many views show of the place under a marker; `own`: the paint is that of Stamp Markers itself."""
    paint, first = anchor.stamped if own else anchor.free, anchor.spot
    texture = flat.flattened(wash(first, paint).values, first.at)
    left, bare = [np.zeros_like(texture)], []
    for spot in spots:
        known = None if spot is first else lit(texture, flat, spot)
        if known is None:
            continue
        start, shows = start_of(spot, paint, known.values, strength)
        if abs(shows) < SHOWS:
            bare.append(flat.flattened((spot.pixels - known.offset) / known.gain, spot.at))
            continue
        under = wash(spot, paint_on(spot, start, known.values, own=own))
        off = np.where(spot.beside[..., None], 0, (under.values - known.values) / known.gain)
        left.append(np.where(_seen(flat, spot)[..., None], flat.flattened(off.astype(np.float32), spot.at), 0))
    return _learnt(anchor, paint, flat, texture + _middle(left), bare, own=own)


def _learnt(anchor: Anchor, paint: Paint, flat: Flat, texture: np.ndarray, bare: list[np.ndarray], *, own: bool) -> Learnt:
    first = anchor.spot
    ground = flat.flattened(first.ground.astype(np.float32), first.at) > 0.9
    main, counter = first.drawn(paint.shift, paint.soft)
    covered = flat.flattened((main + counter)[..., 0].astype(np.float32), first.at) > 0.98
    return Learnt(flat, paint, own, texture, bare, ground, covered)


def start_of(spot: Spot, paint: Paint, under: np.ndarray, strength: float) -> tuple[Paint, float]:
    """Paint to expect on a frame, and how much of it is there: each frame may have been stamped with inks of its own."""
    shows = presence(spot, paint, under)
    if shows > -SHOWS:
        return paint, shows
    other = replace(expected(spot, strength)[1], shift=paint.shift, soft=paint.soft)
    return other, presence(spot, other, under)


def paint_on(spot: Spot, start: Paint, under: np.ndarray, *, own: bool) -> Paint:
    """Paint on a frame whose surface is known. Stamp Markers has few inks: close to one of them, it is that one."""
    if not own:
        return fit_paint(spot, start, under, FREE)[0]
    paint, rest = fit_paint(spot, start, under, STAMPED)
    beside = 1.4826 * float(np.median(np.abs(fine(spot.pixels - under)[spot.ground][:, 0]))) if spot.ground.any() else rest
    if rest > _MISFIT * beside + 1e-3:
        free, rest_free = fit_paint(spot, paint, under, FREE)
        if rest_free < rest / _BETTER:
            return free
    inks = jars(paint.hides)
    near = np.abs(inks - paint.hides) < _NEAR_INK
    hides = np.where(near, inks, paint.hides)
    return replace(paint, hides=hides, adds=paint.adds * (hides / paint.hides)[:, None])


def _seen(flat: Flat, spot: Spot) -> np.ndarray:
    """Which part of the flat view the box shows (h, w) bool."""
    return cv2.erode(flat.flattened(np.pad(np.ones(np.subtract(spot.pixels.shape[:2], 2), np.float32), 1), spot.at),
                     np.ones((3, 3))) > 0.9


def _middle(stack: list[np.ndarray]) -> np.ndarray:
    """Mean of the middle half of all views, at each place."""
    if len(stack) < 3:
        return np.mean(stack, axis=0)
    ranked, cut = np.sort(np.stack(stack), axis=0), len(stack) // 4
    return ranked[cut:len(stack) - cut].mean(axis=0)
