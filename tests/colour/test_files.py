"""Grades as files: written, found by name, read back, refused."""

import numpy as np
import pytest
import torch
from raccord.nodes.colour.file_answers import load_report, save_report
from raccord.nodes.colour.files import find_grade, grade_names, refusal, split_name
from raccord.nodes.colour.load import load_grade
from raccord.nodes.colour.save import parse_formats, save_grade
from raccord.nodes.image.grade import apply_grade, grade_pixels
from raccord.nodes.media.grades import FORMATS, SUFFIXES
from raccord.nodes.wires.grade import Grade

MIXED = Grade("matrix", matrix=((1.05, 0.04, -0.02), (0.01, 0.97, 0.02), (0.0, 0.03, 0.85)))
GAINS = Grade("gains", matrix=((1.2, 0, 0), (0, 1, 0), (0, 0, 0.8)))
TWO = ('<ColorCorrectionCollection><ColorCorrection id="a"><SOPNode><Slope>2 1 1</Slope></SOPNode></ColorCorrection>'
       '<ColorCorrection id="b"><SatNode><Saturation>0</Saturation></SatNode></ColorCorrection></ColorCorrectionCollection>')
COLOURS = torch.from_numpy(np.random.default_rng(0).random((500, 3)))


def back(host, saved, number):
    """Read a file that was written."""
    name = saved.files[number]
    target = host.input_directory / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes((host.output_directory / name).read_bytes())
    return load_grade(name).grade


def test_every_format_is_written_and_comes_back(grade_host):
    saved = save_grade(GAINS, "looks/a", ", ".join(FORMATS), 17, "resume")
    assert saved.files == tuple(f"looks/a{SUFFIXES[f]}" for f in FORMATS)
    exact = grade_pixels(COLOURS, GAINS).clamp(0, 1)
    for number, (form, far) in enumerate(zip(FORMATS, (0.15, 0.02, 0.1, 0.1, 0.1, 1e-12), strict=True)):
        assert (grade_pixels(COLOURS, back(grade_host, saved, number)).clamp(0, 1) - exact).abs().max() < far, form
    assert back(grade_host, saved, 5) == GAINS
    assert set(saved.errors) == {"lut.delta_e", "lut1d.delta_e", "cdl.delta_e"}
    metrics = save_report(GAINS, saved).metrics
    assert metrics["lut.delta_e"] <= metrics["lut.delta_e_p99"] <= metrics["lut.delta_e_max"]
    assert metrics["lut1d.delta_e"] < 0.01


def test_curves_that_cannot_hold_a_grade_are_refused_alone(grade_host):
    saved = save_grade(MIXED, "a", "cube1d, cube", 17, "resume")
    assert saved.files == ("a.cube",)
    report = save_report(MIXED, saved)
    assert report.verdict == "refused"
    (said,) = [f.message for f in report.findings if f.verdict == "refused"]
    assert said == "No cube1d is written: the grade (matrix) mixes the channels, which 1D curves cannot hold."
    alone = save_grade(MIXED, "b", "cube1d", 17, "resume")
    assert alone.files == ()
    assert not list(grade_host.output_directory.glob("b*"))


def test_a_grade_that_changes_is_said_to_be_steady_in_a_lut(grade_host):
    ramp = GAINS.ramp((0, GAINS.matrix), (9, GAINS.after_gains((0.8, 1, 1))))
    saved = save_grade(ramp, "a", "cube, json", 17, "resume")
    (said,) = [f for f in save_report(ramp, saved).findings if f.check == "grade.steady"]
    assert said.suggestion.startswith("Give a.grade.json to Load Grade")
    lut = save_report(ramp, save_grade(ramp, "c", "cube", 17, "resume"))
    assert "Add json" in next(f.suggestion for f in lut.findings if f.check == "grade.steady")
    assert back(grade_host, saved, 1) == ramp
    only = save_grade(ramp, "b", "json", 17, "resume")
    assert "grade.steady" not in [f.check for f in save_report(ramp, only).findings]


