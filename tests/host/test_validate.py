"""What is wrong with a workflow: in ComfyUI 0.33.0's words (checked against its own validation), and beyond it."""

import copy

import pytest
from raccord.nodes.host import run

CLIP = {
    "1": {"class_type": "LoadVideo", "inputs": {"file": "clip.mp4"}, "_meta": {"title": "Clip"}},
    "2": {"class_type": "GetVideoComponents", "inputs": {"video": ["1", 0]}, "_meta": {"title": "Parts"}},
    "3": {"class_type": "SaveImage", "inputs": {"images": ["7", 0], "filename_prefix": "x/y"}, "_meta": {"title": "Save"}},
    "4": {
        "class_type": "CreateVideo",
        "inputs": {"images": ["7", 0], "fps": ["2", 2], "audio": ["2", 1]},
        "_meta": {"title": "Create"},
    },
    "5": {
        "class_type": "SaveVideo",
        "inputs": {"video": ["4", 0], "filename_prefix": "film", "format": "mp4", "codec": "h264"},
        "_meta": {"title": "Film"},
    },
    "7": {
        "class_type": "ImageFromBatch",
        "inputs": {"image": ["2", 0], "batch_index": 0, "length": 2},
        "_meta": {"title": "Cut"},
    },
}
INNER, OUTER = "exception_during_inner_validation", "exception_during_validation"


def problems(change, files=False):
    prompt = copy.deepcopy(CLIP)
    change(prompt)
    return run.check_workflow(prompt, files=files)[1]


def setting(key, **inputs):
    def change(prompt):
        for name, value in inputs.items():
            prompt[key]["inputs"].pop(name, None)
            if value is not None:
                prompt[key]["inputs"][name] = value

    return change


def renaming(key, old, new):
    return lambda prompt: prompt[key]["inputs"].update({new: prompt[key]["inputs"].pop(old)})


@pytest.mark.parametrize(
    ("change", "kind", "message", "title", "name"),
    [
        (
            lambda p: p["7"].update(class_type="Nope"),
            "missing_node_type",
            "Node 'Cut' not found. The custom node may not be installed.",
            "Cut",
            "",
        ),
        (
            lambda p: p["7"].pop("class_type"),
            "missing_node_type",
            "Node 'Cut' has no class_type. The workflow may be corrupted or a custom node is missing.",
            "Cut",
            "",
        ),
        (setting("7", image=None), "required_input_missing", "Required input is missing", "Cut", "image"),
        (setting("7", length=None), "required_input_missing", "Required input is missing", "Cut", "length"),
        (setting("7", length=0), "value_smaller_than_min", "Value 0 smaller than min of 1", "Cut", "length"),
        (setting("7", length=5000), "value_bigger_than_max", "Value 5000 bigger than max of 4096", "Cut", "length"),
        (setting("7", length="many"), "invalid_input_type", "Failed to convert an input value to a INT value", "Cut", "length"),
        (setting("4", fps=500.0), "value_bigger_than_max", "Value 500.0 bigger than max of 120.0", "Create", "fps"),
        (setting("4", fps="fast"), "invalid_input_type", "Failed to convert an input value to a FLOAT value", "Create", "fps"),
        (
            setting("7", image=["2", 0, 1]),
            "bad_linked_input",
            "Bad linked input, must be a length-2 list of [node_id, slot_index]",
            "Cut",
            "image",
        ),
        (setting("7", image=["2", 99]), INNER, "Exception when validating inner node", "Cut", "image"),
        (setting("7", image=["77", 0]), INNER, "Exception when validating inner node", "Cut", "image"),
        (setting("7", image=["2", "0"]), INNER, "Exception when validating inner node", "Cut", "image"),
        (setting("3", images=["7", 99]), OUTER, "Exception when validating node", "Save", "images"),
        (setting("3", images=["77", 0]), OUTER, "Exception when validating node", "Save", "images"),
        (setting("7", image=["1", 0]), "return_type_mismatch", "Return type mismatch between linked nodes", "Cut", "image"),
        (setting("7", image=["7", 0]), "dependency_cycle", "Dependency cycle detected", "Cut", "image"),
        (
            setting(
                "5",
                **{
                    "codec": None,
                    "format.codec": "h264",
                    "format.codec.encoding": "re-encode",
                    "format.codec.encoding.crf": 99.0,
                    "format.codec.encoding.color_space": "auto",
                },
            ),
            "value_bigger_than_max",
            "Value 99.0 bigger than max of 51.0",
            "Film",
            "format.codec.encoding.crf",
        ),
        (lambda p: (p.pop("3"), p.pop("5")), "prompt_no_outputs", "Prompt has no outputs", "", ""),
        # Ours:
        (renaming("7", "length", "lengthh"), "unknown_input", "Unknown input", "Cut", "lengthh"),
        (renaming("4", "audio", "sound"), "unknown_input", "Unknown input", "Create", "sound"),
        (setting("7", image=["2", -1]), "invalid_output_index", "Invalid output index", "Cut", "image"),
        (setting("7", length=2.5), "invalid_input_type", "Failed to convert an input value to a INT value", "Cut", "length"),
        (
            setting("7", image="picture"),
            "invalid_input_type",
            "Failed to convert an input value to a IMAGE value",
            "Cut",
            "image",
        ),
        (setting("5", format="avi"), "value_not_in_list", "Value not in list", "Film", "format"),
    ],
)
def test_one_mistake_is_one_problem(change, kind, message, title, name):
    found = problems(change)
    assert [(p.type, p.message, p.node, p.input) for p in found] == [(kind, message, title, name)]
    line = str(found[0])
    assert "\n" not in line
    assert all(part in line for part in (kind, message, title, name))


