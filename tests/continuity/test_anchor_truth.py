"""A keyframe beside a frame whose difference is known exactly: a picture that can be drawn at any place, turn and size."""

import numpy as np
import pytest
import torch
from raccord.nodes.continuity.guard import Question, guard
from raccord.nodes.image.opencv import cv2

WIDTH, HEIGHT = 320, 200


def drawn(shift=(0.0, 0.0), turn=0.0, zoom=1.0, at=0.0):
    """Sum of waves, moved by `shift` px to the right and down, turned clockwise, enlarged; `at` moves one group of waves on."""
    make = np.random.default_rng(5)
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(float)
    x, y = x - (WIDTH - 1) / 2 - shift[0], y - (HEIGHT - 1) / 2 - shift[1]
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    x, y = (c * x + s * y) / zoom, (-s * x + c * y) / zoom
    out = np.zeros((HEIGHT, WIDTH, 3))
    for i in range(60):
        size = 10 ** make.uniform(0.75, 1.9)
        way, phase, tint = make.uniform(0, 2 * np.pi), make.uniform(0, 2 * np.pi), make.uniform(0.5, 1.0, 3)
        along = (np.cos(way) * (x - at * (i % 2)) + np.sin(way) * y) * 2 * np.pi / size
        out += tint * np.cos(along + phase)[..., None] * 6
    return torch.from_numpy(np.clip(np.round(118 + out), 0, 255).astype(np.float32))[None] / 255


def asked(frame, key, which="first"):
    clip = torch.cat([frame, drawn(at=1.0), drawn(at=2.0), drawn(at=3.0), drawn(at=4.0)])
    report = guard(clip, Question(first_frame=key)).report
    return report.metrics[f"anchor.{which}"], {f.check: f for f in report.findings}


@pytest.mark.parametrize(("shift", "turn", "zoom"), [
    ((0.0, 0.0), 0.0, 1.0), ((0.3, 0.0), 0.0, 1.0), ((-0.7, 0.4), 0.0, 1.0), ((3.0, -2.0), 0.0, 1.0), ((0.0, 0.0), 0.0, 1.01),
    ((0.0, 0.0), 0.0, 0.98), ((0.0, 0.0), 0.6, 1.0), ((1.2, 0.8), -0.4, 1.006)])
def test_shift_turn_and_zoom_are_recovered(shift, turn, zoom):
    measured, _ = asked(drawn(shift, turn, zoom), drawn())
    assert abs(measured["shift_x_px"] - shift[0]) < 0.04
    assert abs(measured["shift_y_px"] - shift[1]) < 0.04
    assert abs(measured["turn_degrees"] - turn) < 0.02
    assert abs(measured["zoom"] - zoom) < 0.0004


def test_a_shift_is_worded_with_its_way_and_judged_by_its_size():
    _, near = asked(drawn((0.3, 0)), drawn())
    assert near["anchor.first.geometry"].verdict == "pass"
    _, far = asked(drawn((2.5, 0)), drawn())
    assert far["anchor.first.geometry"].verdict == "fail"
    assert abs(far["anchor.first.geometry"].value - 2.5) < 0.05
    assert "2.5 px to the right" in far["anchor.first.geometry"].message


def test_a_zoom_is_worded():
    found = asked(drawn(zoom=1.02), drawn())[1]["anchor.first.geometry"]
    assert found.verdict in ("warn", "fail")
    assert "2.0% larger" in found.message


@pytest.mark.parametrize(("gain", "offset", "light", "contrast"), [(1.04, 0.0, 4.0, 4.0), (0.94, 0.0, -6.0, -6.0),
                                                                  (1.1, -0.1 * 118 / 255, 0.0, 10.0)])
def test_light_and_contrast_are_recovered_though_the_frame_lies_beside(gain, offset, light, contrast):
    frame = (drawn((0.6, -0.4)) * gain + offset).clamp(0, 1)
    measured, found = asked(frame, drawn())
    assert abs(measured["light_percent"] - light) < 0.6
    assert abs(measured["contrast_percent"] - contrast) < 1.3
    assert found["anchor.first.exposure"].verdict == ("pass" if abs(light) < 3 else "warn" if abs(light) < 5 else "fail")
    assert ("contrast" in found["anchor.first.colour"].message) == (contrast > 8)


def test_blur_takes_detail_away_in_its_measure():
    key, shares = drawn(), []
    for sigma in (0.6, 1.0, 1.6):
        soft = torch.from_numpy(cv2.GaussianBlur(key[0].numpy(), (0, 0), sigma))[None]
        shares.append(asked(soft, key)[1]["anchor.first.sharpness"].value)
    assert 0.95 > shares[0] > shares[1] > shares[2]
    assert shares[1] < 0.85


@pytest.mark.parametrize("offset", [1, 2, 3, 4])
def test_an_offset_is_found_before_anything_is_judged(offset):
    clip = torch.cat([drawn(at=6.0 * t) for t in range(8)])
    for which, key, at in (("first", clip[offset:offset + 1] * 1.02, offset), ("last", clip[7 - offset:8 - offset], 7 - offset)):
        report = guard(clip, Question(**{f"{which}_frame": key})).report
        found = {f.check: f for f in report.findings}[f"anchor.{which}.geometry"]
        assert found.verdict == "fail"
        assert found.value == offset
        assert list(found.frames) == [at]
        assert abs(report.metrics[f"anchor.{which}"]["shift_x_px"]) < 0.05


def test_what_moved_by_itself_is_boxed_and_does_not_pull_the_whole():
    key = drawn()
    frame = key.clone()
    frame[:, 60:140, 120:200] = drawn((4.0, 0.0))[:, 60:140, 120:200]
    measured, found = asked(frame, key)
    assert abs(measured["shift_x_px"]) < 0.05
    geometry = found["anchor.first.geometry"]
    assert geometry.verdict in ("warn", "fail")
    x, y, w, h = geometry.box
    assert 100 < x + w / 2 < 220
    assert 40 < y + h / 2 < 160
