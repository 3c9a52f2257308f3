"""Where markers stand on a plane: around its rim, never touching, and so that no turn and no mirror leaves them as they are."""

from __future__ import annotations

from itertools import product

import numpy as np

INSET, APART = 0.75, 1.1  # of a marker: from the plane's edge, and between centres, across or down
NARROWEST = 2 * INSET + APART  # a plane less wide or high than so many markers has no room for its corners
_LEANS = (0.3, 0.15)  # of the space between markers of an edge, either way, or none
_CLEARLY = 0.1  # markers' widths: mirrored leans tie, and a tie must not fall another way on a surface a hair larger
ENOUGH = 1.05  # markers' widths by which a layout must stay from itself turned or mirrored


def layout(count: int, width: float, height: float, size: float, *, alike: bool = True) -> list[tuple[float, float]]:
    """Centres (u, v) 0..1 of markers on a plane, its middle left free for a graphic.

    The four corners come first (TL, TR, BR, BL), then markers along the edges. Each edge leans its markers towards one of its
    ends: of all ways to do so the one is taken that is least like itself turned or mirrored.

    Args:
        count: How many; fewer come where no more have room, or where more would look the same turned or mirrored.
        width: Of the plane, in pixels.
        height: Of the plane, in pixels.
        size: Of a marker, in pixels.
        alike: Whether all markers look alike, so that only their places tell them apart.

    Returns:
        The centres. Turned or mirrored, one of them at least lies more than a marker from all others; see `unlike` for the few
        surfaces that have no room for such a layout, and for four markers.
    """
    extent = np.array([width, height]) / size
    room = [max(0, int((side - 2 * INSET) / APART) - 1) for side in (*extent, *extent)]
    best, best_unlike = np.zeros((0, 2)), -1.0
    for number, lean in product(range(min(count, 4 + sum(room)), 3, -1), _LEANS):
        shares = _shares(number - 4, room)
        tried = [_places(shares, leans, extent) for leans in product(*((lean, -lean, 0.0) if n else (0.0,) for n in shares))]
        for places in (p for p in tried if not touch(p * extent)):
            far = unlike(places, extent)
            if far > best_unlike + _CLEARLY:
                best, best_unlike = places, far
        if best_unlike >= (ENOUGH if alike else 0):
            break
    return [(float(u), float(v)) for u, v in best]


def touch(places: np.ndarray) -> bool:
    """Whether two of the centres (N, 2), in marker widths, are too near each other."""
    gaps = np.abs(places[:, None] - places[None]).max(-1) + 9 * np.eye(len(places))
    return bool((gaps < APART - 1e-9).any())


def unlike(places: np.ndarray, extent: np.ndarray) -> float:
    """How far, in marker widths, the layout (N, 2) stays from itself at least, over the turns and mirrors of its plane."""
    farthest = []
    for swap, flips in product((False, True), product((1, -1), (1, -1))):
        if swap or flips != (1, 1):
            turned = 0.5 + (places[:, ::-1] if swap else places) * flips - 0.5 * np.array(flips)
            farthest.append(np.linalg.norm((places[:, None] - turned[None]) * extent, axis=-1).min(1).max())
    return float(min(farthest))


def _shares(rest: int, room: list[int]) -> list[int]:
    """How many markers each edge (top, right, low, left) gets beside the corners, in turn, as long as it has room."""
    shares = [0, 0, 0, 0]
    while rest:
        free = [e for e in range(4) if shares[e] < room[e]][:rest]
        for edge in free:
            shares[edge] += 1
        rest -= len(free)
    return shares


def _places(shares: list[int], leans: tuple[float, ...], extent: np.ndarray) -> np.ndarray:
    (u, v), out = INSET / extent, []
    corners = np.array([[u, v], [1 - u, v], [1 - u, 1 - v], [u, 1 - v]])
    for edge, (share, lean) in enumerate(zip(shares, leans, strict=True)):
        a, b = corners[edge], corners[(edge + 1) % 4]
        out += [a + (b - a) * (k + 1 + lean) / (share + 1) for k in range(share)]
    return np.array([*corners, *out])
