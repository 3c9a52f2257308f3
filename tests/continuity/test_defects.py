"""Each defect is what it says: its amount is worked out again from the frames, and the rest of the clip is untouched."""

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from moving_scene import moving_scene
from raccord.nodes.continuity.defects.inject import DEFECTS, split_and_inject, truth_of
from raccord.nodes.continuity.nodes import DEFECTS as OFFERED
from raccord.nodes.continuity.nodes import InjectDefect

JOIN = 12


@pytest.fixture(scope="module")
def clip():
    return moving_scene(24, width=160, height=120)


@pytest.fixture(scope="module")
def grey():
    """Half grey with a colour, so that no gain of these tests clips."""
    ramp = torch.linspace(0.3, 0.6, 160).expand(10, 120, 160)
    return torch.stack((ramp, ramp * 0.9, ramp * 0.7), dim=-1).contiguous()


def after(frames, defect, severity=1.0, **more):
    made = split_and_inject(frames, 5, defect, severity, **more)
    assert torch.equal(made.before, frames[:5])
    return made.after, frames[5:]


def test_the_menu_offers_all_and_adds_at_its_end():
    assert tuple(OFFERED) == DEFECTS
    assert OFFERED[17] == "hard cut"


@pytest.mark.parametrize("severity", [0.5, 1, 2, 4])
def test_exposure_in_percent(grey, severity):
    bad, good = after(grey, "exposure", severity)
    assert float((bad / good).mean() - 1) * 100 == pytest.approx(2 * severity, abs=1e-3)


def test_a_flash_fades_over_three_frames(grey):
    bad, good = after(grey, "flash")
    assert [round(100 * float((b / g).mean() - 1), 3) for b, g in zip(bad, good, strict=True)] == [8, 5, 2, 0, 0]
    assert torch.equal(bad[3:], good[3:])


def test_temperature_saturation_and_contrast(grey):
    bad, good = after(grey, "temperature")
    assert (bad / good).mean((0, 1, 2)).tolist() == pytest.approx([1.03, 1.0, 0.97], abs=1e-5)
    weights = torch.tensor([0.2126, 0.7152, 0.0722])
    bad, good = after(grey, "saturation")
    for channel in (0, 2):
        off = [(f[..., channel] - (f * weights).sum(-1)).mean() for f in (bad, good)]
        assert float(off[0] / off[1]) == pytest.approx(1.15, abs=1e-4)
    bad, good = after(grey, "contrast")
    assert float(bad.std() / good.std()) == pytest.approx(1.1, abs=1e-4)
    assert float(((bad - 128 / 255) / (good - 128 / 255)).median()) == pytest.approx(1.1, abs=1e-3)


def test_a_light_gradient_tilts_and_keeps_the_middle(grey):
    bad, good = after(grey, "light gradient")
    gain = (bad / good).mean((0, 1, 3))
    assert [float(gain[0]), float(gain[79:81].mean()), float(gain[-1])] == pytest.approx([0.9, 1.0, 1.1], abs=1e-4)


@pytest.mark.parametrize("severity", [1, 2])
def test_blur_and_grain_have_their_sigma(severity):
    dot = torch.zeros(3, 61, 61, 3)
    dot[:, 30, 30] = 1
    bad = split_and_inject(dot, 1, "blur", severity).after[0, ..., 0]
    at = torch.arange(61.0) - 30
    assert float(((bad.sum(0) * at ** 2).sum() / bad.sum()).sqrt()) == pytest.approx(severity, rel=0.05)
    bad, good = after(torch.full((10, 80, 80, 3), 0.5), "grain", severity)
    assert float((bad - good).std() * 255) == pytest.approx(3 * severity, rel=0.02)
    assert not torch.equal(bad[0], bad[1])


@pytest.mark.parametrize("severity", [1, 3])
def test_shift_in_pixels(clip, severity):
    made = split_and_inject(clip, JOIN, "shift", severity)
    assert torch.allclose(made.after[:, :, 2 * severity + 2:], clip[JOIN:, :, 2:-2 * severity], atol=1e-5)


