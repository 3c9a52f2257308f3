"""The tools of a repair against truths: colours, jumps, blur and noise that are known, and a clip that is put back as it was."""

import sys
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from moving_scene import moving_scene
from raccord.nodes.continuity.defects.inject import split_and_inject
from raccord.nodes.continuity.repair.colour import fading, find_step, fit_map
from raccord.nodes.continuity.repair.detail import averaged, find_width, grained, noise_of, sharpened
from raccord.nodes.continuity.repair.film import ROOM, Film
from raccord.nodes.continuity.repair.measure import better, overshoot, worse
from raccord.nodes.continuity.repair.motion import find_jump, whole_back
from raccord.nodes.wires.report import Finding


@pytest.fixture(scope="module")
def clip():
    return moving_scene(16, width=240, height=160)


def psnr(one, other):
    return float(-10 * torch.log10(((one - other) ** 2).mean()))


def sides(clip, join=8):
    """Frames behind a join and before it, both counted from it."""
    return list(clip[join:]), list(clip[:join].flip(0))


class TestFilm:
    @pytest.mark.parametrize(("tail", "skip"), [(False, 0), (True, 0), (False, 2)])
    def test_every_change_is_undone_bit_for_bit(self, clip, tail, skip):
        film, before = Film(clip, tail, skip), clip.clone()
        steps = [lambda: film.drop(3), lambda: film.write([(0, clip[0] * 0.5), (2, clip[1])])]
        steps += [] if skip else [lambda: film.insert([clip[4], clip[5]])]
        for step in steps:
            undo = step()
            assert not (film.frames.shape == before.shape and torch.equal(film.frames, before))
            undo()
            assert torch.equal(film.frames, before)
        assert torch.equal(clip, before)

    @pytest.mark.parametrize("tail", [False, True])
    def test_a_frame_that_was_changed_before_goes_back_to_that(self, clip, tail):
        film = Film(clip, tail)
        film.drop(2)
        film.write([(1, clip[5] * 0.5)])
        film.insert([clip[7] * 0.25])
        before = film.frames.clone()
        undo = film.write([(0, clip[1]), (2, clip[2]), (3, clip[3])])
        assert not torch.equal(film.frames, before)
        undo()
        assert torch.equal(film.frames, before)

    def test_frames_are_counted_from_the_join(self, clip):
        for film, first in ((Film(clip), 0), (Film(clip, True), 15), (Film(clip, skip=3), 3)):
            assert film.number(0) == first
            assert torch.equal(film.near(0), clip[first])
        assert len(Film(clip, skip=3)) == 13

    def test_dropped_frames_are_those_at_the_join(self, clip):
        film = Film(clip)
        film.drop(2)
        assert torch.equal(film.frames, clip[2:])
        film.turn(True)
        film.drop(1)
        assert torch.equal(film.frames, clip[2:-1])
        overlapping = Film(clip, skip=2)
        overlapping.drop(3)
        assert torch.equal(overlapping.frames, torch.cat((clip[:2], clip[5:])))

    def test_inserted_frames_stand_at_the_join_in_their_order(self, clip):
        new = [clip[3] * 0.5, clip[3] * 0.25]
        for tail, wanted in ((False, [*new, *clip]), (True, [*clip, *new[::-1]])):
            film = Film(clip, tail)
            film.insert(new)
            assert torch.equal(film.frames, torch.stack(wanted))
        assert ROOM >= 8


class TestColour:
    def test_known_gains_are_recovered_along_the_motion(self, clip):
        gains = torch.tensor((1.05, 1.0, 0.94))
        found = fit_map(clip[9] * gains, clip[8])
        assert found is not None
        grey = found.at(120.0) / 120
        assert np.allclose(grey, 1 / gains.numpy(), atol=0.006)

    @pytest.mark.parametrize(("defect", "severity"), [("exposure", 2), ("temperature", 1), ("saturation", 1), ("contrast", 1)])
    def test_a_step_is_taken_back(self, clip, defect, severity):
        made = split_and_inject(clip, 8, defect, severity)
        step, flash = find_step(*sides(torch.cat((made.before, made.after))), same_time=False)
        assert flash == 0
        assert psnr(step.applied(made.after[0], 1.0), clip[8]) > psnr(made.after[0], clip[8]) + 8

    def test_a_flash_is_known_by_its_length(self, clip):
        made = split_and_inject(clip, 8, "flash")
        found = find_step(*sides(torch.cat((made.before, made.after))), same_time=False)
        assert found[1] == 3

    def test_a_gain_and_a_change_of_contrast_add_nothing(self, clip):
        for change in (lambda c: c * 0.93, lambda c: (c - 0.5) * 0.93 + 0.5):
            assert fit_map(clip[8], change(clip[8])).bias < 0.5
        assert abs(fit_map(clip[8], clip[8] + 12 / 255).bias - 12) < 0.5
        assert abs(fit_map(clip[8], clip[8] * 0.8).norm - 0.2) < 0.02

    def test_pictures_without_anything_in_common_have_no_map(self):
        make = torch.Generator().manual_seed(1)
        one, other = (torch.rand((120, 160, 3), generator=make) for _ in range(2))
        assert fit_map(one, other) is None or isinstance(find_step([one], [other], True), (str, tuple))
        assert fit_map(torch.zeros(64, 64, 3), torch.zeros(64, 64, 3)) is None

    def test_a_ramp_begins_whole_and_ends_softly(self):
        shares = fading(12)
        assert shares[0] == 1
        assert len(shares) == 12
        assert all(a > b > 0 for a, b in pairwise(shares))
        assert 1 - shares[1] < 0.03
        assert shares[-1] < 0.03


