import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from node_calls import Place
from raccord.nodes import runtime
from raccord.nodes.image.warp import transform
from raccord.nodes.media.tracks import track_text
from raccord.nodes.tracking.nodes import RaccordLoadTrack
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.shot import Shot
from raccord.nodes.wires.track import Track, TrackFrame

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "tracks" / "import" / "nuke"
SIZE, GAP = (320, 180), {3, 4}
SQUARE = "60,40 200,50 190,150 50,140"


@pytest.fixture
def place(tmp_path):
    here = Place(tmp_path)
    with runtime.surrounded_by(here):
        yield here


def load(**given):
    plain = {"file": "none", "coordinates": "", "corners": "", "width": 0, "height": 0, "fps": 0.0, "start_frame": 1001}
    track, picture, report = RaccordLoadTrack.execute(**plain | given).args
    return track, picture, json.loads(report)


def homography(frame):
    return np.eye(3) + frame * np.array([[0.004, 0.01, 2.5], [-0.006, 0, 1], [1e-5, -2e-5, 0]])


def corners(frame):
    return transform(homography(frame), Quad.parse(SQUARE).array)


def make(gap=GAP, count=8):
    return Track(SIZE, Fraction(25), tuple(
        TrackFrame(Quad.from_array(corners(i)), "occluded" if i in gap else "tracked", 0.5) for i in range(count)))


def put(place, name, text):
    (place.input_directory / name).write_text(text, encoding="utf-8")
    return name


def assert_is(track, frames=range(8), gap=GAP, most=1e-3):
    assert len(track.frames) == len(frames)
    for i, frame in zip(frames, track.frames, strict=True):
        assert (frame.state == "tracked") == (i not in gap)
        if i not in gap:
            assert np.abs(frame.corners.array - corners(i)).max() <= most


def findings(report):
    return {f["check"]: f for f in report["findings"]}


def test_our_own_json(place):
    put(place, "a.json", track_text(make(), "json"))
    track, picture, report = load(file="a.json")
    assert_is(track)
    assert (track.frame_size, track.fps, [f.state for f in track.frames][3]) == (SIZE, 25, "occluded")
    assert picture.shape == (1, 180, 320, 3)
    assert report["verdict"] == "warn"
    assert findings(report)["track.gaps"]["frames"] == [3, 4]
    assert load(file="a.json", shot=Shot(fps=Fraction(24000, 1001)))[0].fps == Fraction(24000, 1001)


@pytest.mark.parametrize("name", ["nuke_cornerpin", "mocha_cornerpin", "nuke_tracker4"])
def test_nuke_there_and_back(place, name):
    put(place, "a wall.nk", track_text(make(), name, start_frame=101, label="a wall"))
    track, _, report = load(file="a wall.nk", width=SIZE[0], height=SIZE[1], start_frame=101)
    assert_is(track)
    assert {f.state for f in track.frames} == {"tracked", "lost"}
    again = load(file="a wall.nk", clip=torch.zeros(8, 180, 320, 3), shot=Shot(start_frame=101))[0]
    assert again.frames == track.frames
    longer = load(file="a wall.nk", clip=torch.zeros(11, 180, 320, 3), start_frame=100)[0]
    assert_is(longer, range(-1, 10), {-1, 3, 4, 8, 9})
    if name == "nuke_tracker4":
        assert "names say" in findings(report)["track.assumed"]["message"]


def test_keys_outside_the_clip_are_counted(place):
    put(place, "a.nk", track_text(make(set()), "nuke_cornerpin"))
    track, _, report = load(file="a.nk", clip=torch.zeros(4, 180, 320, 3), start_frame=1003)
    assert_is(track, range(2, 6), set())
    assert findings(report)["track.outside"]["value"] == 4


def coordinates(points, count=8, gap=()):
    at = [transform(homography(i), points) for i in range(count)]
    return json.dumps([[None if i in gap else {"x": at[i][n][0], "y": at[i][n][1]} for i in range(count)]
                       for n in range(len(points))])


def test_four_tracks_are_corners():
    text = coordinates(Quad.parse(SQUARE).array, gap=GAP)
    track, _, report = load(coordinates=text, width=320, height=180)
    assert_is(track)
    assert "TL TR BR BL, in this order" in findings(report)["track.assumed"]["message"]
    crossed = json.dumps([json.loads(text)[i] for i in (2, 0, 1, 3)])
    track, _, report = load(coordinates=crossed, width=320, height=180)
    assert_is(track)
    assert "by where they lie" in findings(report)["track.assumed"]["message"]


