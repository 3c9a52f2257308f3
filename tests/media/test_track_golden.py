"""Our writers against files that the applications themselves, or writers checked in them, have made; not in the repository."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
import track_readers as readers
from raccord.nodes.media import tracks_apps, tracks_matchmove, tracks_nuke
from raccord.nodes.media.tracks_keys import Keys, Points, PointTrack, keys_of
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame

TRACKS = Path(__file__).resolve().parents[3] / "shared" / "data" / "tracks"
pytestmark = pytest.mark.skipif(not TRACKS.is_dir(), reason="the folder with the tracks of real applications is absent")
SIZE, COUNT = (1920, 1080), 21


def text_of(name, folder="export"):
    return (TRACKS / folder / name).read_bytes().decode("utf-8", "replace")


def scene():
    """The three points that all golden exports show, from the file that states their values."""
    points = []
    for block in text_of("ref_Ruby.rb").split("Tracker.new(:name => ")[1:]:
        rows = re.findall(r":frame => (\d+), :abs_x => ([\d.]+), :abs_y => ([\d.]+), :residual => ([\d.]+)", block)
        keys = tuple((int(f), float(x), SIZE[1] - float(y), 1 - float(r)) for f, x, y, r in rows)
        points.append(PointTrack(block.split('"')[1], keys))
    assert [len(p.keys) for p in points] == [19, 19, 1]
    return Points(tuple(points), SIZE, COUNT, start_frame=1)


def assert_same(found, want, most=1e-3):
    assert set(found) == set(want)
    assert max(abs(found[k][axis] - want[k][axis]) for k in want for axis in (0, 1)) <= most


@pytest.mark.parametrize(("golden", "write", "read"), [
    ("ref_equalizer.txt", tracks_matchmove.equalizer4, readers.equalizer),
    ("ref_PFTrack5.2dt", tracks_matchmove.pftrack5, readers.pftrack),
    ("ref_Syntheyes.txt", tracks_matchmove.syntheyes, readers.syntheyes),
])
def test_the_common_scene(golden, write, read):
    want = {(f, p.name): (x, y) for p in scene().points for f, x, y, _ in p.keys}
    ours, theirs = read(write(scene()), SIZE, 1), read(text_of(golden), SIZE, 1)
    assert_same(ours, theirs)
    assert sorted(theirs.values()) == [pytest.approx(at, abs=1e-3) for at in sorted(want.values())]


def test_3de_line_for_line():
    """Byte for byte but for the last of fifteen places, which a subtraction from the height decides."""
    ours, theirs = (re.sub(r"\d+\.\d+", lambda m: f"{float(m[0]):.9f}", text)
                    for text in (tracks_matchmove.equalizer4(scene()), text_of("ref_equalizer.txt")))
    assert ours == theirs


def test_the_flags_of_syntheyes():
    """Which keys begin a run, and that no more do: a key too many hurts the solve."""
    ours, theirs = (([line.split()[i] for i in (0, 1, 4)] for line in text.splitlines())
                    for text in (tracks_matchmove.syntheyes(scene()), text_of("ref_Syntheyes.txt")))
    assert list(ours) == list(theirs)


def test_the_shape_of_pftrack():
    """Line ends, blank lines and counts, not only the values; theirs has three places, ours four."""
    ours, theirs = tracks_matchmove.pftrack5(scene()), text_of("ref_PFTrack5.2dt")
    plain = [re.sub(r"-?\d+\.\d+", "n", text) for text in (ours, theirs)]
    assert plain[0] == plain[1]


def nuke_golden():
    out = {}
    for x, y, name in re.findall(r"track1 \{\{(curve[^}]*)\} \{(curve[^}]*)\}\}\s+name (\S+)", text_of("ref_NukeScript.nk")):
        xs, ys = stepped(x), stepped(y)
        out |= {(f - 1, name): (xs[f], SIZE[1] - ys[f]) for f in xs}
    return out


def stepped(text):
    """Keys of a Nuke curve: a key without a frame follows at the distance of the two before it."""
    keys, last, step = {}, None, 1
    for at, value in re.findall(r"(?:x(\d+) )?(-?[\d.]+)(?= |$)", text.split(" i ")[1]):
        frame = int(at) if at else last + step
        step, last = (frame - last if last is not None else 1), frame
        keys[frame] = float(value)
    return keys


def test_the_common_scene_in_nuke():
    theirs = nuke_golden()
    assert len(theirs) == 39
    assert_same(readers.nuke_tracker4(tracks_nuke.tracker4(scene()), SIZE, 1), theirs)


def test_the_columns_of_tracker4_and_what_stands_in_them():
    """The 31 columns in Nuke's own words and order; where Nuke has a curve, a text or a number, ours has the same."""
    ours, theirs = (readers.nuke_table(t) for t in
                    (tracks_nuke.tracker4(scene()), text_of("nuke/nuke8_tracker4_copypastes.nk", "import")))
    assert ours[0] == theirs[0]
    assert len(ours[0]) == 31
    kinds = [["curve" if isinstance(word, list) else "text" if word[0] == '"' else "number" for word in rows[0]]
             for _, rows in (ours, theirs)]
    apart = {c[3] for c, one, other in zip(ours[0], *kinds, strict=True) if one != other}
    assert apart <= {"error"}, "no error a frame is known, and the pattern of no key: both stay empty"


