import numpy as np
import pytest
import torch
from raccord.nodes.tracking.find_markers import find_markers
from raccord.nodes.tracking.stamp import stamp_markers
from raccord.nodes.wires.quad import Quad
from worn_pictures import WEARS, worn

WALL = Quad(((60, 40), (420, 70), (400, 330), (80, 300)))


def wall():
    blotches = np.random.default_rng(0).normal(size=(90, 120)).repeat(4, 0).repeat(4, 1)
    grey = 0.55 + 0.1 * np.sin(np.arange(480) / 60) + 0.04 * blotches
    return torch.from_numpy(np.repeat(grey[None, ..., None], 3, -1).astype(np.float32))


@pytest.mark.parametrize("kind", WEARS)
def test_worn_markers_are_found_to_a_fraction_of_a_pixel(kind):
    done = stamp_markers(wall(), WALL, pattern="checker corner", count=9, size_px=28.0, strength=0.8)
    guess = Quad.from_array(WALL.array + [5.0, -4.0])
    found = find_markers(worn(done.image, kind), done.markers, guess)
    truth = {m.number: m.centre for m in done.markers.markers}
    assert len(found.markers) == 9
    off = [np.hypot(*np.subtract(m.centre, truth[m.number])) for m in found.markers]
    assert np.median(off) < 0.15
    assert np.abs(found.corners.array - WALL.array).max() < 0.6


def test_nothing_is_found_where_nothing_was_stamped():
    done = stamp_markers(wall(), WALL, pattern="checker corner", count=9, size_px=28.0, strength=0.8)
    found = find_markers(torch.full((1, 360, 480, 3), 0.5), done.markers)
    assert found.markers == ()
    assert found.corners is None
