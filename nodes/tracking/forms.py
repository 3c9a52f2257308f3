"""What is typed into the tracking nodes: which corners are meant, and corrections by hand."""

from __future__ import annotations

import re

import numpy as np

from ..wires.check import quoted, wired
from ..wires.markers import Markers
from ..wires.quad import Quad
from ..wires.surface import Surfaces
from ..wires.zone import parse_fractions

_KEYFRAME = re.compile(r"\s*(-?\d{1,9})\s*:(.*)")


def parse_keyframes(text: str) -> dict[int, Quad]:
    """Read corrections by hand, one a line: `37: x,y x,y x,y x,y`, the frame counted from 0.

    Raises:
        ValueError: A line is not of that form, or a frame stands twice; the line is named by its number.
    """
    out: dict[int, Quad] = {}
    for line_number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        form = _KEYFRAME.fullmatch(line)
        if not form:
            raise ValueError(f"expected `37: x,y x,y x,y x,y` in keyframes line {line_number}, got {quoted(line.strip())}: "
                             "write a frame from 0, a colon and four corners")
        try:
            frame, quad = int(form[1]), Quad.parse(form[2])
        except ValueError as error:
            raise ValueError(f"keyframes line {line_number}: {error}") from None
        if frame in out:
            raise ValueError(f"keyframes line {line_number}: expected every frame once, got frame {frame} again: leave one out")
        out[frame] = quad
    return out


def chosen_corners(
    size: tuple[int, int],
    surface: Surfaces | None,
    surface_index: int,
    corners: str,
    markers: Markers | None = None,
    placement: str = "",
) -> Quad:
    """The plane that is meant: a wired surface, else `corners`, else the plane of wired markers, else `placement`.

    Args:
        size: Width and height of the picture; surfaces and markers of another size are scaled.
        surface: RACCORD_SURFACES or None; without a surface in it the others count.
        surface_index: Which of them, from 0.
        corners: `x,y x,y x,y x,y` or empty.
        markers: RACCORD_MARKERS or None.
        placement: `x y w h` in fractions of the picture, or empty.

    Raises:
        ValueError: None of them says anything, or one is not of its form.
    """
    if surface is not None and wired(surface, Surfaces, "surface").surfaces:
        chosen = surface.pick(surface_index)
        return _scaled(chosen.corners, surface.frame_size, size)
    if corners.strip():
        return Quad.parse(corners)
    if markers is not None:
        wired(markers, Markers, "markers")
        return _scaled(markers.corners, markers.frame_size, size)
    if placement.strip():
        x, y, w, h = parse_fractions(placement, "placement")
        return Quad.rectangle(x * size[0], y * size[1], w * size[0], h * size[1])
    if surface is not None:
        return Quad.rectangle(0, 0, *size)  # nothing was found: see `why_nothing`
    raise ValueError(
        "expected corners, got none: write `x,y x,y x,y x,y` (TL TR BR BL) in corners, or wire a surface or markers"
    )


def why_nothing(surface: Surfaces | None, corners: str, markers: Markers | None) -> str:
    """Why there is nothing to track, where Find Surfaces found nothing and nobody else names a plane; else empty."""
    given = surface is None or surface.surfaces or corners.strip() or markers is not None
    return "" if given else "Find Surfaces found nothing that can be tracked"


def _scaled(quad: Quad, of: tuple[int, int], to: tuple[int, int]) -> Quad:
    return quad if of == to else Quad.from_array(quad.array * np.divide(to, of))
