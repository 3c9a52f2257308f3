import json
from fractions import Fraction

import numpy as np
import pytest
import torch
from raccord.nodes.wires.report import Finding, Report, parse_report, plain, worst


@pytest.mark.parametrize(("verdicts", "result"), [
    ([], "not tested"), (["not tested"], "not tested"), (["not tested", "pass"], "pass"), (["pass", "warn"], "warn"),
    (["warn", "refused"], "refused"), (["refused", "fail", "pass"], "fail"),
])
def test_worst(verdicts, result):
    assert worst(verdicts) == result


def test_report_is_strict_json_whatever_numbers_it_holds():
    finding = Finding("a.b", "warn", "é", value=np.float32("nan"), frames=[np.int64(3)], box=torch.ones(4))
    report = Report("RaccordX", "SH010", [finding],
                    metrics={"rate": Fraction(24000, 1001), "array": np.arange(3), "bad": float("inf")})
    document = json.loads(report.to_json(), parse_constant=pytest.fail)
    assert document["findings"][0]["value"] is None
    assert document["findings"][0]["frames"] == [3]
    assert document["metrics"] == {"rate": "24000/1001", "array": [0, 1, 2], "bad": None}
    assert "series" not in document
    assert parse_report(report.to_json()) == document


def test_merged_reports_count():
    member = Report("A", "s", [Finding("x", "fail", "bad")]).to_dict()
    assert Report("B", "s", reports=[member]).verdict == "fail"


def test_a_finding_needs_a_known_verdict_and_a_sentence():
    with pytest.raises(ValueError, match="a verdict of"):
        Finding("x", "ok", "fine")
    with pytest.raises(ValueError, match="a message"):
        Finding("x", "pass", "")


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no json", '{"schema": "other/1"}'])
def test_other_text_is_no_report(text):
    with pytest.raises(ValueError, match="expected a report"):
        parse_report(text)


def test_plain_keeps_booleans():
    assert plain({"a": True, "b": (1, 2.5)}) == {"a": True, "b": [1, 2.5]}
