"""What comes over a wire and is not what the wire promises: every node refuses it by the name of the input."""

import json

import pytest
import torch
from node_calls import FRAMES, HEIGHT, PICTURES, WIDTH, call, frames, kinds, report, sockets


def spoiled(value, at=(2, 3, 3, 0)):
    picture = frames().clone()
    picture[at] = value
    return picture


NOT_PICTURES = {
    "no frames": (frames()[:0], "at least one frame"),
    "no pixels": (frames()[:, :0], "at least one frame and one pixel"),
    "nan": (spoiled(float("nan")), "frame 2"),
    "inf": (spoiled(float("inf")), "frame 2"),
    "one picture of no batch": (frames()[0], "height, width"),
    "two channels": (frames()[..., :2], "height, width"),
    "whole numbers": ((frames() * 255).to(torch.uint8), "of floats"),
    "text": ("picture", "got 'picture'"),
    "a list": ([frames()], "got list"),
}
NOT_MASKS = {
    "text": ("mask", "got 'mask'"),
    "a list": ([1], "got list"),
    "no pixels": (torch.ones(1, 0, 0), "with pixels"),
    "another length": (torch.ones(3, HEIGHT, WIDTH), "got (3,"),
    "another shape": (torch.ones(1, WIDTH, HEIGHT), f"got {HEIGHT}x{WIDTH}"),
    "a picture": (frames(), "got (4, 64, 96, 3)"),
    "nan": (torch.full((1, HEIGHT, WIDTH), float("nan")), "frame 0"),
}
FOREIGN = {"text": "hello", "a number": 3, "a picture": frames(), "a dict": {"x": 1}, "a list": [1], "a report": report()}


def inputs_of(*types):
    """(node, input) for every input of these types in the pack."""
    return [(node, name) for node in kinds() for name, socket in sockets(node).items() if socket.get_io_type() in types]


@pytest.mark.parametrize(("node", "name"), inputs_of(*PICTURES))
def test_what_is_no_picture(refused, node, name):
    for value, fragment in NOT_PICTURES.values():
        said = refused(node, **{name: value})
        assert fragment in said
        assert f" {name}" in said or said.startswith(f"{name}: ")


@pytest.mark.parametrize(("node", "name"), [pair for pair in inputs_of("MASK") if pair[0] != "RaccordShortlist"])
def test_what_is_no_mask(refused, node, name):
    for value, fragment in NOT_MASKS.values():
        if name in ("logo_mask", "graphic_mask") and value is not NOT_MASKS["another shape"][0]:
            fragment = name  # these belong to another picture
        said = refused(node, **{name: value})
        assert fragment in said
        assert f" {name}" in said


OURS = [f"RACCORD_{kind}" for kind in ("SHOT", "SURFACES", "MARKERS", "TRACK", "GRADE", "PLATE", "KIT", "SCORES")]


@pytest.mark.parametrize(("node", "name"), inputs_of(*OURS))
def test_what_is_none_of_ours(refused, node, name):
    given = {"corners": ""} if (node, name) == ("RaccordTrackSurface", "markers") else {}
    for value in FOREIGN.values():
        assert f" in {name}, got" in refused(node, **{name: value}, **given)


def broken_reports():
    whole = json.loads(report())
    finding = whole["findings"][0]
    changed = [whole | {key: value} for key, value in (
        ("schema", "raccord.report/0"), ("verdict", "great"), ("node", 3), ("findings", "abc"), ("findings", [{"check": 1}]),
        ("findings", [finding | {"frames": ["x"]}]), ("findings", [finding | {"box": [1, 2]}]), ("series", 3),
        ("series", {"seam.colour": "abc"}), ("metrics", []), ("reports", "abc"), ("reports", [4]))]
    missing = [{k: v for k, v in whole.items() if k != key} for key in ("verdict", "findings", "node", "subject")]
    texts = [json.dumps(document) for document in changed + missing]
    texts += ["hello", "[1]", "{}", "[" * 100_000, report()[:-1] + ', "metrics": {"a": NaN}}']
    return [*texts, 3, frames(), b"x", whole]


@pytest.mark.parametrize("node", [node for node, name in inputs_of("COMFY_AUTOGROW_V3") if name == "reports"])
def test_what_is_no_report(refused, node):
    for broken in broken_reports():
        assert "expected a report of schema raccord.report/1 in reports, got" in refused(node, reports={"report0": broken})


def test_a_track_of_another_clip(refused):
    for node in ("RaccordInsertGraphic", "RaccordFlattenSurface"):
        assert "expected 4 frames of 96x64 in images, as the track has, got 3 of 96x64" in refused(node, images=frames(3))
        assert "got 4 of 64x96" in refused(node, images=frames(FRAMES, WIDTH, HEIGHT))


def test_scores_of_another_batch(refused):
    assert "expected scores of the 3 images as takes, got scores of 4" in refused("RaccordShortlist", images=frames(3))


SOUND = torch.zeros(1, 2, 4800)
NOT_SOUNDS = [
    ("text", "got 'text'"), ({}, "got None"), ({"waveform": SOUND}, "sample_rate of audio, got None"),
    ({"waveform": SOUND[0, 0], "sample_rate": 48000}, "got (4800,)"),
    ({"waveform": torch.zeros(2, 2, 4800), "sample_rate": 48000}, "one sound in audio, got 2"),
    ({"waveform": torch.zeros(1, 0, 4800), "sample_rate": 48000}, "got (1, 0, 4800)"),
    ({"waveform": SOUND, "sample_rate": 0}, "got 0"), ({"waveform": SOUND, "sample_rate": -5}, "got -5"),
    ({"waveform": SOUND, "sample_rate": "fast"}, "got 'fast'"), ({"waveform": SOUND + 1e30, "sample_rate": 48000}, "got 1e+30"),
    ({"waveform": SOUND * float("nan"), "sample_rate": 48000}, "got nan"),
]


@pytest.mark.parametrize(("audio", "fragment"), NOT_SOUNDS)
def test_what_is_no_sound(refused, audio, fragment):
    assert fragment in refused("RaccordChannelExport", audio=audio, channels="youtube_16x9")


@pytest.mark.parametrize(("name", "value", "fragment"), [
    ("latents", "x", "got 'x'"), ("latents", {}, "got None"),
    ("latents", {"samples": torch.zeros(3, 4, 8, 8)}, "got (3, 4, 8, 8)"), ("masks", "x", "got 'x'"),
    ("masks", torch.ones(3, 8, 8), "got (3, 8, 8)"), ("masks", torch.full((4, 8, 8), float("nan")), "NaN"),
])
def test_what_does_not_belong_to_the_pictures(refused, name, value, fragment):
    assert fragment in refused("RaccordShortlist", **{name: value})


@pytest.mark.parametrize("layer", [frames()[:0], frames()[0], "depth", [1], frames(FRAMES, 32, 48), frames(3)])
def test_what_is_no_layer(refused, layer):
    assert "layer depth" in refused("RaccordVFXExport", layers={"layer0": layer})


def test_files_that_are_no_paths(refused):
    for value in (3, frames()):
        assert "expected paths, one a line, in files, got" in refused("RaccordPublishCheck", files={"files0": value})
    assert "expected files" in refused("RaccordPublishCheck", files={"files0": "a.mp4\n../b.mp4"})


def test_a_report_that_is_only_empty_says_nothing(place):
    assert call("RaccordGate", reports={"report0": " \n"})[0] is not None
