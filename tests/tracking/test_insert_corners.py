"""The graphic's corners, measured in what is drawn, stand where the track says: the insert adds no jitter of its own."""

from fractions import Fraction

import moving_sign
import numpy as np
import pytest
import torch
from raccord.nodes.tracking.insert.graphic import insert_graphic
from raccord.nodes.tracking.insert.paint import exposures
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame

WIDTH, HEIGHT, COUNT = 240, 200, 10


def drawn_corners(matte, guess):
    """Corners (4, 2) where the sides of a matte meet; a side is fitted to where each line or column begins to be covered."""
    middle, sides = guess.mean(0), []
    for a, b in zip(guess, np.roll(guess, -1, 0), strict=True):
        flat = abs(b - a)[0] > abs(b - a)[1]
        along, across = (0, 1) if flat else (1, 0)
        low, high = sorted((a[along], b[along]))
        numbers, half = np.arange(int(low + 12), int(high - 12)), int(middle[across])
        lines = matte[:, numbers] if flat else matte[numbers].T
        at = half - lines[:half].sum(0) if a[across] < middle[across] else half + lines[half:].sum(0)
        points = np.stack([numbers + 0.5, at] if flat else [at, numbers + 0.5], axis=1)
        sides.append((points.mean(0), np.linalg.svd(points - points.mean(0))[2][0]))
    met = [np.linalg.solve(np.stack([u, -v], 1), q - p)[0] * u + p
           for (p, u), (q, v) in zip(np.roll(np.array(sides), 1, 0), sides, strict=True)]
    return np.array(met)


@pytest.mark.parametrize(("softness", "shutter"), [(0.0, 0.0), (0.8, 0.0), (0.0, 180.0)])
def test_the_drawn_corners_are_the_tracks(softness, shutter):
    path = moving_sign.path(COUNT, (100, 90), 110, pace=1.6)
    track = Track((WIDTH, HEIGHT), Fraction(24), tuple(TrackFrame(Quad.from_array(c), "tracked", 1.0) for c in path))
    done = insert_graphic(torch.zeros(COUNT, HEIGHT, WIDTH, 3), track, torch.ones(1, 9, 9, 3), fit="fill", softness=softness,
                          shutter=shutter)
    off = np.array([drawn_corners(done.matte[i].double().numpy(), path[i]) - np.mean(exposures(track, i, shutter), axis=0)
                    for i in range(COUNT)])
    assert float(np.sqrt((np.diff(off, axis=0) ** 2).sum(-1).mean())) < 0.001  # pixels, frame to frame
    assert np.abs(off).max() < 0.002