@pytest.mark.parametrize(
    "change",
    [
        lambda p: None,
        setting("7", length="3"),
        setting("7", length=2.0),
        setting("4", fps=24),
        setting("7", length={"__value__": 2}),
        setting("5", **{"codec": None, "format.codec": "av1"}),
        setting("5", codec=None),
        setting("4", audio=None),
        lambda p: p.update(
            {"9": {"class_type": "ImageFromBatch", "inputs": {}}}
        ),  # leads nowhere: ComfyUI does not look at it either
    ],
)
def test_these_are_right(change):
    assert problems(change) == []


def test_constants_are_converted_as_comfyui_does():
    prompt = copy.deepcopy(CLIP)
    prompt["7"]["inputs"].update(length="3", batch_index=1.0)
    prompt["4"]["inputs"]["fps"] = 24
    graph, _ = run.check_workflow(prompt, files=False)
    assert graph["7"].given["length"] == 3
    assert isinstance(graph["4"].given["fps"], float)
    assert prompt["7"]["inputs"]["length"] == "3"


def test_every_mistake_is_named():
    def change(prompt):
        prompt["7"]["inputs"].update(length=0, image=["77", 0], extra=1)
        prompt["5"]["class_type"] = "SaveFilm"
        prompt["4"]["inputs"]["fps"] = 1000.0

    assert sorted((p.node, p.type) for p in problems(change)) == [
        ("Create", "value_bigger_than_max"),
        ("Cut", INNER),
        ("Cut", "unknown_input"),
        ("Cut", "value_smaller_than_min"),
        ("Film", "missing_node_type"),
    ]


def test_the_sentence_names_title_class_input_and_what_was_expected():
    (problem,) = problems(setting("7", length=0))
    assert str(problem) == (
        "Cut (ImageFromBatch), input length, expected INT from 1 to 4096, got 0: Value 0 smaller than min of 1 "
        "[value_smaller_than_min]"
    )
    (problem,) = problems(renaming("7", "length", "lenght"))
    assert "expected length" in str(problem)


