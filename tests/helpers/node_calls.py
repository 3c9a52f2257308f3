"""Every node called as a host calls it: good arguments for each, of which a test spoils one."""

import json
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import torch
from films import noise, write_rgb

WIDTH, HEIGHT, FRAMES = 96, 64, 4
PICTURES = ("IMAGE", "IMAGE,VIDEO", "COMFY_MATCHTYPE_V3")  # types of the inputs that take frames
CORNERS = "20,12 76,12 76,52 20,52"


@dataclass
class Place:
    """Folders of one test, and what the nodes say they wrote there."""

    root: Path
    library: tuple = ()
    told: list = field(default_factory=list)

    def __post_init__(self):
        for name in ("input", "output", "temp"):
            folder = self.root / name
            folder.mkdir(parents=True, exist_ok=True)
            setattr(self, f"{name}_directory", folder)

    def check_cancelled(self):
        pass

    def show_progress(self, done, total):
        pass

    def wrote(self, path):
        self.told.append(path)

    def left(self):
        """Everything under the output and the temporary directory, folders too."""
        found = (p for folder in (self.output_directory, self.temp_directory) for p in folder.rglob("*"))
        return sorted(p.relative_to(self.root).as_posix() for p in found)


@cache
def frames(count=FRAMES, height=HEIGHT, width=WIDTH, channels=3):
    """A still picture with detail at every scale, as a batch."""
    fine = torch.from_numpy(np.random.default_rng(5).random((1, channels, height, width), dtype=np.float32))
    coarse = torch.nn.functional.avg_pool2d(fine, 5, 1, 2, count_include_pad=False)
    return (0.4 * fine + 0.6 * coarse).movedim(1, -1).expand(count, -1, -1, -1).contiguous()


@cache
def kinds():
    """Node classes by id."""
    from raccord.nodes.extension import NODES

    return {kind.GET_SCHEMA().node_id: kind for kind in NODES}


def sockets(node):
    """Inputs of a node by name."""
    return {socket.id: socket for socket in kinds()[node].GET_SCHEMA().inputs}


@cache
def report():
    """A report that passes, as the STRING on a wire."""
    from raccord.nodes.wires.report import Finding, Report

    return Report("RaccordContinuityGuard", "SH010 take 1", (Finding("seam.colour", "pass", "Colours agree."),)).to_json()


@cache
def wires():
    """One good value for every type of wire, fit for `frames()`."""
    from raccord.nodes.brand.build import build_kit
    from raccord.nodes.brand.question import ask
    from raccord.nodes.brand.score import score_batch
    from raccord.nodes.media.plates import load_plate
    from raccord.nodes.wires.grade import Grade
    from raccord.nodes.wires.markers import Marker, Markers
    from raccord.nodes.wires.quad import Quad
    from raccord.nodes.wires.shot import Shot
    from raccord.nodes.wires.surface import Surface, Surfaces
    from raccord.nodes.wires.track import Track, TrackFrame

    quad, size = Quad.parse(CORNERS), (WIDTH, HEIGHT)
    kit = build_kit("#E63C28 primary\n#FFFFFF secondary", "", None, None, "", "")
    return dict.fromkeys((*PICTURES, "*"), frames()) | {
        "RACCORD_SHOT": Shot(),
        "RACCORD_TRACK": Track(size, Fraction(24), (TrackFrame(quad, "tracked", 1.0),) * FRAMES),
        "RACCORD_GRADE": Grade("gains", matrix=((1.1, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 0.9))),
        "RACCORD_PLATE": load_plate("raccord12"),
        "RACCORD_KIT": kit,
        "RACCORD_SURFACES": Surfaces(size, (Surface(quad, 0.5, "A sign."),)),
        "RACCORD_MARKERS": Markers("cross", size, quad, 8.0, 0.8, (Marker(1, (0.5, 0.5), (48.0, 32.0)),)),
        "RACCORD_SCORES": score_batch(frames(), ask(kit)),
    }


