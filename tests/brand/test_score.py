import json
from fractions import Fraction

import pytest
import torch
from brand_cards import card, jpeg, scene
from raccord.nodes.brand.build import build_kit
from raccord.nodes.brand.evidence import HEIGHT, WIDTH, evidence
from raccord.nodes.brand.fit import brand_fit
from raccord.nodes.brand.parts import above, below, measured, not_tested
from raccord.nodes.brand.question import ask, parse_parts
from raccord.nodes.brand.run import score_node
from raccord.nodes.brand.score import score_batch
from raccord.nodes.wires.report import Finding, Report

ZONE = "headline: 0.1 0.1 0.8 0.3 #FFFFFF 48px"
KIT = build_kit("#E63C28 primary 40%\n#FFFFFF, #14143C", "#00A0FF ~6", scene(1)[None], None, ZONE, "")
USUAL = {"mode": "advisory", "parts": "", "batch": "takes"}
BATCH = torch.stack([scene(seed, (120, 160)) for seed in range(4)])


class Film:
    """As much of a VIDEO as Frames asks of one whose frames are in memory."""

    def __init__(self, images):
        self.images, self.frame_rate, self.audio = images, Fraction(24), None

    def get_components(self):
        return self


def part(name, value):
    return measured(name, value, "as told", raw=1.0, unit="", limit=1.0)


def test_values_meet_at_the_limit():
    assert below(3.0, 3.0) == above(3.0, 3.0) == 0.5
    assert below(0, 3) == 1
    assert above(0, 3) == 0


def test_a_shut_gate_cannot_be_averaged_away():
    good = {name: part(name, 0.95) for name in ("palette", "banned", "logo", "look", "zones")}
    fit, _ = brand_fit(good)
    shut, made = brand_fit({**good, "banned": part("banned", 0.05)})
    assert fit > 0.9
    assert shut < 0.1
    assert made["gated_by"] == ["banned"]


def test_what_is_not_tested_counts_nowhere():
    parts = {"palette": part("palette", 0.8)}
    assert brand_fit({**parts, "logo": not_tested("logo", "no")})[0] == brand_fit(parts)[0]
    assert brand_fit({"logo": not_tested("logo", "no")})[0] is None


def test_a_score_does_not_depend_on_company():
    whole = score_batch(BATCH, ask(KIT))
    for i in (0, 3):
        alone = score_batch(BATCH[i:i + 1], ask(KIT)).pictures[0]
        assert dict(alone.scores) == dict(whole.pictures[i].scores)
        assert dict(alone.noise) == dict(whole.pictures[i].noise)
    turned = score_batch(BATCH.flip(0), ask(KIT))
    assert [p.scores for p in turned.pictures] == [p.scores for p in whole.pictures][::-1]


def test_the_report_has_the_agreed_form():
    scores, sheets, text, contact = score_node(BATCH, KIT, [], None, **{**USUAL, "mode": "strict"})
    report = json.loads(text)
    assert len(report["metrics"]["images"]) == len(scores) == 4
    for entry in report["metrics"]["images"]:
        assert {"palette", "banned", "logo", "look", "zones", "clutter", "duplicates", "continuity"} <= set(entry["parts"])
        assert set(entry["scores"]) == {"brand_fit", "legibility", "originality", "continuity"}
        for one in entry["parts"].values():
            assert (one["value"] is None) == (one["verdict"] == "not tested")
            assert {"value", "raw", "unit", "limit", "verdict", "box"} <= set(one)
            assert one["box"] is None or (one["box"][0] + one["box"][2] <= 160 and one["box"][1] + one["box"][3] <= 120)
    assert entry["parts"]["logo"]["verdict"] == "not tested"
    assert entry["scores"]["continuity"] is None
    assert any(f["check"] == "brand.style" and f["verdict"] == "not tested" for f in report["findings"])
    assert tuple(sheets.shape) == (4, HEIGHT, WIDTH, 3)
    assert contact.shape[2] == WIDTH


def test_advisory_never_fails_and_scores_the_same():
    strict, mild = (score_batch(BATCH[:1], ask(KIT, strict=s)).pictures[0] for s in (True, False))
    assert any(p.verdict == "fail" for p in strict.parts.values())
    assert all(p.verdict != "fail" for p in mild.parts.values())
    assert strict.scores == mild.scores


