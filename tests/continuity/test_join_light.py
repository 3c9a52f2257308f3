"""What a join's light is measured to do where the truth is known: drawn frames that move, changed behind the join."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from moving_scene import moving_scene
from raccord.nodes.continuity.defects.picture import change_pictures
from raccord.nodes.continuity.join.light_standing import stand_light
from raccord.nodes.continuity.join.pair import make_proxy
from raccord.nodes.continuity.join.pair_light import STEPS, light_of
from raccord.nodes.continuity.join.patch import stand_patch
from raccord.nodes.continuity.join.window import look_at

JOIN = 12


@pytest.fixture(scope="module")
def clip():
    return (moving_scene(24) * 255).round() / 255


def window(frames, join=JOIN):
    size = frames.shape[2], frames.shape[1]
    proxies = [make_proxy((f * 255).round() / 255, size) for f in frames]
    return look_at(proxies[:join], proxies[join:])


def changed(clip, defect, severity=1.0, box=None):
    return torch.cat((clip[:JOIN], change_pictures(clip[JOIN:], defect, severity, box)[0]))


@pytest.fixture(scope="module")
def untouched(clip):
    return stand_light(window(clip))


def test_nothing_steps_where_nothing_does(untouched):
    for name in ("exposure", "contrast", "chroma", "saturation"):
        assert abs(untouched[name].value) < 0.004, name
    assert abs(untouched["sharpness"].value) < 0.08


@pytest.mark.parametrize(("defect", "severity", "name", "truth"), [
    ("exposure", 1, "exposure", 0.02), ("exposure", -0.5, "exposure", -0.01), ("exposure", 4, "exposure", 0.077),
    ("contrast", 1, "contrast", 0.095), ("saturation", 1, "saturation", 0.14), ("temperature", 1, "chroma", 0.06)])
def test_a_step_is_measured_in_its_amount(clip, defect, severity, name, truth):
    found = stand_light(window(changed(clip, defect, severity)))[name]
    assert found.value == pytest.approx(truth, rel=0.12, abs=0.001)
    assert found.z > 4


def test_a_step_is_measured_through_dithered_colours(clip):
    noise = torch.Generator().manual_seed(3)
    frames = changed(clip, "exposure")
    coarse = ((frames * 31 + torch.rand(frames.shape, generator=noise) - 0.5).round() / 31).clamp(0, 1)
    assert stand_light(window(coarse))["exposure"].value == pytest.approx(0.02, abs=0.003)


def test_who_walks_in_is_no_light(clip, untouched):
    frames = clip.clone()
    for i in range(JOIN, len(frames)):
        width = 20 + 6 * (i - JOIN)
        frames[i, 60:, -width:] = torch.tensor((0.95, 0.9, 0.2))
    found = stand_light(window(frames))
    for name in ("exposure", "contrast", "chroma"):
        assert abs(found[name].value - untouched[name].value) < 0.004, name


def test_light_steps_at_a_held_frame_too(clip):
    held = clip.repeat_interleave(3, 0)[:36]
    frames = torch.cat((held[:17], change_pictures(held[17:], "exposure", 0.5)[0]))
    found = stand_light(window(frames, 17))["exposure"]
    assert found.value == pytest.approx(0.01, abs=0.001)
    assert found.z > 4


def test_blur_is_detail_and_a_gain_is_not(clip, untouched):
    assert stand_light(window(changed(clip, "blur")))["sharpness"].value < -0.2
    for defect, severity in (("exposure", 4), ("contrast", 1)):
        found = stand_light(window(changed(clip, defect, severity)))["sharpness"].value
        assert abs(found - untouched["sharpness"].value) < 0.05, defect


def overlap(a, b):
    w, h = (max(0.0, min(a[i] + a[i + 2], b[i] + b[i + 2]) - max(a[i], b[i])) for i in (0, 1))
    return w * h / (a[2] * a[3] + b[2] * b[3] - w * h)


@pytest.mark.parametrize("box", [(136, 76, 48, 48), (30, 20, 48, 48), (200, 90, 90, 40)])
def test_a_patch_is_found_where_it_is(clip, box):
    patch, found = stand_patch(window(changed(clip, "local colour", 1, box)))
    pixels = [part * (320, 200)[i % 2] for i, part in enumerate(found)]
    assert overlap(pixels, box) > 0.6, pixels
    assert patch.value == pytest.approx(0.22, abs=0.08)
    assert patch.z > 4


def test_no_patch_where_all_of_the_picture_changes(clip):
    for frames in (clip, changed(clip, "temperature"), changed(clip, "exposure", 4)):
        assert stand_patch(window(frames))[0].value < 0.06


def test_what_is_not_followed_has_no_say():
    black = np.zeros((200, 320, 3), np.float32)
    light = light_of(black, black, np.zeros((200, 320), bool), np.zeros((200, 320), np.float32))
    assert dict(zip(STEPS, light.value, strict=True)) == dict.fromkeys(STEPS, 0.0)
