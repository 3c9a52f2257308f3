from fractions import Fraction

import pytest
import torch
from moving_sign import film, path
from raccord.nodes.image.warp import transform, unit_square
from raccord.nodes.shot import example
from raccord.nodes.shot.scenery import SIGN
from raccord.nodes.tracking.insert.flatten import flatten_surface
from raccord.nodes.tracking.insert.graphic import insert_graphic
from raccord.nodes.tracking.reports import flatten_report
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame


def test_the_flat_view_stands_still():
    corners = path(6, (110, 110), 120)
    frames = film(corners, (320, 240), noise=0.0)
    given = [TrackFrame(Quad.from_array(c), "tracked", 1.0) for c in corners]
    given[4] = TrackFrame(given[4].corners, "occluded", 0.0)
    given[5] = TrackFrame(None, "lost", 0.0)
    track = Track((320, 240), Fraction(24), tuple(given))
    views, mask = flatten_surface(frames, track, 128)
    assert views.shape[:2] == (6, mask.shape[1])
    assert views.shape[2] == 128
    still = (views[1:4] - views[:1])[:, 6:-6, 6:-6]
    assert float(still.abs().mean()) < 0.015
    assert float(mask[:4].min()) == pytest.approx(1.0)
    assert float(mask[4:].max()) == 0
    assert float(views[5].max()) == 0
    report = flatten_report(views, track)
    assert (report.verdict, report.findings[0].value) == ("warn", 4)


def test_whole_pixels_come_out_as_they_are_and_wrong_sizes_are_refused():
    frames = torch.rand((1, 30, 40, 3), generator=torch.Generator().manual_seed(0))
    track = Track((40, 30), Fraction(24), (TrackFrame(Quad.rectangle(8, 5, 20, 12), "tracked", 1.0),))
    views, _ = flatten_surface(frames, track)
    assert torch.allclose(views[0], frames[0, 5:17, 8:28], atol=1e-5)
    assert views.shape[1:3] == (12, 20)
    with pytest.raises(ValueError, match="1 frame of 40x30 in images"):
        flatten_surface(frames[:, :20], track)


def test_fine_print_comes_back_from_twice_its_width():
    layers, number = example.draw_layers(), 12
    frames = example.draw_frame(number, layers)
    sign = transform(example.camera(number), unit_square(*SIGN[2:]) + SIGN[:2])
    track = Track((960, 540), Fraction(24), (TrackFrame(Quad.from_array(sign), "tracked", 1.0),))
    views, _ = flatten_surface(frames, track, 740)
    done = insert_graphic(frames, track, views, fit="fill")
    printed = transform(example.camera(number), unit_square(350, 30) + [SIGN[0] + 24, SIGN[1] + 203])
    (left, top), (right, low) = printed.min(0).astype(int), printed.max(0).astype(int)
    error = (done.images - frames)[0, top:low, left:right].square().mean()
    assert float(-10 * torch.log10(error)) > 38
    assert float(views.min()) >= 0
    assert float(views.max()) <= 1
