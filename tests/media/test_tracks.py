import json
import re
from fractions import Fraction

import pytest
from raccord.nodes.media.tracks import FORMATS, format_names, track_text
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame

WIDTH, HEIGHT, START = 1998, 1081, 1001
GAP = {3, 4}


def corners(frame):
    return [
        (100.25 + 3.5 * frame, 50.125 + frame),
        (900.5 + 3.5 * frame, 70 + frame),
        (880 - 0.75 * frame, 700.375 - 2 * frame),
        (120 + 0.3 * frame, 690 + frame / 3),
    ]


def make(count=8, gap=GAP, **options):
    frames = tuple(
        TrackFrame(Quad(tuple(corners(i))), "occluded" if i in gap else "tracked", 0.0 if i in gap else 0.9)
        for i in range(count)
    )
    return Track((WIDTH, HEIGHT), Fraction(24000, 1001), frames, **options)


def test_json_is_the_track_itself():
    track = make(reference_frame=2)
    document = json.loads(track_text(track, "json"))
    assert document["frame_size"] == [WIDTH, HEIGHT]
    assert document["fps"] == "24000/1001"
    assert [f["frame"] for f in document["frames"]] == list(range(8))
    assert Track.from_json(document).frames == tuple(
        TrackFrame(Quad(tuple((round(x, 6), round(y, 6)) for x, y in f.corners.corners)), f.state, f.confidence)
        for f in track.frames
    )


def test_gaps_are_marked_as_well():
    nuke, plain = track_text(make(), "nuke_cornerpin"), track_text(make(gap=set()), "nuke_cornerpin")
    assert "Multiply" not in plain
    assert "value {{curve K x1001 1 x1004 0 x1006 1}}" in nuke
    assert ' { {curve K x1001 1 x1004 0 x1006 1} "TL"' in track_text(make(), "nuke_tracker4")
    opacity = track_text(make(), "ae_cornerpin").split("Transform\tOpacity")[1].splitlines()[2:10]
    assert [line.split("\t")[2] for line in opacity] == ["100", "100", "100", "0", "0", "100", "100", "100"]
    assert "Opacity" not in track_text(make(gap=set()), "ae_cornerpin")
    states = [line.split()[-1] for line in track_text(make(), "syntheyes_2d").splitlines()[:6]]
    assert states == ["15", "7", "7", "15", "7", "7"]


def test_fusion_hides_the_pin_in_a_gap_and_does_not_show_it_unpinned():
    text = track_text(make(), "fusion", label="wall")
    assert "Blend" not in text
    gain = re.search(r"wallVisibleGain = BezierSpline \{\n(.*)\n", text).group(1)
    assert dict(re.findall(r"\[(\d+)\] = \{ ([\d.]+),", gain)) == {str(1001 + i): "01"[i not in GAP] for i in range(8)}
    assert 'Alpha = Input { Value = 1, }, Gain = Input { SourceOp = "wallVisibleGain", Source = "Value", }' in text
    assert 'Input = Input { SourceOp = "wall", Source = "Output", }' in text
    assert "Visible" not in track_text(make(gap=set()), "fusion")


def test_tracker4_has_31_columns_and_a_reference():
    text = track_text(make(reference_frame=5), "nuke_tracker4")
    assert text.count("\n{ ") == 31 or len(re.findall(r"^\{? ?\{ \d \d \d+ \w+ \w+ 1 \}", text, re.M)) == 31
    assert "tracks { { 1 31 4 }" in text
    assert "reference_frame 1006" in text
    assert text.count("{") == text.count("}")


def test_a_track_without_keys_and_awkward_names():
    lost = Track((64, 32), Fraction(25), (TrackFrame(None, "lost", 0.0),) * 3)
    for name in FORMATS:
        text = track_text(lost, name, label="1 écran/été")
        assert text.count("{") == text.count("}")
    assert " name t_1_cran_t" in track_text(lost, "nuke_cornerpin", label="1 écran/été")


def test_names_of_formats():
    assert format_names("json,\n nuke_cornerpin , json") == ["json", "nuke_cornerpin"]
    with pytest.raises(ValueError, match="got 'flame'"):
        format_names("json, flame")
    with pytest.raises(ValueError, match="at least one"):
        format_names(" , ")
    with pytest.raises(ValueError, match="refused: too soft"):
        track_text(Track.lost((8, 8), Fraction(24), 2, "too soft"), "json")
