from fractions import Fraction

import numpy as np
import pytest
import torch
from raccord.nodes.image.colour import linear_to_srgb, srgb_to_linear
from raccord.nodes.tracking.insert.graphic import insert_graphic
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame


def track(*quads, size=(64, 48), states=None):
    states = states or ["tracked"] * len(quads)
    frames = tuple(
        TrackFrame(q if s != "lost" else None, s, 1.0 if s == "tracked" else 0.0)
        for q, s in zip(quads, states, strict=True)
    )
    return Track(size, Fraction(24), frames)


def wall(count=1, value=0.25, channels=3):
    return torch.full((count, 48, 64, channels), value)


RED = torch.tensor([0.8, 0.2, 0.1]).expand(1, 20, 40, 3).contiguous()
SPOT = Quad.rectangle(10, 12, 40, 20)


def test_without_a_graphic_the_frames_are_the_same_object():
    frames = wall()
    assert insert_graphic(frames, track(SPOT), None).images is frames
    refused = Track.lost((64, 48), Fraction(24), 1, "no texture")
    assert insert_graphic(frames, refused, RED).images is frames


def test_whole_pixels_are_replaced_exactly_and_the_rest_untouched():
    frames = torch.rand((1, 48, 64, 3), generator=torch.Generator().manual_seed(1))
    kept = frames.clone()
    done = insert_graphic(frames, track(SPOT), RED)
    assert torch.equal(frames, kept)
    assert torch.allclose(done.images[0, 12:32, 10:50], RED[0], atol=1e-5)
    outside = torch.ones((48, 64), dtype=torch.bool)
    outside[12:32, 10:50] = False
    assert torch.equal(done.images[0][outside], frames[0][outside])
    assert torch.equal(done.matte[0][outside], torch.zeros(int(outside.sum())))
    assert torch.allclose(done.matte[0, 12:32, 10:50], torch.ones(20, 40), atol=1e-6)


def test_edges_are_mixed_in_linear_light():
    done = insert_graphic(wall(), track(Quad.rectangle(10.5, 12, 40, 20)), RED)
    assert float(done.matte[0, 20, 10]) == pytest.approx(0.5, abs=0.01)
    mixed = linear_to_srgb((srgb_to_linear(RED[0, 0, 0]) + srgb_to_linear(torch.tensor(0.25))) / 2)
    assert torch.allclose(done.images[0, 20, 10], mixed, atol=0.01)


def test_only_tracked_frames_are_drawn_on():
    frames = wall(4)
    done = insert_graphic(frames, track(SPOT, SPOT, SPOT, SPOT, states=["tracked", "occluded", "lost", "out"]), RED)
    assert done.drawn == (0,)
    assert torch.equal(done.images[1:], frames[1:])
    assert float(done.matte[1:].max()) == 0


def test_an_occluded_frame_is_drawn_on_where_the_mask_still_shows_the_surface():
    frames, visible = wall(3), torch.zeros((3, 48, 64))
    visible[0], visible[1, :, :30] = 1, 1
    done = insert_graphic(
        frames, track(SPOT, SPOT, SPOT, states=["tracked", "occluded", "occluded"]), RED, visible=visible, light=1.0
    )
    assert done.drawn == (0, 1)
    assert float(done.matte[1, 20, 20]) == pytest.approx(1, abs=1e-5)
    assert float(done.matte[1, 20, 40]) == 0
    assert torch.equal(done.images[2], frames[2])


def test_load_images_mask_is_transparency_and_its_zeros_are_no_mask():
    hole = torch.zeros((1, 20, 40))
    hole[:, :, :20] = 1
    done = insert_graphic(wall(), track(SPOT), RED, hole)
    assert torch.allclose(done.images[0, 20, 12:26], torch.tensor(0.25))
    assert torch.allclose(done.images[0, 20, 34:48], RED[0, 0, 0], atol=1e-4)
    assert float(insert_graphic(wall(), track(SPOT), RED, torch.zeros((1, 64, 64))).matte[0, 20, 20]) == pytest.approx(
        1, abs=1e-5
    )


def test_fits():
    quad = Quad.rectangle(10, 4, 40, 40)
    contain = insert_graphic(wall(), track(quad), RED, fit="contain").matte[0]
    assert float(contain[24, 30]) == pytest.approx(1, abs=1e-5)
    assert float(contain[8, 30]) == 0
    assert float(contain.sum()) == pytest.approx(800, rel=0.01)
    for fit in ("cover", "fill"):
        matte = insert_graphic(wall(), track(quad), RED, fit=fit).matte[0]
        assert float(matte[4:44, 10:50].min()) > 0.99
        assert float(matte.sum()) == pytest.approx(1600, rel=0.01)
    with pytest.raises(ValueError, match="fill, contain, cover"):
        insert_graphic(wall(), track(quad), RED, fit="squeeze")


