import json
from fractions import Fraction

import pytest
import torch
from brand_cards import jpeg, scene
from raccord.nodes.brand.build import build_kit, parse_weights
from raccord.nodes.brand.fit import WEIGHTS
from raccord.nodes.brand.run import score_node, shortlist_node
from raccord.nodes.brand.shortlist import shortlist
from raccord.nodes.wires.scores import Part, PictureScore, Scores


class Film:
    """As much of a VIDEO as Frames asks of one whose frames are in memory."""

    def __init__(self, images):
        self.images, self.frame_rate, self.audio = images, Fraction(24), None

    def get_components(self):
        return self


def picture(fit, *, noise=0.01, digest="", bits="", legibility=None):
    scores = {"brand_fit": fit, "legibility": legibility, "originality": None, "continuity": None}
    return PictureScore({}, scores, {"brand_fit": noise}, hash=bits, digest=digest)


def of(*pictures):
    return Scores(tuple(pictures))


def test_the_best_come_first():
    choice = shortlist(of(picture(0.2), picture(0.9), picture(0.5)), 2, WEIGHTS)
    assert choice.chosen == (1, 2)
    assert choice.ties == ()


def test_a_margin_below_noise_is_a_tie():
    choice = shortlist(of(picture(0.800, digest="a"), picture(0.805, digest="b"), picture(0.4)), 2, WEIGHTS)
    assert choice.ties == ((1, 0),)
    assert "ties with picture 0" in choice.reasons[0]


def test_a_near_duplicate_is_left_out_unless_asked_for():
    one, other = "0" * 64, "f" * 64
    takes = of(picture(0.9, bits=one), picture(0.8, bits=one[:-1] + "7"), picture(0.3, bits=other))
    choice = shortlist(takes, 3, WEIGHTS)
    assert choice.chosen == (0, 2)
    assert choice.repeats == {1: 0}
    assert shortlist(takes, 3, WEIGHTS, repeats="last").chosen == (0, 2, 1)
    assert shortlist(takes, 3, WEIGHTS, repeats="keep").chosen == (0, 1, 2)


@pytest.mark.parametrize("repeats", ["leave out", "last", "keep"])
def test_taking_a_loser_out_never_changes_the_winners(repeats):
    make = torch.manual_seed(5)
    for size in (3, 5, 9) * 40:
        fits = torch.rand(size, generator=make).round(decimals=1).tolist()
        kinds = torch.randint(0, 5, (size,), generator=make).tolist()
        takes = [picture(f, digest=f"{i}", bits=f"{k:x}" * 64) for i, (f, k) in enumerate(zip(fits, kinds, strict=True))]
        chosen = shortlist(of(*takes), 3, WEIGHTS, repeats=repeats).chosen
        winners = [takes[i].digest for i in chosen]
        for loser in set(range(size)) - set(chosen):
            rest = [t for i, t in enumerate(takes) if i != loser]
            assert [rest[i].digest for i in shortlist(of(*rest), 3, WEIGHTS, repeats=repeats).chosen] == winners


def test_the_order_of_the_batch_decides_nothing():
    takes = [picture(0.5, digest=d) for d in "bca"]
    first = takes[shortlist(of(*takes), 1, WEIGHTS).chosen[0]].digest
    assert takes[::-1][shortlist(of(*takes[::-1]), 1, WEIGHTS).chosen[0]].digest == first


def test_weights_change_the_order():
    takes = of(picture(0.9, legibility=0.2), picture(0.5, legibility=0.6))
    assert shortlist(takes, 1, {**WEIGHTS, "legibility": 0}).chosen == (0,)
    assert shortlist(takes, 1, {**WEIGHTS, "legibility": 9}).chosen == (1,)


def test_weights_read_and_refuse():
    read = parse_weights("brand_fit=2, legibility = 0.5\noriginality=0")
    assert read == (("brand_fit", 2), ("legibility", 0.5), ("originality", 0))
    for bad in ("taste=1", "brand_fit=-1", "brand_fit", "brand_fit=nan"):
        with pytest.raises(ValueError, match="line 1"):
            parse_weights(bad)


