"""Steps, light, noise, cadence, flashes and garbage put into a drawn clip in known amounts, and found again."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from moving_scene import moving_scene
from raccord.nodes.continuity.guard import Question, guard
from raccord.nodes.continuity.inside.cadence import find_cadence
from raccord.nodes.continuity.inside.drift import judge_drift
from raccord.nodes.continuity.inside.flashes import count_flashes, flicker_series
from raccord.nodes.continuity.inside.integrity import judge_integrity
from raccord.nodes.continuity.inside.lighting import compare_light
from raccord.nodes.continuity.inside.persist import follow
from raccord.nodes.continuity.inside.scan import scan_clip, thumb_changes
from raccord.nodes.continuity.join.pair import fine_detail
from raccord.nodes.continuity.profile import load_profile
from raccord.nodes.image.opencv import cv2
from raccord.nodes.media.frames import Frames
from raccord.nodes.runtime import Progress

PROFILE = load_profile("broadcast")


@pytest.fixture(scope="module")
def clip():
    return moving_scene(48, speed=1.0)


def scanned(clip):
    return scan_clip(Frames(clip), Progress(1))


def drifts(clip):
    scan = scanned(clip)
    return judge_drift(scan, follow(scan.through), PROFILE)


def integrity(clip, fps=24.0):
    return judge_integrity(scanned(clip), PROFILE, fps)


def named(findings, check):
    return [f for f in findings if f.check == check]


@pytest.mark.parametrize(("change", "check", "value"), [
    (lambda c: c * 1.06, "drift.exposure", 6.0), (lambda c: c * 0.96, "drift.exposure", -4.0),
    (lambda c: (c - 0.42) * 1.15 + 0.42, "drift.contrast", 15.0),
    (lambda c: c * torch.tensor((1.03, 1.0, 0.97)), "drift.temperature", 6.5)])
def test_a_step_is_told_at_its_frame_and_not_as_a_drift(clip, change, check, value):
    stepped = clip.clone()
    stepped[21:] = change(stepped[21:]).clamp(0, 1)
    found = named(drifts(stepped), check)
    assert len(found) == 1
    assert found[0].verdict in ("warn", "fail")
    assert list(found[0].frames) == [20, 21]
    assert abs(found[0].value - value) < 0.2 * abs(value)


def test_neither_a_ramp_nor_a_flash_nor_a_passing_thing_is_a_step(clip):
    ramp = (clip * torch.linspace(1, 1.2, 48)[:, None, None, None]).clamp(0, 1)
    flash = clip.clone()
    flash[20:22] = (flash[20:22] * 1.08).clamp(0, 1)
    passing = clip.clone()
    for t in range(12, 36):
        passing[t, :, max(0, 13 * (t - 12) - 90):13 * (t - 12)] *= 0.4
    for changed in (ramp, flash, passing):
        assert not [f for f in drifts(changed) if len(f.frames) == 2 and f.verdict != "pass" and not f.is_range]


def test_texture_is_not_noise_and_noise_is_measured_beside_it():
    make = np.random.default_rng(3)
    flat = np.full((200, 320), 120.0) + cv2.GaussianBlur(make.normal(0, 400, (200, 320)), (0, 0), 30)
    rough = cv2.GaussianBlur(make.normal(0, 60, (200, 320)), (0, 0), 0.8)
    levels = {}
    for share in (0.0, 0.5):
        for sigma in (0.0, 1.0, 3.0):
            picture = flat.copy()
            picture[:, :int(320 * share)] += rough[:, :int(320 * share)]
            picture = np.clip(np.round(picture + make.normal(0, sigma, picture.shape)), 0, 255).astype(np.uint8)
            levels[share, sigma] = fine_detail(picture)[1]
    for share in (0.0, 0.5):
        assert abs(levels[share, 3.0] - 3.0) < 0.3
        assert abs(levels[share, 1.0] - 1.04) < 0.15  # rounding adds its own
        assert levels[share, 0.0] < 0.5


def test_grain_that_comes_is_measured_and_texture_that_comes_is_not():
    calm = moving_scene(40, speed=1.0, grain=0.0)
    sigma = torch.linspace(0, 4 / 255, 40)[:, None, None, None]
    noise = torch.randn(40, 200, 320, 1, generator=torch.Generator().manual_seed(1))
    found = named(drifts((calm + sigma * noise).clamp(0, 1)), "drift.grain")[0]
    assert found.verdict == "fail"
    assert 2.5 < found.value < 4.5
    rough = calm.clone()
    for t in range(40):
        rough[t, :, 320 - 5 * t:] = rough[t, :, 320 - 5 * t:] * 0.4 + 0.6 * torch.rand(200, 5 * t, 1) * 0.8
    assert named(drifts(rough), "drift.grain")[0].verdict == "pass"


def shaded(degrees, depth=1.0, size=(135, 240)):
    """An even surface with fine detail, light falling off by `depth` stops over the width along `degrees`."""
    make = np.random.default_rng(8)
    y, x = np.mgrid[:size[0], :size[1]].astype(float)
    x, y = (x - size[1] / 2) / size[1], (y - size[0] / 2) / size[1]
    run = depth * (np.cos(np.radians(degrees)) * x + np.sin(np.radians(degrees)) * y)
    base = 90 + cv2.GaussianBlur(make.normal(0, 60, size), (0, 0), 2)
    return (np.stack([base] * 3, -1) * 2 ** run[..., None]).clip(0, 255).astype(np.float32)


@pytest.mark.parametrize("turn", [0, 30, 60, 120])
def test_shading_that_turns_is_recovered(turn):
    alive = np.ones((135, 240), bool)
    alive[:, :60] = False
    light = compare_light(shaded(10), shaded(10 + turn), alive)
    assert abs(light.turn - turn) < 6


def test_the_depth_of_shadow_and_the_warmth_of_greys_are_recovered():
    alive = np.ones((135, 240), bool)
    deep = compare_light(shaded(0, 1.0), shaded(0, 2.0), alive)
    assert abs(np.exp(deep.ratio) - 2 ** 0.8) < 0.15  # P90 to P10 are four fifths of the width apart
    assert deep.turn < 3
    warm = compare_light(shaded(0), shaded(0) * np.array((1.06, 1.0, 0.95), np.float32), alive)
    assert abs(np.expm1(warm.warmth) - (1.06 / 0.95 - 1)) < 0.015


def test_light_that_comes_from_elsewhere_is_named_a_proxy(clip):
    run = torch.linspace(-1, 1, 320)
    turned = torch.stack([(f * 2 ** (0.5 * run * c)[None, :, None]).clamp(0, 1) for f, c in zip(clip[:30], np.linspace(1, -1, 30),
                                                                                               strict=True)])
    found = {f.check: f for f in guard(turned, Question()).report.findings}["lighting.direction"]
    assert found.verdict == "warn"  # a head that turns in the same light does as much
    assert found.value > 120
    assert "proxy" in found.message
    other = (clip[:1] * 2 ** (-0.5 * run)[None, None, :, None]).clamp(0, 1)
    keyed = guard(turned[:8], Question(first_frame=other)).report.findings
    assert {f.check: f.verdict for f in keyed}["lighting.direction"] == "fail"  # nothing turns between a keyframe and its frame


@pytest.mark.parametrize(("picks", "period", "fresh"), [
    (lambda t: t // 2, 2, 1), (lambda t: t // 3, 3, 1), (lambda t: t * 4 // 5, 5, 4), (lambda t: t * 2 // 3, 3, 2),
    (lambda t: t, 0, 0)])
def test_the_rhythm_of_repeats_is_named(clip, picks, period, fresh):
    found = find_cadence(thumb_changes(scanned(clip[torch.tensor([picks(t) for t in range(45)])])))
    assert (found.period, found.fresh) == (period, fresh)


@pytest.mark.parametrize("kind", ["grey", "noise", "another", "black"])
def test_frames_that_belong_nowhere_are_named(clip, kind):
    changed = clip.clone()
    changed[25:27] = {"grey": torch.full((2, 200, 320, 3), 0.5), "another": moving_scene(2, seed=12), "black": torch.zeros(1),
                      "noise": torch.rand(2, 200, 320, 3, generator=torch.Generator().manual_seed(4))}[kind]
    found = [f for f in named(integrity(changed), "integrity.black") if f.verdict == "fail"]
    assert len(found) == 1
    assert list(found[0].frames) == [25, 26]
    assert named(integrity(changed), "integrity.cut")[0].verdict == "pass"
    assert all(f.verdict == "pass" for f in named(integrity(clip), "integrity.black"))


@pytest.mark.parametrize("period", [2, 3, 5])
def test_flicker_is_measured_at_its_size_whatever_its_period(clip, period):
    gains = 1 + 0.02 * torch.sin(2 * torch.pi * (torch.arange(48) / period + 0.13))
    series = flicker_series(scanned((clip * gains[:, None, None, None]).clamp(0, 1)))
    swing = float(np.nanmax(np.abs(series)))
    assert 1.3 < swing < 4.2
    ramp = flicker_series(scanned((clip * torch.linspace(0.8, 1.1, 48)[:, None, None, None]).clamp(0, 1)))
    assert float(np.nanmedian(np.abs(ramp))) < 0.3


def test_flashes_a_second_are_counted(clip):
    strobe = clip.clone() * 0.5
    strobe[::6] = (strobe[::6] * 2.2).clamp(0, 1)
    assert count_flashes(scanned(strobe), 24.0)[0] in (4, 5)
    assert count_flashes(scanned(clip), 24.0)[0] == 0
    assert any(f.unit == "flashes a second" for f in integrity(strobe))


def test_a_loop_that_closes_and_one_that_does_not():
    wide = moving_scene(1, width=640, height=300)[0].numpy()

    def view(x, y):
        return torch.from_numpy(cv2.warpAffine(wide, np.float32([[1, 0, -x], [0, 1, -y]]), (320, 200)))

    def looped(places):
        report = guard(torch.stack([view(*place) for place in places]), Question(next_edge="loop")).report
        return {f.check: f for f in report.findings}["integrity.loop"]

    circle = [(100 + 40 * np.cos(a), 50 + 40 * np.sin(a)) for a in np.arange(32) * 2 * np.pi / 32]
    assert looped(circle).verdict in ("pass", "warn")
    away = looped([(6.0 * i, 0.0) for i in range(32)])
    assert away.verdict == "fail"
    assert "does not close" in away.message
    assert list(away.frames) == [31, 0]


def test_every_series_has_a_value_a_frame_and_the_name_of_a_check(clip):
    report = guard(clip[:30], Question(first_frame=clip[:1])).report.to_dict()
    checks = {f["check"] for f in report["findings"]}
    for name in ("drift.exposure", "drift.grain", "integrity.flash", "integrity.flicker", "integrity.cut", "lighting.direction"):
        assert name in checks
        assert len(report["series"][name]) == 30
        assert any(v is not None for v in report["series"][name])
