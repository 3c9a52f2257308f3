"""Odd pictures that are pictures all the same: every node answers for them, or says in a sentence why it cannot."""

from fractions import Fraction

import pytest
import torch
from node_calls import call, frames, kinds, sockets, wires

ODD = {
    "one frame": frames(1),
    "one pixel": frames(4, 1, 1),
    "odd sides": frames(4, 61, 83),
    "a strip": frames(4, 2, 90),
    "with alpha": frames(4, channels=4),
    "black": torch.zeros_like(frames()),
    "white": torch.ones_like(frames()),
    "out of range": frames() * 40 - 8,
    "half floats": frames().half(),
    "turned in memory": frames().transpose(1, 2),
}
PICTURES = ("IMAGE", "IMAGE,VIDEO", "COMFY_MATCHTYPE_V3")
CASES = [(node, name) for node in kinds() for name, socket in sockets(node).items() if socket.get_io_type() in PICTURES]
UNDEFINED = {  # where there is no answer, and what is said then
    ("RaccordStampMarkers", "one pixel"): "expected a surface at least",
    ("RaccordStampMarkers", "a strip"): "expected a surface at least",
    ("RaccordTrackSurface", "one pixel"): "square pixels",
    ("RaccordTrackSurface", "a strip"): "too little is seen",
    ("RaccordStampPlate", "one pixel"): "expected patches of at least 3 pixels",
    ("RaccordStampPlate", "a strip"): "expected patches of at least 3 pixels",
    ("RaccordInjectDefect", "one frame"): "at least 2 frames",
}
PLATE = "0.02 0.1 0.9 0.9"


def fitting(node, name, picture):
    """What else must change so that the other inputs belong to the picture."""
    from raccord.nodes.brand.score import ask, score_batch
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
        return {"placement": PLATE}
    if node == "RaccordVFXExport":
        return {"layers": {"layer0": picture}}
    if "corners" in others:
        return {"corners": inner}
    if "track" in others and name == "images":
        return {"track": Track((width, height), Fraction(24), (TrackFrame(Quad.parse(inner), "tracked", 1.0),) * count)}
    return {"scores": score_batch(picture, ask(wires()["RACCORD_KIT"], parts="palette"))} if "scores" in others else {}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize(("node", "name"), CASES)
def test_odd_pictures(refused, node, name, what):
    picture = ODD[what]
    given = {name: picture} | fitting(node, name, picture)
    if (node, what) in UNDEFINED:
        assert UNDEFINED[node, what] in refused(node, **given)
        return
    before = picture.clone()
    values = call(node, **given)
    assert torch.equal(picture, before), "the input was changed"
    outputs = kinds()[node].GET_SCHEMA().outputs
    for socket, value in zip(outputs, values, strict=True):
        if isinstance(value, torch.Tensor):
            assert torch.isfinite(value).all(), socket.display_name
            assert value.numel() or socket.display_name in ("masks",)
    given_back = {"RaccordFlattenSurface", "RaccordShortlist", "RaccordInjectDefect"}
    if name in ("image", "images", "clip") and outputs[0].display_name == name and node not in given_back:
        assert values[0].shape == picture.shape
        if picture.shape[-1] == 4:  # what is painted on it may be less transparent
            assert (values[0][..., 3] >= picture[..., 3] - 1e-6).all()
            assert torch.equal(values[0][:, 0, 0, 3], picture[:, 0, 0, 3])


def test_the_same_twice(place):
    """Every node gives the same for the same."""
    for node in kinds():
        if node == "RaccordExampleShot":
            continue  # tests/shot asks it
        once, again = call(node), call(node)
        for one, other in zip(once, again, strict=True):
            if isinstance(one, torch.Tensor):
                assert torch.equal(one, other), node
