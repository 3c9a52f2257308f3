"""Stamped markers found again in a picture: as a whole layout first, then each by itself, then by the plane they agree on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ...image.layout import check_image, luma
from ...image.opencv import cv2
from ...image.warp import homography, transform, unit_square
from ...wires.markers import Markers
from ...wires.quad import Quad
from .fit import BLURS, FARTHEST_STEP, View, refined, view
from .plane import Agreed, agreed_plane

LEAST_LIKENESS = 0.45
_KNOWN_TO = 0.06  # px to which the place of a marker by itself can be told


@dataclass(frozen=True, slots=True)
class FoundMarker:
    """One marker: its number, centre in pixel areas, likeness 0..1 of its paint, and its place by itself, without the others."""

    number: int
    centre: tuple[float, float]
    likeness: float
    alone: tuple[float, float]


@dataclass(frozen=True, slots=True)
class FoundMarkers:
    """What was found.

    Attributes:
        markers: Those that agree on one plane; none where too few do.
        corners: Of that plane; None where there is none.
        corner_error: Expected error of its worst corner, px.
        expected: How many of the markers lie in the picture.
    """

    markers: tuple[FoundMarker, ...]
    corners: Quad | None
    corner_error: float
    expected: int


def find_markers(image: torch.Tensor, markers: Markers, guess: Quad | None = None) -> FoundMarkers:
    """Find markers in a picture that was generated from the stamped one.

    Each is compared with how it looked when it was stamped, paint and surface apart, so that neither the surface alone nor other
    light passes for it. Places are then those of the simplest motion of the plane that explains them all; where a surface was
    generated bent, markers keep what no plane explains.

    Args:
        image: (1, H, W, 3|4) encoded sRGB, of any size.
        markers: What was stamped.
        guess: Where their plane lies about, in pixels of `image`, within about one and a half markers; by default where it was
            stamped, scaled to the picture.

    Returns:
        Markers with their centres, those within 2 px of their common plane; none where too few agree on one.
    """
    grey = np.ascontiguousarray(luma(check_image(image, "image")[:1, ..., :3].float()).cpu().numpy()[0])
    stamped = homography(unit_square(), markers.corners.array * np.divide(grey.shape[::-1], markers.frame_size))
    plane = homography(unit_square(), guess.array) if guess else stamped
    size = markers.size_px * float(np.sqrt(Quad.from_array(transform(plane, unit_square())).area / markers.corners.area))
    views = _views(markers, plane)
    found = _each(grey, views, _whole_layout(grey, views, size), int(np.ceil(0.6 * size)), BLURS)
    bases = [plane, stamped]
    agreed = _agreed(found, markers, plane, bases)
    if agreed is not None:  # all are looked for again where that plane puts them, and nowhere else
        plane = agreed.plane
        found = _each(grey, _views(markers, plane), np.zeros(2), 2, _near(found))
        agreed = _agreed(found, markers, plane, bases)
    expected = int(np.sum(_inside(grey, transform(plane, _uv(markers)))))
    if agreed is None:
        return FoundMarkers((), None, float("inf"), expected)
    return FoundMarkers(_centred(found, agreed, markers), Quad.from_array(transform(agreed.plane, unit_square())),
                        agreed.corner_error, expected)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one marker is, by itself."""

    index: int
    at: np.ndarray
    like: float
    blur: float


def _uv(markers: Markers) -> np.ndarray:
    return np.array([m.uv for m in markers.markers])


def _inside(grey: np.ndarray, centres: np.ndarray) -> np.ndarray | np.bool_:
    return np.all((centres > 2) & (centres < np.array(grey.shape[::-1]) - 2), axis=-1)


def _views(markers: Markers, plane: np.ndarray) -> list[tuple[np.ndarray, View | None]]:
    """Centre and look of every marker."""
    return [(c, view(markers, k, plane)) for k, c in enumerate(transform(plane, _uv(markers)))]


def _near(found: list[_Place]) -> tuple[float, ...]:
    """Blurs beside the one that most markers have."""
    usual = float(np.median([f.blur for f in found]))
    at = int(np.abs(np.subtract(BLURS, usual)).argmin())
    return BLURS[max(0, at - 1):at + 2]


def _whole_layout(grey: np.ndarray, views: list[tuple[np.ndarray, View | None]], size: float) -> np.ndarray:
    """Shift (x, y) in pixels that suits most markers at once: their likenesses are summed over a common search."""
    reach = int(np.clip(np.ceil(1.5 * size), 4, 96))
    total = sum((_search(grey, v, np.zeros(2), reach) for _, v in views if v), np.zeros((2 * reach + 1,) * 2))
    y, x = np.unravel_index(int(total.argmax()), total.shape)
    return np.array([x - reach, y - reach], float)


def _search(grey: np.ndarray, seen: View, shift: np.ndarray, reach: int) -> np.ndarray:
    """Likeness (2 reach + 1)² of a marker at every place around its own, moved by `shift`."""
    height, width = seen.paint.shape
    x, y = seen.left + int(shift[0]) - reach, seen.top + int(shift[1]) - reach
    rows = np.clip(np.arange(y, y + height + 2 * reach), 0, grey.shape[0] - 1)
    columns = np.clip(np.arange(x, x + width + 2 * reach), 0, grey.shape[1] - 1)
    part = cv2.GaussianBlur(grey[np.ix_(rows, columns)], (0, 0), 1.0)
    return np.maximum(_compared(part, seen.paint), _compared(part, seen.paint + seen.under))


def _compared(part: np.ndarray, pattern: np.ndarray) -> np.ndarray:
    like = cv2.matchTemplate(part, cv2.GaussianBlur(pattern, (0, 0), 1.0), cv2.TM_CCOEFF_NORMED)
    return np.nan_to_num(like, nan=0.0, posinf=0.0, neginf=0.0)


def _each(grey: np.ndarray, views: list[tuple[np.ndarray, View | None]], by: np.ndarray, reach: int,
          blurs: tuple[float, ...]) -> list[_Place]:
    """Markers that are like their views, looked for within `reach` pixels of their place moved by `by`."""
    out = []
    for index, (centre, seen) in enumerate(views):
        if seen is None or not _inside(grey, centre + by):
            continue
        likeness = _search(grey, seen, by, reach)
        y, x = np.unravel_index(int(likeness.argmax()), likeness.shape)
        start = by + [x - reach, y - reach]
        shift, like, blur = refined(grey, seen, start, blurs)
        if like >= LEAST_LIKENESS and np.abs(shift - start).max() < FARTHEST_STEP:
            out.append(_Place(index, centre + shift, like, blur))
    return out


def _agreed(found: list[_Place], markers: Markers, near: np.ndarray, bases: list[np.ndarray]) -> Agreed | None:
    if not found:
        return None
    uv = _uv(markers)[[f.index for f in found]]
    return agreed_plane(uv, np.array([f.at for f in found]), near, bases)


def _centred(found: list[_Place], agreed: Agreed, markers: Markers) -> tuple[FoundMarker, ...]:
    """Markers on their plane, and beside it by the share of their straying that is no error of finding them."""
    own = max(0.0, 1 - (_KNOWN_TO / agreed.rest) ** 2)
    out = []
    for place, agrees in zip(found, agreed.agree, strict=True):
        if agrees:
            marker = markers.markers[place.index]
            flat = transform(agreed.plane, np.array(marker.uv))
            x, y = flat + own * (place.at - flat)
            out.append(FoundMarker(marker.number, (float(x), float(y)), place.like, (float(place.at[0]), float(place.at[1]))))
    return tuple(out)
