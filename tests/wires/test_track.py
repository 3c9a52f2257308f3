import json
from dataclasses import replace
from fractions import Fraction

import pytest
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame

QUAD = Quad.rectangle(1.25, 2, 3, 4)


def track(*states: str) -> Track:
    frames = tuple(TrackFrame(None if s == "lost" else QUAD, s, 0.0 if s == "lost" else 0.5) for s in states)
    return Track((320, 360), Fraction(25), frames, reference_frame=1)


def test_json_reads_back_as_written():
    first = track("tracked", "occluded", "out", "lost")
    document = json.loads(json.dumps(first.to_json()))
    assert document["fps"] == "25/1"
    assert document["frames"][3]["corners"] is None
    assert Track.from_json(document) == first


def test_a_frame_left_out_is_refused():
    document = track("tracked", "tracked").to_json()
    del document["frames"][0]
    with pytest.raises(ValueError, match="every frame once"):
        Track.from_json(document)


@pytest.mark.parametrize(("states", "bad"), [
    (("tracked",) * 3, None), (("tracked", "occluded", "tracked"), None),
    (("tracked", "tracked", "lost", "lost"), 2), (("tracked", "out", "lost"), 1), (("lost",), 0),
])
def test_first_bad_frame_is_where_the_tail_begins(states, bad):
    assert track(*states).first_bad_frame == bad


@pytest.mark.parametrize(("apart", "bad"), [([1, 2, 3], 1), ([1], 3), ([0, 2], 2)])
def test_a_surface_that_breathes_is_bad_though_tracked(apart, bad):
    first = track("tracked", "tracked", "tracked", "lost")
    assert replace(first, metrics={"breathing_frames": apart}).first_bad_frame == bad


def test_lost_frames_have_no_corners_and_others_do():
    with pytest.raises(ValueError, match="corners on every frame"):
        TrackFrame(QUAD, "lost", 0)
    with pytest.raises(ValueError, match="corners on every frame"):
        TrackFrame(None, "tracked", 1)


def test_a_refused_track_is_lost_everywhere_with_the_reason():
    refused = Track.lost((10, 10), Fraction(24), 3, "no texture")
    assert [f.state for f in refused.frames] == ["lost"] * 3
    assert refused.to_json()["refused"] == "no texture"
