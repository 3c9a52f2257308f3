"""The findings as the importers of ShotGrid, ftrack and Kitsu read them, and as a spreadsheet may open them."""

import csv
import io

import pytest
from raccord.nodes.delivery.tracker_csv import COLUMNS, TRACKER, render_csv
from raccord.nodes.wires.report import Finding, Report

SHOT = {"show": "film", "shot": "SQ010_SH020", "version": 4}
FINDINGS = [
    Finding("publish.alt", "warn", "It has no\nalternative text; \"none\", at all.", file="a/b.jpg", frames=[3],
            suggestion="Write one."),
    Finding("publish.colour", "pass", "Good, within 0.2; of 255."),
    Finding("publish.sound", "not tested", "The film\tis silent."),
    Finding("publish.index", "fail", "The index is late.")]


def made(inputs, subject="SQ010_SH020 take 1", findings=FINDINGS):
    report = Report("RaccordChannelExport", subject, list(findings), {}, inputs)
    return report.to_dict()


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_every_finding_is_a_row_with_the_worst_first():
    found = rows(render_csv([made({"shot": SHOT})]))
    assert [r["check"] for r in found] == ["publish.index", "publish.alt", "publish.colour", "publish.sound"]
    assert [r["Status"] for r in found] == ["Open", "Open", "Closed", ""]
    assert [found[1][k] for k in ("Project", "Sequence", "Shot", "Version", "Subject")] == [
        "film", "SQ010", "SQ010_SH020", "v004", "Channel export: publish.alt"]
    assert found[1]["Body"] == 'It has no alternative text; "none", at all. (frame 3, a/b.jpg) Write one.'
    assert (found[1]["frames"], found[1]["about"]) == ("3", "SQ010_SH020 take 1")


def test_a_report_without_a_shot_takes_the_deliverys_or_its_subject():
    other = made({}, "SH030 take 2", FINDINGS[3:])
    assert rows(render_csv([made({"shot": SHOT}), other]))[-1]["Shot"] == "SQ010_SH020"
    assert [rows(render_csv([other]))[0][k] for k in ("Shot", "Sequence", "Project")] == ["SH030", "", ""]


def test_kitsu_reads_it(tmp_path):
    """It sniffs the delimiter over the whole file, asks for Sequence and Name, and takes comments by the task's name."""
    path = tmp_path / "shot.csv"
    path.write_text(render_csv([made({"shot": SHOT})] * 12), encoding="utf-8")
    dialect = csv.Sniffer().sniff(path.read_text(encoding="utf-8"))
    assert dialect.delimiter == ","
    with path.open(encoding="utf-8") as file:
        found = list(csv.DictReader(file, delimiter=dialect.delimiter))
    assert {(r["Sequence"], r["Name"]) for r in found} == {("SQ010", "SQ010_SH020")}
    comments = [r["Compositing comment"] for r in found[:4]]
    assert comments[0] == "fail: The index is late."
    assert comments[1].startswith("warn: It has no alternative text;")
    assert comments[2:] == ["", ""]  # what holds is no news: an empty one makes no comment
    changes_the_shot = {"Description", "Nb Frames", "Frames", "Frame In", "In", "Frame Out", "Out", "FPS", "Episode"}
    assert not changes_the_shot & set(found[0])


def test_shotgrid_and_ftrack_can_tell_its_columns_and_paste_its_rows():
    text = render_csv([made({"shot": SHOT})])
    names = [name.lower() for name in (*COLUMNS, *TRACKER)]
    assert len(names) == len(set(names))  # fields are matched without regard to case
    lines = text.splitlines()
    assert len(lines) == 1 + len(FINDINGS)  # a cell that breaks its line breaks a pasted table
    assert lines[0].split(",") == [*COLUMNS, *TRACKER]
    assert all(row["Subject"] and row["Body"] and row["Project"] == "film" for row in rows(text))


def test_a_report_that_is_about_no_shot_is_a_row_of_none():
    for subject in ("6 pictures", "delivery", "take 3"):
        row = rows(render_csv([made({}, subject)]))[0]
        assert [row[k] for k in ("Shot", "Name", "Sequence", "about")] == ["", "", "", subject]


@pytest.mark.parametrize(("value", "cell"), [
    (["=cmd|' /C calc'!A0"], "'=cmd|' /C calc'!A0"), (["@x", 2], "'@x 2"), ([["=1"]], "['=1']"), ([-1.5, 2], "-1.5 2"),
    ("＝1", "'＝1"), (" =1+1", "' =1+1"), (-2, "-2"), ("a=1", "a=1"), ("", "")])
def test_a_value_or_a_list_is_no_formula(value, cell):
    finding = {"check": "a", "verdict": "fail", "message": "m", "frames": [], "value": value, "limit": value}
    found = rows(render_csv([made({}) | {"findings": [finding]}]))[0]
    assert (found["value"], found["limit"]) == (cell, cell)


@pytest.mark.parametrize("message", ["=cmd()", "+1", "-1", "@x", "＝1", " =1"])
def test_the_table_is_no_formula(message):
    found = rows(render_csv([made({}, findings=[Finding("seam.colour", "warn", message, suggestion="-1", value=-2.5)])]))[0]
    assert (found["message"], found["suggestion"], found["value"]) == (f"'{message}", "'-1", "-2.5")
    assert found["Body"].startswith("'")
