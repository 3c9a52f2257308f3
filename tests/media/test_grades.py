"""LUTs and CDLs as text."""

import numpy as np
import pytest
import torch
from raccord.nodes.image.grade import grade_pixels
from raccord.nodes.media.grades import (
    Cdl,
    cdl_error,
    cdl_text,
    cube_table,
    cube_text,
    fit_cdl,
    lut_error,
    parse_cdl,
    parse_cube,
    tetrahedral,
)
from raccord.nodes.wires.grade import Grade

WARM = Grade("matrix", matrix=((1.05, 0.04, -0.02), (0.01, 0.97, 0.02), (0.0, 0.03, 0.85)))


def test_red_runs_fastest():
    lines = cube_text(Grade(), 3).splitlines()
    rows = [tuple(map(float, line.split())) for line in lines if line[0].isdigit()]
    assert rows[1] == (0.5, 0, 0)
    assert rows[3] == (0, 0.5, 0)
    assert rows[9] == (0, 0, 0.5)
    assert len(rows) == 27


def test_a_cube_comes_back_and_is_the_grade_at_its_nodes():
    table, domain = parse_cube(cube_text(WARM, 9, 'a "look"'))
    assert domain.tolist() == [[0, 0, 0], [1, 1, 1]]
    at = torch.tensor([[0.25, 0.5, 0.75]], dtype=torch.float64)
    assert np.allclose(table[6, 4, 2], grade_pixels(at, WARM)[0], atol=1e-6)
    assert np.allclose(tetrahedral(table, at.numpy()), grade_pixels(at, WARM), atol=1e-6)


def test_tetrahedra_give_linear_functions_exactly():
    table = cube_table(Grade(), 5).reshape(5, 5, 5, 3) @ np.array([[0.2, 0.1, 0.0], [0.3, 0.5, 0.1], [0.0, 0.2, 0.6]])
    some = np.random.default_rng(1).random((200, 3))
    nodes = np.array([[0.2, 0.1, 0.0], [0.3, 0.5, 0.1], [0.0, 0.2, 0.6]])
    assert np.allclose(tetrahedral(table, some), some @ nodes, atol=1e-12)


def test_a_finer_lut_is_nearer_to_the_grade():
    coarse, fine = (lut_error(WARM, cube_table(WARM, n), count=4000) for n in (17, 33))
    assert fine.mean < coarse.mean
    assert fine.mean < 0.11  # the page's harsh case at 33 nodes
    assert fine.p99 < 1.21


@pytest.mark.parametrize("text", ["", "LUT_3D_SIZE 2\n0 0 0\n", "LUT_3D_SIZE 2\n" + "0 0 x\n" * 8, "<xml/>"])
def test_what_is_no_cube_is_refused(text):
    with pytest.raises(ValueError, match=r"expected"):
        parse_cube(text)


@pytest.mark.parametrize("form", ["cdl", "cc", "ccc"])
def test_a_cdl_comes_back(form):
    cdl = Cdl((1.1, 1.0, 0.9), (0.01, 0.0, -0.02), (1.0, 1.05, 0.95), 0.9)
    assert parse_cdl(cdl_text(cdl, form, "sh<010>")) == cdl


def test_a_cdl_without_saturation_leaves_it():
    assert parse_cdl("<ColorCorrection><SOPNode><Slope>2 1 1</Slope></SOPNode></ColorCorrection>") == Cdl((2, 1, 1))
    with pytest.raises(ValueError, match="ColorCorrection"):
        parse_cdl("<nothing/>")
    with pytest.raises(ValueError, match="3 numbers in <Slope>"):
        parse_cdl("<ColorCorrection><SOPNode><Slope>2 1</Slope></SOPNode></ColorCorrection>")


def test_a_cdl_is_found_where_the_grade_is_one():
    grade = Grade("gain and lift", "encoded", "rgb1", ((1.1, 0, 0, 0.02), (0, 0.95, 0, 0.0), (0, 0, 0.9, -0.01)))
    cdl = fit_cdl(grade)
    assert cdl_error(grade, cdl).mean < 0.15
    assert cdl.slope == pytest.approx((1.1, 0.95, 0.9), abs=0.03)


def test_cdl_arithmetic_is_the_published_one():
    out = Cdl((1.2, 1, 1), (0, 0.1, 0), (1, 1, 2), 0.5).apply(np.array([0.5, 0.3, 0.4]))
    value = np.array([0.6, 0.4, 0.16])
    luma = value @ (0.2126, 0.7152, 0.0722)
    assert np.allclose(out, luma + 0.5 * (value - luma))


def test_opencolorio_reads_the_files_as_we_mean_them(tmp_path):
    ocio = pytest.importorskip("PyOpenColorIO")
    (tmp_path / "a.cube").write_text(cube_text(WARM, 33), encoding="utf-8")
    (tmp_path / "a.cdl").write_text(cdl_text(cdl := fit_cdl(WARM)), encoding="utf-8")
    config, some = ocio.Config.CreateRaw(), np.random.default_rng(0).random((500, 3), np.float32)
    exact = grade_pixels(torch.from_numpy(some).double(), WARM).clamp(0, 1).numpy()
    for name, wanted in (("a.cube", exact), ("a.cdl", cdl.apply(some))):
        moved = ocio.FileTransform(str(tmp_path / name), interpolation=ocio.INTERP_TETRAHEDRAL)
        seen = some.copy()
        config.getProcessor(moved).getDefaultCPUProcessor().applyRGB(seen)
        assert np.abs(seen - wanted).max() < 0.02
