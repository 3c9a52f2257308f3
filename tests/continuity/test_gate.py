"""The gate: what shuts it, and what then goes on."""

import json

import pytest
from raccord.nodes.continuity.gate import FAIL_ON, decide, passes
from raccord.nodes.continuity.nodes import Gate
from raccord.nodes.wires.report import Finding, Report

VERDICTS = ("pass", "warn", "refused", "fail", "not tested")


def report(verdict):
    finding = Finding("seam.echo", verdict, f"It is {verdict}.", suggestion="Drop 3 frames.")
    return Report("RaccordContinuityGuard", "clip", [finding]).to_json()


@pytest.mark.parametrize(("fail_on", "shut"), [
    ("fail or refused", {"fail", "refused"}), ("fail", {"fail"}), ("warn or worse", {"fail", "refused", "warn"})])
def test_what_shuts_it(fail_on, shut):
    assert {v for v in VERDICTS if not passes(v, fail_on)} == shut
    assert fail_on in FAIL_ON


def run(verdict=None, on_fail="block", **more):
    reports = {"report0": report("pass"), "report1": report(verdict)} if verdict else None
    return Gate.execute(value="value", on_fail=on_fail, fail_on="fail or refused", reports=reports, **more)


def test_nothing_wired_is_open_and_says_so():
    out = run()
    assert out.args[0] == "value"
    assert json.loads(out.args[1])["verdict"] == "not tested"
    assert "nothing was judged" in out.ui["text"][0]


def test_open_passes_by_reference():
    value = object()
    assert Gate.execute(value=value, on_fail="block", fail_on="fail", reports={"report0": report("warn")}).args[0] is value


def test_block_blocks_the_value_and_lets_the_report_through():
    out = run("fail")
    assert type(out.args[0]).__name__ == "ExecutionBlocker"
    assert "It is fail." in out.args[0].message
    assert out.ui["text"][0] == out.args[0].message
    assert json.loads(out.args[1])["verdict"] == "fail"
    assert "Drop 3 frames." in out.args[1]


def test_stop_stops_with_the_sentence():
    with pytest.raises(ValueError, match="It is refused"):
        run("refused", "stop")


def test_fallback_goes_on_or_blocks_where_none_is_wired():
    assert run("fail", "fallback", fallback="other").args[0] == "other"
    assert run("pass", "fallback", fallback="other").args[0] == "value"
    assert type(run("fail", "fallback").args[0]).__name__ == "ExecutionBlocker"


def test_the_fallback_is_asked_for_only_when_it_is_needed():
    def ask(verdict, on_fail="fallback"):
        slots = {"report0": (report(verdict), "reports.report0")}  # as ComfyUI gives them to check_lazy_status
        return Gate.check_lazy_status(value=None, on_fail=on_fail, fail_on="fail or refused", reports=slots, fallback=None)

    assert ask("fail") == ["fallback"]
    assert ask("warn") == []
    assert ask("fail", "block") == []


def test_a_fallback_that_is_not_wired_is_not_asked_for_and_one_of_nothing_goes_on():
    slots = {"report0": (report("fail"), "reports.report0")}
    assert Gate.check_lazy_status(value=None, on_fail="fallback", fail_on="fail", reports=slots) == []
    assert run("fail", "fallback", fallback=None).args[0] is None
    assert "no fallback is wired" in run("fail", "fallback").args[0].message


def test_the_sentence_counts_the_rest():
    said = decide([json.loads(report("fail")), json.loads(report("fail"))]).sentence
    assert said.endswith("And 1 more.")


def test_text_that_is_no_report_is_refused():
    with pytest.raises(ValueError, match="wire the `report` output"):
        Gate.execute(value=1, on_fail="block", fail_on="fail", reports={"report0": "hello"})