class TestMotion:
    def test_a_shift_is_measured_beside_the_motion(self, clip):
        moved = torch.roll(clip[8:], (3, -2), dims=(1, 2))
        jump = find_jump(list(moved), list(clip[:8].flip(0)), same_time=False)
        assert np.allclose(jump.whole[:, 2] * 240, (-2, 3), atol=0.35)
        assert psnr(whole_back(jump, moved[0], 1.0)[12:-12, 12:-12], clip[8][12:-12, 12:-12]) > 34

    def test_a_zoom_is_measured(self, clip):
        made = split_and_inject(clip, 8, "zoom", 2.0)
        jump = find_jump(*sides(torch.cat((made.before, made.after))), same_time=False)
        assert np.allclose(np.diag(jump.whole[:, :2]), 0.04, atol=0.008)

    def test_going_on_is_no_jump(self, clip):
        jump = find_jump(*sides(clip), same_time=False)
        assert np.abs(jump.whole[:, 2] * 240).max() < 0.3
        assert 0.8 < jump.step < 1.25

    def test_missing_frames_are_steps_of_motion(self):
        slide = moving_scene(20, width=240, height=160, speed=3.0)
        jump = find_jump(list(slide[10:]), list(slide[:8].flip(0)), same_time=False)
        assert round(jump.step) == 3


class TestDetail:
    def test_a_blur_is_undone(self):
        make = np.random.default_rng(2)
        sharp = np.clip(0.5 + 0.3 * cv2.GaussianBlur(make.standard_normal((160, 200, 3)), (0, 0), 1.2) * 2, 0, 1)
        sharp = torch.from_numpy(sharp.astype(np.float32))
        soft = torch.from_numpy(cv2.GaussianBlur(sharp.numpy(), (0, 0), 1.0))
        width = find_width([soft], [sharp])
        assert 0.6 < width < 1.6
        assert psnr(sharpened(soft, width), sharp) > psnr(soft, sharp) + 3
        assert find_width([sharp], [soft]) < -0.6
        assert abs(find_width([sharp], [sharp])) < 0.25

    def test_noise_is_averaged_away_along_the_motion(self):
        clean = moving_scene(7, width=240, height=160, grain=0.0)
        noisy = [grained(f, 3.0, i) for i, f in enumerate(clean)]
        done = averaged(noisy, 3, 3.0)
        assert psnr(done, clean[3]) > psnr(noisy[3], clean[3]) + 3
        assert noise_of([done]) < 0.6 * noise_of(noisy)

    def test_grain_has_its_strength_and_its_seed(self, clip):
        grey = torch.full((100, 120, 4), 0.5)
        one = grained(grey, 3.0, 7)
        assert abs(float((one - grey)[..., :3].std()) * 255 - 3) < 0.1
        assert torch.equal(one, grained(grey, 3.0, 7))
        assert not torch.equal(one, grained(grey, 3.0, 8))
        assert torch.equal(one[..., 3], grey[..., 3])


def found(verdict, value, check="seam.exposure", unit="%", limit=1.2):
    return Finding(check, verdict, "words", value, unit, limit)


class TestComparing:
    def test_a_failure_gets_better_below_its_limit_or_clearly_nearer(self):
        was = found("fail", 4.0)
        assert better(was, found("warn", 1.0))
        assert better(was, found("fail", 3.0))
        assert not better(was, found("fail", 3.98))
        assert not better(was, found("not tested", None))

    def test_a_new_failure_or_a_larger_warning_is_worse(self):
        key = ("seam.colour", True)
        assert worse({key: found("pass", 0.2)}, {key: found("fail", 2.0)})
        assert worse({key: found("warn", 0.8)}, {key: found("warn", 0.9)})
        assert worse({}, {key: found("fail", 2.0)})
        assert not worse({key: found("warn", 0.8)}, {key: found("warn", 0.805)})
        assert not worse({key: found("pass", 0.1)}, {key: found("pass", 0.6)})

    def test_a_ramp_may_turn_a_step_into_a_drift_that_warns(self):
        key = ("drift.exposure", False)
        after = {key: found("warn", 6.0, "drift.exposure", limit=5.0)}
        assert worse({key: found("pass", 0.2, "drift.exposure")}, after)
        assert not worse({key: found("pass", 0.2, "drift.exposure")}, after, may_drift=True)
        assert worse({}, {key: found("fail", 30.0, "drift.exposure")}, may_drift=True)

    def test_small_ratios_of_sharpness_are_the_bad_ones(self):
        low, high = (found("fail", v, "anchor.first.sharpness", "ratio", 0.7) for v in (0.3, 0.6))
        assert overshoot(low) > overshoot(high)
