"""The four scores: each counts its own guidelines alone, says what holds it down, and is not bought back."""

import json

import pytest
import torch
from brand_cards import card, jpeg, scene
from raccord.nodes.brand.build import build_kit
from raccord.nodes.brand.fit import scores_of
from raccord.nodes.brand.headlines import headlines
from raccord.nodes.brand.parts import measured, not_tested
from raccord.nodes.brand.run import score_node
from raccord.nodes.wires.report import Finding, Report

LINES = ("brand.fit", "brand.legibility", "brand.originality", "brand.continuity")
ZONE = "headline: 0.05 0.1 0.6 0.3 #FFFFFF 48px"


def part(name, value, **details):
    return measured(name, value, "as told", raw=1.0, unit="", limit=1.0, **details)


def of(values, kit=None):
    parts = {name: part(name, value) for name, value in values.items()}
    original = not_tested("duplicates", "Nothing is known.")
    scores, _ = scores_of(parts, original, kit)
    return headlines(parts, original, scores, kit), scores


def test_each_score_counts_its_own_parts():
    told, scores = of({"palette": 0.9, "banned": 1.0, "look": 0.4, "zones": 0.8, "clutter": 0.2, "duplicates": 0.1})
    assert told["brand_fit"].message == f"brand fit {scores['brand_fit']:.2f}; 3 of 4 tested guidelines are met."
    assert told["legibility"].message == f"legibility {scores['legibility']:.2f}; 1 of 2 tested guidelines are met."
    assert (told["originality"].verdict, told["originality"].message) == ("not tested", "Nothing is known.")
    assert told["legibility"].verdict == "fail"
    assert told["brand_fit"].verdict == "warn"


def test_calm_does_not_make_a_headline_readable():
    told, scores = of({"zones": 0.4, "clutter": 1.0})
    assert scores["legibility"] == pytest.approx(0.8 * 0.4 ** (2 / 3))
    assert "Held down by zones, which cannot be averaged away." in told["legibility"].message
    free = build_kit("", "", None, None, "", "", gates="none")
    told, scores = of({"zones": 0.4, "clutter": 1.0}, free)
    assert scores["legibility"] == pytest.approx(0.4 ** (2 / 3))
    assert told["legibility"].details["held_by"] == []


def guard(*verdicts):
    return Report("RaccordContinuityGuard", "s", [Finding(f"seam.{i}", v, "Said.") for i, v in enumerate(verdicts)]).to_json()


@pytest.mark.parametrize("one_clip", [False, True])
def test_a_report_has_four_headlines_first(one_clip):
    kit = build_kit("#E63C28", "#00A0FF ~6", None, None, ZONE, "")
    bright, dark = card(("#E63C28", 0.7), ("#FFFFFF", 0.3)), card(("#E63C28", 0.3), ("#101014", 0.7))
    batch = torch.stack([bright, dark, scene(3, (160, 200))])
    earlier = torch.stack([scene(4, (160, 200)), jpeg(scene(3, (160, 200)), 80)])
    kind = "one clip" if one_clip else "takes"
    _, sheets, text, _ = score_node(batch, kit, [guard("pass", "fail", "pass")], earlier, batch=kind)
    report = json.loads(text)
    found = [f for f in report["findings"] if f["check"] in LINES]
    assert report["findings"][:len(found)] == found
    assert [*dict.fromkeys(f["check"] for f in found)] == list(LINES)
    said = {name: " ".join(f["message"] for f in found if f["check"] == name) for name in LINES}
    assert "tested guidelines are met" in said["brand.fit"]
    assert "Held down by zones" in said["brand.legibility"]
    assert "differs from 1 of 2 known pictures. Held down by earlier picture 1," in said["brand.originality"]
    assert "2 of 3 checks in the reports pass. Held down by seam.1" in said["brand.continuity"]
    if one_clip:
        assert len(found) == 4
        assert said["brand.originality"].startswith("Over 1 sampled frame originality is")
        assert "Worst in frame 2:" in said["brand.originality"]
        fit = next(f for f in found if f["check"] == "brand.fit")
        assert fit["value"] == pytest.approx(report["metrics"]["clip"]["brand_fit"]["worst_5_percent"])
    else:
        assert said["brand.continuity"].startswith("Pictures 0, 1, 2: continuity 0.")
        assert report["metrics"]["images"][2]["headlines"]["originality"]["held_by"] == ["earlier picture 1"]
    assert not torch.isnan(sheets).any()


def test_the_brand_fit_says_that_a_logo_was_not_found():
    parts = {"palette": part("palette", 1.0), "logo": not_tested("logo", "Not found.", state="not found")}
    original = not_tested("duplicates", "Nothing is known.")
    scores, fit = scores_of(parts, original)
    told = headlines(parts, original, scores, lost_logo=fit["unseen_logo"] < 1)
    assert told["brand_fit"].message == "brand fit 1.00; 1 of 1 tested guidelines are met. The kit's logo was not found."