def test_what_stands_in_front_stays_in_front():
    visible = torch.ones((1, 48, 64))
    visible[:, :, 30:] = 0
    done = insert_graphic(wall(), track(SPOT), RED, visible=visible)
    assert float(done.matte[0, 20, 35:].max()) == 0
    assert float(done.matte[0, 20, 20]) == pytest.approx(1, abs=1e-5)


def test_light_of_the_surface_is_taken_on():
    gains = torch.tensor([1.0, 0.5, 1.3])
    base = srgb_to_linear(torch.full((1, 48, 64, 3), 0.4))
    frames = linear_to_srgb(base * gains[:, None, None, None])
    done = insert_graphic(frames, track(SPOT, SPOT, SPOT), RED * 0.5, light=1.0)
    seen = srgb_to_linear(done.images[:, 20, 30])
    assert torch.allclose(seen / seen[:1], (gains / gains[0])[:, None].expand(-1, 3), rtol=0.02)
    still = insert_graphic(frames, track(SPOT, SPOT, SPOT), RED * 0.5, light=0.0).images[:, 20, 30]
    assert torch.allclose(still[0], still[1], atol=1e-6)


def test_light_does_not_take_texture_for_light():
    texture = torch.rand((1, 48, 64, 3), generator=torch.Generator().manual_seed(2)) * 0.5 + 0.2
    done = insert_graphic(texture.repeat(3, 1, 1, 1), track(SPOT, SPOT, SPOT), RED, light=1.0)
    assert torch.allclose(done.images[:, 14:30, 12:48], RED[0, 0, 0], atol=0.01)


def test_perspective_lands_on_its_corners():
    quad = Quad(((12, 8), (52, 14), (48, 40), (15, 36)))
    matte = insert_graphic(wall(), track(quad), RED, fit="fill").matte[0]
    assert float(matte.sum()) == pytest.approx(quad.area, rel=0.005)
    y, x = np.mgrid[0:48, 0:64] + 0.5
    weight = matte.numpy()
    centre = (x * weight).sum() / weight.sum(), (y * weight).sum() / weight.sum()
    a, b = quad.array, np.roll(quad.array, -1, 0)
    cross = a[:, 0] * b[:, 1] - b[:, 0] * a[:, 1]
    assert centre == pytest.approx((((a + b) * cross[:, None]).sum(0) / (3 * cross.sum())).tolist(), abs=0.03)


def test_a_large_graphic_does_not_alias():
    fine = (torch.arange(600)[:, None] + torch.arange(600)[None]) % 2
    fine = fine.float()[None, ..., None].expand(1, 600, 600, 3)
    done = insert_graphic(wall(), track(Quad.rectangle(12, 4, 37, 37)), fine)
    inner = done.images[0, 8:36, 16:44]
    assert float(inner.std()) < 0.01
    assert float(inner.mean()) == pytest.approx(float(linear_to_srgb(torch.tensor(0.5))), abs=0.02)


def test_alpha_survives_and_graphics_may_carry_it():
    done = insert_graphic(wall(channels=4), track(SPOT), torch.cat([RED, torch.full((1, 20, 40, 1), 0.5)], -1))
    assert done.images.shape[-1] == 4
    assert float(done.images[0, 20, 30, 3]) == pytest.approx(0.25 + 0.5 * 0.75, abs=1e-4)


def test_softness_spreads_the_edge():
    done = insert_graphic(wall(), track(SPOT), RED, softness=2.0)
    assert 0.1 < float(done.matte[0, 20, 9]) < 0.5
    assert float(done.matte.sum()) == pytest.approx(800, rel=0.01)


@pytest.mark.parametrize(
    ("frames", "graphic", "words"),
    [
        (wall(3), RED, "2 frames of 64x48"),
        (torch.rand(1, 40, 64, 3), RED, "1 frame of 64x48"),
        (wall(2), RED.repeat(3, 1, 1, 1), "1 or 2 pictures"),
    ],
)
def test_refusals(frames, graphic, words):
    with pytest.raises(ValueError, match=words):
        insert_graphic(frames, track(*[SPOT] * (2 if len(frames) > 1 else 1)), graphic)


def test_an_even_number_of_frames_is_measured_from_its_middle():
    gains = torch.tensor([0.8, 0.9, 1.1, 1.2])
    frames = linear_to_srgb(srgb_to_linear(torch.full((4, 48, 64, 3), 0.4)) * gains[:, None, None, None])
    done = insert_graphic(frames, track(SPOT, SPOT, SPOT, SPOT), RED * 0.5, light=1.0)
    seen = srgb_to_linear(done.images[:, 20, 30, 0]) / srgb_to_linear(RED[0, 0, 0, 0] * 0.5)
    assert seen.tolist() == pytest.approx(gains.tolist(), rel=0.02)