def test_pictures_latents_and_masks_come_along():
    kit = build_kit("#E63C28", "", None, None, "headline: 0 0 1 0.5 #FFFFFF", "")
    batch = torch.stack([scene(1), scene(2), scene(1) * 0.5, jpeg(scene(2), 70)])
    scores, *_ = score_node(batch, kit, [], None)
    latents = {"samples": torch.arange(4.0).reshape(4, 1, 1, 1), "batch_index": [5, 6, 7, 8]}
    masks = torch.arange(4.0).reshape(4, 1, 1).expand(4, 240, 320)
    images, indices, argument, some, chosen_masks, text, *_ = shortlist_node(batch, scores, 2, "", latents, masks)
    taken = [int(i) for i in indices.split(", ")]
    report = json.loads(text)
    assert report["metrics"]["shortlist"] == taken
    assert torch.equal(images, batch[taken])
    assert some["samples"].flatten().tolist() == taken
    assert some["batch_index"] == [5 + i for i in taken]
    assert chosen_masks[:, 0, 0].tolist() == taken
    assert not {1, 3} <= set(taken)
    assert f"Picture {taken[0]} is first" in argument
    assert report["findings"][0]["message"].startswith(f"Picture {taken[0]} is first")


def told(name, verdict, raw, unit, limit, value, **details):
    return Part(name, verdict, "as told", value, raw, unit, limit, details=details)


def taken(fit, *parts):
    scores = {"brand_fit": fit, "legibility": None, "originality": None, "continuity": None}
    return PictureScore({p.name: p for p in parts}, scores, {"brand_fit": 0.001}, digest=str(fit))


def test_the_argument_names_the_numbers_and_what_is_shared():
    def room(raw, value):
        return {"clear space": {"raw": raw, "unit": "OKLab/100", "limit": 8.0, "value": value, "box": None, "message": ""}}

    def zone(ratio):
        return [{"zone": "headline", "ratio": ratio, "limit": 4.5, "quality": ratio / 4.5, "masking": 1.0, "masking_limit": 0.5}]

    shared = told("palette", "pass", 2.1, "ΔE2000", 5.0, 0.8)
    best = taken(0.9, shared, told("logo", "pass", 3.0, "OKLab/100", 8.0, 0.8, rules=room(3.0, 0.8)),
                 told("zones", "pass", 5.1, ":1", 4.5, 0.6, zones=zone(5.1)))
    next_best = taken(0.5, shared, told("logo", "warn", 12.0, "OKLab/100", 8.0, 0.3, rules=room(12.0, 0.3)),
                      told("zones", "warn", 2.9, ":1", 4.5, 0.4, zones=zone(2.9)))
    choice = shortlist(of(next_best, best), 1, WEIGHTS, names=("a.png", "b.png"))
    assert choice.reasons[0].endswith(
        "Picture 1 (b.png) over picture 0 (a.png): logo clear space kept (3 against 12 OKLab/100), "
        "headline zone 5.1:1 against 2.9:1; both share the palette.")


def test_names_and_clips_come_along_by_index():
    kit = build_kit("#E63C28", "", None, None, "", "")
    batch = torch.stack([scene(1), scene(2), scene(3)])
    scores, *_ = score_node(batch, kit, [], None, parts="palette")
    clips = {0: "clip zero", 1: "clip one", 2: "clip two"}
    given = shortlist_node(batch, scores, 2, names="seed 7\nseed 8\nseed 9", clips=clips)
    chosen = [int(i) for i in given[1].split(", ")]
    sheet, names, first, second, third = given[6:]
    assert sheet.shape[2] == 1280
    assert names.splitlines() == [f"seed {7 + i}" for i in chosen]
    assert [first, second] == [clips[i] for i in chosen]
    assert third.message is None
    assert json.loads(given[5])["metrics"]["names"] == names.splitlines()
    for changed, said in (({"names": "one"}, "3 lines in names"), ({"clips": {0: "x"}}, "clip0 to clip2"),
                          ({"clips": {5: "x", **clips}}, "clip0 to clip2"), ({"repeats": "x"}, "repeats of")):
        with pytest.raises(ValueError, match=said):
            shortlist_node(batch, scores, 2, **changed)


def film(*seeds, size=(60, 80)):
    return Film(torch.stack([scene(seed, size) for seed in seeds]))


def scored(clips, **asked):
    kit = build_kit("#E63C28", "#00A0FF ~6", None, None, "", "")
    return [score_node(clip, kit, [], None, **asked)[0] for clip in clips]