def points(count, seed=3):
    return np.random.default_rng(seed).uniform((55, 45), (195, 145), (count, 2))


def test_many_points_carry_the_corners():
    """A third of the points runs away: they are outvoted, and the confidence says so."""
    tracks = json.loads(coordinates(points(30)))
    for n in range(10):
        for i, at in enumerate(tracks[n]):
            at["x"] += 7 * i
    track, _, report = load(coordinates=json.dumps(tracks), corners=SQUARE, width=320, height=180)
    assert_is(track, gap=set())
    assert track.frames[5].confidence == pytest.approx(2 / 3, abs=0.01)
    assert report["metrics"]["track.residual_px"] < 1e-3
    assert "are taken to lie on frame 0" in findings(report)["track.assumed"]["message"]
    box = load(coordinates=coordinates(points(30)), width=320, height=180)
    assert box[0].frames[0].corners.box == pytest.approx((*points(30).min(0), *np.ptp(points(30), axis=0)))
    assert "The box around the points" in findings(box[2])["track.assumed"]["message"]


@pytest.mark.parametrize(("count", "word", "motion"), [
    (1, "a shift", lambda p, i: p + (3 * i, -i)),
    (2, "shift, turn and zoom", lambda p, i: 1.02 ** i * p @ np.array([[np.cos(i / 50), np.sin(i / 50)],
                                                                       [-np.sin(i / 50), np.cos(i / 50)]])),
    (3, "an affine motion", lambda p, i: p @ np.array([[1, 0.01 * i], [0.02 * i, 1 + 0.01 * i]])),
])
def test_fewer_points_tell_less(count, word, motion):
    at = points(count)
    text = json.dumps([[dict(zip("xy", motion(p, i).tolist(), strict=True)) for i in range(5)] for p in at])
    track, _, report = load(coordinates=text, corners=SQUARE, width=320, height=180)
    assert np.abs(track.frames[4].corners.array - motion(Quad.parse(SQUARE).array, 4)).max() < 1e-6
    assert word in findings(report)["track.assumed"]["message"]
    with pytest.raises(ValueError, match=f"got {count} and no corners: write in corners"):
        load(coordinates=text, width=320, height=180)


def test_tracks_of_core():
    at = torch.from_numpy(np.stack([transform(homography(i), points(12)) for i in range(8)])).float()
    seen = torch.ones(8, 12, dtype=torch.bool)
    seen[3:5] = False
    track = load(tracks={"track_path": at, "track_visibility": seen}, corners=SQUARE, width=320, height=180)[0]
    assert_is(track, most=5e-3)
    with pytest.raises(ValueError, match="one visibility a point and frame"):
        load(tracks={"track_path": at, "track_visibility": seen[:3]}, width=320, height=180)
    for bad in (3, {}, {"track_path": at[0]}, {"track_path": at[:, :0]}):
        with pytest.raises(ValueError, match="expected TRACKS"):
            load(tracks=bad, width=320, height=180)


