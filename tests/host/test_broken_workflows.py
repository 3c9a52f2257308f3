"""Every input of every shipped workflow, broken in every way: one line each, with the title, the input and the error type."""

import copy
import json
from pathlib import Path

import pytest
from raccord.nodes.host import registry, run

FILES = sorted((Path(__file__).resolve().parents[2] / "workflows" / "api").glob("*.json"))
BROKEN_LINK = ("exception_during_inner_validation", "exception_during_validation")


def mistakes(node, slots):
    """(error types, input, change of a node) for all that can be wrong with it."""
    yield ("missing_node_type",), "", lambda n: n.update(class_type="RaccordNothing")
    for name, value in node["inputs"].items():
        slot, bounds = slots[name], slots[name].options

        def put(new, name=name):
            return lambda n: n["inputs"].update({name: new})

        if slot.required:
            yield ("required_input_missing",), name, lambda n, name=name: n["inputs"].pop(name)
        yield ("unknown_input",), f"{name}_x", lambda n, name=name: n["inputs"].update({f"{name}_x": n["inputs"].pop(name)})
        if isinstance(value, list):
            yield BROKEN_LINK, name, put([value[0], 99])
            yield BROKEN_LINK, name, put(["nowhere", 0])
            yield ("invalid_output_index",), name, put([value[0], -1])
            continue
        if bounds.get("min") is not None:
            yield ("value_smaller_than_min",), name, put(bounds["min"] - 1)
        if bounds.get("max") is not None:
            yield ("value_bigger_than_max",), name, put(bounds["max"] + 1)
        if slot.choices is not None and node["class_type"].startswith("Raccord"):
            yield ("value_not_in_list",), name, put("nothing like it")
        if slot.type in ("INT", "FLOAT", "BOOLEAN"):
            yield ("invalid_input_type",), name, put("word")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_one_line_for_each_mistake(path, monkeypatch):
    monkeypatch.setattr(run, "node_kinds", registry.node_kinds)
    prompt = json.loads(path.read_text(encoding="utf-8"))
    graph, problems = run.check_workflow(prompt, files=False)
    assert problems == []
    for key, node in prompt.items():
        title = node["_meta"]["title"]
        for kinds, name, change in mistakes(node, graph[key].slots):
            broken = copy.deepcopy(prompt)
            change(broken[key])
            found = run.check_workflow(broken, files=False)[1]
            assert [(p.node, p.input) for p in found] == [(title, name)], (kinds, [str(p) for p in found])
            assert found[0].type in kinds
            assert all(word in str(found[0]) for word in (title, name, found[0].type))
