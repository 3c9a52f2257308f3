"""The seven API workflows: they run as they are, can be set as agreed, and every mistake in them is found and named."""

import copy
import json
from pathlib import Path

import pytest
from inputs import make_inputs
from raccord.nodes.host import run_workflow
from raccord.nodes.host.registry import object_info
from raccord.nodes.host.run import check_workflow

FOLDER = Path(__file__).resolve().parents[2] / "workflows" / "api"
WORKFLOWS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
SETTABLE = {
    "prepare_frame": {"Frame": "image", "Plate": "", "Markers": "", "Save": "filename_prefix"},
    "normalize_plate": {"Photo": "image", "Normalize": "plate", "Save Grade": "name", "Report": "name"},
    "track_surface": {"Clip": "file", "Track": "corners reference_frame", "Export": "formats", "Logo": "image", "Report": "name"},
    "continuity_guard": {"Clip": "file", "Next": "file", "First": "image", "Last": "image",
                         "Guard": "profile next_edge", "Report": "name"},
    "brand_score": {"Images": "image", "Kit": "palette banned text_zones", "References": "image", "Logo": "image", "Score": "",
                    "Shortlist": "count", "Report": "name"},
    "deliver": {"Clip": "file", "Shot": "show shot fps", "Channels": "channels budget_kb", "VFX": "task", "Check": "",
                "Report": "name"},
    "finish_shot": {"Clip": "file", "Logo": "image", "First": "", "Last": "", "Track": "corners", "Report": "name"},
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("input")
    make_inputs(folder)
    return folder


def titled(prompt, title):
    return next(node for node in prompt.values() if node["_meta"]["title"] == title)


def test_the_seven_are_there():
    assert set(WORKFLOWS) == set(SETTABLE)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_titles_and_inputs_that_others_set(name):
    titles = [node["_meta"]["title"] for node in WORKFLOWS[name].values()]
    assert len(titles) == len(set(titles))
    for title, names in SETTABLE[name].items():
        assert set(names.split()) <= set(titled(WORKFLOWS[name], title)["inputs"]), title


@pytest.mark.parametrize("name", WORKFLOWS)
def test_it_runs_as_it_is(name, inputs, tmp_path):
    before = copy.deepcopy(WORKFLOWS[name])
    result = run_workflow(WORKFLOWS[name], inputs, tmp_path)
    assert result.error is None, str(result.error)
    assert result.status == "done"
    assert result.files
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()) == list(result.files)
    assert WORKFLOWS[name] == before


def first_link(prompt):
    """A node of ours, and a required input of it that is linked."""
    known = object_info()
    for key, node in prompt.items():
        for name in known[node["class_type"]]["input"].get("required", {}):
            if node["class_type"].startswith("Raccord") and isinstance(node["inputs"][name], list):
                return key, name
    raise LookupError("no linked input")


# ComfyUI says the first where the broken node is itself an output, the second where it stands behind one.
BROKEN_LINK = "exception_during_validation exception_during_inner_validation"


def broken_copies(prompt):
    """(what, error types, title, input, broken prompt)."""
    key, name = first_link(prompt)
    title = prompt[key]["_meta"]["title"]
    source = prompt[key]["inputs"][name][0]

    def copy_with(change):
        out = copy.deepcopy(prompt)
        change(out)
        return out

    yield "unknown node", "missing_node_type", title, "", copy_with(lambda p: p[key].update(class_type="RaccordNothing"))
    yield "missing input", "required_input_missing", title, name, copy_with(lambda p: p[key]["inputs"].pop(name))
    yield "renamed input", "unknown_input", title, name + "_old", copy_with(
        lambda p: p[key]["inputs"].update({name + "_old": p[key]["inputs"][name]}))
    yield "output 99", BROKEN_LINK, title, name, copy_with(lambda p: p[key]["inputs"].update({name: [source, 99]}))
    yield "output -1", "invalid_output_index", title, name, copy_with(lambda p: p[key]["inputs"].update({name: [source, -1]}))
    yield "link to nowhere", BROKEN_LINK, title, name, copy_with(
        lambda p: p[key]["inputs"].update({name: ["nowhere", 0]}))
    yield "cycle", "dependency_cycle", title, "", copy_with(lambda p: p[key]["inputs"].update({name: [key, 0]}))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_mistake_is_found_with_its_title_and_input(name):
    assert check_workflow(WORKFLOWS[name], files=False)[1] == []
    for what, kind, title, socket, prompt in broken_copies(WORKFLOWS[name]):
        problems = check_workflow(prompt, files=False)[1]
        named = [p for p in problems if what == "cycle" or (p.node == title and socket in ("", p.input))]
        hits = [p for p in named if p.type in kind.split()]
        assert hits, (what, [str(p) for p in problems])
        assert "\n" not in str(hits[0])


@pytest.mark.parametrize(("name", "title", "socket", "value", "kind"), [
    ("prepare_frame", "Plate", "plate", "no such plate", "value_not_in_list"),
    ("normalize_plate", "Normalize", "plate", "no such plate", "value_not_in_list"),
    ("track_surface", "Track", "reference_frame", 10**9, "value_bigger_than_max"),
    ("continuity_guard", "Guard", "next_edge", "soft cut", "value_not_in_list"),
    ("brand_score", "Shortlist", "count", 0, "value_smaller_than_min"),
    ("deliver", "Shot", "fps", 1e9, "value_bigger_than_max"),
    ("deliver", "Channels", "budget_kb", "much", "invalid_input_type"),
    ("finish_shot", "Track", "reference_frame", "first", "invalid_input_type"),
])
def test_values_out_of_range_or_of_the_wrong_type(name, title, socket, value, kind):
    prompt = copy.deepcopy(WORKFLOWS[name])
    titled(prompt, title)["inputs"][socket] = value
    problems = check_workflow(prompt, files=False)[1]
    assert [(p.type, p.node, p.input) for p in problems] == [(kind, title, socket)]
