import json

import pytest
import torch
from brand_cards import jpeg, scene
from raccord.nodes.brand.build import build_kit
from raccord.nodes.brand.diversity import vendi
from raccord.nodes.brand.hashes import picture_hash
from raccord.nodes.brand.run import score_node

SCENES = [scene(seed, (120, 160)) for seed in range(6)]


def bits(*pictures):
    return [picture_hash(p).bits for p in pictures]


def test_copies_are_one_and_unrelated_pictures_as_many_as_there_are():
    assert vendi(bits(SCENES[0])) == pytest.approx(1)
    assert vendi(bits(*[SCENES[0]] * 9)) == pytest.approx(1)
    assert vendi(bits(*SCENES)) == pytest.approx(6, abs=0.3)
    assert vendi(bits(*SCENES[:2], *[SCENES[2]] * 2)) == pytest.approx(2.83, abs=0.15)  # shares of 1/4, 1/4 and 1/2
    assert vendi(bits(*SCENES)) == pytest.approx(vendi(bits(*SCENES[::-1])), abs=1e-9)


def test_the_report_groups_what_repeats_and_no_score_moves():
    batch = torch.stack([SCENES[0], SCENES[1], jpeg(SCENES[0], 80), SCENES[2], SCENES[1].flip(1)])
    scores, _, text, _ = score_node(batch, build_kit("#E63C28", "", None, None, "", ""), [], None, parts="duplicates")
    report = json.loads(text)
    assert report["metrics"]["diversity"]["groups"] == [[0, 2], [1, 4]]
    (found,) = [f for f in report["findings"] if f["check"] == "brand.diversity"]
    assert "0 and 2 nearly repeat each other; 1 and 4 nearly" in found["message"]
    assert all(p.scores["originality"] is None for p in scores.pictures)


def test_a_part_that_is_off_says_nothing_of_the_batch():
    _, _, text, _ = score_node(torch.stack(SCENES[:2]), build_kit("#E63C28", "", None, None, "", ""), [], None, parts="palette")
    assert "diversity" not in json.loads(text)["metrics"]
