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
    curve_error,
    curve_table,
    curve_text,
    fit_cdl,
    is_per_channel,
    json_text,
    lut_error,
    parse_cdls,
    parse_cube,
    parse_json,
    residual,
    tetrahedral,
    trilinear,
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
    lut = parse_cube(cube_text(WARM, 9, 'a "look"'))
    table = lut.table
    assert lut.shaper is None
    assert lut.domain.tolist() == [[0, 0, 0], [1, 1, 1]]
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


CURVES = Grade("curves", curves=((0.02, 2.3, 0.12), (0.0, 2.2, 0.1), (-0.05, 2.25, 0.15)), curve_range=(0.05, 0.95))


@pytest.mark.parametrize(("grade", "alone"), [
    (Grade(), True), (WARM, False), (CURVES, True), (Grade(terms="root2", matrix=((1, 0, 0, 0.1, 0, 0), (0, 1, 0, 0, 0, 0),
                                                                              (0, 0, 1, 0, 0, 0))), False),
    (Grade(space="encoded", terms="rgb1", matrix=((1, 0, 0, 0.1), (0, 1, 0, 0), (0, 0, 2, 0))), True),
    (Grade(cdl=(1, 1, 1, 0, 0, 0, 2, 1, 1, 1)), True), (Grade(cdl=(1, 1, 1, 0, 0, 0, 1, 1, 1, 0.9)), False),
    (Grade(table=torch.zeros(2, 2, 2, 3)), False), (Grade(shaper=torch.zeros(2, 3), table=torch.zeros(2, 2, 2, 3)), False),
    (Grade(shaper=torch.zeros(2, 3)), True)])
def test_curves_hold_what_leaves_channels_apart(grade, alone):
    assert is_per_channel(grade) == alone
    if not alone:
        with pytest.raises(ValueError, match="mixes them"):
            curve_table(grade)


def test_curves_come_back_and_are_the_grade():
    lut = parse_cube(curve_text(CURVES))
    assert lut.table is None
    at = torch.tensor([[0.2, 0.5, 0.8]], dtype=torch.float64)
    nodes = [np.interp(v, np.linspace(0, 1, len(lut.shaper)), lut.shaper[:, k]) for k, v in enumerate(at[0].tolist())]
    assert np.allclose(nodes, grade_pixels(at, CURVES)[0], atol=1e-5)
    assert curve_error(CURVES, curve_table(CURVES)).mean < 0.01


def test_the_residual_is_the_worse_of_both_ways_to_look_up():
    table = cube_table(WARM, 9)
    colours = np.concatenate([r**p for r, p in zip(np.random.default_rng(7).random((2, 500, 3)), (1, 2), strict=True)])
    exact = grade_pixels(torch.from_numpy(colours), WARM).clamp(0, 1)
    ways = [look_up(table.reshape(9, 9, 9, 3), colours) for look_up in (tetrahedral, trilinear)]
    assert np.abs(ways[0] - ways[1]).max() > 1e-4
    assert lut_error(WARM, table, count=500).mean == pytest.approx(max(residual(exact, way).mean for way in ways))


def test_json_is_the_grade_exactly():
    assert parse_json("\ufeff" + json_text(CURVES)) == CURVES
    ramp = WARM.ramp((0, WARM.matrix), (9, WARM.after_gains((0.9, 1, 1.1))))
    assert parse_json(json_text(ramp)) == ramp
    lut = Grade(table=torch.rand(3, 3, 3, 3), shaper=torch.rand(5, 3), shaper_domain=((0.0,) * 3, (2.0,) * 3))
    back = parse_json(json_text(lut))
    assert torch.equal(back.table, lut.table)
    assert torch.equal(back.shaper, lut.shaper)
    assert back.shaper_domain == lut.shaper_domain


@pytest.mark.parametrize("text", ["", "{", "[1]", "{}", '{"schema": "raccord.grade/9"}', "[" * 100_000, "null", "NaN"])
def test_what_is_no_grade_is_refused(text):
    with pytest.raises(ValueError, match="expected a grade"):
        parse_json(text)


@pytest.mark.parametrize("form", ["cdl", "cc", "ccc"])
def test_a_cdl_comes_back(form):
    cdl = Cdl((1.1, 1.0, 0.9), (0.01, 0.0, -0.02), (1.0, 1.05, 0.95), 0.9)
    (back,) = parse_cdls(cdl_text(cdl, form, 'sh<010> & "a"'))
    assert back.cdl == cdl
    assert back.name == 'sh<010> & "a"'


def test_a_grade_that_is_a_cdl_is_fitted_exactly():
    cdl = (1.5, 1.0, 0.4, 0.1, 0.0, -0.3, 1.0, 2.5, 0.35, 2.0)
    assert fit_cdl(Grade(cdl=cdl)) == Cdl(cdl[:3], cdl[3:6], cdl[6:9], cdl[9])


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
