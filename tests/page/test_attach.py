"""Every node that reports tells the page; the others are as they were."""

import asyncio
import json

import pytest
import torch
from node_calls import kinds
from raccord.nodes import extension, runtime
from raccord.nodes.wires.report import Finding, Report

REPORT = Report("RaccordX", "x", [Finding("a.b", "fail", "Broken.", frames=[1])]).to_json()


def schemas():
    return {name: kind.GET_SCHEMA() for name, kind in kinds().items()}


def gives_report(schema):
    return "report" in [one.display_name for one in schema.outputs]


def test_nodes_that_report_tell_again_what_is_cached():
    told = {name: (gives_report(one), one.is_output_node, one.has_intermediate_output) for name, one in schemas().items()}
    assert {name for name, (reports, out, again) in told.items() if reports and not out and not again} == set()
    assert {name for name, (reports, _, again) in told.items() if not reports and again} == set()
    assert sum(reports for reports, _, _ in told.values()) == 29


def test_the_extension_hands_these_classes_out():
    listed = asyncio.run(extension.RaccordExtension().get_node_list())
    assert listed == list(extension.NODES)
    assert len({kind.__qualname__ for kind in listed}) == len(listed)
    assert all(".page" not in kind.__module__ for kind in listed)


def test_a_gate_says_its_word_and_its_report():
    output = kinds()["RaccordGate"].execute(value=1, on_fail="block", fail_on="fail", reports={"report0": REPORT})
    assert set(output.ui) == {"text", "raccord"}
    (form,) = output.ui["raccord"]
    assert (form["node"], form["verdict"]) == ("RaccordGate", "fail")
    assert form["findings"][-1]["node"] == "RaccordX" or form["findings"][0]["node"] == "RaccordX"
    assert json.loads(output.args[1])["verdict"] == "fail"


def test_a_value_that_is_a_report_is_not_taken_for_the_nodes_own():
    output = kinds()["RaccordGate"].execute(value=REPORT, on_fail="block", fail_on="fail")
    assert output.ui["raccord"][0]["node"] == "RaccordGate"
    assert output.args[0] is REPORT


def test_without_a_page_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "temp_directory", lambda: pytest.fail("asked for a folder"))
    given = torch.rand(2, 200, 300, 3)
    output = kinds()["RaccordStampPlate"].execute(image=given, plate="raccord12", placement="0 0 1 1")
    assert "pictures" not in output.ui["raccord"][0]


def test_with_a_page_the_pictures_lie_among_the_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "temp_directory", lambda: tmp_path)
    monkeypatch.setattr(runtime, "has_page", lambda: True)
    given = torch.rand(1, 200, 300, 3)
    output = kinds()["RaccordStampPlate"].execute(image=given, plate="raccord12", placement="0 0 1 1")
    shown = output.ui["raccord"][0]["pictures"]
    assert set(shown) == {"before", "after", "frame", "under"}
    assert (shown["under"]["width"], shown["under"]["height"], shown["under"]["frames"]) == (300, 200, 1)
    assert len(list((tmp_path / "raccord").iterdir())) == 3


def test_a_node_that_does_not_report_is_as_it_was():
    output = kinds()["RaccordShot"].execute(show="s", shot="SH010", take=1, version=1, fps=24.0, start_frame=1001, handles=0)
    assert output.ui is None
