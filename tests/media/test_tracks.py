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


def want():
    return {(f, c): corners(f)[c] for f in range(8) if f not in GAP for c in range(4)}


def curve(text):
    """Keys of a Nuke curve: frame to value, each with its own frame."""
    words = re.findall(r"x(-?\d+) (-?[\d.eE+-]+)", text)
    return {int(f): float(v) for f, v in words}


def read_nuke_corner_pin(text):
    out = {}
    for n, corner in ((1, 3), (2, 2), (3, 1), (4, 0)):
        x, y = re.search(rf"\bto{n} \{{\{{curve([^}}]*)\}} \{{curve([^}}]*)\}}\}}", text).groups()
        xs, ys = curve(x), curve(y)
        assert set(xs) == set(ys)
        out |= {(f - START, corner): (xs[f], HEIGHT - ys[f]) for f in xs}
    return out


def read_nuke_tracker4(text):
    rows = re.findall(r'\{ \{curve K ([^}]*)\} "(\w\w)" \{curve([^}]*)\} \{curve([^}]*)\}(.*?) \}\n', text)
    out = {}
    for _, name, x, y, _ in rows:
        xs, ys = curve(x), curve(y)
        out |= {(f - START, ("TL", "TR", "BR", "BL").index(name)): (xs[f], HEIGHT - ys[f]) for f in xs}
    return out


def read_after_effects(text, names):
    out, corner = {}, None
    for line in text.splitlines():
        if line.startswith(("Effects", "Transform")):
            corner = names.get(line.split("\t")[-1])
        cells = line.strip("\t").split("\t")
        if corner is not None and len(cells) == 3 and cells[0].isdigit():
            out[int(cells[0]), corner] = float(cells[1]), float(cells[2])
    return out


def read_equalizer(text):
    lines, out, at = text.splitlines(), {}, 1
    for corner in range(int(lines[0])):
        count = int(lines[at + 2])
        for line in lines[at + 3 : at + 3 + count]:
            frame, x, y = line.split()
            out[int(frame) - 1, corner] = float(x), HEIGHT - float(y)
        at += 3 + count
    assert at == len(lines)
    return out


def read_syntheyes(text):
    out = {}
    for line in text.splitlines():
        name, frame, u, v, _ = line.split()
        x, y = (float(u) / 2 + 0.5) * (WIDTH - 1) + 0.5, (float(v) / 2 + 0.5) * (HEIGHT - 1) + 0.5
        out[int(frame), ("CornerTL", "CornerTR", "CornerBR", "CornerBL").index(name)] = x, y
    return out


def read_mmsolver(text):
    document = json.loads(text)
    assert document["num_points"] == len(document["points"]) == 4
    return {
        (k["frame"] - START, p["id"]): (k["pos"][0] * WIDTH, HEIGHT - k["pos"][1] * HEIGHT)
        for p in document["points"]
        for k in p["per_frame"]
    }


def read_csv(text):
    out = {}
    for line in text.splitlines()[1:]:
        cells = line.split(",")
        if cells[1] == "tracked":
            values = list(map(float, cells[3:]))
            out |= {(int(cells[0]) - START, c): (values[2 * c], values[2 * c + 1]) for c in range(4)}
    return out


def read_pftrack(text):
    out = {}
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = block.strip("\n").split("\n")
        if len(lines) < 4:
            continue
        corner = ("TL", "TR", "BR", "BL").index(lines[0].strip('"')[-2:])
        assert (lines[1], int(lines[2])) == ('"Primary"', len(lines) - 3)
        for line in lines[3:]:
            frame, x, y, _ = line.split()
            out[int(frame), corner] = float(x) + 0.5, HEIGHT - (float(y) + 0.5)
    return out


def read_jsx(text):
    frames = json.loads(re.search(r"var frames = (\[.*?\]);", text).group(1))
    out = {}
    for name, corner in (("0001", 0), ("0002", 1), ("0003", 3), ("0004", 2)):
        values = json.loads(
            re.search(rf'Corner Pin-{name}"\).setValuesAtTimes\(at\(frames\), (\[.*\])\);', text).group(1)
        )
        out |= {(f, corner): tuple(v) for f, v in zip(frames, values, strict=True)}
    return out


def read_fusion(text):
    out = {}
    for corner, name in enumerate(("TopLeft", "TopRight", "BottomRight", "BottomLeft")):
        x, y = (
            dict(
                re.findall(
                    r"\[(\d+)\] = \{ (-?[\d.]+),", re.search(rf"\w+{name}{a} = BezierSpline \{{\n(.*)\n", text).group(1)
                )
            )
            for a in "XY"
        )
        assert f'{name} = Input {{ SourceOp = "a_wall{name}Path"' in text
        out |= {(int(f) - START, corner): (float(x[f]) * WIDTH, HEIGHT - float(y[f]) * HEIGHT) for f in x}
    return out


def read_blender(text):
    compile(text, "blender", "exec")
    tracks = json.loads(re.search(r"^TRACKS = (.*)$", text, re.M).group(1))
    return {
        (f - 1, ("TL", "TR", "BR", "BL").index(n[-2:])): (x * WIDTH, HEIGHT - y * HEIGHT)
        for n, keys in tracks.items()
        for f, x, y in keys
    }


AE = {"Upper Left #2": 0, "Upper Right #3": 1, "Lower Right #5": 2, "Lower Left #4": 3}
POWER = {"CC Power Pin-0002": 0, "CC Power Pin-0003": 1, "CC Power Pin-0005": 2, "CC Power Pin-0004": 3}
READERS = {
    "pftrack5": read_pftrack,
    "ae_jsx": read_jsx,
    "fusion": read_fusion,
    "blender": read_blender,
    "mocha_cornerpin": read_nuke_corner_pin,
    "nuke_cornerpin": read_nuke_corner_pin,
    "nuke_tracker4": read_nuke_tracker4,
    "3de4": read_equalizer,
    "syntheyes_2d": read_syntheyes,
    "mmsolver_uv": read_mmsolver,
    "csv": read_csv,
    "ae_cornerpin": lambda t: read_after_effects(t, AE),
    "ae_powerpin": lambda t: read_after_effects(t, POWER),
}


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"json"}))
def test_every_format_gives_the_points_back_and_no_others(name):
    found = READERS[name](track_text(make(), name, start_frame=START, label="a wall"))
    assert set(found) == set(want())
    for key, point in want().items():
        assert found[key] == pytest.approx(point, abs=1e-3), key


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
