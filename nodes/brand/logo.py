"""Is the kit's logo in the picture, and is it used as the kit asks?

A mark is found by comparing with the delivered file: its colours and edges laid over the picture at every place and size, the
best fitted exactly; where that finds nothing, by SIFT features, for marks that are turned or in other colours. A mark that is
not found may still be there: `not found` is no answer and never counts against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ..image.opencv import cv2
from ..wires.kit import Logo
from ..wires.quad import Quad
from ..wires.scores import Part
from .logo_agree import Fit
from .logo_features import View, match_features, views_of
from .logo_place import CERTAIN, believed, best_fit, finest, fit_close, smallest_in
from .logo_search import sight_of
from .logo_seen import levels_of, pixels_of
from .logo_shape import SMALLEST, Shape, shape_of
from .logo_use import rules_kept
from .parts import not_tested

# pixels to look for features in, for marks in other colours or turned far; long words, which perspective bends, need more
_MOST, _MOST_LONG = 480 * 360, 640 * 480


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A logo made ready: its shape for the search (None where it has none) and its features."""

    logo: Logo
    shape: Shape | None
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a mark was found, in pixel areas of the picture: by so many features, or by agreeing 0..1."""

    logo: Logo
    quad: Quad
    inliers: int = 0
    agreement: float | None = None

    @property
    def evidence(self) -> str:
        """What it was found by."""
        if self.agreement is None:
            return f"{self.inliers} features agree"
        return f"its colours and edges agree at {self.agreement:.2f}"


def marks_of(logos: Sequence[Logo]) -> tuple[Mark, ...]:
    """Make logos ready to be looked for."""
    shapes = [shape_of(logo.rgba.numpy()) for logo in logos]
    return tuple(Mark(logo, shape, views_of(logo) if shape else ()) for logo, shape in zip(logos, shapes, strict=True))


def find_logo(picture: torch.Tensor, marks: Sequence[Mark]) -> Found | None:
    """Best match of any mark in an encoded picture (H, W, 3|4), or None: by colours and edges, if not certain by features too."""
    pixels = pixels_of(picture)
    shape = best_shape(pixels, marks)
    if shape and shape.agreement is not None and shape.agreement > CERTAIN:
        return shape
    long = any(len(template.pieces) > 1 for mark in marks if mark.shape for template in mark.shape.templates)
    features = by_features(pixels, marks, _MOST_LONG if long else _MOST)
    if features is None:
        return shape
    again = _refitted(pixels, features, marks)
    if shape is None or shape.agreement is None:
        return again or features
    return again if again and (again.agreement or 0) > shape.agreement else shape


def by_features(pixels: np.ndarray, marks: Sequence[Mark], most: float) -> Found | None:
    """Best match of any mark's features, at any turn, in a picture (H, W, 3) uint8 reduced to `most` pixels in all."""
    best = match_features(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), [mark.views for mark in marks], most)
    return Found(marks[best[0]].logo, best[1].quad, best[1].inliers) if best else None


def best_shape(pixels: np.ndarray, marks: Sequence[Mark]) -> Found | None:
    """Best match of any mark's colours and edges in a picture (H, W, 3) uint8, in slight perspective."""
    levels, best = levels_of(pixels), None
    for mark in marks:
        match = best_fit(pixels, sight_of(levels, mark.shape.colours), mark.shape) if mark.shape else None
        if match and believed(match, pixels) and (best is None or match.agreement > (best.agreement or 0)):
            best = _found(pixels, mark, match)
    return best


def _found(pixels: np.ndarray, mark: Mark, match: Fit) -> Found:
    corners = finest(pixels, match, mark.shape) if mark.shape else match.corners
    return Found(mark.logo, Quad.from_array(corners), agreement=match.agreement)


def _refitted(pixels: np.ndarray, found: Found, marks: Sequence[Mark]) -> Found | None:
    """What was found by features, laid exactly by colours and edges where these agree too."""
    mark = next(mark for mark in marks if mark.logo is found.logo)
    match = fit_close(pixels, found.quad.array, mark.shape) if mark.shape else None
    return _found(pixels, mark, match) if match and believed(match, pixels) else None


def logo(picture: torch.Tensor, marks: Sequence[Mark]) -> Part:
    """Look for the kit's logo and judge its use.

    Returns:
        Not tested without a logo in the kit, where mark or picture show too little to look for it, or where none was found
        (detail `state`: `no logo`, `cannot be judged`, `not found`, else `found`). Else the worst of its rules: see `logo_use`.
    """
    if not marks:
        return not_tested("logo", "The kit has no logo.", state="no logo")
    if not any(mark.shape for mark in marks):
        why = "The kit's logo cannot be looked for: it is a single pixel, a line or transparent."
        return not_tested("logo", why, state="cannot be judged")
    if min(picture.shape[:2]) < SMALLEST:
        why = f"The picture is too small to look for a logo: {picture.shape[1]} x {picture.shape[0]} pixels."
        return not_tested("logo", why, state="cannot be judged")
    found = find_logo(picture, marks)
    if found is None:
        least = smallest_in(picture.shape[0], picture.shape[1])
        why = (f"The logo was not found at {least:.0f} pixels wide or more. That does not mean that it is absent: it may be "
               "smaller, turned further than 30 degrees, recoloured, cut off, or on a ground of its own colour.")
        return not_tested("logo", why, state="not found")
    return rules_kept(picture, found.logo, found.quad, found.evidence)
