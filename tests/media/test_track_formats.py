"""Every text format, read by a reader of its own: the points to a thousandth of a pixel, and no others."""

from fractions import Fraction

import pytest
from raccord.nodes.media.tracks import FORMATS, NAMES, track_text
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame
from track_readers import READERS, read_corners

SIZES = [(1998, 1081), (720, 1280), (513, 97)]
CASES = {"a gap": {3, 4}, "gaps at both ends": {0, 6, 7}, "a single frame": {0, 1, 2, 3, 4, 6, 7}, "every frame": set(),
         "none": set(range(8))}


def corners(frame, size):
    x, y = size[0] / 7, size[1] / 5
    return ((x + 3.517 * frame, y + frame), (5 * x + 3.5 * frame, 1.25 * y + frame / 7),
            (4.9 * x - 0.75 * frame, 4 * y - 2.03125 * frame), (1.1 * x + 0.3 * frame, 3.9 * y + frame / 3))


def make(size, gap):
    """Occluded frames carry a prediction, which no file but our own may hold."""
    return Track(size, Fraction(24000, 1001), tuple(
        TrackFrame(Quad(corners(i, size)), "occluded" if i in gap else "tracked", 0.0 if i in gap else 0.9) for i in range(8)))


def test_every_text_format_has_a_reader():
    assert set(READERS) == set(FORMATS) == set(NAMES) - {"stmap"}


@pytest.mark.parametrize("start", [1001, 1])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", FORMATS)
def test_the_points_come_back_and_no_others(name, size, case, start):
    track = make(size, CASES[case])
    found = read_corners(name, track_text(track, name, start_frame=start, label="left wall, 2"), size, start)
    want = {(f, c): corners(f, size)[c] for f in range(8) if f not in CASES[case] for c in range(4)}
    assert set(found) == set(want)
    assert max((abs(found[key][axis] - want[key][axis]) for key in want for axis in (0, 1)), default=0.0) <= 1e-3


@pytest.mark.parametrize("name", ["ae_cornerpin", "ae_powerpin"])
def test_pixel_aspect_is_stated_and_moves_nothing(name):
    track = make((1998, 1081), {3})
    text = track_text(track, name, pixel_aspect=2.0)
    assert "\tSource Pixel Aspect Ratio\t2\r\n\tComp Pixel Aspect Ratio\t2\r\n" in text
    assert text.replace("Ratio\t2", "Ratio\t1") == track_text(track, name)
    assert "PIXEL_ASPECT = 1.5\n" in track_text(track, "blender", pixel_aspect=1.5)
    assert ", pixel aspect 2, 7 of 8 frames" in track_text(track, "nuke_cornerpin", pixel_aspect=2.0)


def test_no_curve_swings_across_a_gap():
    """Straight from key to key: a smooth curve would overshoot on both sides of a gap."""
    text = track_text(make((720, 1280), {3, 4}), "nuke_cornerpin")
    assert text.count("{curve L x1001") == 8