def test_files_are_looked_for_when_asked(tmp_path):
    from raccord.nodes import runtime
    from raccord.nodes.host.surroundings import Surroundings

    with runtime.surrounded_by(Surroundings(tmp_path, tmp_path / "out", tmp_path / "temp")):
        (problem,) = problems(lambda p: None, files=True)
        assert (problem.type, problem.input) == ("custom_validation_failed", "file")
        assert "Invalid video file: clip.mp4" in str(problem)
        (tmp_path / "clip.mp4").touch()
        assert problems(lambda p: None, files=True) == []


def test_what_passes_through_keeps_its_type(node):
    """ComfyUI lets anything through a MatchType."""
    prompt = {
        "1": node("Give", grey=0.5),
        "2": node("Pass", "Pass", what=["1", 1]),
        "3": node("Pass", what=["1", 0]),
        "4": node("LoadVideo", file="x"),
        "5": node("Show", value=["2", 0], other=["3", 0]),
        "6": node("CreateVideo", "Film", images=["3", 0], fps=24),
        "7": node("Show", value=["6", 0]),
        "8": node("PreviewAny", source=["3", 0]),
        "9": node("GetVideoComponents", "Parts", video=["3", 0]),
        "10": node("Show", value=["9", 0]),
    }
    found = run.check_workflow(prompt, files=False)[1]
    assert [(p.node, p.input, p.type) for p in found] == [
        ("Pass", "what", "return_type_mismatch"),
        ("Parts", "video", "return_type_mismatch"),
    ]
    assert "expected IMAGE or MASK, got STRING" in str(found[0])


def test_growing_slots(node):
    prompt = {
        "1": node("Give", grey=0),
        "2": node("Choose", "Choose", first=True, one=["1", 0], two=["1", 0], notes__note0=["1", 1], notes__note2="words"),
        "3": node("Show", value=["2", 0]),
    }
    assert run.check_workflow(prompt)[1] == []
    prompt["2"]["inputs"]["notes.note3"] = ["1", 1]
    assert [(p.type, p.input) for p in run.check_workflow(prompt)[1]] == [("unknown_input", "notes.note3")]
    prompt["2"]["inputs"].pop("notes.note3")
    prompt["2"]["inputs"]["notes.note0"] = ["1", 0]
    assert [(p.type, p.input) for p in run.check_workflow(prompt)[1]] == [("return_type_mismatch", "notes.note0")]


@pytest.mark.parametrize(
    ("value", "right"), [(True, True), (0, True), (1, True), ("true", False), ("maybe", False), (2, False), (None, False)]
)
def test_a_word_is_not_a_switch(node, value, right):
    prompt = {
        "1": node("Give", grey=0),
        "2": node("Choose", first=value, one=["1", 0], two=["1", 0]),
        "3": node("Show", value=["2", 0]),
    }
    assert [p.type for p in run.check_workflow(prompt)[1]] == ([] if right else ["invalid_input_type"])


def test_a_nodes_own_check(node):
    (problem,) = run.check_workflow({"1": node("Odd", "Odd", how="refuse")})[1]
    assert (problem.type, problem.message, problem.input) == (
        "custom_validation_failed",
        "Custom validation failed for node",
        "how",
    )
    assert "nothing of that sort" in str(problem)


@pytest.mark.parametrize("prompt", [{"nodes": [{}], "links": []}, [], "text", None])
def test_what_is_no_prompt(prompt):
    (problem,) = run.check_workflow(prompt)[1]
    assert problem.type == "no_prompt"
    assert "Export (API)" in str(problem)


def test_a_longer_circle_is_named_once(node):
    prompt = {
        "1": node("Pass", "A", what=["3", 0]),
        "2": node("Pass", "B", what=["1", 0]),
        "3": node("Pass", "C", what=["2", 0]),
        "4": node("Show", value=["2", 0]),
    }
    (problem,) = [p for p in run.check_workflow(prompt)[1] if p.type == "dependency_cycle"]
    assert (problem.node, problem.input) == ("A", "what")
    assert "A (Pass) -> B (Pass) -> C (Pass) -> A (Pass)" in str(problem)
