"""What happens inside a clip: drift, flashes, cuts, black frames, cadence, marked regions, latent groups."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from moving_scene import moving_scene
from raccord.nodes.continuity.guard import Question, guard
from raccord.nodes.continuity.inside.drift import theil_sen
from raccord.nodes.continuity.inside.latent import group_edges


@pytest.fixture(scope="module")
def clip():
    return moving_scene(40, speed=1.0)


def findings(clip, **question):
    return {f.check: f for f in guard(clip, Question(**question)).report.findings}


def ramp(clip, low, high):
    return torch.linspace(low, high, len(clip))[:, None, None, None]


def test_a_calm_clip_passes(clip):
    assert {f.verdict for f in findings(clip).values()} <= {"pass", "not tested"}


def test_a_line_is_found_under_outliers():
    values = 3 + 0.5 * np.arange(50.0)
    values[::7] += 40
    values[3] = np.nan
    slope, start = theil_sen(values)
    assert abs(slope - 0.5) < 0.02
    assert abs(start - 3) < 1


@pytest.mark.parametrize(("change", "check", "value"), [
    (lambda c: (c * ramp(c, 1.0, 0.74)).clamp(0, 1), "drift.exposure", -26),
    (lambda c: (0.3 + (c - 0.3) * ramp(c, 1, 1.5)).clamp(0, 1), "drift.contrast", 50)])
def test_drift_is_measured_on_what_stays(clip, change, check, value):
    found = findings(change(clip))[check]
    assert found.verdict in ("warn", "fail")
    assert abs(found.value - value) < 0.25 * abs(value)


def test_a_subject_that_walks_in_is_no_drift(clip):
    walked = clip.clone()
    noise = torch.Generator().manual_seed(2)
    for t in range(1, len(clip)):
        walked[t, :, 320 - 3 * t:] = 0.02 + 0.05 * torch.rand(200, 3 * t, 3, generator=noise)
    assert findings(walked)["drift.exposure"].verdict == "pass"


@pytest.mark.parametrize("width", [1, 3])
def test_a_flash_is_placed(clip, width):
    flashed = clip.clone()
    flashed[20:20 + width] = (flashed[20:20 + width] * 1.08).clamp(0, 1)
    found = findings(flashed)["integrity.flash"]
    assert found.verdict == "fail"
    assert list(found.frames) == list(range(20, 20 + width))


def test_flicker_is_told_from_motion(clip):
    gains = 1 + 0.02 * (-1.0) ** torch.arange(len(clip))
    assert findings((clip * gains[:, None, None, None]).clamp(0, 1))["integrity.flicker"].verdict == "fail"
    assert findings(clip)["integrity.flicker"].value < 0.3


def test_a_hidden_cut_is_placed(clip):
    found = findings(torch.cat((clip[:17], moving_scene(20, seed=5))))["integrity.cut"]
    assert found.verdict == "fail"
    assert list(found.frames) == [16, 17]


def test_black_frames_at_the_head_are_dropped(clip):
    found = findings(torch.cat((torch.zeros_like(clip[:2]), clip)))["integrity.black"]
    assert found.verdict == "fail"
    assert dict(found.drop) == {"clip": "clip", "at": 0, "count": 2}


def test_cadence_is_named(clip):
    found = findings(clip[torch.tensor([t * 4 // 5 for t in range(40)])])["integrity.cadence"]
    assert found.verdict == "warn"
    assert found.value == 5


def test_a_marked_region_that_changes_is_boxed_and_one_that_moves_is_not():
    clip = moving_scene(30, speed=1.5)
    still = findings(clip, watch_zones="square: 0.0625 0.35 0.2 0.32")["drift.region"]
    assert still.verdict == "pass", still
    changed = clip.clone()
    for t in range(15, 30):
        x = round(20 + 2.4 * t)
        changed[t, 70:134, x:x + 64] = (changed[t, 70:134, x:x + 64] * torch.tensor((0.7, 1.0, 1.3))).clamp(0, 1)
    found = findings(changed, watch_zones="square: 0.0625 0.35 0.2 0.32")["drift.region"]
    assert found.verdict == "fail"
    assert min(found.frames) in range(14, 17)
    assert found.box == (20, 70, 64, 64)
    mask = torch.zeros(1, 200, 320)
    mask[:, 72:132, 22:82] = 1
    assert findings(changed, watch_mask=mask)["drift.region"].verdict == "fail"


def test_a_mask_that_says_nothing_is_no_region(clip):
    assert findings(clip[:16], watch_mask=torch.zeros(1, 64, 64))["drift.region"].verdict == "not tested"


def test_the_latent_grid_explains_where_a_defect_lies(clip):
    assert group_edges("wan 4n+1", 10) == (1, 5, 9)
    flashed = clip[:33].clone()
    flashed[17:19] = (flashed[17:19] * 1.1).clamp(0, 1)
    assert "Frame 17 begins a group" in findings(flashed, latent_grid="wan 4n+1")["integrity.flash"].suggestion
    assert "32 frames are no 4n+1" in findings(clip[:32], latent_grid="wan 4n+1")["integrity.cadence"].message
