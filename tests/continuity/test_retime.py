"""Retiming: exact times, source frames bit for bit, nothing beyond the ends, nothing across a cut."""

import json
import math

import cv2
import numpy as np
import pytest
import torch
from raccord.nodes.continuity.nodes import Retime
from raccord.nodes.continuity.retime.curve import eased, source_times, to_length
from raccord.nodes.continuity.retime.frames import Request, retime
from raccord.nodes.continuity.retime.source import find_repeats
from raccord.nodes.runtime import surrounded_by

WIDTH, HEIGHT = 160, 96


def wall(seed=1):
    fine = np.random.default_rng(seed).random((HEIGHT, 1200, 3), np.float32)
    rough = sum(cv2.GaussianBlur(fine, (0, 0), s) * s for s in (2, 5, 11))
    return ((rough - rough.min()) / (rough.max() - rough.min())).astype(np.float32)


def pan(places, seed=1):
    """Frames (n, H, W, 3) of a camera that looks at these places of a wall, pixels."""
    texture = wall(seed)
    views = [cv2.warpAffine(texture, np.array([[1, 0, -x], [0, 1, 0]], np.float32), (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)
             for x in places]
    return torch.from_numpy(np.clip(np.stack(views), 0, 1))


def found(report, check):
    return next(f for f in report.findings if f.check == check)


def psnr(one, other):
    return -10 * math.log10(float(((one - other) ** 2).mean()) + 1e-12)


def test_half_speed_is_the_clip_and_what_lies_between():
    clip = pan(np.arange(7) * 6)
    out, report = retime(clip, Request(speed=0.5))
    assert len(out) == 13
    assert torch.equal(out[::2], clip)
    assert report.metrics["retime.source"] == [[2 * k, k] for k in range(7)]
    assert report.metrics["retime.interpolated"] == [1, 3, 5, 7, 9, 11]
    truth = pan(np.arange(13) * 3)
    assert min(psnr(a, b) for a, b in zip(out[1::2], truth[1::2], strict=True)) > 36
    assert report.verdict == "pass"


@pytest.mark.parametrize(("speed", "places"), [(2.0, [0, 12, 24, 36]), (1.0, [0, 6, 12, 18, 24, 30, 36]),
                                               (1.5, [0, 9, 18, 27, 36]), (0.75, [0, 4.5, 9, 13.5, 18, 22.5, 27, 31.5, 36])])
def test_every_speed_is_where_it_should_be(speed, places):
    out, _ = retime(pan(np.arange(7) * 6), Request(speed=speed))
    assert len(out) == len(places)
    assert min(psnr(a, b) for a, b in zip(out, pan(places), strict=True)) > 36


def test_a_length_goes_from_the_first_frame_to_the_last():
    clip = pan(np.arange(7) * 6)
    out, report = retime(clip, Request(speed=3.0, length=16))
    assert len(out) == 16
    assert torch.equal(out[[0, 5, 10, 15]], clip[[0, 2, 4, 6]])
    assert np.allclose(report.metrics["retime.times"], np.arange(16) * 6 / 15, atol=1e-6)


def test_a_curve_is_exact():
    """From speed 1 to 1/4 over 20 frames the time is 20 ln 4 / 0.75; steps of a finer grid agree with the closed form."""
    keys = ((0.0, 1.0), (20.0, 0.25))
    times = source_times(keys, 20.0)
    assert len(times) == int(20 * math.log(4) / 0.75) + 1
    place, fine, stepped = 0.0, 2000, [0.0]
    for k in range(1, fine * (len(times) - 1) + 1):
        middle = place + (1 - 0.0375 * place) / fine / 2
        place += (1 - 0.0375 * middle) / fine
        stepped += [place] if k % fine == 0 else []
    assert np.abs(times - stepped).max() < 1e-5
    assert (np.diff(times) > 0).all()
    assert times[-1] <= 20


def test_times_of_a_curve_fall_exactly_on_source_frames():
    clip = pan(np.arange(9) * 4)
    out, report = retime(clip, Request(curve="0 0.5\n4 0.5\n\n4.000001: 1\n8, 1"))
    assert [k for _, k in report.metrics["retime.source"]] == list(range(9))
    assert torch.equal(out[[0, 2, 4, 6, 8, 9, 10, 11, 12]], clip)


def test_a_length_bends_a_curve_in_proportion_and_leaves_joins_alone():
    keys = to_length(((0.0, 1.0), (10.0, 0.5)), 20.0, 61, None, 0.8, 4)
    times = source_times(keys, 20.0)
    assert len(times) == 61
    assert times[-1] == 20
    assert keys[-1] == (20.0, 0.8)
    assert dict(keys)[0.0] / dict(keys)[10.0] == pytest.approx(2)


def test_an_ease_begins_at_the_joins_speed_and_ends_at_its_own():
    keys = eased(((0.0, 0.5),), 20.0, 1.5, None, 6)
    assert keys == ((0.0, 1.5), (6, 0.5), (20.0, 0.5))
    assert eased(((0.0, 1.0),), 4.0, 2.0, 3.0, 8) == ((0.0, 2.0), (2.0, 1.0), (4.0, 3.0))


@pytest.mark.parametrize("side", ["previous", "next"])
def test_a_neighbours_speed_is_met(side):
    """Ours pans 3 pixels a frame, the neighbour 6: without help twice too slow at the join."""
    ours = pan(120 + np.arange(24) * 3)
    other = pan(120 + 6 * np.arange(-12, 0)) if side == "previous" else pan(189 + 6 * np.arange(1, 13))
    out, report = retime(ours, Request(speed=1.0, ease=12, **{f"{side}_clip": other}))
    join = found(report, f"retime.{side}")
    assert join.verdict == "pass"
    assert "differed 2.0" in join.message or "differed 1.9" in join.message
    key = report.metrics["retime.keys"][0 if side == "previous" else -1]
    assert key[1] == pytest.approx(2, rel=0.08)
    far = np.diff(report.metrics["retime.times"])[-4:] if side == "previous" else np.diff(report.metrics["retime.times"])[:4]
    assert np.allclose(far, 1, atol=1e-3)
    assert torch.equal(out[0], ours[0])


def test_a_cut_to_the_neighbour_is_not_met():
    _, report = retime(pan(np.arange(8) * 3), Request(speed=1.0, previous_clip=1 - pan(np.arange(8) * 9, seed=5)))
    assert found(report, "retime.previous").verdict == "not tested"
    assert "cut" in found(report, "retime.previous").message
    assert report.metrics["retime.keys"][0][1] == 1


def test_a_still_neighbour_has_no_speed():
    clip = pan(np.arange(8) * 3)
    _, report = retime(clip, Request(speed=1.0, next_clip=clip[-1:].repeat(6, 1, 1, 1)))
    assert found(report, "retime.next").verdict == "not tested"


def test_a_cut_inside_is_held_not_made():
    clip = torch.cat((pan(np.arange(4) * 4), 1 - pan(np.arange(4) * 4, seed=7)))
    out, report = retime(clip, Request(speed=0.25))
    assert report.metrics["retime.held"] == [13, 14, 15]
    assert torch.equal(out[13], clip[3])
    assert torch.equal(out[15], clip[4])
    assert found(report, "retime.cut").verdict == "warn"
    assert found(report, "retime.cut").frames == [13, 14, 15]


def test_repeats_are_reported_or_left_out():
    """2:1: kept, every second new frame stands; dropped, the pan is even."""
    clip = pan(np.repeat(np.arange(6) * 6, 2))
    _, kept = retime(clip, Request(speed=0.5))
    assert found(kept, "retime.cadence").verdict == "warn"
    assert found(kept, "retime.cadence").frames == [1, 3, 5, 7, 9, 11]
    out, report = retime(clip, Request(speed=0.5, repeats="drop"))
    assert found(report, "retime.cadence").verdict == "pass"
    assert len(out) == 21
    assert torch.equal(out[::4], clip[::2])
    assert min(psnr(a, b) for a, b in zip(out, pan(np.arange(21) * 1.5), strict=True)) > 36


def test_a_rhythm_of_four_in_five_comes_out_even():
    clip = pan([0, 6, 12, 18, 18, 24, 30, 36, 42, 42, 48, 54, 60])
    out, _ = retime(clip, Request(speed=1.2, repeats="drop"))
    assert torch.equal(out, clip[[0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12]])


def test_repeats_are_seen_in_motion_only():
    assert list(find_repeats(np.array([3, 0.1, 3, 3, 0, 3.0]))) == [1, 4]
    assert not len(find_repeats(np.zeros(9)))
    assert not len(find_repeats(np.full(9, 0.2)))


@pytest.mark.parametrize(("request_", "words"), [
    (Request(curve="0 1\n7 1"), "frames from 0 to 6 in line 2 of curve, got 7"),
    (Request(curve="-1 1"), "frames from 0 to 6"),
    (Request(curve="3 1\n3 0.5"), "a frame behind 3 in line 2"),
    (Request(curve="0 1\nfast"), "`frame speed` in line 2 of curve"),
    (Request(curve="0 1 2"), "`frame speed` in line 1"),
    (Request(curve="0 nan"), "in line 1 of curve"),
    (Request(curve="nan 1"), "frames from 0 to 6"),
    (Request(speed=0.0), "0.05 to 20 in speed"),
    (Request(speed=-1.0), "0.05 to 20 in speed"),
    (Request(length=1), "a length of at least 2"),
    (Request(length=-4), "in length"),
    (Request(length=9999), "expected a length that speeds"),
    (Request(repeats="maybe"), "repeats of keep, drop"),
    (Request(ease=0), "in ease"),
])
def test_what_cannot_be_had_is_refused_in_a_sentence(request_, words):
    with pytest.raises(ValueError, match=words):
        retime(pan(np.arange(7) * 3), request_)


def test_a_neighbour_of_another_shape_is_refused_and_the_rest_is_done():
    out, report = retime(pan(np.arange(4) * 3), Request(previous_clip=torch.zeros(4, 90, 90, 3)))
    assert found(report, "retime.previous").verdict == "refused"
    assert "90x90, another shape than 160x96" in found(report, "retime.previous").message
    assert len(out) == 4


def test_one_frame_stays_and_cannot_be_lengthened():
    clip = pan([5])
    out, report = retime(clip, Request(speed=0.1))
    assert torch.equal(out, clip)
    assert report.metrics["retime.times"].tolist() == [0]
    with pytest.raises(ValueError, match="at least 2 frames in images"):
        retime(clip, Request(length=3))


def test_numbers_that_are_none_are_refused():
    clip = pan(np.arange(4) * 3)
    clip[2, 1, 1, 1] = float("nan")
    with pytest.raises(ValueError, match="frame 2"):
        retime(clip, Request())


def test_alpha_comes_along():
    clip = torch.cat((pan(np.arange(5) * 4), torch.linspace(0.2, 1, 5)[:, None, None, None].expand(5, HEIGHT, WIDTH, 1)), dim=-1)
    out, _ = retime(clip, Request(speed=0.5))
    assert torch.equal(out[::2], clip)
    alpha = (clip[:-1] + clip[1:])[:, 4:-4, 8:-8, 3] / 2  # at the edges one frame alone is seen
    assert torch.allclose(out[1::2, 4:-4, 8:-8, 3], alpha, atol=0.02)
    assert psnr(out[3, ..., :3], pan([6])[0]) > 34


@pytest.mark.parametrize("shape", [(3, 1, 1, 3), (3, 61, 83, 3), (2, 2, 90, 4)])
def test_odd_shapes_and_black_are_answered(shape):
    for clip in (torch.zeros(shape), torch.rand(shape, generator=torch.Generator().manual_seed(2))):
        before = clip.clone()
        out, report = retime(clip, Request(speed=0.5))
        assert out.shape == (2 * shape[0] - 1, *shape[1:])
        assert torch.isfinite(out).all()
        assert torch.equal(clip, before)
        json.loads(report.to_json())


def test_repeated_frames_of_the_source_are_repeated_exactly():
    clip = pan([0, 0, 5])
    assert torch.equal(retime(clip, Request(speed=0.5))[0][1], clip[0])


class Host:
    """Takes note of progress, and cancels after some."""

    input_directory = output_directory = temp_directory = None
    library = ()

    def __init__(self, most):
        self.most, self.shown = most, []

    def check_cancelled(self):
        if self.shown and self.shown[-1] > self.most:
            raise InterruptedError

    def show_progress(self, done, total):
        self.shown.append(done / total)


def test_progress_rises_to_the_end_and_can_be_stopped():
    clip, host = pan(np.arange(5) * 5), Host(2)
    with surrounded_by(host):
        retime(clip, Request(speed=0.5))
    assert host.shown == sorted(host.shown)
    assert host.shown[-1] == pytest.approx(1)
    host = Host(0.5)
    with surrounded_by(host), pytest.raises(InterruptedError):
        retime(clip, Request(speed=0.5))
    assert host.shown[-1] < 0.7


def test_the_node_answers_the_same_twice():
    clip = pan(np.arange(4) * 5)
    once, again = (Retime.execute(clip, 0.4).result for _ in range(2))
    assert torch.equal(once[0], again[0])
    assert json.loads(once[1])["series"]["retime.speed"][0] == 0.4
    assert len(json.loads(once[1])["series"]["retime.doubt"]) == len(once[0])