TYPED = {
    "RaccordLoadClip": {"file": "film.mkv"},
    "RaccordLoadGrade": {"file": "look.cube"},
    "RaccordLoadTrack": {"file": "sign.json"},
    "RaccordLoadBrandKit": {"name": "brand"},
    "RaccordStampMarkers": {"corners": CORNERS, "size_px": 8.0},
    "RaccordTrackSurface": {"corners": CORNERS},
    "RaccordInsertGraphic": {"graphic": lambda: frames(1, 20, 40)},
    "RaccordAddLogo": {"logo": lambda: frames(1, 20, 40)},
    "RaccordChannelExport": {"channels": "web_hero"},
    "RaccordVFXExport": {"layers": {"layer0": frames}, "layer_names": "depth"},
    "RaccordShortlist": {"images": frames},
    "RaccordSaveReport": {"reports": {"report0": report}},
}


def furnish(place):
    """Put the files there that `TYPED` names."""
    from raccord.nodes.brand.kit_file import kit_to_bytes

    write_rgb(place.input_directory / "film.mkv", noise(FRAMES, HEIGHT, WIDTH))
    nodes = (f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    (place.input_directory / "look.cube").write_text("LUT_3D_SIZE 2\n" + "".join(nodes), encoding="utf-8")
    track = json.dumps(wires()["RACCORD_TRACK"].to_json())
    (place.input_directory / "sign.json").write_text(track, encoding="utf-8")
    kits = place.input_directory / "raccord" / "kits"
    kits.mkdir(parents=True)
    (kits / "brand.safetensors").write_bytes(kit_to_bytes(wires()["RACCORD_KIT"]))


def arguments(node):
    """What `execute` of a node takes when what it needs is wired well and its widgets are left alone, but for `TYPED`."""
    given = {}
    for name, socket in sockets(node).items():
        if socket.get_io_type() in wires() and not socket.optional:
            given[name] = wires()[socket.get_io_type()]
        elif getattr(socket, "default", None) is not None:
            given[name] = socket.default
    return given | _made(TYPED.get(node, {}))


def _made(value):
    if isinstance(value, dict):
        return {name: _made(inner) for name, inner in value.items()}
    return value() if callable(value) else value


def fitting(node, name, picture):
    """What else must change so that the other inputs belong to the picture."""
    from raccord.nodes.brand.question import ask
    from raccord.nodes.brand.score import score_batch
    from raccord.nodes.wires.quad import Quad
    from raccord.nodes.wires.track import Track, TrackFrame

    count, height, width = picture.shape[:3]
    others = sockets(node)
    inner = f"{width / 8},{height / 8} {width * 7 / 8},{height / 8} {width * 7 / 8},{height * 7 / 8} {width / 8},{height * 7 / 8}"
    if name == "logo" or (node, name) == ("RaccordBrandScore", "clip"):
        return {name: picture[:1]}
    if (node, name) == ("RaccordBrandScore", "previous"):
        return {"clip": frames(1), "parts": "palette, duplicates"}
    if node == "RaccordStampPlate":
        return {"placement": "0.02 0.1 0.9 0.9"}
    if node == "RaccordVFXExport":
        return {"layers": {"layer0": picture}}
    if node == "RaccordLoadTrack":
        corners = ([float(v) for v in pair.split(",")] for pair in inner.split())
        return {"coordinates": json.dumps([[{"x": x, "y": y}] * count for x, y in corners])}
    if "corners" in others:
        return {"corners": inner}
    if "track" in others and name == "images":
        return {"track": Track((width, height), Fraction(24), (TrackFrame(Quad.parse(inner), "tracked", 1.0),) * count)}
    return {"scores": score_batch(picture, ask(wires()["RACCORD_KIT"], parts="palette"))} if "scores" in others else {}


def call(node, **changes):
    """Values that a node gives for good arguments but for `changes`."""
    from raccord.nodes.host.registry import settle

    with torch.inference_mode():
        return settle(kinds()[node].execute(**arguments(node) | changes)).args