def test_a_repeated_picture_is_named_but_its_score_is_its_own():
    batch = torch.stack([BATCH[0], BATCH[1], jpeg(BATCH[0], 85)])
    scores = score_batch(batch, ask(KIT))
    assert scores.pictures[2].parts["duplicates"].details["matches"] == ["picture 0"]
    assert scores.pictures[2].parts["duplicates"].value < 0.5
    assert scores.pictures[0].scores["originality"] > 0.5  # of the reference alone; the batch does not count
    earlier = score_batch(batch[:1], ask(KIT, previous=batch[2:]))
    assert earlier.pictures[0].scores["originality"] < 0.5


def test_continuity_comes_from_reports():
    def guard(verdict):
        findings = [Finding("seam.colour", verdict, "said"), Finding("drift.grain", "pass", "ok")]
        return Report("RaccordContinuityGuard", "s", findings).to_json()

    def values(texts, count):
        _, _, text, _ = score_node(BATCH[:count], KIT, texts, None, **{**USUAL, "parts": "continuity"})
        return [e["scores"]["continuity"] for e in json.loads(text)["metrics"]["images"]]

    assert values([guard("pass")], 2) == [1, 1]
    bad, good = values([guard("fail"), guard("warn")], 2)
    assert bad < 0.5 < good < 1


def test_parts_are_chosen_by_name():
    assert parse_parts("palette, zones") == {"palette", "zones"}
    with pytest.raises(ValueError, match="taste"):
        parse_parts("taste")
    picture = score_batch(BATCH[:1], ask(KIT, parts="palette")).pictures[0]
    assert picture.tested == 1


@pytest.mark.parametrize("as_film", [True, False])
def test_a_clip_is_sampled_and_answers_with_median_and_worst(as_film):
    frames = torch.stack([scene(1, (60, 80)) * (1 - 0.02 * t) for t in range(30)])
    clip, batch = (Film(frames), "takes") if as_film else (frames, "one clip")
    scores, sheets, text, _ = score_node(clip, KIT, [], None, **{**USUAL, "batch": batch})
    report = json.loads(text)
    numbers = [e["frame"] for e in report["metrics"]["images"]]
    assert (numbers[0], numbers[-1], len(numbers)) == (0, 29, 16)
    summary = report["metrics"]["clip"]["brand_fit"]
    assert summary["worst_5_percent"] <= summary["median"]
    assert scores.is_clip
    assert 1 <= len(sheets) <= 4


def test_inputs_are_not_changed_and_odd_ones_have_answers():
    before = BATCH.clone()
    score_batch(BATCH[:1], ask(KIT))
    assert torch.equal(before, BATCH)
    for picture in (torch.zeros(1, 1, 1, 3), torch.rand(1, 7, 5, 3), torch.cat((BATCH[:1], torch.ones(1, 120, 160, 1)), -1)):
        scores = score_batch(picture, ask(KIT))
        assert evidence(picture, scores, KIT).shape[0] == 1
    with pytest.raises(ValueError, match="frame 1"):
        score_node(torch.stack([torch.zeros(4, 4, 3), torch.full((4, 4, 3), float("nan"))]), KIT, [], None, **USUAL)


def test_what_is_transparent_makes_no_noise():
    """A JPEG knows no alpha; what was not there before is not there after it."""
    kit = build_kit("#E63C28 primary 60%\n#FFFFFF 40%", "", None, None, "", "")
    picture = torch.cat((card(("#E63C28", 0.4), ("#FFFFFF", 0.2), ("#00C000", 0.4)), torch.ones(160, 200, 1)), -1)
    picture[:, 120:, 3] = 0
    assert score_batch(picture[None], ask(kit)).pictures[0].noise["brand_fit"] < 0.03


def test_a_card_of_the_kit_is_brand_fit_and_blue_is_not():
    kit = build_kit("#E63C28 primary 60%\n#FFFFFF 30%\n#14143C 10%", "#00A0FF ~6", None, None, "", "")
    right = card(("#E63C28", 0.6), ("#FFFFFF", 0.3), ("#14143C", 0.1))
    wrong = card(("#00A0FF", 0.6), ("#FFFFFF", 0.3), ("#14143C", 0.1))
    first, second = score_batch(torch.stack([right, wrong]), ask(kit)).pictures
    assert first.scores["brand_fit"] > 0.98
    assert second.scores["brand_fit"] < 0.02
