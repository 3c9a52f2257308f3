"""Finding a plate in a picture: spots, grids, guesses, then one exact placement and the colours of its patches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..image.opencv import cv2
from ..image.warp import transform
from ..wires.plate import Plate
from .agree import SURE
from .blobs import find_blobs
from .identify import Guess, guesses, plate_cells
from .lattice import find_lattices
from .place import GOOD, Found, place

_PROXY = 1920  # long side of the picture that is searched


def _scales(size: int) -> list[tuple[float, ...]]:
    """Scales of the search for a proxy of `size` pixels, in the order they are tried: large plates, all, tiny ones."""
    usual = tuple(s / size for s in (1920, 960, 480, 240, 120) if s <= 1.6 * size) or (1.0,)
    coarse = tuple(s for s in usual if s * size <= 960)
    return [*([coarse] if coarse and coarse != usual else []), usual, (min(3.0, 3840 / size),)]


def _shrunk(picture: np.ndarray) -> np.ndarray:
    """The picture (uint8) that is searched: reduced, dark or linear light brought up, so that dark patches part from black."""
    scale = _PROXY / max(picture.shape[:2])
    small = picture if scale >= 1 else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    peak = small[::4, ::4].max(axis=2)
    white, middle = (max(float(v), 1 / 255) for v in np.percentile(peak, (99.5, 50)))
    if white < 0.6:
        small = np.minimum(small * np.float32(1 / white), 1)
    if middle / min(white, 1.0) < 0.2:
        small = cv2.sqrt(small)
    return (small * 255 + 0.5).astype(np.uint8)


def find_plate(picture: np.ndarray, plates: Sequence[Plate]) -> tuple[Found | None, str]:
    """Find the one of `plates` that a picture (H, W, 3 float32 0..1, encoded sRGB) shows best.

    Returns:
        What was found and an empty sentence, or None and why not. A plate that is found may still fit badly: the fit decides.
    """
    proxy = _shrunk(picture)
    back = np.array((picture.shape[1] / proxy.shape[1], picture.shape[0] / proxy.shape[0]))
    grids, best = 0, None
    for round_, scales in enumerate(_scales(max(proxy.shape[:2]))):
        lattices = find_lattices(find_blobs(proxy, scales, both=round_ > 0))
        grids += len(lattices)
        ranked: list[Guess] = []
        for lattice in lattices:
            ranked += guesses(proxy, lattice, plates)
            if ranked and max(g.score for g in ranked) > SURE:
                break
        ranked.sort(key=lambda guess: -guess.score)
        for guess in _apart(ranked)[:4]:
            found = place(picture, guess.plate, np.diag((*back, 1.0)) @ guess.homography)
            if found is not None and (best is None or found.score > best.score):
                best = found
        if best is not None and best.score >= SURE:
            break
    if best is not None and best.score >= GOOD:
        return best, ""
    names = " or ".join(plate.kind for plate in plates)
    if best is not None:
        return None, (f"a grid was found, but its colours are not those of {names} under any cast "
                      f"(agreement {best.score:.2f} of 1)")
    if grids:
        return None, f"grids of squares were found, but none has the colours of {names}"
    return None, "no grid of colour patches was found"


def _apart(ranked: list[Guess]) -> list[Guess]:
    """Guesses that mean different things: another plate, another turn or another place."""
    out: list[Guess] = []
    for guess in ranked:
        centres = transform(guess.homography, plate_cells(guess.plate))
        side = np.linalg.norm(centres[1] - centres[0])
        same = [g for g in out if g.plate.kind == guess.plate.kind and
                np.abs(transform(g.homography, plate_cells(g.plate)) - centres).max() < 0.5 * side]
        if not same:
            out.append(guess)
    return out
