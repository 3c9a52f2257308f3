import re
from fractions import Fraction
from pathlib import Path

import pytest
from raccord.nodes.media import tracks_nuke
from raccord.nodes.media.nuke_script import axis, read_nodes
from raccord.nodes.media.tracks import track_text
from raccord.nodes.media.tracks_keys import Points, PointTrack
from raccord.nodes.media.tracks_read import read_coordinates, read_nuke
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame

TRACKS = Path(__file__).resolve().parents[3] / "shared" / "data" / "tracks"
REAL = pytest.mark.skipif(not TRACKS.is_dir(), reason="the folder with the tracks of real applications is absent")


def word(text):
    """The words of a knob."""
    return next(iter(read_nodes(f"Node {{\n knob {text}\n}}"))).knobs["knob"][0]


@pytest.mark.parametrize(("text", "keys"), [
    ("{curve x1 96 326 440 x6 554 658 752}", {1: 96, 2: 326, 3: 440, 6: 554, 9: 658, 12: 752}),
    ("{curve x1 10 20 x6 30 40 x12 50 60 70}", {1: 10, 2: 20, 6: 30, 10: 40, 12: 50, 14: 60, 16: 70}),
    ("{curve L x1001 1.5 L x1002 2}", {1001: 1.5, 1002: 2}),
    ("{curve i x768 1 864 x13 2 x14 3 4}", {768: 1, 769: 864, 13: 2, 14: 3, 15: 4}),
    ("{curve K x-2 895.61 s95 897.27 t-1.5 l 3}", {-2: 895.61, -1: 897.27, 0: 3}),
    ('{"curve " x374 1008.35 899.289}', {374: 1008.35, 375: 899.289}),
    ("{curve+5 x1 987 x32 9.9e2}", {1: 992, 32: 995}), ("{curve-12 x1 482.5}", {1: 470.5}),
    ("{curve K 1}", 1), ("{curve}", None), ("{}", None), ("12.5", 12.5), ("{Node.knob.x i}", None), ("{{width}}", None),
    ("{curve x1 5 Node.x}", None), ("{curve x1 nan}", None), ("{curve x1 1e999}", None),
])
def test_curves(text, keys):
    assert axis(word(text)) == keys


SCRIPT = '''# a comment with a brace {
Root {
 inputs 0
 format "1998 1080 0 0 1998 1080 1 \\"a name\\""
}
Tracker4 {
tracks
name Empty
}
Group {
 name "Group 1"
}
 CornerPin2D {
  serializeKnob "2
 }} {not braces"
  to1 {{curve x1 10 x2 11} {curve x1 20 x2 21}}
  to2 {{curve x1 90 x2 91} 20}
  to3 {95 80}
  to4 {{curve x1 12 x2 13} {curve x1 75 x2 76}}
  label "two
lines"
  name pin_1
 }
CornerPin2D {
 to1 {{pin_1.to1.x i} {pin_1.to1.y i}}
 name linked
}
end_group
'''


def test_a_corner_pin_in_a_group():
    (pin,) = read_nuke(SCRIPT.replace("\n", "\r\n"))
    assert (pin.source, pin.frame_size, pin.corners, pin.up) == ("CornerPin2D pin_1", (1998, 1080), True, True)
    assert [p.name for p in pin.points] == ["TL", "TR", "BR", "BL"]
    assert [p.at(2) for p in pin.points] == [(13, 76), (95, 80), (91, 20), (11, 21)]
    assert [p.at(3) for p in pin.points] == [None, (95, 80), None, None]


def test_rows_that_are_switched_off_and_names_with_spaces():
    points = Points((PointTrack('left "eye" 2', tuple((f, 10.5 + f, 20.25, 1.0) for f in (0, 1, 5))),
                     PointTrack("one", ((2, 3.0, 4.0, 1.0),))), (64, 48), 8)
    text = tracks_nuke.tracker4(points)
    (found,) = read_nuke(text)
    assert [p.name for p in found.points] == ['left "eye" 2', "one"]
    assert found.points[0].keys == {1001: (10.5, 27.75), 1002: (11.5, 27.75), 1006: (15.5, 27.75)}
    assert found.points[1].keys == {1003: (3, 44)}
    (switched,) = read_nuke(text.replace("x1001 1 x1003 0", "x1001 0 x1003 0", 1))
    assert switched.points[0].at(1001) is None
    assert switched.points[0].at(1006) == (15.5, 27.75)


@pytest.mark.parametrize(("text", "said"), [
    ("", "got none"), ("hello", "got none"), ("Tracker4 {\n tracks {", "breaks off"), ("}", "closing brace too many"),
    ("{" * 1000, "60 deep"), ("Tracker4 {\ntracks { { 1 31 0 } {} {} }\n}", "got none"), ('A "', "got none"),
    ("CornerPin2D {\n to1 {{curve x99999999999 1} 2}\n}", "got none"), ("Tracker4 {\ntracks {{1} {a {}} {{a} b}}\n}", "got none"),
    ("Tracker4 " + "{\n}" * 99, "got none"), ("\0\ud800", "got none"),
])
def test_no_track_in_it(text, said):
    with pytest.raises(ValueError, match=f"^expected .*{said}.*: ") as caught:
        read_nuke(text)
    assert len(str(caught.value)) < 300