def test_zoom_in_percent_about_the_middle(clip):
    good, bad = (np.ascontiguousarray(f[JOIN].numpy()[..., 1]) for f in (clip, torch.cat(
        (clip[:JOIN], split_and_inject(clip, JOIN, "zoom", 2).after))))
    _, matrix = cv2.findTransformECC(good, bad, np.eye(2, 3, dtype=np.float32), cv2.MOTION_AFFINE)
    assert np.diag(matrix[:, :2]) == pytest.approx([1.04, 1.04], abs=2e-3)
    middle = np.array([79.5, 59.5])
    assert matrix[:, :2] @ middle + matrix[:, 2] == pytest.approx(middle, abs=0.1)


def test_a_patch_changes_its_square_and_nothing_else(clip):
    made = split_and_inject(clip, JOIN, "local colour")
    assert made.box == (56, 36, 48, 48)
    where = (made.after != clip[JOIN:]).any(-1).any(0)
    assert where[36:84, 56:104].float().mean() > 0.95
    where[36:84, 56:104] = False
    assert not where.any()
    even = split_and_inject(torch.full((4, 60, 60, 3), 0.5), 2, "local colour").after[0, 30, 30]
    gained = torch.tensor([0.55, 0.5, 0.45])
    grey = float((gained * torch.tensor([0.2126, 0.7152, 0.0722])).sum())
    assert even.tolist() == pytest.approx((grey + (gained - grey) * 1.2).tolist(), abs=1e-4)


def test_a_warp_bends_a_place_by_its_pixels():
    stripes = torch.cos(torch.arange(200.0) * 0.2).mul(0.3).add(0.5).expand(3, 100, 200)[..., None].repeat(1, 1, 1, 3)
    made = split_and_inject(stripes, 1, "local warp", placement="0.5 0.2 0.4 0.6")
    assert made.box == (100, 20, 80, 60)
    row = (made.after[0, 50, :, 0], stripes[0, 50, :, 0])
    slope = -0.06 * torch.sin(torch.arange(200.0) * 0.2)
    moved = -(row[0] - row[1])[135:145] / slope[135:145]
    assert float(moved[slope[135:145].abs() > 0.03].median()) == pytest.approx(2, abs=0.15)
    changed = ((made.after - stripes[1:]).abs() > 1e-3).any(-1).any(0)
    changed[20:80, 100:180] = False
    assert not changed.any()


@pytest.mark.parametrize("defect", ["exposure", "temperature", "blur", "grain", "shift", "flash"])
def test_a_place_holds_any_defect_of_the_picture(clip, defect):
    made = split_and_inject(clip, JOIN, defect, 2, placement="0.25 0.5 0.25 0.25")
    assert made.box == (40, 60, 40, 30)
    where = (made.after != clip[JOIN:]).any(-1).any(0)
    assert where[60:90, 40:80].float().mean() > 0.5
    where[60:90, 40:80] = False
    assert not where.any()


@pytest.mark.parametrize(("defect", "severity", "count"), [
    ("duplicate", 1, 1), ("duplicate", 2, 2), ("duplicate", 4, 4), ("freeze", 1, 4), ("echo", 1, 3), ("echo", 8 / 3, 8)])
def test_frames_are_added(clip, defect, severity, count):
    made = split_and_inject(clip, JOIN, defect, severity)
    assert (made.count, made.frames) == (count, (JOIN, JOIN + count - 1))
    assert torch.equal(made.after[count:], clip[JOIN:])
    source = clip[JOIN - count:JOIN] if defect == "echo" else clip[JOIN - 1:JOIN].expand(count, -1, -1, -1)
    assert torch.equal(made.after[:count], source)


@pytest.mark.parametrize("severity", [1, 2])
def test_frames_are_dropped_before_the_join(clip, severity):
    made = split_and_inject(clip, JOIN, "dropped", severity)
    assert torch.equal(made.before, clip[:JOIN - 2 * severity])
    assert torch.equal(made.after, clip[JOIN:])
    assert made.frames == (JOIN - 2 * severity - 1, JOIN - 2 * severity)


def test_speed_and_direction(clip):
    made = split_and_inject(clip, JOIN, "speed")
    assert torch.equal(made.before, clip[1:JOIN:2])
    made = split_and_inject(clip, JOIN, "reverse")
    assert torch.equal(made.after, clip[:JOIN - 1].flip(0))


