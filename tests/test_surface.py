"""Saved workflows keep working: the surface is as frozen, and the workflows of every version are valid today."""

import copy
import json

import pytest
from raccord.nodes.host.registry import object_info
from raccord.nodes.host.run import check_workflow
from raccord.nodes.wires.report import PACK
from surface import FROZEN, GOLDEN, as_text, differences, surface_of

GOLDEN_COPIES = sorted(GOLDEN.glob("*/*.json"))


def frozen():
    return json.loads(FROZEN.read_text(encoding="utf-8"))


def test_the_surface_is_as_frozen():
    """Fails with what differs; `tests/helpers/surface.py` says how to change it on purpose."""
    assert differences(frozen(), surface_of(object_info())) == []


def test_the_frozen_form_is_one_line_an_input():
    assert as_text(frozen()) == FROZEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(("change", "said"), [
    (lambda s: s.pop("RaccordGate"), "RaccordGate is gone"),
    (lambda s: s["RaccordGate"].update(category="raccord"), "RaccordGate: category was 'raccord/continuity', is 'raccord'"),
    (lambda s: s["RaccordGate"]["inputs"][3].update(default="fail"),
     "RaccordGate, input fail_on: default was 'fail or refused', is 'fail'"),
    (lambda s: s["RaccordGate"]["inputs"].pop(2), "RaccordGate, input on_fail is gone"),
    (lambda s: s["RaccordGate"]["outputs"].reverse(), "RaccordGate: outputs stand in another order: report, value"),
    (lambda s: s["RaccordGate"]["outputs"].append({"name": "more", "type": "INT"}), "RaccordGate, output more is new"),
])
def test_a_difference_is_named(change, said):
    before = frozen()
    before["RaccordGate"]["inputs"].sort(key=lambda one: ("value", "reports", "on_fail", "fail_on", "fallback").index(one["id"]))
    now = copy.deepcopy(before)
    change(now)
    assert differences(before, now) == [said]


def test_this_version_has_golden_copies():
    assert {path.name for path in (GOLDEN / PACK).glob("*.json")} == {
        path.name for path in (FROZEN.parents[1] / "workflows" / "api").glob("*.json")}


@pytest.mark.parametrize("path", GOLDEN_COPIES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_workflow_of_that_version_is_valid_today(path):
    """Every copy of a released version stays as it was. Those of 0.1.0 may be written anew until it is released."""
    problems = check_workflow(json.loads(path.read_text(encoding="utf-8")), files=False)[1]
    assert [str(problem) for problem in problems] == []
