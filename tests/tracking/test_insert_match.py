"""What Insert Graphic takes from the plate: light, softness, grain, shutter; and the way there and back of a flat view."""

from fractions import Fraction

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from raccord.nodes.image.colour import linear_to_srgb, srgb_to_linear
from raccord.nodes.tracking.insert.flatten import flatten_surface
from raccord.nodes.tracking.insert.grain import measure_grain
from raccord.nodes.tracking.insert.graphic import insert_graphic
from raccord.nodes.tracking.insert.lens import measure_softness
from raccord.nodes.tracking.insert.masks import Masks
from raccord.nodes.tracking.insert.paint import exposures
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame

SIZE = 240, 180


def track(*quads):
    return Track(SIZE, Fraction(24), tuple(TrackFrame(q, "tracked", 1.0) for q in quads))


def unmasked(count):
    return Masks(None, count, SIZE[1], SIZE[0], "visible")


def ramp(count):
    """Broad shades, dark to bright from left to right."""
    return torch.linspace(0.15, 0.85, SIZE[0])[None, None, :, None].expand(count, SIZE[1], -1, 3).contiguous()


WHOLE = Quad.rectangle(20, 20, 200, 140)


@pytest.mark.parametrize("alike", [True, False])
def test_grain_is_measured_by_luma_and_by_colour(alike):
    random = torch.Generator().manual_seed(2)
    clean = ramp(6)
    noise = torch.randn((6, *SIZE[::-1], 1 if alike else 3), generator=random)
    grain = measure_grain(clean + noise * (1 + 4 * clean) / 255, track(*[WHOLE] * 6), unmasked(6))
    covariance = grain.factors @ grain.factors.mT
    for band in (2, 5):
        wanted = (1 + 4 * (band + 0.5) / 8) / 255
        assert float(covariance[band, 0, 0].sqrt()) == pytest.approx(wanted, rel=0.12)
    assert float(covariance[4, 0, 2] / covariance[4, 0, 0]) == pytest.approx(1.0 if alike else 0.0, abs=0.08)
    assert grain.size == 0


def test_grain_of_a_moving_surface_is_not_halved_by_sampling_it():
    random = torch.Generator().manual_seed(4)
    frames = ramp(4) + torch.randn((4, *SIZE[::-1], 3), generator=random) * 3 / 255
    quads = [Quad.rectangle(20 + 0.5 * t, 20 + 0.3 * t, 190, 140) for t in range(4)]
    grain = measure_grain(frames, track(*quads), unmasked(4))
    assert float((grain.factors @ grain.factors.mT)[4, 1, 1].sqrt()) == pytest.approx(3 / 255, rel=0.1)


def test_the_graphic_takes_the_grain_of_the_plate_and_a_clean_plate_gives_none():
    random = torch.Generator().manual_seed(3)
    noise = torch.randn((4, *SIZE[::-1], 3), generator=random) * 4 / 255
    graphic, inner = torch.full((1, 20, 20, 3), 0.5), (slice(40, 140), slice(40, 200))
    done = insert_graphic(ramp(4) + noise, track(*[WHOLE] * 4), graphic, fit="fill", grain=1.0)
    drawn = done.images[:, inner[0], inner[1]]
    assert float(drawn.std()) == pytest.approx(4 / 255, rel=0.12)
    assert float((drawn[0] - drawn[1]).std()) == pytest.approx(4 / 255 * 2**0.5, rel=0.12)
    again = insert_graphic(ramp(4) + noise, track(*[WHOLE] * 4), graphic, fit="fill", grain=1.0)
    assert torch.equal(done.images, again.images)
    clean = insert_graphic(ramp(4), track(*[WHOLE] * 4), graphic, fit="fill", grain=1.0)
    assert clean.grain is None
    assert float(clean.images[:, inner[0], inner[1]].std()) < 1e-5