def test_clips_are_chosen_among_by_their_worst_frames():
    """Clip 1 is better but for one frame that is banned all over; clip 2 repeats clip 0."""
    good, other = (scene(s, (60, 80)) * 0.3 + torch.tensor((0.6, 0.16, 0.1)) for s in (1, 2))
    blue = torch.tensor((0.0, 160 / 255, 1.0)).expand(60, 80, 3)
    frames = [[other * 0.9] * 5, [good] * 4 + [blue], [jpeg(other * 0.9, 80)] * 5, [scene(3, (60, 80))] * 5]
    clips = {i: Film(torch.stack(list(one))) for i, one in enumerate(frames)}
    first, *more = scored(clips.values(), parts="palette, banned")
    given = shortlist_node(None, first, 3, more_scores=more, clips=clips, names="a\nb\nc\nd",
                           latents={"samples": torch.arange(4.0).reshape(4, 1, 1, 1, 1)})
    report = json.loads(given[5])
    chosen = report["metrics"]["shortlist"]
    assert sorted({*chosen[:1]} & {0, 2}) == chosen[:1]
    assert set(chosen) - {0, 2} == {1, 3}
    assert chosen[-1] == 1
    assert given[3]["samples"].flatten().tolist() == chosen
    assert [given[8], given[9], given[10]] == [clips[i] for i in chosen]
    assert given[0].shape == (3, 60, 80, 3)
    assert torch.allclose(given[0][2], blue, atol=1 / 255)
    assert "Clip 1 (b)" in given[2]
    assert "banned" in given[2]
    assert "frame 4 of clip 1" in given[2]
    assert report["subject"] == "3 of 4 clips"
    repeated = {0, 2} - set(chosen)
    assert f"Clip {repeated.pop()} only repeats clip {chosen[0]}." in given[2]
    assert report["metrics"]["noise"][chosen[0]] > 0


def test_a_still_of_another_size_is_fitted_to_the_first():
    clips = {0: film(1, 1), 1: film(2, 2, size=(80, 60))}
    first, more = scored(clips.values(), parts="palette")
    images, indices, *_ = shortlist_node(None, first, 2, more_scores=[more], clips=clips)
    assert images.shape == (2, 60, 80, 3)
    pictures = torch.rand(2, 9, 9, 3)
    assert torch.equal(shortlist_node(pictures, first, 2, more_scores=[more])[0], pictures[[int(i) for i in indices.split(", ")]])


def test_clips_that_cannot_be_chosen_among_are_refused():
    clips = {0: film(1, 2), 1: film(3, 4)}
    first, more = scored(clips.values(), parts="palette")
    batch = scored([torch.stack([scene(1), scene(2)])], parts="palette")[0]
    another = score_node(clips[1], build_kit("#00FF00", "", None, None, "", ""), [], None, parts="palette")[0]
    for given, said in (((None, first, []), "those of one clip"), ((None, first, [batch]), "at place 1"),
                        ((None, first, [another]), "one kit"), ((None, first, [more]), "none at clip0, clip1"),
                        ((None, batch, []), "got nothing"), ((torch.rand(3, 9, 9, 3), first, [more]), "one picture a clip")):
        with pytest.raises(ValueError, match=said):
            shortlist_node(given[0], given[1], 1, more_scores=given[2])


def test_fewer_than_asked_for_is_said():
    kit = build_kit("#E63C28", "", None, None, "", "")
    batch = torch.stack([scene(1), jpeg(scene(1), 90)])
    scores, *_ = score_node(batch, kit, [], None, parts="palette")
    report = json.loads(shortlist_node(batch, scores, 2)[5])
    assert len(report["metrics"]["shortlist"]) == 1
    assert any("2 were asked for, 1 differ" in f["message"] for f in report["findings"])


def test_what_does_not_belong_together_is_refused():
    kit = build_kit("#E63C28", "", None, None, "", "")
    batch = torch.stack([scene(1), scene(2)])
    scores, *_ = score_node(batch, kit, [], None)
    with pytest.raises(ValueError, match="same batch"):
        shortlist_node(batch[:1], scores, 1, "", None, None)
    with pytest.raises(ValueError, match="latents"):
        shortlist_node(batch, scores, 1, "", {"samples": torch.zeros(1, 4, 2, 2)}, None)
    with pytest.raises(ValueError, match="masks"):
        shortlist_node(batch, scores, 1, "", None, torch.zeros(3, 4, 4))
