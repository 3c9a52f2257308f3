"""A logo that was not found counts neither for nor against a score, yet a picture that shows it well comes first."""

import numpy as np
import pytest
import torch
from brand_cards import card, mark, paste
from raccord.nodes.brand.build import add_logo, build_kit
from raccord.nodes.brand.clips import take_of
from raccord.nodes.brand.fit import FIT, WEIGHTS, scores_of, unseen_logo
from raccord.nodes.brand.parts import measured, not_tested
from raccord.nodes.brand.run import score_node, shortlist_node
from raccord.nodes.brand.shortlist import ranked_by, shortlist
from raccord.nodes.wires.scores import PictureScore, Scores

LOST = not_tested("logo", "It was not found.", state="not found")


def told(name, value):
    return measured(name, value, "as told", raw=1.0, unit="", limit=1.0, state="found")


def picture(values, logo, digest=""):
    """A score of parts with these values; `logo` is a value, None for one that was not found."""
    parts = {name: told(name, value) for name, value in values.items()}
    parts["logo"] = LOST if logo is None else told("logo", logo)
    scores, fit = scores_of(parts, not_tested("duplicates", "none"))
    return PictureScore(parts, scores, {}, digest=digest, fit=fit)


def some(make):
    """Random values of random parts, zones among them."""
    names = ["zones", *make.choice([n for n in FIT if n not in ("logo", "zones")], make.integers(0, 6), replace=False)]
    return {str(name): float(make.choice([make.random(), 0.5, 1.0])) for name in names}


def test_no_picture_whose_logo_keeps_its_rules_stands_behind_an_equal_one_without():
    make = np.random.default_rng(1)
    for _ in range(400):
        values, weights = some(make), {**WEIGHTS, "legibility": float(make.choice([0, 1, 5]))}
        found, lost = picture(values, float(make.uniform(0.5, 1))), picture(values, None)
        assert ranked_by(found, weights) >= ranked_by(lost, weights)


def test_a_logo_that_is_misused_by_far_stands_behind_one_that_was_not_found():
    good = {"palette": 0.9, "banned": 1.0}
    assert ranked_by(picture(good, 0.4), WEIGHTS) < ranked_by(picture(good, None), WEIGHTS)


def test_where_no_picture_shows_the_logo_the_order_stays():
    make = np.random.default_rng(2)
    names = some(make)
    takes = [picture({n: float(make.random()) for n in names}, None, f"{i}") for i in range(40)]
    plain = [PictureScore(p.parts, p.scores, digest=p.digest) for p in takes]
    assert shortlist(Scores(takes), 40, WEIGHTS).ranking == shortlist(Scores(plain), 40, WEIGHTS).ranking


def test_taking_out_the_only_picture_that_shows_the_logo_changes_no_winner():
    takes = [picture({"palette": v}, logo, f"{i}") for i, (v, logo) in enumerate(((0.9, None), (0.7, None), (0.9, 0.2)))]
    whole, rest = (shortlist(Scores(some), 2, WEIGHTS) for some in (takes, takes[:2]))
    assert whole.chosen == rest.chosen
    assert whole.totals[:2] == rest.totals


def test_a_score_stays_what_was_tested_and_weight_0_expects_no_logo():
    seen, lost = picture({"palette": 0.9}, 1.0), picture({"palette": 0.9}, None)
    assert lost.scores["brand_fit"] == picture({"palette": 0.9}, None).scores["brand_fit"] == pytest.approx(0.95)
    assert seen.fit["unseen_logo"] == 1
    assert lost.fit["unseen_logo"] == pytest.approx((1 + 0.5 ** (3 / 6)) / 2)
    assert unseen_logo(lost.parts, build_kit("", "", None, None, "", "", "logo=0")) == 1
    assert ranked_by(lost, {**WEIGHTS, "brand_fit": 0}) is None


def test_a_clip_has_found_the_logo_where_one_frame_shows_it():
    frames = [picture({"palette": 0.9}, value) for value in (None, 0.8, None)]
    assert take_of(Scores(frames, is_clip=True)).fit["unseen_logo"] == 1
    assert take_of(Scores(frames[::2], is_clip=True)).fit["unseen_logo"] < 1


def test_a_page_with_its_logo_is_argued_before_the_same_page_without():
    rgba = mark()
    kit = build_kit("#E8E8EC\n#E63C28", "", None, None, "", "")
    kit = add_logo(kit, rgba[None, ..., :3], 1 - rgba[None, ..., 3], "", 0.2, 0, "any")
    empty = card(("#E63C28", 0.2), ("#E8E8EC", 0.8), size=(270, 360))
    right, bent = paste(empty, rgba, (140, 60), 150), paste(empty, rgba, (140, 60), 150, 52)
    batch = torch.stack([empty, right, bent])
    scores, *_ = score_node(batch, kit, [], None, parts="palette, logo")
    assert scores.pictures[0].scores["brand_fit"] > scores.pictures[1].scores["brand_fit"]
    _, indices, argument, *_ = shortlist_node(batch, scores, 3, repeats="keep")
    assert indices == "1, 0, 2"
    assert "Picture 1 over picture 0: logo kept, not found there" in argument
    assert "logo not found)" in argument
    assert "Picture 0 over picture 2: logo not found here, misused (distortion) there" in argument
