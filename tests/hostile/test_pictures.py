"""Odd pictures that are pictures all the same: every node answers for them, or says in a sentence why it cannot."""

import pytest
import torch
from node_calls import PICTURES, call, fitting, frames, kinds, sockets

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
CASES = [(node, name) for node in kinds() for name, socket in sockets(node).items() if socket.get_io_type() in PICTURES]
UNDEFINED = {  # where there is no answer, and what is said then
    ("RaccordStampMarkers", "one pixel"): "expected a surface at least",
    ("RaccordStampMarkers", "a strip"): "expected a surface at least",
    ("RaccordTrackSurface", "one pixel"): "square pixels",
    ("RaccordTrackSurface", "a strip"): "too little is seen",
    ("RaccordStampPlate", "one pixel"): "expected patches of at least 3 pixels",
    ("RaccordStampPlate", "a strip"): "expected patches of at least 3 pixels",
    ("RaccordInjectDefect", "one frame"): "at least 2 frames",
    **{("RaccordExampleShot", what): "expected one picture of 960x540" for what in ODD},
}


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
    given_back = {"RaccordFlattenSurface", "RaccordShortlist", "RaccordInjectDefect", "RaccordRetime"}
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
