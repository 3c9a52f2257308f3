"""The sign of the example shot is tracked to where the truth says it is, and a graphic lands there."""

from fractions import Fraction

import numpy as np
import pytest
from raccord.nodes.media.frames import Frames
from raccord.nodes.tracking.insert.graphic import insert_graphic
from raccord.nodes.tracking.track.surface import track_surface
from raccord.nodes.wires.quad import Quad


@pytest.fixture(scope="module")
def tracked(example):
    corners = Quad.from_array(np.array(example.truth["sign"][0]))
    return track_surface(Frames(example.images[:16]), corners, 0, fps=Fraction(24))


def test_the_sign_is_found_on_every_frame_within_a_tenth_of_a_pixel(example, tracked):
    frames = tracked.track.frames
    assert [frame.state for frame in frames] == ["tracked"] * 16
    error = [np.linalg.norm(f.corners.array - np.array(truth), axis=1).max() for f, truth in zip(frames, example.truth["sign"],
                                                                                                  strict=False)]
    assert np.median(error) < 0.08
    assert max(error) < 0.13


def test_the_graphic_covers_the_sign_and_nothing_else(example, tracked):
    done = insert_graphic(example.images[:16], tracked.track, example.graphic[..., :3], 1 - example.graphic[..., 3], fit="fill")
    changed = (done.images[12] - example.images[12]).abs().amax(-1) > 0.03
    ys, xs = np.nonzero(changed.numpy())
    corners = np.array(example.truth["sign"][12])
    assert corners[:, 0].min() - 1 <= xs.min()
    assert xs.max() <= corners[:, 0].max() + 1
    assert corners[:, 1].min() - 1 <= ys.min()
    assert ys.max() <= corners[:, 1].max() + 1
    assert changed.float().sum() > 0.5 * Quad.from_array(corners).area
