"""A clip beside its keyframes."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from moving_scene import moving_scene
from raccord.nodes.continuity.guard import Question, guard
from raccord.nodes.image.layout import resize


@pytest.fixture(scope="module")
def clip():
    return moving_scene(24)


def anchors(clip, **keys):
    return {f.check: f for f in guard(clip, Question(**keys)).report.findings if f.check.startswith("anchor.")
            and f.verdict != "not tested"}


def test_its_own_ends_pass_and_a_decoder_off_by_one_level_too(clip):
    found = anchors(clip * (254.02 / 255), first_frame=clip[:1], last_frame=clip[-1:])
    assert {f.verdict for f in found.values()} == {"pass"}
    assert len(found) == 8


@pytest.mark.parametrize(("which", "index"), [("first", 2), ("last", 21)])
def test_a_keyframe_that_lies_inside_names_the_frames_to_drop(clip, which, index):
    finding = anchors(clip, **{f"{which}_frame": clip[index:index + 1]})[f"anchor.{which}.geometry"]
    assert finding.verdict == "fail"
    assert dict(finding.drop) == {"clip": "clip", "at": 0 if which == "first" else 22, "count": 2}
    assert "2 frames" in finding.suggestion


def test_a_wrong_keyframe_fails(clip):
    assert anchors(clip, first_frame=moving_scene(1, seed=9))["anchor.first.geometry"].verdict == "fail"


@pytest.mark.parametrize(("change", "check"), [
    (lambda c: (c * 1.08).clamp(0, 1), "exposure"), (lambda c: (c * torch.tensor((1.1, 1.0, 0.82))).clamp(0, 1), "colour"),
    (lambda c: torch.roll(c, 4, dims=2), "geometry")])
def test_what_differs_is_named(clip, change, check):
    assert anchors(change(clip), first_frame=clip[:1])[f"anchor.first.{check}"].verdict == "fail"


def test_a_soft_clip_is_named():
    sharp = moving_scene(8, grain=4.0)
    soft = resize(resize(sharp, 100, 160), 200, 320)
    assert anchors(soft, first_frame=sharp[:1])["anchor.first.sharpness"].verdict == "fail"


def test_a_keyframe_of_another_size_is_compared_but_not_for_sharpness(clip):
    report = guard(clip, Question(first_frame=resize(clip[:1], 400, 640))).report
    verdicts = {f.check: f.verdict for f in report.findings}
    assert verdicts["anchor.first.geometry"] == "pass"
    assert verdicts["anchor.first.sharpness"] == "not tested"
