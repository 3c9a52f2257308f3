"""What a join does to motion, on a drawn texture whose motion is known."""

import cv2
import numpy as np
import pytest
import torch
from raccord.nodes.continuity.join.judge import judge_seam
from raccord.nodes.continuity.join.pair import make_proxy
from raccord.nodes.continuity.join.rhythm import find_rhythm
from raccord.nodes.continuity.join.window import look_at
from raccord.nodes.continuity.place import Place
from raccord.nodes.continuity.profile import load_profile

WIDTH, HEIGHT, REACH = 320, 200, 12


def texture(seed=1):
    """A large picture with detail of all sizes, 0..1."""
    noise = np.random.default_rng(seed)
    coats = [cv2.GaussianBlur(noise.standard_normal((600, 1000, 3)), (0, 0), size) * size for size in (1.5, 4, 12)]
    whole = np.sum(coats, axis=0)
    return ((whole - whole.min()) / np.ptp(whole)).astype(np.float32)


PICTURE = texture()


def view(x, y=100.0, zoom=1.0):
    """The frame whose upper left corner lies at (x, y) of the picture."""
    middle = np.array([[zoom, 0, (1 - zoom) * WIDTH / 2 - zoom * x], [0, zoom, (1 - zoom) * HEIGHT / 2 - zoom * y]])
    return cv2.warpAffine(PICTURE, middle, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)


def pan(places, **more):
    return torch.from_numpy(np.stack([view(x, **more) for x in places])).clamp(0, 1)


def judge(before, after):
    size = (WIDTH, HEIGHT)
    window = look_at([make_proxy(f, size) for f in before], [make_proxy(f, size) for f in after])
    return judge_seam(window, Place("next", len(before)), load_profile("broadcast"), size)


def findings(before, after):
    return {f.check: f for f in judge(before, after).findings}


def failing(found):
    return {check for check, f in found.items() if f.verdict == "fail"}


STEADY = 100 + 3.0 * np.arange(2 * REACH)


def test_a_steady_pan_goes_on():
    found = findings(pan(STEADY[:REACH]), pan(STEADY[REACH:]))
    assert not failing(found), failing(found)


@pytest.mark.parametrize("factor", [2.0, 0.5])
def test_a_step_of_speed_is_told_with_its_factor(factor):
    slow, fast = 100 + 2.0 * np.arange(REACH), 100 + 4.0 * np.arange(REACH)
    before, after = (fast, slow + fast[-1] - 98) if factor == 2 else (slow, fast + slow[-1] - 96)
    f = findings(pan(before), pan(after))["seam.velocity"]
    assert f.verdict == "fail"
    assert f.value == pytest.approx(2, rel=0.12)
    assert "The camera moves" in f.message
    assert ("slower" if factor == 2 else "faster") in f.message
    assert float(f.suggestion.split(" to ")[1].split(" of ")[0]) == pytest.approx(factor, rel=0.12)


def test_a_steady_change_of_speed_is_none():
    places = 100 + np.cumsum(np.geomspace(1.5, 6, 2 * REACH))
    assert "seam.velocity" not in failing(findings(pan(places[:REACH]), pan(places[REACH:])))


def test_a_thing_that_slows_down_is_told_from_the_camera():
    ground, thing = view(100), view(400)[60:140, :90]

    def frame(x):
        x = round(x)
        out = ground.copy()
        out[60:140, x:x + 90] = thing
        return out

    fast = np.stack([frame(20 + 6 * i) for i in range(REACH)])
    slow = np.stack([frame(86 + 3 + 3 * i) for i in range(REACH)])
    f = findings(torch.from_numpy(fast).clamp(0, 1), torch.from_numpy(slow).clamp(0, 1))["seam.velocity"]
    assert f.verdict == "fail"
    assert f.value == pytest.approx(2, rel=0.25)
    assert "Things in the picture move" in f.message


@pytest.mark.parametrize(("shift", "words"), [(2.0, "2.0 px to the left"), (-2.0, "2.0 px to the right")])
def test_a_jump_of_two_pixels_is_measured(shift, words):
    f = findings(pan(STEADY[:REACH]), pan(STEADY[REACH:] + shift))["seam.position"]
    assert f.verdict == "fail"
    assert f.value == pytest.approx(2, abs=0.25)  # the flow itself errs by a tenth
    assert "The whole picture" in f.message
    assert words.split()[-1] in f.message


