"""The guard on real generated clips, where their package is installed."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

import real_clips
from raccord.nodes.continuity.guard import Question, guard

CORE = 254.02 / 255  # ComfyUI 0.33 decodes films by that much too dark


@pytest.fixture(scope="module")
def busker():
    frames = real_clips.clip("video_wan2_2_5B_ti2v-1")
    if frames is None:
        pytest.skip(f"{real_clips.PACKAGE} is not installed")
    return frames


def test_its_own_continuation_and_keyframes_hold(busker):
    answer = guard(busker[:40] * CORE, Question(first_frame=busker[:1], last_frame=busker[39:40], next_clip=busker[40:64] * CORE))
    assert answer.report.verdict in ("pass", "warn"), [f for f in answer.report.findings if f.verdict == "fail"]


def test_three_repeats_are_counted_among_its_own_cadence(busker):
    after = torch.cat((busker[39:40].expand(3, -1, -1, -1), busker[40:61]))
    bad = [f for f in guard(busker[:40], Question(next_clip=after)).report.findings if f.verdict == "fail"]
    assert bad
    assert all(dict(f.drop or {}) == {"clip": "next", "at": 0, "count": 3} for f in bad)


def test_another_moment_is_no_keyframe(busker):
    assert guard(busker[:40] * CORE, Question(first_frame=busker[80:81])).report.verdict == "fail"
