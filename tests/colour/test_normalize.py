"""One correction for a clip."""

import numpy as np
import pytest
import torch
from chart_scenes import backdrop, decode, encode, make
from raccord.nodes.colour import sentences
from raccord.nodes.colour.answers import normalize_pictures, normalize_report
from raccord.nodes.colour.normalize import normalize
from raccord.nodes.image.colour import delta_e_2000, srgb_to_lab
from raccord.nodes.image.grade import apply_grade


def clip(count=4, **more):
    return torch.from_numpy(np.stack([make(5, noise=0.004, size=(640, 360), chart=240, **more).picture] * count))


def test_the_true_picture_comes_back():
    seen, true = (make(5, size=(640, 360), chart=240, noise=0.002, blur=0, **k) for k in ({"mix": True}, {"cast": False}))
    images = torch.from_numpy(seen.picture)[None]
    answer = normalize(images, "classic24", None, 1)
    graded = apply_grade(images, answer.grade)[0]
    apart = delta_e_2000(srgb_to_lab(graded), srgb_to_lab(torch.from_numpy(true.picture)))
    before = delta_e_2000(srgb_to_lab(images[0]), srgb_to_lab(torch.from_numpy(true.picture)))
    assert before.median() > 4
    assert apart.median() < 1.5


def test_one_grade_adds_no_flicker():
    images = clip(6)
    answer = normalize(images, "auto", None, 3)
    graded = apply_grade(images, answer.grade)
    assert answer.reading.frames == (0, 2, 5)
    assert torch.equal(graded[0], graded[5])


def test_frames_without_the_plate_are_named_and_do_not_count():
    images = clip(3)
    images[1] = torch.from_numpy(backdrop(640, 360, np.random.default_rng(9)))
    answer = normalize(images, "auto", None, 3)
    assert answer.reading.frames == (0, 2)
    assert answer.reading.missing == (1,)
    assert sentences.findings(answer)[0].message.endswith("It was not found on 1 of the frames read: 1.")
    assert sentences.findings(answer)[0].verdict == "warn"


def test_a_drift_of_the_plate_is_said():
    images = clip(3)
    images[2] = torch.from_numpy(encode(decode(images[2].numpy()) * 0.7)).float()
    answer = normalize(images, "auto", None, 3)
    assert any(f.check == "plate.drift" and f.verdict == "warn" for f in sentences.findings(answer))


def test_no_plate_is_a_refusal_that_changes_nothing():
    images = torch.from_numpy(backdrop(320, 240, np.random.default_rng(1)))[None]
    answer = normalize(images, "auto", None, 5)
    report = normalize_report(images, "auto", None, answer).to_dict()
    assert report["verdict"] == "refused"
    assert report["metrics"]["plate.found"] is False
    assert report["metrics"]["plate.kind"] is None
    assert apply_grade(images, answer.grade) is images
    overlay, both = normalize_pictures(images, images, answer)
    assert overlay.shape == both.shape == (1, 240, 320, 3)  # nothing to show under it


def test_the_report_has_the_agreed_numbers():
    images = clip(1)
    answer = normalize(images, "auto", None, 1)
    metrics = normalize_report(images, "auto", None, answer).to_dict()["metrics"]
    assert metrics["plate.found"] is True
    assert len(metrics["plate.patches_px"]) == 24
    assert metrics["plate.hidden"] == []
    assert metrics["fit.delta_e_before"] > metrics["fit.delta_e_loo"] >= metrics["fit.delta_e_mean"]


def test_the_cast_is_said_in_words():
    wanted = np.repeat(np.array([0.3, 0.5, 0.7, 0.9])[:, None], 3, axis=1)
    seen = encode(decode(wanted) * (1.06, 1.0, 1.0) * 0.5)
    said = sentences.describe_cast(seen, wanted, np.ones(4, bool))
    assert said.startswith("White is 6 % too warm")
    assert "1.0 stop too dark" in said


def test_inputs_are_not_changed():
    images = clip(2)
    before = images.clone()
    normalize(images, "auto", None, 2)
    assert torch.equal(images, before)


def drifting(gains, noise=0.004):
    """A still plate whose light is multiplied by one row of `gains` (F, 3) a frame."""
    rng, still = np.random.default_rng(0), decode(make(5, size=(640, 360), chart=240, noise=0, blur=0.5).picture)
    frames = [np.clip(encode(still * g) + rng.normal(0, noise, still.shape), 0, 1) for g in gains]
    return torch.from_numpy(np.stack(frames)).float()


def apart(one, other):
    """Mean CIEDE2000 between two frames, of areas rather than pixels."""
    small = (torch.nn.functional.avg_pool2d(f.movedim(-1, 0)[None], 8)[0].movedim(0, -1) for f in (one, other))
    return float(delta_e_2000(*map(srgb_to_lab, small)).mean())


def test_an_even_drift_gets_a_ramp_that_takes_it_back():
    images = drifting(np.exp(np.linspace(0, 1, 12)[:, None] * (0.1, -0.1, -0.3)))
    answer = normalize(images, "classic24", None, 5)
    graded = apply_grade(images, answer.grade)
    assert [frame for frame, _ in answer.grade.keys] == [0, 11]
    assert apart(images[0], images[11]) > 3
    assert apart(graded[0], graded[11]) < 0.6
    assert any(f.check == "plate.drift" and "follows" in f.message for f in sentences.findings(answer))


TIMES = np.linspace(0, 1, 12)[:, None]
STEADY = {"steady": np.ones((12, 1)), "flicker": np.exp(np.random.default_rng(1).normal(0, 0.06, (12, 1))),
          "there and back": 1 + 0.15 * np.sin(2 * np.pi * TIMES), "a step": np.where(TIMES > 0.5, 0.85, 1.0)}


@pytest.mark.parametrize("kind", STEADY)
def test_what_is_no_even_drift_gets_no_ramp(kind):
    answer = normalize(drifting(STEADY[kind]), "classic24", None, 5)
    assert not answer.grade.refused
    assert not answer.grade.keys


def test_a_flash_does_not_count():
    gains = np.ones((12, 1))
    gains[0] = 1.5
    answer = normalize(drifting(gains), "classic24", None, 5)
    assert answer.reading.odd == (0,)
    assert "frame 0" in " ".join(f.message for f in sentences.findings(answer) if f.check == "plate.drift")
    assert not answer.grade.keys
