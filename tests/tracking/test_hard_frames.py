"""What hand-held footage does: the exposure jumps, the camera shakes, the surface leaves the picture and comes back."""

from fractions import Fraction

import cv2
import moving_sign
import numpy as np
import pytest
import torch
from raccord.nodes.media.frames import Frames
from raccord.nodes.tracking.track.cut import Cuts
from raccord.nodes.tracking.track.flow import fit_plane, from_the_front
from raccord.nodes.tracking.track.source import Luma
from raccord.nodes.tracking.track.surface import track_surface
from raccord.nodes.wires.quad import Quad

SIZE, SIDE = (320, 240), 110


def square(centres):
    """Corners (T, 4, 2) of a sign that keeps its shape."""
    middle = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * SIDE / 2
    return np.asarray(centres, float)[:, None] + middle


def tracked(clip, corners):
    return track_surface(Frames(clip), Quad.from_array(corners[0]), 0, fps=Fraction(24))


def errors(found, corners):
    return {t: float(np.sqrt(((f.corners.array - corners[t]) ** 2).sum(1).mean()))
            for t, f in enumerate(found.track.frames) if f.state == "tracked"}


@pytest.mark.parametrize("gain", [0.3, 0.5])
def test_a_step_of_the_exposure_is_no_cut(gain):
    corners = moving_sign.path(14, (130, 110), SIDE, pace=0.8)
    clip = moving_sign.film(corners, SIZE, noise=0)
    clip[7:] *= gain
    cuts = Cuts(Luma(Frames(clip)))
    assert not any(cuts.between(t, t + 1) for t in range(13))
    off = errors(tracked(clip, corners), corners)
    assert len(off) == 14
    assert max(off.values()) < 0.1


def test_what_the_eye_takes_for_a_cut_is_none_while_the_surface_goes_on():
    corners = moving_sign.path(14, (130, 110), SIDE, pace=0.8)
    clip, other = (moving_sign.film(corners, SIZE, seed=seed, noise=0) for seed in (0, 3))
    clip[:, :30], clip[:, :, :40] = other[:, :30], other[:, :, :40]
    for t in range(7, 14):
        inside = np.zeros(SIZE[::-1], bool)
        low, high = corners[t].min(0).astype(int) - 3, corners[t].max(0).astype(int) + 4
        inside[low[1]:high[1], low[0]:high[0]] = True
        clip[t][~inside] = other[t].flip(0, 1)[~inside]
    assert len(errors(tracked(clip, corners), corners)) == 14


def test_a_surface_that_leaves_the_picture_is_found_when_it_comes_back():
    along = [0, 22, 48, 80, 120, 165, 210, 240, 240, 240, 205, 160, 118, 80, 50, 24, 4, 0]
    corners = square([(110 + x, 115 + 0.1 * x) for x in along])
    found = tracked(moving_sign.film(corners, SIZE, noise=1), corners)
    states = [f.state for f in found.track.frames]
    inside = [(SIZE[0] - c[0, 0]) / SIDE for c in corners]
    assert states[7:10] == ["out"] * 3
    assert all(s == "tracked" for s, share in zip(states, inside, strict=True) if share > 0.7)
    assert max(errors(found, corners).values()) < 0.3


def test_a_shaking_camera_bends_nothing():
    rng = np.random.default_rng(5)
    shake = np.cumsum(rng.uniform(-9, 9, (16, 2)), axis=0)
    shake[0] = 0
    corners = square((130, 110) + shake - 0.6 * np.linspace(0, 1, 16)[:, None] * shake[-1])
    exposed = np.stack([np.mean([moving_sign.between(corners, t + s) for s in moving_sign.shutter(220)], axis=0)
                        for t in range(16)])  # a picture shows the middle of where the sign was, not where it was in the middle
    found = tracked(moving_sign.film(corners, SIZE, noise=1, blur=220), exposed)
    states = [f.state for f in found.track.frames]
    assert states.count("tracked") >= 14
    assert "lost" not in states
    assert np.median(list(errors(found, exposed).values())) < 0.25


def out_and_back(after=None):
    """A sign that leaves to the right and comes back; from frame 8, when it is out, the film is `after` (a function of it)."""
    along = [0, 22, 48, 80, 120, 165, 210, 240, 240, 240, 205, 160, 118, 80, 50, 24, 4, 0]
    corners = square([(110 + x, 115 + 0.1 * x) for x in along])
    clip = moving_sign.film(corners, SIZE, noise=1)
    clip[8:] = clip[8:] if after is None else after(clip[8:])
    return clip, corners


def test_a_whipped_camera_is_no_cut_where_the_surface_is_out_of_the_picture():
    clip, corners = out_and_back()
    clip[8:11] = moving_sign.film(corners[:3] + 500, SIZE, seed=7, noise=1)  # all else is another picture for a while
    cuts = Cuts(Luma(Frames(clip)))
    assert [t for t in range(17) if cuts.between(t, t + 1)] == [7, 10]
    found = tracked(clip, corners)
    assert {t for t in range(18) if found.track.frames[t].state == "tracked"} >= {0, 1, 2, 13, 14, 15, 16, 17}
    assert max(errors(found, corners).values()) < 0.3


def test_a_smear_of_the_whole_picture_is_no_cut():
    corners = moving_sign.path(16, (130, 110), SIDE, pace=0.8)
    clip = moving_sign.film(corners, SIZE, noise=1)
    for t in (8, 9, 10):  # the camera is whipped away and back
        clip[t] = torch.from_numpy(cv2.blur(np.roll(clip[t].numpy(), 160, axis=1), (71, 5)))
    cuts = Cuts(Luma(Frames(clip)))
    assert cuts.between(7, 8)
    assert cuts.smeared(8)
    found = tracked(clip, corners)
    states = [f.state for f in found.track.frames]
    assert states[:8] == ["tracked"] * 8
    assert "tracked" not in states[8:11]
    assert states[12:] == ["tracked"] * 4
    assert max(errors(found, corners).values()) < 0.2


@pytest.mark.parametrize("after", [lambda f: f.flip(2), lambda f: moving_sign.film(square([(150, 120)] * 10), SIZE, seed=5)])
def test_a_cut_while_the_surface_is_out_of_the_picture_ends_it(after):
    clip, corners = out_and_back(after)
    cuts = Cuts(Luma(Frames(clip)))
    assert [t for t in range(17) if cuts.between(t, t + 1)] == [7]
    states = [f.state for f in tracked(clip, corners).track.frames]
    assert states[:3] == ["tracked"] * 3
    assert states[8:] == ["lost"] * 10


def test_no_plane_is_seen_mirrored_or_from_behind():
    at = np.random.default_rng(1).uniform(10, 90, (40, 2))
    assert fit_plane(at, at * (0.9, 1.1) + 3, "homography", 1.0) is not None
    for model in ("homography", "affine"):
        assert fit_plane(at, at * (-0.9, 1.1) + 3, model, 1.0) is None
    assert not from_the_front(np.array([[1, 0, 0], [0, 1, 0], [-0.02, 0, 1.0]]), at)
