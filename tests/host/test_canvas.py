"""A canvas workflow becomes the prompt that the canvas would submit."""

import copy
import json

import pytest
from raccord.nodes.host import run_workflow
from raccord.nodes.host.canvas import canvas_to_prompt, is_canvas
from raccord.nodes.host.command import main
from raccord.nodes.host.registry import object_info


def node(number, kind, inputs=(), outputs=("IMAGE",), **more):
    return {"id": number, "type": kind, "mode": 0, "inputs": [{"name": n, "type": t, "link": link} for n, t, link in inputs],
            "outputs": [{"name": t, "type": t} for t in outputs], **more}


def canvas():
    """Load Image → Image From Batch (its length from a primitive) → Reroute → Save Image, with a note."""
    return {"version": 0.4, "nodes": [
        node(1, "LoadImage", outputs=("IMAGE", "MASK"), widgets_values=["a.png", "image"]),
        node(2, "ImageFromBatch", [("image", "IMAGE", 1), ("length", "INT", 4)], widgets_values=[3, 1], title="Cut"),
        node(3, "Reroute", [("", "*", 2)], ("*",)),
        node(4, "SaveImage", [("images", "IMAGE", 3)], (), widgets_values=["x/y"]),
        node(5, "PrimitiveNode", outputs=("INT",), widgets_values=[7, "fixed"]),
        node(6, "Note", outputs=(), widgets_values=["Hello"]),
    ], "links": [[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"], [3, 3, 0, 4, 0, "IMAGE"], [4, 5, 0, 2, 1, "INT"]]}


def test_reroutes_primitives_notes_and_upload_buttons():
    prompt = canvas_to_prompt(canvas(), object_info())
    assert {key: (value["_meta"]["title"], value["class_type"], value["inputs"]) for key, value in prompt.items()} == {
        "1": ("Load Image", "LoadImage", {"image": "a.png"}),
        "2": ("Cut", "ImageFromBatch", {"image": ["1", 0], "batch_index": 3, "length": 7}),
        "4": ("Save Image", "SaveImage", {"images": ["2", 0], "filename_prefix": "x/y"})}


def test_a_bypassed_node_is_joined_over_and_a_muted_one_gives_nothing():
    document = canvas()
    document["nodes"][1]["mode"] = 4
    prompt = canvas_to_prompt(document, object_info())
    assert prompt["4"]["inputs"]["images"] == ["1", 0]
    assert "2" not in prompt
    document["nodes"][1]["mode"] = 2
    assert "images" not in canvas_to_prompt(document, object_info())["4"]["inputs"]


def test_links_and_widgets_of_newer_files():
    document = canvas()
    document["links"] = [{"id": i, "origin_id": a, "origin_slot": b, "target_id": c, "target_slot": d, "type": t}
                         for i, a, b, c, d, t in document["links"]]
    document["nodes"][3] |= {"widgets_values": ["wrong"], "widgets_values_named": {"filename_prefix": "x/y"}}
    assert canvas_to_prompt(document, object_info()) == canvas_to_prompt(canvas(), object_info())


def test_a_dynamic_choice_brings_its_own_widgets():
    document = {"nodes": [node(1, "SaveVideo", [("video", "VIDEO", None)], (), widgets_values=["film", "mp4", "h264", "auto"])]}
    assert canvas_to_prompt(document, object_info())["1"]["inputs"] == {
        "filename_prefix": "film", "format": "mp4", "format.codec": "h264", "format.codec.encoding": "auto"}


def test_an_unknown_node_keeps_the_names_it_was_saved_with(tmp_path):
    slot = {"name": "n", "type": "INT", "widget": {"name": "n"}}
    document = {"nodes": [node(1, "Nobody", widgets_values=[5]) | {"inputs": [slot]}]}
    assert canvas_to_prompt(document, object_info())["1"]["inputs"] == {"n": 5}
    result = run_workflow(document, tmp_path, tmp_path / "out")
    assert result.status == "invalid"
    assert result.error.type == "missing_node_type"


@pytest.mark.parametrize(("spoil", "says"), [
    (lambda d: d["links"].pop(0), "a fault at 1"),
    (lambda d: d["nodes"][0].pop("type"), "a fault at 'type'"),
    (lambda d: d.update(definitions={"subgraphs": [{"id": "SaveImage"}]}), "without subgraphs, got node 4: unpack it"),
])
def test_what_is_not_whole_is_refused_in_one_sentence(spoil, says, tmp_path):
    document = copy.deepcopy(canvas())
    spoil(document)
    result = run_workflow(document, tmp_path, tmp_path / "out")
    assert result.status == "invalid"
    assert says in str(result.error)
    assert "\n" not in str(result.error)


def test_the_command_takes_both_forms(tmp_path, capsys):
    assert is_canvas(canvas())
    assert not is_canvas({"1": {"class_type": "LoadImage"}})
    path = tmp_path / "canvas.json"


    path.write_text(json.dumps(canvas()), encoding="utf-8")
    assert main(["check", str(path)]) == 0
    assert capsys.readouterr().out == ""
