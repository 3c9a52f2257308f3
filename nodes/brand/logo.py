"""Is the kit's logo in the picture, and is it used as the kit asks?

A mark is found by comparing with the delivered file: its colours and edges laid over the picture at every place and size, the
best fitted exactly; where that finds nothing, by SIFT features, for marks that are turned or in other colours. A mark that is
not found may still be there: `not found` is no answer and never counts against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ..wires.kit import Logo
from ..wires.quad import Quad
from ..wires.scores import Part
from .logo_features import View, match_features, views_of
from .logo_fit import Fit, fit
from .logo_search import places, sight_of
from .logo_seen import Levels, levels_of
from .logo_shape import Shape, shape_of
from .logo_use import rules_kept
from .parts import not_tested

LEAST_AGREEMENT, LEAST_COLOURS, LEAST_EDGES = 0.62, 0.6, 0.6
_TRIED = 3
_LARGE = 40


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
    return tuple(Mark(logo, shape_of(logo.rgba.numpy()), views_of(logo)) for logo in logos)


def find_logo(picture: torch.Tensor, marks: Sequence[Mark]) -> Found | None:
    """Best match of any mark in an encoded picture (H, W, 3|4), or None: by colours and edges, else by features."""
    return by_shape(picture, marks) or by_features(picture, marks)


def by_features(picture: torch.Tensor, marks: Sequence[Mark]) -> Found | None:
    """Best match of any mark's features, at any turn and in perspective."""
    best = match_features(picture, [mark.views for mark in marks])
    return Found(marks[best[0]].logo, best[1].quad, best[1].inliers) if best else None


def by_shape(picture: torch.Tensor, marks: Sequence[Mark]) -> Found | None:
    """Best match of any mark's colours and edges, nearly upright, in slight perspective."""
    levels, best = levels_of(picture), None
    for mark in marks:
        match = best_fit(levels, mark.shape) if mark.shape else None
        if match and believed(match) and (best is None or match.agreement > (best.agreement or 0)):
            best = Found(mark.logo, Quad.from_array(match.corners / levels.scale), agreement=match.agreement)
    return best


def believed(match: Fit) -> bool:
    """Whether a fit is the mark: calibrated so that pictures with other marks have none."""
    return match.agreement > LEAST_AGREEMENT and match.colours > LEAST_COLOURS and match.edges > LEAST_EDGES


def best_fit(levels: Levels, shape: Shape) -> Fit | None:
    """Where a mark fits best, believed or not; large ones are fitted again in finer detail."""
    sight = sight_of(levels, shape.colours)
    fits = [match for place in places(sight, shape, _TRIED) if (match := fit(sight, shape.grids[0], place.corners))]
    best = max(fits, key=lambda match: match.agreement, default=None)
    return best and ((best.side > _LARGE and fit(sight, shape.grids[1], best.corners)) or best)


def logo(picture: torch.Tensor, marks: Sequence[Mark]) -> Part:
    """Look for the kit's logo and judge its use.

    Returns:
        Not tested without a logo in the kit, or where none was found (detail `state`: `no logo`, `not found`, `found`). Else
        the worst of its rules: see `logo_use`.
    """
    if not marks:
        return not_tested("logo", "The kit has no logo.", state="no logo")
    found = find_logo(picture, marks)
    if found is None:
        why = "The logo was not found. That does not mean that it is absent: it may be turned, recoloured or small."
        return not_tested("logo", why, state="not found")
    return rules_kept(picture, found.logo, found.quad, found.evidence)