# the figures of the readers that their projects test with: tracks, and keys of some
FIGURES = {
    "018.nk": (21, {}), "one_tracker_with_break.nk": (2, {1: 22}), "one_tracker_with_break_in_grp.nk": (2, {1: 22}),
    "tracker_with_differing_gaps.nk": (1, {0: 45}), "planar.nk": (4, {}), "nuke7_planar.nk": (4, {}),
    "cornerpin.nk": (4, {0: 101}),
    "nuke7_tracker_2tracks.nk": (2, {1: 15}), "nuke708_tracker.nk": (1, {}), "failing_nuke7_trackers_job_1872.nk": (2, {1: 16}),
    "A099_L008_0207TW_001_head_R.nk": (4, {}), "curve-start-with-curve-command.nk": (4, {0: 40}),
    "nuke8_tracker4_copypastes.nk": (4, {0: 48}), "track_nuke8.nk": (5, {0: 88}), "sh110_trackers_004_ipad1.nk": (4, {}),
    "skip_invalid_curve_expressions.nk": (5, {}), "tracker4_with_empty_tracks_knob.nk": (22, {0: 217}),
    "tracker_with_repeating_gaps.nk": (1, {}),
}


def real(name):
    return read_nuke((TRACKS / "import" / "nuke" / name).read_bytes().decode("utf-8", "replace"))


@REAL
@pytest.mark.parametrize("name", FIGURES)
def test_real_scripts_parsed_written_and_parsed(name):
    found = [p for one in real(name) for p in one.points]
    count, keys = FIGURES[name]
    assert len(found) == count
    assert {i: len(found[i].keys) for i in keys} == keys
    first, last = min(min(p.keys) for p in found), max(max(p.keys) for p in found)
    points = tuple(PointTrack(p.name, tuple((f - first, x, 1080 - y, 1.0) for f, (x, y) in p.keys.items())) for p in found)
    (again,) = read_nuke(tracks_nuke.tracker4(Points(points, (1920, 1080), last - first + 1, first)))
    assert [p.name for p in again.points] == [p.name for p in found]
    for ours, theirs in zip(again.points, found, strict=True):
        assert ours.keys.keys() == theirs.keys.keys()
        assert max(abs(ours.keys[f][i] - theirs.keys[f][i]) for f in theirs.keys for i in (0, 1)) <= 1e-3


@REAL
@pytest.mark.parametrize("name", ["cornerpin.nk", "planar.nk", "nuke7_planar.nk"])
def test_real_corner_pins_parsed_written_and_parsed(name):
    (found,) = real(name)
    frames = sorted(found.points[0].keys)
    corners = [Quad(tuple((x, 2304 - y) for x, y in (p.at(f) for p in found.points))) for f in frames]
    track = Track((4096, 2304), Fraction(24), tuple(TrackFrame(q, "tracked", 1.0) for q in corners))
    (again,) = read_nuke(track_text(track, "nuke_cornerpin", start_frame=frames[0]))
    assert [p.keys.keys() for p in again.points] == [p.keys.keys() for p in found.points]
    for ours, theirs in zip(again.points, found.points, strict=True):
        assert max(abs(ours.keys[f][i] - theirs.keys[f][i]) for f in frames for i in (0, 1)) <= 1e-3


@REAL
@pytest.mark.parametrize(("name", "point", "frame", "at"), [
    ("one_tracker_with_break.nk", 1, 763, (1147.972, 510.107)), ("nuke7_tracker_2tracks.nk", 1, 10, (106.75, 77.01)),
    ("curve-start-with-curve-command.nk", 0, 1, (1234.300049, 738.0)),
])
def test_single_values_of_real_scripts(name, point, frame, at):
    """Frames there are counted from 0."""
    found = [p for one in real(name) for p in one.points][point]
    assert found.keys[frame] == pytest.approx(at, abs=1e-2)


@REAL
def test_gaps_of_a_real_script():
    keys = real("tracker_with_differing_gaps.nk")[0].points[0].keys
    assert [f - 1 for f in keys][:25] == list(range(21, 46))
    assert [f - 1 for f in keys][25] == 60
    assert [f - 1 for f in real("tracker_with_repeating_gaps.nk")[0].points[0].keys][3:] == [5, 8, 11]


def test_coordinates():
    found = read_coordinates('[[{"x": 1, "y": 2.5}, null, {"x": 3, "y": 4}], [{"x": 0, "y": 0}]]')
    assert [p.keys for p in found.points] == [{0: (1, 2.5), 2: (3, 4)}, {0: (0, 0)}]
    assert not found.up
    assert read_coordinates("[{'x': 1, 'y': 2}]").points[0].keys == {0: (1, 2)}
    for bad in ("", "{}", "[]", "[[]]", "[1]", "[[[]]]", '[[{"x": 1}]]', '[[{"x": "a", "y": 1}]]', '[[{"x": NaN, "y": 1}]]',
                '[[{"x": 1e400, "y": 1}]]', "[" * 100_000, '[[{"x": true, "y": 1}]]', "x" * 10_000):
        with pytest.raises(ValueError, match=r"^expected .* got .*: ") as caught:
            read_coordinates(bad)
        assert re.fullmatch(r".{20,250}", str(caught.value))
