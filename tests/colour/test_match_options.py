"""Masks of both sides, protected colours, and maps that follow the light."""

import numpy as np
import pytest
import torch
from match_scenes import scene
from raccord.nodes.colour.follow import drift, follow
from raccord.nodes.colour.match import Ask, match_reference
from raccord.nodes.colour.match_answers import match_report
from raccord.nodes.colour.protect import neutral_weight, protect, skin_weight
from raccord.nodes.image.colour import delta_e_2000, linear_to_srgb, srgb_to_lab, srgb_to_linear, srgb_to_oklab
from raccord.nodes.image.grade import apply_grade, grade_pixels
from raccord.nodes.wires.grade import Grade

WARM = Grade("gains", matrix=((1.3, 0, 0), (0, 1, 0), (0, 0, 0.7)))
SKIN = torch.tensor(((0.96, 0.80, 0.69), (0.87, 0.67, 0.54), (0.55, 0.35, 0.25), (0.35, 0.22, 0.17)), dtype=torch.float64)
OTHERS = torch.tensor(((0.2, 0.5, 0.2), (0.2, 0.3, 0.8), (0.8, 0.1, 0.6), (0.1, 0.6, 0.6)), dtype=torch.float64)
GREYS = torch.linspace(0.1, 0.9, 9, dtype=torch.float64)[:, None].repeat(1, 3)


def test_skin_of_every_shade_is_known_and_little_else():
    assert skin_weight(srgb_to_oklab(SKIN)).min() > 0.5
    assert skin_weight(srgb_to_oklab(OTHERS)).max() < 0.05
    assert skin_weight(srgb_to_oklab(GREYS)).max() < 0.01
    assert neutral_weight(srgb_to_oklab(GREYS)).min() > 0.99
    assert neutral_weight(srgb_to_oklab(OTHERS)).max() < 0.05


def moved(grade, colours):
    """How far hue and saturation move, and how much brightness does."""
    before, after = srgb_to_oklab(colours), srgb_to_oklab(grade_pixels(colours, grade))
    return (after - before)[:, 1:].norm(dim=1), (after - before)[:, 0]


def test_what_is_protected_keeps_its_hue_and_the_rest_goes_along():
    held = protect(WARM, 1.0, 1.0)
    free, light = moved(WARM, SKIN)
    kept, same = moved(held, SKIN)
    assert (kept < 0.5 * free + 2e-3).all()
    assert torch.allclose(same, light, atol=4e-3)
    assert moved(held, GREYS)[0].max() < 4e-3
    assert moved(WARM, GREYS)[0].min() > 0.01
    assert torch.allclose(grade_pixels(OTHERS, held), grade_pixels(OTHERS, WARM), atol=0.01)
    assert protect(WARM, 0, 0) is WARM
    with pytest.raises(ValueError, match="one map for the clip"):
        protect(WARM.ramp((0, WARM.matrix), (5, WARM.matrix)), 0.5, 0)


def dimming(count=20):
    """A still scene whose light falls by a third, and a disc crosses it."""
    clip = scene(3, 240, 140).repeat(count, 1, 1, 1)
    for t in range(count):
        clip[t, 40:100, 11 * t:11 * t + 60] = torch.tensor((0.8, 0.2, 0.1))
    fall = torch.linspace(0, 1, count)[:, None, None, None]
    return clip, linear_to_srgb(srgb_to_linear(clip) * (2 / 3) ** fall).clamp(0, 1)


def test_light_is_followed_and_what_moves_is_not():
    clip, fallen = dimming()
    assert np.abs(drift(clip, "linear")).max() < 0.002
    course = drift(fallen, "linear")
    assert np.allclose(course[0] - course[-1], np.log2(1.5), atol=0.03)
    grade, most = follow(Grade(), fallen)
    assert most == pytest.approx(1.5**0.5, abs=0.03)
    assert len(grade.keys) == 20
    wanted = linear_to_srgb(srgb_to_linear(clip) * 1.5 ** (-10 / 19)).clamp(0, 1)
    assert delta_e_2000(srgb_to_lab(apply_grade(fallen, grade)), srgb_to_lab(wanted)).mean() < 0.5
    assert follow(WARM, clip) == (WARM, pytest.approx(1, abs=0.003))


def test_a_table_cannot_follow():
    with pytest.raises(ValueError, match="turn per_frame off"):
        follow(Grade("optimal transport", table=torch.zeros(2, 2, 2, 3)), torch.rand(4, 20, 20, 3))


def test_a_match_that_follows_adds_no_flicker():
    clip, _ = dimming(12)
    seen = (clip * torch.tensor((0.92, 0.97, 1.06)) + 0.02).clamp(0, 1)
    for method in ("auto", "transport"):
        graded = apply_grade(seen, match_reference(seen, clip[:1], Ask(method, per_frame=True)).grade)
        still, was = (srgb_to_lab(p[:, 110:]) for p in (graded, seen))
        added = delta_e_2000(still[1:], still[:-1]) - delta_e_2000(was[1:], was[:-1])
        assert added.mean() < 0.05
        assert added.max() < 0.05


def test_the_report_says_what_the_map_rests_on():
    clip, _ = dimming(3)
    ask = Ask(per_frame=True)
    report = match_report(clip, clip[:1], ask, match_reference(clip, clip[:1], ask))
    said = {f.check: f.message for f in report.findings}
    assert said["match.rests_on"].startswith("Both show the same frame: pairs of pixels tell the map (gains)")
    assert said["match.follows"] == "The light of the clip holds still: one map for all frames."
    assert "match.stretch" not in said
    assert report.metrics["match.rests_on"] == "same frame"


def test_the_mask_of_the_reference_counts_there():
    clip, reference = scene(5), scene(5)
    reference[:, :, 200:] = torch.tensor((1.0, 0.0, 0.0))
    mask = torch.zeros(1, 220, 400)
    mask[:, :, :200] = 1
    for method in ("auto", "transport", "gains"):
        matched = match_reference(clip, reference, Ask(method, mask, reference_mask=mask))
        assert delta_e_2000(srgb_to_lab(apply_grade(clip, matched.grade)), srgb_to_lab(clip)).mean() < 0.2, method
    assert match_reference(clip, reference, Ask(reference_mask=torch.zeros(1, 220, 400))).grade.refused
    with pytest.raises(ValueError, match="reference_mask"):
        match_reference(clip, reference, Ask(reference_mask=torch.zeros(3, 10, 10)))
