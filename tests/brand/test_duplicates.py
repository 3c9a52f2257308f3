import numpy as np
import pytest
import torch
from brand_cards import card, jpeg, scene
from raccord.nodes.brand.build import build_kit
from raccord.nodes.brand.duplicates import duplicates, in_batch, known_pictures
from raccord.nodes.brand.evidence import evidence
from raccord.nodes.brand.hashes import MATCH_BITS, hamming, picture_hash
from raccord.nodes.brand.kit_file import kit_from_bytes, kit_to_bytes
from raccord.nodes.brand.question import ask
from raccord.nodes.brand.score import score_batch
from raccord.nodes.image.layout import resize
from raccord.nodes.wires.kit import Kit
from raccord.nodes.wires.scores import Scores


def grain(picture):
    return (picture + 0.03 * torch.randn(picture.shape, generator=torch.manual_seed(1))).clamp(0, 1)


EDITS = {"jpeg 60": lambda p: jpeg(p, 60), "half": lambda p: resize(p[None], 120, 160)[0],
         "twice": lambda p: resize(p[None], 480, 640)[0], "brighter": lambda p: (p * 1.15).clamp(0, 1),
         "contrast": lambda p: (p - 0.5) * 0.8 + 0.5, "mirrored": lambda p: p.flip(1), "grain": grain}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("seed", range(4))
def test_an_edit_of_a_picture_matches_it(edit, seed):
    picture = scene(seed)
    assert picture_hash(EDITS[edit](picture)).distance(picture_hash(picture).bits)[0] <= MATCH_BITS


def test_different_pictures_do_not_match():
    hashes = [picture_hash(scene(seed)) for seed in range(16)]
    apart = [a.distance(b.bits)[0] for i, a in enumerate(hashes) for b in hashes[:i]]
    assert min(apart) > 2 * MATCH_BITS
    assert np.mean([bin(int.from_bytes(h.bits, "big")).count("1") for h in hashes]) == pytest.approx(128, abs=1)


def test_a_duplicate_is_named_and_valued_low():
    hashes = [picture_hash(p) for p in (scene(1), scene(2), jpeg(scene(1), 70))]
    part = duplicates(hashes[2], in_batch(hashes, 2))
    assert part.value < 0.1
    assert part.details["matches"] == ["picture 0"]
    assert duplicates(hashes[1], in_batch(hashes, 1)).verdict == "pass"


def test_nothing_to_compare_with_or_nothing_to_see_is_not_tested():
    assert duplicates(picture_hash(scene(1)), ()).verdict == "not tested"
    plain = picture_hash(card(("#808080", 1.0)))
    assert plain.quality < 50
    assert duplicates(plain, known_pictures(Kit(), scene(1)[None])).verdict == "not tested"


def test_hamming_counts_bits():
    assert hamming(b"\x00\xff", b"\x01\x0f") == 5


def test_a_near_copy_of_a_reference_is_told_from_the_kit_that_was_saved():
    kit = kit_from_bytes(kit_to_bytes(build_kit("", "", torch.stack([scene(1), scene(2)]), scene(3)[None], "", "")))
    copy = jpeg(scene(2), 75)[None]
    score = score_batch(copy, ask(kit, parts="duplicates")).pictures[0]
    assert score.parts["duplicates"].verdict == "pass"
    assert score.scores["originality"] < 0.5
    said = score.headlines["originality"].message
    assert "differs from 2 of 3 known pictures. Held down by reference " in said
    fresh = score_batch(scene(9)[None], ask(kit, parts="duplicates")).pictures[0]
    assert fresh.scores["originality"] > 0.5
    sheets = [evidence(copy, Scores((one,)), kit)[0, 560:, 240:540] for one in (score, fresh)]
    assert (sheets[0] - sheets[1]).abs().mean() > 0.02
