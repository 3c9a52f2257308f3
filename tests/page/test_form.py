"""The compact form of a report: what the page shows, bounded whatever the report holds."""

import json

import pytest
from raccord.nodes.page.form import MOST_BYTES, compact
from raccord.nodes.wires.report import Finding, Report


def form(findings, **more):
    return compact(Report("RaccordContinuityGuard", "SH010", findings, **more).to_dict())


def finding(check="seam.colour", verdict="fail", message="It is darker.", **more):
    return Finding(check, verdict, message, **more)


def test_the_worst_comes_first_and_gives_the_sentence():
    told = form([finding("a", "pass", "Holds."), finding("b", "warn", "Nearly."), finding("c", "fail", "Broken."),
                 finding("d", "not tested", "Unwired.")])
    assert [row["check"] for row in told["findings"]] == ["c", "b", "a", "d"]
    assert (told["verdict"], told["sentence"]) == ("fail", "Broken.")
    assert told["schema"] == "raccord.panel/1"
    assert "left_out" not in told


def test_checks_that_hold_are_counted_where_none_is_at_fault():
    held = [finding("a", "pass", "Holds."), finding("b", "pass", "Holds as well."), finding("c", "not tested", "Unwired.")]
    assert form(held)["sentence"] == "All 2 checks hold."
    assert form([*held, finding("d", "warn", "Nearly.")])["sentence"] == "Nearly."
    assert form(held[1:])["sentence"] == "Holds as well."


def test_a_report_without_findings_says_so():
    told = form([])
    assert (told["verdict"], told["sentence"], told["findings"]) == ("not tested", "Nothing was judged.", [])
    assert "strip" not in told


def test_frames_are_runs():
    told = form([finding(frames=[9, 3, 4, 5]), finding(frames=[0, 400], is_range=True), finding()])
    assert [row.get("frames") for row in told["findings"]] == [[[3, 5], [9, 9]], [[0, 400]], None]


def test_findings_of_merged_reports_name_their_node():
    member = Report("RaccordApplyGrade", "x", [finding("grade.clipped", "warn", "Clips.")]).to_dict()
    told = compact(Report("RaccordSaveReport", "all", [finding("report.files", "pass", "Written.")], reports=[member]).to_dict(),
                   "shots/a.json\nshots/a.html")
    assert [(row["check"], row.get("node")) for row in told["findings"]] == [
        ("grade.clipped", "RaccordApplyGrade"), ("report.files", None)]
    assert (told["verdict"], told["sentence"]) == ("warn", "Clips.")
    assert told["page"] == {"subfolder": "shots", "filename": "a.html", "type": "output"}


def test_whatever_the_report_holds_the_form_stays_small():
    """Long names of files, quotes and signs of many bytes, thousands of findings and frames."""
    hostile = '<script>alert("x")</script>\u202e"\\é漢' * 400
    many = [finding(f"check.{i}.{hostile}", "fail", hostile, file=hostile, suggestion=hostile, unit=hostile, value=hostile,
                    frames=list(range(0, 4000, 2))) for i in range(300)]
    told = form(many, series={f"check.{i}.{hostile}": [0.1] * 4000 for i in range(300)})
    assert len(json.dumps(told, ensure_ascii=False).encode()) <= MOST_BYTES
    assert len(told["findings"]) > 5
    assert told["left_out"] == 300 - len(told["findings"])
    first = told["findings"][0]
    assert first["message"] == hostile[:599] + "…"
    assert len(first["frames"]) == 24


@pytest.mark.parametrize(("given", "said"), [
    ({"value": 0.123456789, "limit": 2, "unit": "dE2000"}, "0.12346 / 2 dE2000"), ({"value": 2.0, "limit": 1.5}, "2 / 1.5"),
    ({"value": 123456, "limit": 8, "unit": "frames"}, "123456 frames"), ({"value": "AAC", "limit": "PCM"}, "AAC / PCM"),
    ({"limit": 3}, None)])
def test_numbers_are_short(given, said):
    assert form([finding(**given)])["findings"][0].get("number") == said


def test_places_are_short():
    assert form([finding(box=(1, 2.26, 3, 4))])["findings"][0]["box"] == [1.0, 2.3, 3.0, 4.0]


def test_surfaces_that_were_found_go_with_it():
    surface = {"corners": [[1.234, 2], [3, 4], [5, 6], [7, 8]], "error_px": 0.5, "sentence": "Fine.", "more": "left out"}
    told = form([], metrics={"surfaces": [surface] * 30})
    assert told["surfaces"] == [{"corners": [[1.23, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]], "error_px": 0.5,
                                 "sentence": "Fine."}] * 16
