"""Where the kit's logo stands in each channel's file: at the same place as in the others, or cut away.

Found are logos that lie flat on the picture, as they are burnt in for delivery; one on a wall or a car in the scene turns and
bends, and the brand score looks for that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import runtime
from ..image.opencv import cv2
from ..media.paths import relative_to_output
from ..wires.kit import Kit
from ..wires.report import Finding

_SIDE = 640  # pixels on the long side of what is searched
_SHARES = tuple(0.04 * 1.12 ** i for i in range(23))  # widths of a logo, of the picture's: 4 to 48 %
_ALIKE, _COLOUR = 0.35, 20.0  # likeness of what is the logo; difference in code values that counts as such
_SOLID = 150  # pixels of a logo in full: fewer may be anything
_EDGE = 60.0  # a step in code values that counts half
_ROWS, _COLUMNS = ("top", "middle", "bottom"), ("left", "centre", "right")
_MOST_LOGOS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a logo was found: its middle in fractions of the picture, and its width as a share of the picture's."""

    x: float
    y: float
    width: float

    @property
    def words(self) -> str:
        """The ninth of the picture that it is in: `bottom right`."""
        row, column = (min(2, int(v * 3)) for v in (self.y, self.x))
        return f"{_ROWS[row]} {_COLUMNS[column]}"


def find_logo(picture: np.ndarray, rgba: np.ndarray) -> Place | None:
    """Find a logo (h, w, 4) uint8 that lies flat on a picture (H, W, 3) uint8; None where there is none."""
    scale = _SIDE / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    seen, best = (small.astype(np.float32), _edges(small)), (0.0, (0, 0), 0.0)
    for share in _SHARES:
        runtime.check_cancelled()
        best = max(best, _at_width(seen, rgba, share * small.shape[1]))
    for finer in (0.96, 1.04, 0.98, 1.02):
        best = max(best, _at_width(seen, rgba, best[2] * finer))
    likeness, (left, top), width = best
    if likeness < _ALIKE:
        return None
    high, wide = _sized(rgba, width).shape[:2]
    return Place((left + wide / 2) / small.shape[1], (top + high / 2) / small.shape[0], width / small.shape[1])


def _sized(rgba: np.ndarray, width: float) -> np.ndarray:
    height = max(1, round(rgba.shape[0] * width / rgba.shape[1]))
    weight = rgba[..., 3:].astype(np.float32) / 255
    carried = np.concatenate([rgba[..., :3] * weight, weight * 255], -1)  # colour of what is clear must not bleed in
    small = cv2.resize(carried, (max(1, round(width)), height), interpolation=cv2.INTER_AREA)
    small[..., :3] /= np.maximum(small[..., 3:] / 255, 1e-3)
    return small


def _edges(picture: np.ndarray) -> np.ndarray:
    """Strength of edges, 0..1, hard and soft ones nearly alike."""
    across, down = (cv2.Sobel(picture.astype(np.float32), cv2.CV_32F, *way) / 4 for way in ((1, 0), (0, 1)))
    steps = np.sqrt(across ** 2 + down ** 2).max(-1)
    return steps / (steps + _EDGE)


def _at_width(seen: tuple[np.ndarray, np.ndarray], rgba: np.ndarray, width: float) -> tuple[float, tuple[int, int], float]:
    """Best likeness at one width, its corner (x, y), and the width; 0 where it does not fit.

    A logo has its colours where it is solid, and edges where it ends: a white wall has the one, a fence the other.
    """
    (picture, edges), mark = seen, _sized(rgba, width)
    solid = (mark[..., 3] > 250).astype(np.float32)
    room = min(space - 2 - side for space, side in zip(edges.shape, mark.shape, strict=False))
    if min(mark.shape[:2]) < 10 or room < 0 or solid.sum() < _SOLID:
        return 0.0, (0, 0), width
    weight, around = mark[..., 3:] / 255, ((1, 1), (1, 1), (0, 0))
    grounds = [np.pad(mark[..., :3] * weight + ground * (1 - weight), around, constant_values=ground) for ground in (0.0, 255.0)]
    wanted = np.max([_edges(ground) for ground in grounds], axis=0)
    shape = cv2.matchTemplate(edges, wanted, cv2.TM_CCOEFF_NORMED)
    apart = sum(cv2.matchTemplate(picture[1:-1, 1:-1, c], mark[..., c], cv2.TM_SQDIFF, mask=solid) for c in range(3))
    likeness = shape.clip(0) * np.exp(-np.maximum(apart, 0) / (3 * solid.sum()) / (2 * _COLOUR ** 2))
    _, best, _, (x, y) = cv2.minMaxLoc(likeness)
    return float(best), (x + 1, y + 1), width


def check_logo_place(shown: Sequence[tuple[Path, np.ndarray, int]], kit: Kit) -> list[Finding]:
    """Compare where the kit's logo stands in pictures (path, (H, W, 3) uint8, number of frame), the same frame with the same."""
    marks = [(logo.rgba.clamp(0, 1) * 255).round().byte().cpu().numpy() for logo in kit.logos[:_MOST_LOGOS]]
    groups: dict[int, list[tuple[Path, Place | None]]] = {}
    for path, picture, frame in shown:
        groups.setdefault(frame, []).append((path, next(_places(picture, marks), None)))
    found = [finding for group in groups.values() if len(group) > 1 and any(place for _, place in group)
             for finding in _of_group(group)]
    if found:
        return found
    return [Finding("publish.logo_place", "not tested", "The kit's logo lies flat on no two files of a frame: its place is not "
                    "compared.")]


def _places(picture: np.ndarray, marks: list[np.ndarray]) -> Iterator[Place]:
    for mark in marks:
        if (place := find_logo(picture, mark)) is not None:
            yield place


def _of_group(group: list[tuple[Path, Place | None]]) -> Iterator[Finding]:
    for path, place in group:
        others = Counter(other.words for at, other in group if other and at != path)
        if not others:  # it alone shows the logo: the others are named
            continue
        usual, file = others.most_common(1)[0][0], relative_to_output(path)
        if place is None:
            text = f"The logo is not in it, or cut; {sum(others.values())} other files show it."
            yield Finding("publish.logo_place", "warn", text, file=file,
                          suggestion="Put the logo in after the cut, or choose fit pad.")
            continue
        good = place.words in others
        text = (f"The logo stands at the {place.words}, as in the others." if good else
                f"The logo stands at the {place.words}, at the {usual} in the others.")
        yield Finding("publish.logo_place", "pass" if good else "warn", text, value=place.words, limit=usual, file=file,
                      suggestion="" if good else "Put the logo in after the cut, at one place for all channels.")
