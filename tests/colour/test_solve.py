"""Fitting and choosing corrections."""

import numpy as np
import pytest
from chart_scenes import decode, encode
from raccord.nodes.colour.models import LADDER, Patches, fit, weights
from raccord.nodes.colour.solve import errors, leave_one_out, solve
from raccord.nodes.media.plates import load_plate

PLATE = load_plate("classic24")
WANTED = np.array([p.rgb for p in PLATE.patches])
GREY = np.arange(24) >= 18
MIX = np.array(((0.8, 0.1, 0.0), (0.05, 0.7, 0.05), (0.0, 0.1, 0.6)))


def patches(seen):
    return Patches(np.asarray(seen, float), WANTED, GREY)


def test_a_known_matrix_is_taken_back():
    seen = encode(decode(WANTED) @ MIX.T)
    solved = solve(patches(seen))
    assert solved.delta_e_loo < 0.05
    assert solved.delta_e_before > 5
    assert np.allclose(np.array(fit("matrix", patches(seen)).matrix), np.linalg.inv(MIX), atol=1e-6)


def test_plain_gains_are_enough_for_a_cast():
    seen = encode(decode(WANTED) * (0.6, 0.7, 0.9))
    solved = solve(patches(seen))
    assert solved.grade.model == "white balance"
    assert np.allclose(np.diag(np.array(solved.grade.matrix)), 1 / np.array((0.6, 0.7, 0.9)), atol=1e-3)


def test_a_gamma_is_taken_back_by_a_curve():
    seen = np.clip(decode(WANTED), 1e-4, 1) ** (1 / 1.6)
    solved = solve(patches(seen))
    assert "curve" in solved.grade.model
    assert solved.delta_e_loo < 1.5


def test_colours_that_are_right_already_are_left_alone():
    solved = solve(patches(np.clip(WANTED, 0, 1)))
    assert solved.grade.model == "identity" or solved.delta_e_loo < 0.3


def test_left_out_errors_are_the_larger_ones():
    rng = np.random.default_rng(3)
    seen = np.clip(encode(decode(WANTED) @ MIX.T) + rng.normal(0, 0.02, (24, 3)), 0.01, 1)
    for model in LADDER:
        grade = fit(model, patches(seen))
        if grade is not None and model not in ("identity", "exposure", "curve"):
            left = leave_one_out(model, patches(seen))
            assert left.mean() >= errors(grade, seen, WANTED).mean()


def test_noise_is_not_fitted():
    rng = np.random.default_rng(0)
    solved = solve(patches(rng.random((24, 3))))
    assert solved.delta_e_loo > 15


def test_greys_alone_get_no_matrix():
    plate = load_plate("grey11")
    wanted = np.array([p.rgb for p in plate.patches])
    solved = solve(Patches(encode(decode(wanted) * (0.9, 0.8, 0.7)), wanted, np.ones(11, bool)))
    assert solved.grade.model in ("white balance", "curve")
    assert solved.delta_e_loo < 0.1


def test_weights_favour_the_dark_and_sum_to_the_count():
    w = weights(decode(WANTED))
    assert w.sum() == pytest.approx(24)
    assert w.argmax() == 23


def test_a_curve_that_would_turn_round_is_not_taken():
    seen = np.repeat(np.linspace(0.9, 0.1, 24)[:, None], 3, axis=1)  # the greys lie close together at the dark end
    seen[18:] = np.array([0.5, 0.51, 0.52, 0.51, 0.5, 0.52])[:, None]
    assert fit("curve + matrix", Patches(seen, WANTED, GREY)) is None