@pytest.mark.parametrize(("given", "said"), [
    ({}, "expected a track in file, coordinates or tracks, got none"),
    ({"file": "pin.nk"}, "pin.nk: expected the frame size of the track, got none: wire clip, or set width and height"),
    ({"file": "pin.nk", "width": 320, "height": 180, "start_frame": 5000}, "got frames 1001 to 1008: set start_frame"),
    ({"file": "pin.nk", "width": 320, "height": 180, "start_frame": -1_000_000}, "at most 100000 frames"),
    ({"file": "bad.json"}, "bad.json: expected a track as Export Track writes it"),
    ({"file": "own.json", "width": 640, "height": 360}, "own.json: expected a track of 640x360, got one of 320x180"),
    ({"file": "own.json", "clip": torch.zeros(3, 180, 320, 3)}, "own.json: expected 8 frames of 320x180 in clip"),
    ({"file": "own.json", "clip": torch.zeros(8, 9, 9, 3), "width": 3, "height": 3}, "expected a clip of 3x3"),
    ({"file": "missing.nk"}, "expected file in the input folder"),
    ({"file": "../pin.nk"}, "expected file"), ({"file": "pin.fbx"}, "expected a .nk, .json or .txt"),
    ({"coordinates": "[[{}]]", "width": 3, "height": 3}, "in track 0 at frame 0"),
    ({"coordinates": coordinates(points(9)), "corners": "1,1", "width": 3, "height": 3}, "expected corners as"),
    ({"coordinates": '[[{"x":1,"y":1}],[{"x":2,"y":2}],[{"x":3,"y":3}],[{"x":3,"y":3}],[{"x":1,"y":1}]]', "corners": SQUARE},
     "expected the frame size"),
])
def test_what_is_refused(place, given, said):
    put(place, "pin.nk", track_text(make(), "nuke_cornerpin"))
    put(place, "own.json", track_text(make(), "json"))
    put(place, "bad.json", '{"frame_size": [3, 3], "fps": "24", "frames": [3]}')
    with pytest.raises(ValueError, match="expected .* got .*: ") as caught:
        load(**given)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("change", [
    {"frame_size": [0, 3]}, {"frame_size": [1e400, 3]}, {"frame_size": 3}, {"fps": "1/0"}, {"fps": "-3"}, {"frames": []},
    {"frames": {}}, {"frames": [{"frame": 0, "corners": [[1, 1]] * 4, "state": "tracked", "confidence": 1}]},
    {"reference_frame": "x"}, {"reference_frame": 99}, {"refused": 3},
    {"frames": [{"frame": 0, "corners": None, "state": "lost", "confidence": "nan"}]},
])
def test_json_of_another_form(place, change):
    document = make().to_json() | change
    put(place, "a.json", json.dumps(document))
    with pytest.raises(ValueError, match="^a.json: expected .* got .*: "):
        load(file="a.json")


def test_a_refused_track_stays_refused(place):
    put(place, "a.json", json.dumps(Track.lost(SIZE, Fraction(24), 3, "no detail").to_json()))
    track, picture, report = load(file="a.json")
    assert (track.refused, report["verdict"]) == ("no detail", "refused")
    assert picture.shape == (1, 180, 320, 3)


def test_points_on_one_line_are_no_surface():
    line = '[[{"x":1,"y":1}],[{"x":2,"y":2}],[{"x":3,"y":3}],[{"x":4,"y":4}]]'
    track, _, report = load(coordinates=line, width=32, height=18)
    assert (track.refused[:8], report["verdict"]) == ("no frame", "refused")


def test_a_changed_file_runs_again(place):
    put(place, "a.json", track_text(make(), "json"))
    before = RaccordLoadTrack.fingerprint_inputs(file="a.json")
    assert RaccordLoadTrack.fingerprint_inputs(file="a.json") == before
    put(place, "a.json", track_text(make(set()), "json") + " ")
    assert RaccordLoadTrack.fingerprint_inputs(file="a.json") != before
    assert RaccordLoadTrack.validate_inputs("none") is True
    assert RaccordLoadTrack.validate_inputs("a.json") is True
    assert "which is not there" in RaccordLoadTrack.validate_inputs("b.json")


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder with the tracks of real applications is absent")
@pytest.mark.parametrize(("name", "size", "start", "tracked"), [
    ("cornerpin.nk", (4096, 2304), 1, 101), ("planar.nk", (0, 0), 1, 150), ("nuke7_planar.nk", (0, 0), 1, 45),
    ("nuke8_tracker4_copypastes.nk", (1920, 1080), 34, 48),
])
def test_real_scripts(place, name, size, start, tracked):
    """Read, written and read again: the same frames, the same corners."""
    (place.input_directory / name).write_bytes((REAL / name).read_bytes())
    track, picture, _ = load(file=name, width=size[0], height=size[1], start_frame=start)
    assert sum(f.state == "tracked" for f in track.frames) == tracked
    assert picture.shape[2] == 960
    put(place, "again.nk", track_text(track, "nuke_cornerpin", start_frame=start))
    again = load(file="again.nk", width=track.frame_size[0], height=track.frame_size[1], start_frame=start)[0]
    assert [f.state for f in again.frames] == [f.state for f in track.frames]
    assert max(np.abs(a.corners.array - b.corners.array).max() for a, b in zip(again.frames, track.frames, strict=True)
               if a.corners) <= 1e-3
