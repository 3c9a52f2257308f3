from fractions import Fraction

import pytest
import torch
from moving_sign import film, path
from raccord.nodes.tracking.flatten import flatten_surface
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
