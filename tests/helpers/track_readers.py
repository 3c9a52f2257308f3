"""Readers of track files that know nothing of our writers: text to {(0-based frame, point): (x, y)}, pixel areas, y down.

A point is its name in the file where the format has names; corner pins give 0 to 3 for TL TR BR BL.
"""

import json
import re
import sys
import types


def curve(text):
    """Keys of a Nuke curve that gives every key its frame."""
    return {int(f): float(v) for f, v in re.findall(r"x(-?\d+) (-?[\d.eE+-]+)", text)}


def nuke_pin(text, size, start):
    out = {}
    for n, corner in ((1, 3), (2, 2), (3, 1), (4, 0)):
        xs, ys = map(curve, re.search(rf"\bto{n} \{{\{{curve([^}}]*)\}} \{{curve([^}}]*)\}}\}}", text).groups())
        assert set(xs) == set(ys)
        out |= {(f - start, corner): (xs[f], size[1] - ys[f]) for f in xs}
    return out


def words(text):
    """Nuke's nested lists: words, and lists of words for what stands in braces."""
    stack = [[]]
    for sign in re.findall(r'"(?:[^"\\]|\\.)*"|[{}]|[^\s{}]+', text):
        if sign == "{":
            stack.append([])
        elif sign == "}":
            inner = stack.pop()
            stack[-1].append(inner)
        else:
            stack[-1].append(sign)
    assert len(stack) == 1
    return stack[0]


def nuke_table(text):
    """Columns (their five words each) and rows of the first Tracker4 of a script."""
    body = words(text[text.index("Tracker4 {"):])[1]
    head, columns, rows = body[body.index("tracks") + 1]
    assert list(map(int, head)) == [1, len(columns), len(rows)]
    assert all(len(row) == len(columns) for row in rows)
    return columns, rows


def nuke_tracker4(text, size, start):
    columns, rows = nuke_table(text)
    at, out = [c[3] for c in columns], {}
    for row in rows:
        enable, x, y = (" ".join(row[at.index(name)]) for name in ("enable", "track_x", "track_y"))
        xs, ys, on = curve(x), curve(y), curve(enable)
        assert set(xs) == set(ys)
        assert all(on[max(k for k in on if k <= f)] == 1 for f in xs), "a key where the tracker is off"
        out |= {(f - start, row[at.index("name")].strip('"')): (xs[f], size[1] - ys[f]) for f in xs}
    return out


def after_effects(text, size, start):
    names = {"Upper Left #2": 0, "Upper Right #3": 1, "Lower Right #5": 2, "Lower Left #4": 3, "CC Power Pin-0002": 0,
             "CC Power Pin-0003": 1, "CC Power Pin-0005": 2, "CC Power Pin-0004": 3}
    assert f"\tSource Width\t{size[0]}\r\n\tSource Height\t{size[1]}\r\n" in text
    out, corner = {}, None
    for line in text.splitlines():
        if line.startswith(("Effects", "Transform")):
            corner = names.get(line.split("\t")[-1])
        cells = line.strip("\t").split("\t")
        if corner is not None and len(cells) == 3 and cells[0].isdigit():
            out[int(cells[0]), corner] = float(cells[1]), float(cells[2])
    return out


def jsx(text, size, start):
    frames, out = json.loads(re.search(r"var frames = (\[.*?\]);", text).group(1)), {}
    for name, corner in (("0001", 0), ("0002", 1), ("0003", 3), ("0004", 2)):
        if found := re.search(rf'Corner Pin-{name}"\).setValuesAtTimes\(at\(frames\), (\[.*\])\);', text):
            out |= {(f, corner): tuple(v) for f, v in zip(frames, json.loads(found.group(1)), strict=True)}
    return out


def jsx_nulls(text):
    """A script that gives each null layer its positions, a call a key."""
    out, name = {}, None
    for line in text.splitlines():
        if found := re.match(r'layer\d+\.name = "(.*)"', line):
            name = found.group(1)
        if found := re.match(r"pos\.setValueAtTime\(convertFrameToSeconds\(layer\d+, (\d+)\), \[(.*),(.*)\]\)", line):
            out[int(found.group(1)), name] = float(found.group(2)), float(found.group(3))
    return out


def fusion(text, size, start):
    out = {}
    for corner, name in enumerate(("TopLeft", "TopRight", "BottomRight", "BottomLeft")):
        pin = re.search(rf'\b{name} = Input \{{ SourceOp = "(\w+)"', text).group(1)
        axes = re.search(rf'\b{pin} = XYPath .*?X = Input \{{ SourceOp = "(\w+)".*?Y = Input \{{ SourceOp = "(\w+)"', text, re.S)
        x, y = (dict(re.findall(r"\[(\d+)\] = \{ (-?[\d.]+),", re.search(rf"\b{a} = BezierSpline \{{\n(.*)\n", text).group(1)))
                for a in axes.groups())
        out |= {(int(f) - start, corner): (float(x[f]) * size[0], size[1] - float(y[f]) * size[1]) for f in x}
    return out