def test_the_knobs_of_a_corner_pin():
    """Names in their order, and corners 1 to 4 at the lower left, lower right, upper right, upper left of the file's own."""
    track = Track((2048, 1152), Fraction(24), (TrackFrame(Quad.rectangle(100, 50, 300, 200), "tracked", 1.0),))
    ours, theirs = tracks_nuke.bare_corner_pin(keys_of(track, 1, "pin")), text_of("nuke/cornerpin.nk", "import")
    knobs = [re.findall(r"(?m)^ (\w+) ", text) for text in (ours, theirs)]
    assert [k for k in knobs[0] if k != "label"] == knobs[1]
    assert re.findall(r"(?m)^ (from\d .*)$", ours) == re.findall(r"(?m)^ (from\d .*)$", theirs)
    for text in (ours, theirs):
        pairs = {n: re.search(rf" to{n} \{{\{{([^}}]*)\}} \{{([^}}]*)", text).groups() for n in "1234"}
        at = {n: [readers.curve(c)[1] for c in pair] for n, pair in pairs.items()}
        assert at["1"][0] < at["2"][0]
        assert at["4"][0] < at["3"][0]
        assert max(at["1"][1], at["2"][1]) < min(at["3"][1], at["4"][1])


def test_the_common_scene_in_after_effects():
    """The first two points as corners of a pin: time, direction and origin as the script that was run in the application."""
    theirs, (one, two, _) = readers.jsx_nulls(text_of("ref_AfterEffects.jsx")), scene().points
    pins = tuple(tuple((k[1], k[2]) for k in (a, b, a, b)) for a, b in zip(one.keys, two.keys, strict=True))
    frames = tuple(k[0] for k in one.keys)
    keys = Keys(Track(SIZE, Fraction(24), ()), 1001, "pin", SIZE, frames, pins, (1.0,) * 19, COUNT)
    want = {(f, c): theirs[f, p.name] for f in frames for c, p in enumerate((one, two, one, two))}
    assert_same(readers.jsx(tracks_apps.ae_jsx(keys), SIZE, 1001), want)
    assert_same(readers.after_effects(tracks_apps.ae_corner_pin(keys), SIZE, 1001), want)


FILES = [("3de_v4/3de_export_cube.txt", readers.equalizer, tracks_matchmove.equalizer4, (1024, 512), 8),
         ("3de_v4/FB1880_man_v05.txt", readers.equalizer, tracks_matchmove.equalizer4, SIZE, 27),
         ("syntheyes_2d_paths/shake_tracker_nodes_to_syntheyes.txt", readers.syntheyes, tracks_matchmove.syntheyes,
          (2560, 1080), 50),
         ("syntheyes_2d_paths/one_tracker.txt", readers.syntheyes, tracks_matchmove.syntheyes, SIZE, 1),
         ("pftrack5/apft.2dt", readers.pftrack, tracks_matchmove.pftrack5, SIZE, 4)]


@pytest.mark.parametrize(("name", "read", "write", "size", "count"), FILES, ids=[f[0] for f in FILES])
def test_real_files_parsed_written_and_parsed(name, read, write, size, count):
    theirs = read(text_of(name, "import"), size, 1)
    names = list(dict.fromkeys(point for _, point in theirs))
    assert len(names) == count
    points = tuple(PointTrack(n, tuple((f, *at, 1.0) for (f, p), at in theirs.items() if p == n)) for n in names)
    again = read(write(Points(points, size, 1000)), size, 1)
    assert_same(again, {(f, tracks_matchmove._camel(p) if write is tracks_matchmove.syntheyes else p): at
                        for (f, p), at in theirs.items()})