@pytest.mark.parametrize(("sigma", "noise"), [(0.0, 0.0), (0.7, 2.0), (1.2, 0.0)])
def test_softness_is_measured_on_the_edges_of_the_surface(sigma, noise):
    y, x = np.mgrid[0:SIZE[1] * 4, 0:SIZE[0] * 4] / 4.0
    turned = x * np.cos(0.2) + y * np.sin(0.2), y * np.cos(0.2) - x * np.sin(0.2)
    squares = torch.from_numpy(((turned[0] // 24 + turned[1] // 24) % 2 * 0.4 + 0.1).astype(np.float32))[None, None]
    light = F.avg_pool2d(squares, 4)
    if sigma:
        at = torch.arange(-6.0, 7.0)
        kernel = torch.exp(-(at**2) / (2 * sigma**2))
        kernel = (kernel / kernel.sum())[None, None, None]
        light = F.conv2d(F.conv2d(light, kernel, padding=(0, 6)), kernel.mT, padding=(6, 0))
    frames = linear_to_srgb(light)[0, ..., None].expand(4, -1, -1, 3)
    frames = frames + torch.randn(frames.shape, generator=torch.Generator().manual_seed(1)) * noise / 255
    assert measure_softness(frames, track(*[WHOLE] * 4), unmasked(4)) == pytest.approx(sigma, abs=0.2)
    assert measure_softness(ramp(2), track(WHOLE, WHOLE), unmasked(2)) is None


def test_the_shutter_smears_along_the_way_and_only_there():
    moving = track(*[Quad.rectangle(40 + 12 * t, 40, 100, 80) for t in range(3)])
    graphic = torch.ones((1, 8, 8, 3))
    matte = insert_graphic(ramp(3) * 0, moving, graphic, fit="fill", shutter=180.0).matte[1]
    row = matte[80, 40:70]
    assert float(row.max() - row.min()) == pytest.approx(1.0, abs=1e-4)
    assert float((row > 0.02).float().argmax()) == pytest.approx(12 - 3, abs=1)  # half of 12 px, centred on 52
    assert float(matte[80, 52]) == pytest.approx(0.58, abs=0.05)
    assert float(matte[39, 100]) == pytest.approx(0.0, abs=1e-6)
    assert float(matte.sum()) == pytest.approx(8000, rel=1e-3)
    assert len(exposures(moving, 1, 0.0)) == 1
    assert len(exposures(track(WHOLE, WHOLE), 0, 180.0)) == 1


def test_a_flat_view_goes_back_where_it_came_from():
    random = torch.Generator().manual_seed(6)
    coarse = torch.rand((1, 3, 30, 40), generator=random)
    frame = F.interpolate(coarse, SIZE[::-1], mode="bicubic").clamp(0, 1).movedim(1, -1)
    quads = [Quad(((30 + 3 * t, 25), (200 + t, 40 - t), (210, 150), (24, 140 - 2 * t))) for t in range(3)]
    frames = frame.expand(3, -1, -1, -1).contiguous()
    views, _ = flatten_surface(frames, track(*quads), 360)
    done = insert_graphic(frames, track(*quads), views, fit="fill")
    covered = done.matte > 0
    assert float(covered.float().mean()) > 0.3
    error = (done.images - frames)[covered].square().mean()
    assert float(-10 * torch.log10(error)) > 42
    assert torch.equal(done.images[~covered], frames[~covered])


def test_an_exact_composite_is_met_in_linear_light():
    """Half a pixel of a bright graphic beside a dark wall, the light halved: known in every pixel."""
    frames = torch.cat([torch.full((1, *SIZE[::-1], 3), v) for v in (0.5, 0.5, float(linear_to_srgb(srgb_to_linear(
        torch.tensor(0.5)) / 2)))])
    quad = Quad.rectangle(40.5, 30, 60, 40)
    done = insert_graphic(frames, track(quad, quad, quad), torch.full((1, 9, 9, 3), 0.9), fit="fill", light=1.0)
    wall, paint = srgb_to_linear(torch.tensor((0.5, 0.9)))
    for number, gain in ((0, 1.0), (2, 0.5)):
        assert float(srgb_to_linear(done.images[number, 50, 40, 0])) == pytest.approx(float(wall + paint) / 2 * gain, rel=0.02)
        assert float(srgb_to_linear(done.images[number, 50, 60, 0])) == pytest.approx(float(paint) * gain, rel=0.02)
