"""Fitting and choosing corrections."""

import numpy as np
import pytest
from chart_scenes import decode, encode
from raccord.nodes.colour.models import LADDER, NUMBERS, Patches, fit, leave_one_out
from raccord.nodes.colour.perceptual import delta_e, eye, fit_matrices, lab
from raccord.nodes.colour.solve import errors, solve
from raccord.nodes.media.plates import load_plate
from scipy.optimize import minimize

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


def worn(seed=3, noise=0.02):
    rng = np.random.default_rng(seed)
    return np.clip(encode(decode(WANTED) @ MIX.T) + rng.normal(0, noise, (24, 3)), 0.01, 1)


@pytest.mark.parametrize("model", LADDER)
def test_all_folds_at_once_are_fits_without_one_patch_each(model):
    known = patches(worn())
    together = leave_one_out(model, known)
    for i in (0, 17, 18, 23):
        alone = fit(model, known.without(i))
        assert together[i] == pytest.approx(errors(alone, known.seen[i:i + 1], WANTED[i:i + 1])[0], abs=1e-6)


def test_the_quadratic_form_is_ciede2000_nearby():
    colours = lab(decode(WANTED))
    step = np.random.default_rng(1).normal(0, 0.3, colours.shape)
    form = np.einsum("na,nab,nb->n", step, eye(colours), step) ** 0.5
    assert np.allclose(form, delta_e(colours + step / 2, colours - step / 2), rtol=0.05, atol=0.02)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_minimised_is_what_the_eye_sees(seed):
    light, wanted = decode(worn(seed)), decode(WANTED)

    def squares(matrix):
        return (delta_e(lab(light @ np.reshape(matrix, (3, 3))), lab(wanted)) ** 2).mean()

    plain = np.linalg.lstsq(light, wanted, rcond=None)[0]
    made = fit_matrices(light[None], wanted, np.ones((1, 24)), 0.0)[0].T
    assert squares(made) < 0.95 * squares(plain)
    assert squares(made) < 1.04 * minimize(squares, plain.ravel()).fun


def test_one_bad_patch_does_not_bend_the_others():
    seen = worn(noise=0.004)
    good = solve(patches(seen)).grade
    seen[2] = (0.95, 0.9, 0.85)
    bent = solve(patches(seen)).grade
    others = np.arange(24) != 2
    assert errors(bent, seen[others], WANTED[others]).mean() < errors(good, seen[others], WANTED[others]).mean() + 0.6


def test_one_bad_grey_does_not_bend_the_curve():
    seen = np.clip(decode(WANTED), 1e-4, 1) ** (1 / 1.6)
    seen[20] = 0.9
    assert np.delete(errors(fit("curve", Patches(seen, WANTED, GREY)), seen, WANTED)[18:], 2).mean() < 2


def test_a_clipped_patch_counts_less_than_a_true_one():
    seen = worn(noise=0.0)
    seen[5, 2] = 0.0  # bluish green has blue
    clipped = patches(seen)
    assert clipped.trust[5] < 0.5
    assert clipped.trust[[0, 7, 20]].tolist() == [1, 1, 1]
    assert np.delete(errors(fit("matrix", clipped), seen, WANTED), 5).mean() < 1.0


def test_linear_pictures_get_a_curve():
    solved = solve(patches(np.clip(decode(WANTED) @ MIX.T, 1e-4, 1)))  # light itself, never encoded
    assert "curve" in solved.grade.model
    assert solved.delta_e_loo < 2


def test_a_model_with_more_numbers_must_earn_them():
    solved = solve(patches(worn()))
    price = {m: e + 0.004 * NUMBERS[m] for m, e in solved.tried.items()}
    assert solved.grade.model == min(price, key=price.get)
    assert solved.tried.keys() >= {"exposure", "white balance", "matrix", "affine", "root polynomial", "curve + matrix",
                                   "curve + root polynomial", "polynomial"}


def test_a_curve_that_would_turn_round_is_not_taken():
    seen = np.repeat(np.linspace(0.9, 0.1, 24)[:, None], 3, axis=1)  # the greys lie close together at the dark end
    seen[18:] = np.array([0.5, 0.51, 0.52, 0.51, 0.5, 0.52])[:, None]
    assert fit("curve + matrix", Patches(seen, WANTED, GREY)) is None


@pytest.mark.parametrize("kind", ["classic24", "raccord12", "grey11"])
@pytest.mark.parametrize("seen", ["black", "white", "grey", "one channel", "dark", "over", "inverse"])
def test_what_no_plate_looks_like_is_answered_with_a_number(kind, seen):
    plate = load_plate(kind)
    wanted, grey = np.array([p.rgb for p in plate.patches]), np.isin(np.arange(len(plate.patches)), plate.greys)
    look = {"black": wanted * 0, "white": wanted * 0 + 1, "grey": wanted * 0 + 0.3, "one channel": wanted * (1, 0, 0),
            "dark": wanted.clip(0, 1) * 0.01, "over": wanted * 4, "inverse": 1 - wanted}[seen]
    for keep in (slice(None), slice(0, 8)):
        solved = solve(Patches(look[keep], wanted[keep], grey[keep]))
        assert np.isfinite(solved.delta_e_loo)
        assert solved.delta_e_loo <= min(solved.tried.values()) + 0.2
