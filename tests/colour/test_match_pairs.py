"""Matching where a clip and its reference show the same thing, overlap, meet at an edge, or show the same place."""

import cv2
import numpy as np
import pytest
import torch
from chart_scenes import decode, encode
from match_scenes import scene
from raccord.nodes.colour.clouds import optimal_transport
from raccord.nodes.colour.match import Ask, match_reference, views
from raccord.nodes.colour.pair_fit import fit_kind, fit_pairs
from raccord.nodes.colour.scenes import Pairs, find_pairs
from raccord.nodes.colour.shared_modes import shared_gains
from raccord.nodes.image.colour import delta_e_2000, srgb_to_lab
from raccord.nodes.image.grade import apply_grade, grade_pixels
from raccord.nodes.wires.grade import Grade

CASTS = {"warm": (1.2, 1.0, 0.75), "green": (0.88, 1.12, 0.88), "-1 stop": (0.5, 0.5, 0.5)}


def cast(picture, gains):
    made = encode(decode(picture.numpy()) * gains).clip(0, 1)
    return torch.from_numpy(np.round(made * 255) / 255).float()


def off(one, other):
    return float(delta_e_2000(srgb_to_lab(one.double()), srgb_to_lab(other.double())).mean())


@pytest.mark.parametrize("gains", CASTS.values(), ids=CASTS)
def test_the_same_picture_is_matched_to_the_code_value(gains):
    truth = scene()
    seen = cast(truth, gains)
    matched = match_reference(seen, truth, Ask())
    assert matched.how == "same frame"
    assert off(apply_grade(seen, matched.grade), truth) < 0.35  # 8 bits alone leave 0.2 to 0.3
    assert matched.left_out < 0.4


@pytest.mark.parametrize("gains", CASTS.values(), ids=CASTS)
def test_the_other_half_of_a_scene_is_enough(gains):
    truth = scene(1)
    seen = cast(truth[:, :, :200], gains)
    matched = match_reference(seen, truth[:, :, 200:], Ask())
    assert matched.how == "shared edge"
    assert off(apply_grade(seen, matched.grade), truth[:, :, :200]) < 1.0


def test_edges_meet_on_every_side_and_only_where_they_do():
    whole = scene(2, 300, 300)
    for a, b in ((whole[:, :, 150:], whole[:, :, :150]), (whole[:, :150], whole[:, 150:]), (whole[:, 150:], whole[:, :150])):
        pairs = find_pairs(views(a, None, 1), views(b, None, 1))
        assert pairs.how == "shared edge"
        assert np.abs(np.median(pairs.wanted / pairs.seen) - 1) < 0.03
    other = scene(3, 150, 300)
    assert find_pairs(views(whole[:, :, :150], None, 1), views(other, None, 1)) is None
    flat = torch.full((1, 300, 150, 3), 0.5)
    assert find_pairs(views(flat, None, 1), views(flat * 0.8, None, 1)) is None


def test_views_that_overlap_are_laid_on_each_other():
    truth = scene(4, 480, 240)
    turned = cv2.warpAffine(truth[0].numpy(), cv2.getRotationMatrix2D((240, 120), 4, 1.05), (480, 240))[20:220, 160:440]
    seen = cast(truth[:, 20:220, 20:300], (0.8, 0.9, 1.1))
    matched = match_reference(seen, torch.from_numpy(turned)[None], Ask())
    assert matched.how == "overlap"
    assert off(apply_grade(seen, matched.grade), truth[:, 20:220, 20:300]) < 1.0


def test_what_moved_between_two_frames_does_not_count():
    truth = scene(5)
    clip = truth.repeat(3, 1, 1, 1)
    for t in range(3):
        clip[t, 60:150, 90 * t:90 * t + 100] = torch.tensor((0.7, 0.1, 0.1))
    seen = cast(clip, (1.1, 1.0, 0.8))
    matched = match_reference(seen, truth, Ask())
    assert matched.how == "same frame"
    assert off(apply_grade(seen, matched.grade), clip) < 0.4


@pytest.mark.parametrize(("made", "kind"), [
    (lambda x: x * (1.1, 0.9, 1.0), "gains"), (lambda x: x @ np.array(((0.9, 0.1, 0), (0.1, 0.8, 0.1), (0, 0.05, 1))), "matrix"),
    (lambda x: decode((encode(x) * (0.92, 0.97, 1.06) + 0.02).clip(0, 1)), "gain and offset"),
    (lambda x: x**1.3 * 1.1, "curves")])
def test_the_simplest_kind_that_predicts_is_taken(made, kind):
    rng = np.random.default_rng(0)
    seen = rng.random((3000, 3)) ** 2 * 0.7 + 0.01
    fitted = fit_pairs(Pairs(seen, made(seen), np.arange(3000) % 4, "same frame"))
    assert fitted.left_out < 0.35
    assert fitted.grade.model == kind
    assert fit_kind(kind, seen, made(seen)).model == kind


def test_colours_that_both_have_tell_exposure_and_balance():
    rng = np.random.default_rng(1)
    materials = rng.random((30, 3)) * 0.5 + 0.02
    one, two = (materials[rng.choice(30, 20_000, p=p / p.sum())] * rng.normal(1, 0.03, (20_000, 1))
                for p in (rng.random(30) + 0.05, rng.random(30) + 0.05))
    gains, coincide = shared_gains(one * (0.5, 0.6, 0.4), two)
    assert np.allclose(gains * (0.5, 0.6, 0.4), 1, atol=0.05)
    assert coincide > 0.8
    assert abs(np.log2(one.mean() / two.mean())) > 0.05 or coincide > 0.9  # their means differ, so means would not tell


def test_different_places_are_left_to_their_clouds():
    matched = match_reference(scene(6) ** 2, scene(7) * torch.tensor((0.4, 1.0, 0.4)), Ask())
    assert matched.how in ("clouds", "shared colours")
    assert matched.left_out is None


def test_optimal_transport_is_nearer_than_a_matrix_and_bands_nowhere():
    rng = np.random.default_rng(2)
    seen = torch.from_numpy(rng.random((20_000, 3)) * 0.6 + 0.2)
    wanted = seen**2 * 1.3
    linear = Grade(space="encoded", terms="rgb1", matrix=((1.2, 0, 0, -0.28), (0, 1.2, 0, -0.28), (0, 0, 1.2, -0.28)))
    grade, _ = optimal_transport(seen, wanted, linear)
    far = [(grade_pixels(seen, g) - wanted).abs().mean() for g in (linear, grade)]
    assert far[1] < 0.6 * far[0]
    line = torch.linspace(0.1, 0.9, 400, dtype=torch.float64)[:, None].repeat(1, 3)
    steps = grade_pixels(line, grade).diff(dim=0)
    assert steps.min() > 0
    assert steps.diff(dim=0).abs().max() < 0.002  # the line rises by 0.002 a step


def test_a_clipped_white_stays_white():
    truth = scene(8)
    truth[:, :90] = 1.0
    seen = cast(truth, (1.2, 1.0, 0.75))
    matched = match_reference(seen, truth, Ask())
    graded = apply_grade(seen, matched.grade)
    assert matched.grade.model == "gains, clipped ends"
    assert (graded[:, :85] - 1).abs().max() < 0.01
    assert off(graded, truth) < 0.35
