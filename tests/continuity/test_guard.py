"""The guard on a drawn clip whose motion is known, cut in two."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from moving_scene import moving_scene
from raccord.nodes.continuity.defects.inject import DEFECTS, split_and_inject
from raccord.nodes.continuity.guard import Question, guard
from raccord.nodes.wires.shot import Shot


@pytest.fixture(scope="module")
def clip():
    return moving_scene(40)


def failing(answer):
    return {f.check: f for f in answer.report.findings if f.verdict == "fail"}


def joined(before, after, **more):
    return guard(before, Question(next_clip=after, **more))


def test_the_true_continuation_passes_with_its_own_keyframes(clip):
    answer = guard(clip[:20], Question(first_frame=clip[:1], last_frame=clip[19:20], next_clip=clip[20:]))
    assert not failing(answer), failing(answer)
    assert answer.report.verdict in ("pass", "warn")
    assert answer.evidence.ndim == 4
    assert answer.mask.shape == (1, 200, 320)
    assert float(answer.mask.max()) == 0


NAMED = {"exposure": "seam.exposure", "flash": "seam.exposure", "temperature": "seam.colour", "saturation": "seam.colour",
         "contrast": "seam.colour",
         "blur": "drift.sharpness", "grain": "drift.grain", "duplicate": "seam.duplicate", "freeze": "seam.freeze",
         "echo": "seam.echo",
         "dropped": "seam.dropped", "speed": "seam.velocity", "reverse": "seam.direction", "zoom": "seam.position",
         "local colour": "seam.region", "hard cut": "integrity.cut"}


@pytest.mark.parametrize("defect", NAMED)
def test_an_injected_defect_fails_by_name(clip, defect):
    other = moving_scene(20, seed=11, speed=-3) if defect == "hard cut" else None
    injected = split_and_inject(clip, 20, defect, {"exposure": 1.5, "temperature": 1.5}.get(defect, 1.0), other)
    bad = failing(joined(injected.before, injected.after))
    assert NAMED[defect] in bad, sorted(bad)
    assert min(bad[NAMED[defect]].frames) in range(len(injected.before) - 1, len(injected.before) + 1)


def test_a_jump_across_the_motion_is_a_jump(clip):
    assert "seam.position" in failing(joined(clip[:20], torch.roll(clip[20:], 3, dims=1)))


@pytest.mark.parametrize(("defect", "count"), [("duplicate", 1), ("freeze", 4), ("echo", 3)])
def test_repeats_say_how_many_to_drop(clip, defect, count):
    injected = split_and_inject(clip, 20, defect)
    drops = [f for f in failing(joined(injected.before, injected.after)).values() if f.drop]
    assert drops
    assert all(dict(f.drop) == {"clip": "next", "at": 0, "count": count} for f in drops)
    assert all(("first frame" if count == 1 else f"{count} frames") in f.suggestion for f in drops) or count == 1


def test_a_frozen_tail_is_dropped_from_the_clip(clip):
    before = torch.cat((clip[:16], clip[15:16].expand(4, -1, -1, -1)))
    freeze = failing(joined(before, clip[16:]))["seam.freeze"]
    assert dict(freeze.drop) == {"clip": "clip", "at": 16, "count": 4}


def test_a_frozen_tail_of_the_previous_clip_is_dropped_there(clip):
    before = torch.cat((clip[:16], clip[15:16].expand(4, -1, -1, -1)))
    freeze = failing(guard(clip[16:], Question(previous_clip=before)))["seam.freeze"]
    assert dict(freeze.drop) == {"clip": "previous", "at": 16, "count": 4}
    assert list(freeze.frames) == [-5, -4, -3, -2, -1]


def test_an_overlap_before_and_one_without_end(clip):
    assert not failing(guard(clip[15:], Question(previous_clip=clip[:20], previous_edge="overlap", overlap_frames=5)))
    found = guard(clip[:20], Question(next_clip=clip[15:], next_edge="overlap", overlap_frames=200)).report.findings
    assert any("overlap of 200" in f.message for f in found)


def test_a_wrong_overlap_names_the_right_one(clip):
    found = guard(clip[:20], Question(next_clip=clip[14:], next_edge="overlap", overlap_frames=4)).report.findings
    assert any(f.check == "seam.echo" and "Set overlap_frames to 6" in f.suggestion for f in found)


def test_the_previous_clip_counts_backwards(clip):
    answer = guard(torch.cat((clip[19:20].expand(3, -1, -1, -1), clip[20:])), Question(previous_clip=clip[:20]))
    finding = failing(answer)["seam.duplicate"]
    assert list(finding.frames)[:2] == [-1, 0]
    assert dict(finding.drop) == {"clip": "clip", "at": 0, "count": 3}


def test_an_overlap_that_is_named_is_no_echo(clip):
    answer = guard(clip[:20], Question(next_clip=clip[15:], next_edge="overlap", overlap_frames=5))
    assert not failing(answer), failing(answer)
    assert "seam.echo" in failing(guard(clip[:20], Question(next_clip=clip[15:])))


@pytest.mark.parametrize("edge", ["hard cut", "match cut", "dissolve"])
def test_an_edge_by_intent_is_not_scored(clip, edge):
    answer = guard(clip[:20], Question(next_clip=clip[20:].flip(0, 2), next_edge=edge))
    assert not [f for f in answer.report.findings if f.check.startswith("seam.") and f.verdict != "not tested"]
    assert any(edge in f.message for f in answer.report.findings)


def test_a_loop_is_judged_from_its_end_to_its_head(clip):
    there = moving_scene(24, speed=0.0)
    assert any(f.check.startswith("seam.") for f in guard(there, Question(next_edge="loop")).report.findings)
    bad = failing(guard(clip, Question(next_edge="loop")))
    assert bad
    assert all(list(f.frames) == [39, 0] for f in bad.values() if f.check.startswith("seam.") and not f.drop)


def test_small_and_short_and_odd_clips_are_answered():
    for shape in ((1, 1, 1, 3), (1, 5, 7, 3), (2, 33, 65, 4), (9, 40, 40, 3)):
        clip = torch.rand(shape, generator=torch.Generator().manual_seed(1))
        answer = guard(clip, Question(first_frame=clip[:1, ..., :3], next_clip=clip, previous_clip=clip,
                                      watch_zones="all: 0 0 1 1"))
        assert answer.report.verdict in ("pass", "warn", "fail", "refused", "not tested")
        assert answer.mask.shape == (1, *shape[1:3])


def test_not_a_number_is_refused_by_its_frame(clip):
    bad = clip.clone()
    bad[3, 0, 0, 0] = float("nan")
    with pytest.raises(ValueError, match="frame 3"):
        guard(bad, Question())


def test_the_input_stays_and_the_answer_is_the_same_twice(clip):
    before = clip.clone()
    one, two = (guard(clip[:20], Question(next_clip=clip[20:])) for _ in range(2))
    assert torch.equal(clip, before)
    assert one.report.to_json() == two.report.to_json()
    assert torch.equal(one.evidence, two.evidence)


def test_a_neighbour_of_another_shape_is_refused(clip):
    answer = guard(clip[:20], Question(next_clip=clip[20:, :, :100]))
    assert any(f.verdict == "refused" and "100x200" in f.message for f in answer.report.findings)


def test_the_report_names_the_shot_and_keeps_its_numbers(clip):
    report = guard(clip[:20], Question(next_clip=clip[20:], shot=Shot(shot="SH010", take=3))).report.to_dict()
    assert report["subject"] == "SH010 take 3"
    assert "z" in report["metrics"]["seam.next"]["exposure"]
    assert len(report["series"]["clip.luma"]) == 20
    assert np.isfinite(report["series"]["clip.luma"]).all()


def test_every_defect_of_the_contract_can_be_made(clip):
    for defect in DEFECTS:
        injected = split_and_inject(clip, 20, defect)
        assert len(injected.before)
        assert len(injected.after)
        assert injected.amount