def test_a_zoom_of_two_per_cent_is_named():
    f = findings(pan(STEADY[:REACH]), pan(STEADY[REACH:], zoom=1.02))["seam.position"]
    assert f.verdict == "fail"
    assert "+2.0 % in size" in f.message or "+1.9 % in size" in f.message


@pytest.mark.parametrize("count", [2, 4])
def test_missing_frames_are_counted(count):
    f = findings(pan(STEADY[:REACH - count]), pan(STEADY[REACH:]))["seam.dropped"]
    assert f.verdict == "fail"
    assert f"about {count} frames missing" in f.message
    assert list(f.frames) == [REACH - count - 1, REACH - count]


def test_a_clip_that_runs_backwards_behind_the_join_is_named():
    before = pan(STEADY[:REACH])
    found = findings(before, before[:-1].flip(0))
    assert failing(found) >= {"seam.direction"}
    assert "Time runs backwards" in found["seam.direction"].message
    assert not failing(found) & {"seam.duplicate", "seam.echo", "seam.freeze"}


def threefold(places):
    return pan(places).repeat_interleave(3, 0)


@pytest.mark.parametrize("join", [12, 13, 14])
def test_a_rhythm_of_three_passes_wherever_the_join_lies(join):
    film = threefold(100 + 4.0 * np.arange(9))
    found = findings(film[join - 12:join], film[join:join + 12])
    assert not failing(found), {c: found[c].message for c in failing(found)}


@pytest.mark.parametrize(("join", "count"), [(12, 1), (13, 1), (14, 2), (12, 4)])
def test_a_frame_too_many_in_a_rhythm_of_three_is_counted(join, count):
    film = threefold(100 + 4.0 * np.arange(9))
    before = film[join - 12:join]
    f = findings(before, torch.cat((before[-1:].expand(count, -1, -1, -1), film[join:]))[:12])["seam.duplicate"]
    assert f.verdict == "fail"
    assert f.drop == {"clip": "next", "at": 0, "count": count}


@pytest.mark.parametrize("missing", [1, 2, 4])
def test_frames_missing_in_a_rhythm_of_three_are_counted(missing):
    film = threefold(100 + 4.0 * np.arange(9))
    f = findings(film[:13 - missing], film[13:25])["seam.dropped"]
    assert f.verdict == ("fail" if missing > 1 else "warn")  # one frame is a leap of two
    assert f"{missing} frame{'s' * (missing > 1)} missing" in f.message


def test_a_rhythm_that_changes_is_a_change_of_speed():
    film = threefold(100 + 4.0 * np.arange(13))
    f = findings(film[1:24:2], film[24:36])["seam.velocity"]
    assert f.verdict == "fail"
    assert f.value == pytest.approx(2, rel=0.1)
    assert "held for 3 frames each" in f.message


def test_a_still_shot_says_what_cannot_be_told():
    still = pan(np.full(REACH, 100.0))
    found = findings(still, still)
    assert {found[f"seam.{name}"].verdict for name in ("duplicate", "freeze", "echo")} == {"not tested"}
    assert not failing(found)


@pytest.mark.parametrize(("repeats", "expected"), [
    ("rr.rr.rr.rr|.|rr.rr.rr.rr", (3, 0, 0, False)), ("r.rr.rr.rr.|r|r.rr.rr.rr.", (3, 0, 0, False)),
    ("r.rr.rr.rr.|r|rr.rr.rr.rr", (3, 1, 0, False)), (".rr.rr.rr.r|.|r.rr.rr.rr.", (3, 0, 2, False)),
    ("r.rr.rr.rr.|.|r.rr.rr.rr.", (3, 0, 0, True)), ("...........|.|...........", (0, 0, 0, False)),
    ("..r...r...r|.|...r...r...", (0, 0, 0, False))])
def test_rhythms_are_read(repeats, expected):
    left, seam, right = repeats.split("|")
    rhythm = find_rhythm(np.array([c == "r" for c in left + seam + right]), len(left))
    assert (rhythm.period, rhythm.excess, rhythm.missing, rhythm.held) == expected