def test_formats_are_named():
    assert parse_formats(" .CUBE, json\ncube ") == ["cube", "json"]
    with pytest.raises(ValueError, match="expected formats of cube, cube1d, cdl, cc, ccc, json"):
        parse_formats("3dl")


def test_curves_before_a_table_are_applied_one_after_the_other(grade_host):
    rows = "".join(f"{r} {g} {1 - b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    (grade_host.input_directory / "a.cube").write_text(f"LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n0 0 0\n.5 .5 .5\n{rows}")
    grade = load_grade("a.cube").grade
    pixels = torch.tensor([[0.2, 0.4, 0.6], [2.0, -1.0, 1.0]])
    assert torch.allclose(grade_pixels(pixels, grade), torch.tensor([[0.1, 0.2, 0.7], [0.5, 0.0, 0.5]]), atol=1e-6)
    images = torch.rand(2, 9, 7, 4)
    graded = apply_grade(images, grade)
    assert torch.allclose(graded[..., :3], grade_pixels(images[..., :3], grade).clamp(0, 1))
    assert torch.equal(graded[..., 3], images[..., 3])
    assert not grade.is_identity
    assert "1D curves of 2 nodes and then a table of 2 nodes" in load_report(load_grade("a.cube"), "a.cube").findings[0].message


def test_one_correction_of_several_is_chosen_by_its_name(grade_host):
    (grade_host.library[0] / "luts/show.ccc").write_text(TWO)
    first, second = load_grade("show.ccc"), load_grade("show.ccc#b")
    assert first.grade.cdl[:3] == (2, 1, 1)
    assert first.there == ("a", "b")
    assert second.grade.cdl[9] == 0
    said = load_report(second, "show.ccc#b").findings[1].message
    assert said == "The file holds 2 corrections ('a', 'b'); this is show.ccc#b."
    with pytest.raises(ValueError, match=r"show\.ccc: expected a correction named 'c'"):
        load_grade("show.ccc#c")


def test_a_number_sign_may_belong_to_a_name(grade_host):
    assert split_name("a#b.ccc") == ("a#b.ccc", "")
    assert split_name("a.ccc#b") == ("a.ccc", "b")
    assert split_name("a.cube#b") == ("a.cube#b", "")
    (grade_host.input_directory / "a#1.cc").write_text("<ColorCorrection></ColorCorrection>")
    assert find_grade("a#1.cc").name == "a#1.cc"


def test_the_menu_offers_grades_and_no_other_json(grade_host):
    for name in ("studio/luts/house.cube", "studio/luts/acme/x.GRADE.JSON", "input/b.ccc", "input/report.json",
                 "input/c.1d.cube"):
        path = grade_host.input_directory.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert grade_names() == ["acme/x.GRADE.JSON", "house.cube", "b.ccc", "c.1d.cube"]
    assert "expected a .cube, .cdl" in refusal("report.json")
    assert not refusal("acme/x.GRADE.JSON")


@pytest.mark.parametrize("name", ["a.cube", "a.cdl", "a.grade.json"])
@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\0\0\0", b"\xff\xfeL\0U\0T\0", b"[" * 70_000, "é".encode("latin-1")])
def test_what_is_no_grade_is_refused_in_a_sentence_that_names_the_file(grade_host, name, content):
    (grade_host.input_directory / name).write_bytes(content)
    with pytest.raises(ValueError, match=f"^{name}: expected") as refused:
        load_grade(name)
    assert len(str(refused.value)) < 300
    assert "\n" not in str(refused.value)


def test_three_gigabytes_are_not_read(grade_host):
    with (grade_host.input_directory / "a.cube").open("wb") as file:
        file.truncate(3 << 30)
    with pytest.raises(ValueError, match="at most 64 MB, got a.cube with 3072 MB"):
        load_grade("a.cube")