def test_black_garbage_and_a_frozen_tail(clip):
    made = split_and_inject(clip, JOIN, "black frame")
    assert not made.after[0].any()
    assert torch.equal(made.after[1:], clip[JOIN + 1:])
    noise = split_and_inject(clip, JOIN, "garbage frame", 2).after
    assert float(noise[0].std()) == pytest.approx(12 ** -0.5, rel=0.02)
    assert torch.equal(noise[2:], clip[JOIN + 2:])
    made = split_and_inject(clip, JOIN, "frozen tail")
    assert (made.frames, made.count) == ((16, 23), 8)
    assert torch.equal(made.after[-8:], clip[15:16].expand(8, -1, -1, -1))
    assert torch.equal(made.after[:-8], clip[JOIN:16])


def test_a_drift_goes_through_the_whole_clip(grey):
    made = split_and_inject(grey, 5, "drift", 2)
    gains = (torch.cat((made.before, made.after)) / grey).mean((1, 2, 3))
    assert gains.tolist() == pytest.approx(np.linspace(1, 1.2, 10).tolist(), abs=1e-5)


def test_a_hidden_cut_is_blended_and_a_hard_one_is_not(clip):
    cut = clip[JOIN:].flip(0, 2)
    assert torch.equal(split_and_inject(clip, JOIN, "hard cut").after, cut)
    hidden = split_and_inject(clip, JOIN, "hidden cut").after
    assert torch.equal(hidden[3:], cut[3:])
    for i, share in enumerate((0.25, 0.5, 0.75)):
        assert torch.allclose(hidden[i], clip[JOIN + i] * (1 - share) + cut[i] * share, atol=1e-6)


def test_the_first_keyframe_comes_late(clip):
    made = split_and_inject(clip, JOIN, "keyframe offset", 2)
    whole = torch.cat((made.before, made.after))
    assert torch.equal(whole[2:], clip)
    assert torch.equal(whole[:2], clip[[2, 1]])
    assert truth_of(made, "keyframe offset", 2)["join"] == JOIN + 2


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_node_gives_the_clip_and_its_truth(clip, defect):
    kept = clip.clone()
    images, truth = InjectDefect.execute(images=clip, defect=defect, severity=1.0, join=0).args
    truth = json.loads(truth)
    assert set(truth) == {"defect", "severity", "amount", "join", "frames", "count", "box"}
    assert 0 <= truth["frames"][0] <= truth["frames"][1] < len(images)
    assert images.shape[1:] == clip.shape[1:]
    assert float(images.min()) >= 0
    assert float(images.max()) <= 1
    assert torch.equal(clip, kept)
    again = InjectDefect.execute(images=clip, defect=defect, severity=1.0, join=0).args[0]
    assert torch.equal(images, again)


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.parametrize("shape", [(2, 1, 1, 3), (3, 5, 7, 4), (4, 40, 30, 3)])
def test_tiny_clips_are_answered_or_refused_in_a_sentence(defect, shape):
    images = torch.rand(shape, generator=torch.Generator().manual_seed(2))
    for join in range(1, shape[0]):
        behind = defect == "frozen tail" and join == len(images) - 1
        if behind or (join == 1 and defect in ("dropped", "speed", "reverse")):
            with pytest.raises(ValueError, match="expected at least 2 frames"):
                split_and_inject(images, join, defect, 20)
            continue
        made = split_and_inject(images, join, defect, 20)
        assert torch.isfinite(torch.cat((made.before, made.after))).all()
        if shape[-1] == 4 and defect in ("exposure", "grain", "black frame", "drift", "local colour"):
            assert torch.equal(made.after[..., 3], images[join:, ..., 3])


@pytest.mark.parametrize(("more", "words"), [
    ({"join": 24}, "join between 1 and 23"), ({"join": -3}, "join between"), ({"defect": "dream"}, "defect of exposure"),
    ({"severity": float("nan")}, "severity"), ({"severity": -1}, "severity"),
    ({"defect": "local warp", "placement": "0.9 0 0.2 0.2"}, "placement inside the frame"),
    ({"defect": "blur", "placement": "left"}, "placement as `x y w h`")])
def test_hostile_values_are_refused(clip, more, words):
    with pytest.raises(ValueError, match=words):
        split_and_inject(clip, **{"join": JOIN, "defect": "exposure"} | more)
