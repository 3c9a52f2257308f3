"""Joins with known defects repaired, and everything else left bit for bit as it was."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from moving_scene import moving_scene
from raccord.nodes.continuity.defects.inject import split_and_inject
from raccord.nodes.continuity.repair.clip import Wish, repair

JOIN = 12


@pytest.fixture(scope="module")
def clip():
    return moving_scene(24, width=240, height=160)


def steps(done):
    """Findings by step; what else is in the report are failures that are left."""
    return {f.check.removeprefix("repair."): f for f in done.report.findings if f.check.startswith("repair.")}


def psnr(one, other):
    return float(-10 * torch.log10(((one - other) ** 2).mean()))


def repaired(clip, defect, severity=1.0, **more):
    made = split_and_inject(clip, JOIN, defect, severity)
    return made, repair(made.after, Wish(previous_clip=made.before, **more))


def test_a_join_that_goes_on_is_handed_back_itself(clip):
    after = clip[JOIN:]
    done = repair(after, Wish(previous_clip=clip[:JOIN]))
    assert done.images is after
    assert done.report.metrics["repair.kept"] == []
    assert done.report.verdict == "pass"
    assert {f.verdict for f in steps(done).values()} == {"pass"}


def test_nothing_wired_is_not_tested(clip):
    done = repair(clip, Wish())
    assert done.images is clip
    assert done.report.verdict == "not tested"


@pytest.mark.parametrize(("defect", "severity"), [("duplicate", 1), ("duplicate", 2), ("freeze", 1), ("echo", 1)])
def test_repeats_are_dropped_to_the_frame(clip, defect, severity):
    _, done = repaired(clip, defect, severity)
    assert torch.equal(done.images, clip[JOIN:])
    assert done.report.metrics["repair.kept"] == ["drop"]
    assert done.report.verdict == "pass"


def test_repeats_in_the_neighbour_are_only_named(clip):
    made = split_and_inject(clip, JOIN, "freeze")
    done = repair(made.before, Wish(next_clip=made.after))
    assert done.images is made.before
    assert "next clip: drop its first 4" in steps(done)["drop"].message
    assert done.report.verdict == "fail"


def test_a_step_of_light_fades_out_and_nothing_else_changes(clip):
    made = split_and_inject(clip, JOIN, "exposure", 2)
    given = made.after.clone()
    done = repair(made.after, Wish(previous_clip=made.before, reach=8))
    assert done.report.metrics["repair.kept"] == ["colour"]
    assert psnr(done.images[0], clip[JOIN]) > psnr(made.after[0], clip[JOIN]) + 8
    assert torch.equal(done.images[8:], made.after[8:])
    assert done.report.metrics["repair.frames"] == list(range(8))
    assert torch.equal(made.after, given)
    row = done.report.metrics["repair.previous"]["seam.exposure"]
    assert row["before"] > row["limit"] > row["after"]
    assert row["verdict"] == "pass"


def test_the_tail_is_repaired_towards_the_next_clip(clip):
    made = split_and_inject(clip, JOIN, "exposure", 2)
    done = repair(made.before, Wish(next_clip=made.after, reach=8))
    assert done.report.metrics["repair.kept"] == ["colour"]
    assert torch.equal(done.images[:-8], made.before[:-8])
    assert done.report.metrics["repair.frames"] == list(range(4, 12))
    gain = float(done.images[-1].mean() / made.before[-1].mean())
    assert abs(gain - 1.04) < 0.006


def test_a_flash_is_evened_out_on_its_frames_alone(clip):
    made, done = repaired(clip, "flash")
    assert done.report.metrics["repair.kept"] == ["colour"]
    assert torch.equal(done.images[3:], made.after[3:])
    assert psnr(done.images[:3], clip[JOIN:JOIN + 3]) > psnr(made.after[:3], clip[JOIN:JOIN + 3]) + 8


def test_a_jump_is_taken_back(clip):
    moved = torch.roll(clip[JOIN:], 4, dims=1)
    done = repair(moved, Wish(previous_clip=clip[:JOIN]))
    assert "crossfade" in done.report.metrics["repair.kept"]
    inner = (slice(10, -10), slice(10, -10))
    assert psnr(done.images[0][inner], clip[JOIN][inner]) > 30


def test_missing_frames_are_put_in():
    slide = moving_scene(26, width=240, height=160)
    done = repair(slide[14:], Wish(previous_clip=slide[:12]))
    assert "crossfade" in done.report.metrics["repair.kept"]
    assert len(done.images) == 14
    assert torch.equal(done.images[2:], slide[14:])
    assert done.report.metrics["repair.frames"] == [0, 1]
    assert psnr(done.images[:2], slide[12:14]) > 28


def test_grain_comes_back_with_its_seed(clip):
    noisy, made = split_and_inject(clip, JOIN, "grain", 2), clip[JOIN:]
    done, again, other = (repair(noisy.before, Wish(next_clip=noisy.after, grain_seed=seed)) for seed in (5, 5, 6))
    assert done.report.metrics["repair.kept"] == ["detail"]
    assert torch.equal(done.images, again.images)
    assert not torch.equal(done.images, other.images)
    assert len(made) == len(noisy.after)


@pytest.mark.parametrize("edge", ["hard cut", "match cut", "dissolve"])
def test_never_across_a_cut_by_intent(clip, edge):
    made = split_and_inject(clip, JOIN, "exposure", 4)
    done = repair(made.after, Wish(previous_clip=made.before, previous_edge=edge))
    assert done.images is made.after
    assert done.report.verdict == "refused"
    assert edge in done.report.findings[0].message


def test_never_across_a_cut_that_is_found(clip):
    other = moving_scene(12, width=240, height=160, seed=11, speed=-3)
    done = repair(other, Wish(previous_clip=clip[:JOIN]))
    assert done.images is other
    assert steps(done)["crossfade"].verdict == "refused"
    assert "cut" in steps(done)["crossfade"].message


def test_what_no_step_heals_comes_back_untouched(clip):
    made = split_and_inject(clip, JOIN, "reverse")
    done = repair(made.after, Wish(previous_clip=made.before))
    assert done.images is made.after
    assert done.report.metrics["repair.frames"] == []
    assert done.report.verdict == "fail"
    assert any(f.check == "seam.direction" for f in done.report.findings)


def test_what_is_not_asked_for_is_not_done(clip):
    made, done = repaired(clip, "exposure", 2, repairs=("drop",))
    assert done.images is made.after
    assert steps(done)["colour"].verdict == "not tested"
    assert done.report.verdict == "fail"


def test_too_large_a_map_is_refused_with_its_size(clip):
    made, done = repaired(clip, "exposure", 15)
    assert done.images is made.after
    assert "beyond 10 and 15 %" in steps(done)["colour"].message


def test_alpha_goes_along(clip):
    alpha = torch.linspace(0, 1, 24)[:, None, None, None].expand(24, 160, 240, 1)
    made, done = repaired(torch.cat((clip, alpha), -1), "exposure", 2)
    assert done.report.metrics["repair.kept"] == ["colour"]
    assert torch.equal(done.images[..., 3], made.after[..., 3])
    assert torch.equal(done.images[..., 3:], alpha[JOIN:])


def test_a_keyframe_takes_the_place_of_a_neighbour(clip):
    dark = clip[JOIN:] * 0.94
    done = repair(dark, Wish(first_frame=clip[JOIN:JOIN + 1]))
    assert done.report.metrics["repair.kept"] == ["colour"]
    assert psnr(done.images[0], clip[JOIN]) > psnr(dark[0], clip[JOIN]) + 8


def test_frames_that_overlap_stay_as_they_are(clip):
    brighter = clip[JOIN - 3:] * 1.04
    done = repair(brighter, Wish(previous_clip=clip[:JOIN], previous_edge="overlap", overlap_frames=3))
    assert done.report.metrics["repair.kept"] == ["colour"]
    assert torch.equal(done.images[:3], brighter[:3])
    assert psnr(done.images[3], clip[JOIN]) > psnr(brighter[3], clip[JOIN]) + 8


@pytest.mark.parametrize("shape", [(1, 1, 1, 3), (1, 40, 40, 3), (2, 33, 65, 4), (9, 5, 7, 3)])
def test_small_and_short_and_odd_clips_are_answered(shape):
    clip = torch.rand(shape, generator=torch.Generator().manual_seed(1))
    done = repair(clip, Wish(clip, clip, clip[:1, ..., :3], clip[-1:]))
    assert done.images.shape[1:] == clip.shape[1:]
    assert done.evidence.ndim == 4


def test_black_frames_are_answered():
    clip = torch.zeros(10, 64, 64, 3)
    assert repair(clip, Wish(previous_clip=clip)).images is clip


def test_not_a_number_is_refused_by_its_frame(clip):
    bad = clip.clone()
    bad[3, 0, 0, 0] = float("nan")
    with pytest.raises(ValueError, match=r"images.*frame 3"):
        repair(bad, Wish(previous_clip=clip))
    with pytest.raises(ValueError, match=r"previous_clip.*frame 3"):
        repair(clip, Wish(previous_clip=bad))
