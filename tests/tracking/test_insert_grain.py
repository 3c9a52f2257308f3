"""The grain that Insert Graphic carries over: the plate's own, at its level, without the texture of the old surface."""

from fractions import Fraction

import pytest
import torch
import torch.nn.functional as F
from raccord.nodes.image.warp import homography, unit_square, warp
from raccord.nodes.tracking.insert.grain import measure_grain
from raccord.nodes.tracking.insert.graphic import insert_graphic
from raccord.nodes.tracking.insert.masks import Masks
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame

SIZE, SIGMA = (240, 180), 4.0 / 255
GREY = torch.full((1, 20, 20, 3), 0.5)
INNER = slice(44, 136), slice(44, 196)


def scene(count, *, texture=0.4, off=0.0):
    """Frames of a moving printed surface without and with grain, and a track that is `off` pixels off, anew on each."""
    random = torch.Generator().manual_seed(8)
    blocks = F.interpolate((torch.rand((1, 1, 35, 50), generator=random) > 0.5).float(), scale_factor=16)
    print_ = (0.5 + texture * (blocks - 0.5)).expand(-1, 3, -1, -1).movedim(1, -1)
    clean, quads = [], []
    for t in range(count):
        quad = Quad(((16.3 + 0.7 * t, 15.2 + 0.4 * t), (215.6 + 0.6 * t, 17.4), (222.4, 160.3 - 0.5 * t),
                     (18.9, 157.1 + 0.2 * t)))
        h = homography(unit_square(800, 560), quad.array)
        clean.append(warp(print_, h, SIZE[1], SIZE[0], samples=4))
        quads.append(Quad.from_array(quad.array + off * torch.randn((1, 2), generator=random).numpy()))
    clean = torch.cat(clean)
    noise = torch.randn(clean.shape, generator=random) * SIGMA
    return clean, clean + noise, Track(SIZE, Fraction(24), tuple(TrackFrame(q, "tracked", 1.0) for q in quads))


def drawn(frames, track, **options):
    done = insert_graphic(frames, track, GREY, fit="fill", grain=1.0, **options)
    return done.images[:, INNER[0], INNER[1]] - 0.5


def alike(a, b):
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).mean() / (a.std() * b.std()))


def test_a_frame_keeps_its_own_grain():
    clean, frames, track = scene(8, texture=0.02)
    own = (frames - clean)[:, INNER[0], INNER[1]]
    grain = drawn(frames, track)
    assert alike(grain, own) > 0.65
    assert float((grain - own).square().mean()) < 0.8 * SIGMA**2  # grain drawn at random would be at 2
    assert abs(alike(grain[3], grain[4])) < 0.15
    assert torch.equal(grain, drawn(frames, track))


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_it_is_as_strong_as_the_plates(count):
    _, frames, track = scene(max(count, 2), texture=0.05, off=0.02)
    if count == 1:  # one frame of the surface; grain was measured where it is seen twice
        first = track.frames[0]
        track = Track(SIZE, Fraction(24), (first, TrackFrame(None, "lost", 0.0)))
        assert float(drawn(frames, track)[0].std()) < 1e-6
        return
    for channel in range(3):
        assert float(drawn(frames, track)[..., channel].std()) == pytest.approx(SIGMA, rel=0.08)
    measured = measure_grain(frames, track, Masks(None, count, SIZE[1], SIZE[0], "visible"))
    assert float((measured.factors @ measured.factors.mT)[4, 1, 1].sqrt()) == pytest.approx(SIGMA, rel=0.1)


@pytest.mark.parametrize("count", [2, 3, 8])
def test_no_texture_of_the_old_surface_comes_through(count):
    """A strongly printed surface, tracked a tenth of a pixel off."""
    clean, frames, track = scene(count, texture=0.6, off=0.1)
    grain = drawn(frames, track).mean(-1)
    flat = clean[..., 0]
    across, down = ((flat.roll(-1, axis) - flat.roll(1, axis))[:, INNER[0], INNER[1]] for axis in (2, 1))
    edges = torch.hypot(across, down)
    busy = edges > 0.2
    assert float(busy.float().mean()) > 0.05
    for slope in (across, down, edges, flat[:, INNER[0], INNER[1]]):
        for number in range(count):
            assert abs(alike(grain[number], slope[number])) < 0.04  # of 14,000 independent pixels a chance is 0.008
    assert float(grain[busy].std() / grain[~busy].std()) == pytest.approx(1.0, abs=0.12)


def test_what_stands_in_front_leaves_no_trace_in_the_grain():
    _, frames, track = scene(8, texture=0.05)
    frames = frames.clone()
    frames[3:5, 60:100, 80:130] += 0.3  # nothing masks it
    grain = drawn(frames, track)
    assert abs(float(grain[3, 16:56, 36:86].mean())) < 0.3 * SIGMA
    assert float(grain[3, 16:56, 36:86].std()) == pytest.approx(SIGMA, rel=0.15)
    assert float(grain[2, 16:56, 36:86].std()) == pytest.approx(SIGMA, rel=0.15)


def test_light_that_changes_is_no_grain():
    clean, frames, track = scene(6, texture=0.05)
    gain = torch.linspace(0.8, 1.1, 6)[:, None, None, None]
    grain = drawn(clean * gain + (frames - clean), track)
    for part in grain:
        assert abs(float(part.mean())) < 0.15 * SIGMA
    assert float(grain.std()) == pytest.approx(SIGMA, rel=0.1)