class _Markers:
    def __init__(self):
        self.at = {}

    def insert_frame(self, frame, co):
        self.at[frame] = marker = types.SimpleNamespace(co=co, mute=False)
        return marker


def blender(text, size, start):
    """Run the script with a Blender that is not there, and look at its markers as Blender shows them."""
    made = {}

    def new(name, frame):
        made[name] = types.SimpleNamespace(markers=_Markers())
        return made[name]

    tracking = types.SimpleNamespace(tracks=types.SimpleNamespace(new=new), camera=types.SimpleNamespace(pixel_aspect=None))
    active = types.SimpleNamespace(clip=types.SimpleNamespace(tracking=tracking))
    area = types.SimpleNamespace(type="CLIP_EDITOR", spaces=types.SimpleNamespace(active=active))
    screen = types.SimpleNamespace(areas=[area])
    sys.modules["bpy"] = types.SimpleNamespace(context=types.SimpleNamespace(screen=screen))
    try:
        exec(compile(text, "blender", "exec"), {})
    finally:
        del sys.modules["bpy"]
    out = {}
    for name, track in made.items():
        markers, last = track.markers.at, None
        for frame in range(min(markers), max(markers) + 3):
            last = markers.get(frame, last)  # a frame without a marker shows the one before it
            if not last.mute:
                out[frame - 1, name] = last.co[0] * size[0], size[1] - last.co[1] * size[1]
    return out


def equalizer(text, size, start):
    lines, out, at = text.splitlines(), {}, 1
    for _ in range(int(lines[0])):
        name, count = lines[at], int(lines[at + 2])
        for line in lines[at + 3:at + 3 + count]:
            frame, x, y = line.split()
            out[int(frame) - 1, name] = float(x), size[1] - float(y)
        at += 3 + count
    assert at == len(lines)
    return out


def pftrack(text, size, start):
    out = {}
    for block in re.split(r"\n\n+", text.replace("\r\n", "\n")):
        lines = [line for line in block.strip("\n").split("\n") if not line.startswith("#")]
        if len(lines) < 3:
            continue
        assert (lines[1], int(lines[2])) == ('"Primary"', len(lines) - 3)
        for line in lines[3:]:
            frame, x, y, *_ = line.split()
            out[int(frame), lines[0].strip('"')] = float(x) + 0.5, size[1] - (float(y) + 0.5)
    return out


def syntheyes(text, size, start):
    out = {}
    for line in text.splitlines():
        name, frame, u, v, _ = line.split()
        out[int(frame), name] = (float(u) / 2 + 0.5) * (size[0] - 1) + 0.5, (float(v) / 2 + 0.5) * (size[1] - 1) + 0.5
    return out


def mmsolver(text, size, start):
    document = json.loads(text)
    assert document["num_points"] == len(document["points"])
    return {(k["frame"] - start, p["name"]): (k["pos"][0] * size[0], size[1] - k["pos"][1] * size[1])
            for p in document["points"] for k in p["per_frame"]}


def table(text, size, start):
    head, *rows = text.splitlines()
    assert head == "frame,state,confidence,tl_x,tl_y,tr_x,tr_y,br_x,br_y,bl_x,bl_y"
    out = {}
    for cells in (row.split(",") for row in rows):
        if any(cells[3:]):
            values = list(map(float, cells[3:]))
            out |= {(int(cells[0]) - start, c): (values[2 * c], values[2 * c + 1]) for c in range(4)}
    return out


def own_json(text, size, start):
    document = json.loads(text)
    assert document["frame_size"] == list(size)
    return {(f["frame"], c): tuple(f["corners"][c]) for f in document["frames"] if f["state"] == "tracked" for c in range(4)}


READERS = {
    "json": own_json, "csv": table, "nuke_cornerpin": nuke_pin, "mocha_cornerpin": nuke_pin, "nuke_tracker4": nuke_tracker4,
    "ae_cornerpin": after_effects, "ae_powerpin": after_effects, "ae_jsx": jsx, "fusion": fusion, "blender": blender,
    "3de4": equalizer, "pftrack5": pftrack, "syntheyes_2d": syntheyes, "mmsolver_uv": mmsolver,
}


def read_corners(name, text, size, start):
    """{(frame, 0..3): (x, y)} of a file of four corners, whatever its format calls them."""
    found = READERS[name](text, size, start)
    return {(f, p if isinstance(p, int) else ("TL", "TR", "BR", "BL").index(p[-2:])): at for (f, p), at in found.items()}
