"""The guard finds what the example shot's truth names, and nothing worse."""

import pytest
from raccord.nodes.continuity.guard import Question, guard


@pytest.fixture(scope="module")
def findings(example):
    question = Question(first_frame=example.first_frame, last_frame=example.last_frame, next_clip=example.next_clip)
    return guard(example.images, question).report.findings


def test_the_repeated_frame_is_the_one_failure(example, findings):
    failed = [finding for finding in findings if finding.verdict == "fail"]
    assert [finding.check for finding in failed] == ["seam.duplicate"]
    assert failed[0].frames == [47, 48]
    assert failed[0].drop == example.truth["join"]["drop"]


def test_the_warming_is_seen_and_the_keyframes_hold(example, findings):
    verdicts = {finding.check: finding.verdict for finding in findings}
    assert verdicts["drift.temperature"] == "warn"
    assert {verdict for check, verdict in verdicts.items() if check.startswith("anchor.")} == {"pass"}


def test_the_join_holds_once_the_repeated_frame_is_dropped_though_the_car_leaves_there(example):
    count = example.truth["join"]["drop"]["count"]
    report = guard(example.images, Question(next_clip=example.next_clip[count:])).report
    assert [finding.check for finding in report.findings if finding.verdict == "fail"] == []
