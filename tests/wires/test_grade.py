"""The grade on its wire: keys over a clip, and its way through JSON."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from raccord.nodes.image.colour import linear_to_srgb, srgb_to_linear
from raccord.nodes.image.grade import grade_pixels
from raccord.nodes.wires.grade import Grade

MIX = ((0.9, 0.1, -0.02), (0.05, 1.1, 0.0), (0.0, -0.1, 1.2))
ROOT = tuple((*row, 0.05, -0.03, 0.02) for row in MIX)
CURVES = ((0.02, 2.3, 0.12), (0.0, 2.2, 1 / 3), (-0.05, 2.25, 0.15))
POLY = tuple(tuple(0.1 * i + j for i in range(10)) for j in range(3))
GRADES = [Grade("poly", terms="poly2", matrix=POLY), Grade(), Grade.refuse("no plate – nulle part"),
          Grade("matrix", matrix=MIX, source="classic24, frames 0, 3"),
          Grade("root", terms="root2", matrix=ROOT, curves=CURVES, curve_range=(0.1, 0.9)),
          Grade("CDL", "encoded", cdl=(1.2, 1, 1, 0, 0.1, 0, 1, 1, 2, 0.5)),
          Grade("ramp", matrix=MIX).ramp((0, MIX), (48, np.array(MIX) * 1.1))]


def through_text(values):
    return json.loads(json.dumps(values, allow_nan=False))


@pytest.mark.parametrize("grade", GRADES, ids=lambda g: g.model)
def test_json_gives_back_the_same_grade_exactly(grade):
    assert Grade.from_json(through_text(grade.to_json())) == grade


def test_json_gives_back_every_bit_of_a_lut():
    grade = Grade("LUT", "encoded", table=torch.rand(5, 5, 5, 3), domain=((0.0, 0.0, -0.1), (1.0, 2.0, 1.0)))
    back = Grade.from_json(through_text(grade.to_json()))
    assert torch.equal(back.table, grade.table)
    assert back == grade


def test_a_report_names_a_lut_by_size_and_hash():
    tables = torch.rand(2, 17, 17, 17, 3)
    facts = [Grade("LUT", "encoded", table=t).facts()["table"] for t in tables]
    assert facts[0]["size"] == 17
    assert facts[0]["sha256"] != facts[1]["sha256"]
    assert len(json.dumps(facts)) < 300


def test_what_the_first_version_wrote_is_read():
    old = {"model": "matrix", "space": "linear", "terms": "rgb", "matrix": MIX, "curves": None, "curve_range": [0.02, 1.0],
           "source": "plate", "refused": "", "cdl": None, "table": None}
    assert Grade.from_json(through_text(old)) == Grade("matrix", matrix=MIX, source="plate")


@pytest.mark.parametrize(("change", "named"), [
    ({"schema": "raccord.grade/2"}, "raccord.grade/1"), ({"matrix": [[1, 0], [0, 1]]}, "3 × 3"),
    ({"matrix": [[1, 0, "x"], [0, 1, 0], [0, 0, 1]]}, "numbers in matrix"), ({"matrix": 5}, "numbers in matrix"),
    ({"model": 3}, "text in model"), ({"keys": [{"frame": 0.5, "matrix": MIX}]}, "whole frame number"),
    ({"table": 33}, "nodes of a LUT"), ({"table": {"size": 3, "float32": "AAAA"}}, "nodes of a LUT"),
    ({"curves": [[1.0]]}, "three curves"), ({"cdl": [1, 2]}, "10 numbers"), ({"space": "log"}, "a space of"),
    ({"matrix": [[float("inf"), 0, 0], [0, 1, 0], [0, 0, 1]]}, "finite"), ({"domain": [[0, 0], [1, 1]]}, "domain"),
    ({"curve_range": [0.1]}, "curve")])
def test_what_is_no_grade_is_refused_with_its_part(change, named):
    with pytest.raises(ValueError, match=named):
        Grade.from_json(json.loads(json.dumps(GRADES[3].to_json() | change)))


@pytest.mark.parametrize("values", [None, [], "x", {}, {"schema": "raccord.kit/1"}])
def test_other_json_is_refused(values):
    with pytest.raises(ValueError, match="expected a grade of schema"):
        Grade.from_json(values)


def test_gains_between_keys_are_interpolated_in_logarithms():
    grade = Grade("white balance").ramp((0, np.diag((1, 1, 1))), (10, np.diag((4, 1, 0.25))))
    assert np.allclose(np.diag(np.array(grade.at(5).matrix)), (2, 1, 0.5))
    assert np.allclose(grade.at(-3).matrix, np.eye(3))
    assert np.allclose(grade.at(99).matrix, np.diag((4, 1, 0.25)))
    assert grade.at(5).keys == ()


def test_a_drift_at_constant_speed_is_taken_back_exactly():
    light = torch.rand(40, 3, dtype=torch.float64)
    steady = Grade("curve", terms="root2", matrix=ROOT)
    drift = np.array((1.2, 0.9, 0.8))
    grade = steady.ramp((0, ROOT), (24, steady.after_gains(1 / drift)))
    wanted = srgb_to_linear(grade_pixels(linear_to_srgb(light), steady))
    last = srgb_to_linear(grade_pixels(linear_to_srgb(light * torch.tensor(drift)), grade.at(24)))
    assert torch.allclose(last, wanted, atol=1e-9)
    plain = Grade("exposure").ramp((0, np.eye(3)), (24, Grade().after_gains((2.0, 2.0, 2.0))))
    seen = light * 2 ** (-7 / 24)
    assert torch.allclose(srgb_to_linear(grade_pixels(linear_to_srgb(seen), plain.at(7))), light, atol=1e-9)


@pytest.mark.parametrize("grade", [g for g in GRADES if g.is_formula], ids=lambda g: g.model)
def test_gains_before_a_grade_go_into_its_matrix(grade):
    light, gain = torch.rand(20, 3, dtype=torch.float64) * 0.5, (1.3, 0.9, 0.7)
    plain = replace(grade, curves=None, keys=())
    folded = replace(plain, matrix=plain.after_gains(gain))
    wanted = grade_pixels(linear_to_srgb(light * torch.tensor(gain)), plain)
    assert torch.allclose(grade_pixels(linear_to_srgb(light), folded), wanted, atol=1e-9)


def test_a_ramp_is_no_identity_though_it_begins_with_one():
    assert not Grade().ramp((0, np.eye(3)), (5, np.eye(3) * 1.01)).is_identity
    assert Grade().ramp((0, np.eye(3)), (5, np.eye(3))).is_identity


@pytest.mark.parametrize("keys", [((0, np.eye(3)),), ((3, np.eye(3)), (3, np.eye(3))), ((4, np.eye(3)), (1, np.eye(3)))])
def test_keys_must_rise(keys):
    with pytest.raises(ValueError, match="two or more keys at rising frames"):
        Grade().ramp(*keys)
