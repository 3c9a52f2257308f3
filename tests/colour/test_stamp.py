"""Stamping a plate and reading it back."""

import cv2
import numpy as np
import pytest
import torch
from chart_scenes import backdrop, decode, encode
from raccord.nodes.colour.answers import stamp_report
from raccord.nodes.colour.normalize import normalize
from raccord.nodes.colour.stamp import KEPT, patch_side, placed, stamp_plate
from raccord.nodes.image.plate import draw_plate
from raccord.nodes.image.warp import homography, transform, unit_square
from raccord.nodes.media.plates import load_plate
from raccord.nodes.wires.quad import Quad


def frame(width=960, height=540, seed=0, channels=3):
    picture = torch.from_numpy(backdrop(width, height, np.random.default_rng(seed)))[None]
    return torch.cat((picture, torch.ones_like(picture[..., :1])), -1) if channels == 4 else picture


def stamped(kind="raccord12", placement="0.03 0.6 0.35 0.36", **more):
    image, plate = frame(**more), load_plate(kind)
    return stamp_plate(image, plate, placed(plate, placement, image.shape[2], image.shape[1]))


def generated(image, gains=(0.85, 1.0, 1.15), blur=1.2, scale=0.75, shove=0.02):
    """What a model may do: a cast in linear light, softness, another size, a small swing, 8 bits."""
    picture = encode(decode(image[0, ..., :3].numpy()) * gains).clip(0, 1)
    height, width = picture.shape[:2]
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    swung = corners + np.float32([[shove, shove], [-shove / 2, 0], [0, -shove], [shove / 2, 0]]) * width
    matrix = cv2.getPerspectiveTransform(corners, swung)
    picture = cv2.warpPerspective(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    picture = cv2.GaussianBlur(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), (0, 0), blur)
    return torch.from_numpy(np.round(picture.clip(0, 1) * 255) / 255).float()[None]


def test_colours_stand_as_they_should_and_the_rest_is_untouched():
    image = frame()
    out, plate = stamp_plate(image, load_plate("raccord12"), placed(load_plate("raccord12"), "0.03 0.6 0.35 0.36", 960, 540))
    moved = (out - image).abs().amax(-1)[0] > 0
    x, y, w, h = plate.corners.box
    rows, columns = np.nonzero(moved.numpy())
    assert rows.min() >= int(y)
    assert rows.max() < np.ceil(y + h)
    assert columns.max() < np.ceil(x + w)
    for index, patch in enumerate(plate.patches):
        u, v = plate.centre_uv(index)
        seen = out[0, int(y + v * h), int(x + u * w)]
        assert torch.allclose(seen, torch.tensor(patch.rgb), atol=1e-6)
        assert np.allclose(np.array(patch.rgb) * 255, np.round(np.array(patch.rgb) * 255))


@pytest.mark.parametrize("name", ["auto", "raccord12"])
def test_it_is_read_back_exactly(name):
    out, plate = stamped()
    answer = normalize((out * 255).round() / 255, name, None, 1)
    assert answer.reading.plate.kind == "raccord12"
    assert answer.solved.delta_e_before < 0.3
    assert np.allclose(answer.reading.found[0].quad(), plate.corners.array, atol=0.5)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("kind", ["raccord12", "classic24"])
def test_it_survives_a_cast_softness_size_and_a_swing(kind, known):
    out, plate = stamped(kind, "0.03 0.5 0.45 0.46")
    clip = generated(out)
    answer = normalize(clip, "auto" if known else kind, plate if known else None, 1)
    assert not answer.grade.refused
    assert answer.solved.delta_e_before > 3
    assert answer.solved.delta_e_loo < (1.5 if known or kind == "raccord12" else 3.0)  # cyan was clipped when it was stamped


def test_a_plate_that_was_stamped_is_found_where_it_has_not_moved_even_if_it_is_a_row():
    out, plate = stamped("grey11", "0.05 0.1 0.9 0.2")
    answer = normalize(generated(out, shove=0, scale=1), "auto", plate, 1)
    assert not answer.grade.refused
    assert answer.reading.plate.kind == "grey11"
    refused = normalize(out, "grey11", None, 1)
    assert "stamped_plate" in refused.reason


def test_alpha_becomes_opaque_under_the_plate():
    image = frame(channels=4)
    image[..., 3] = 0.25
    out, plate = stamp_plate(image, load_plate("raccord12"), Quad.parse("100,100 400,110 390,330 105,320"))
    middle = transform(np.eye(3), plate.corners.array.mean(0)).astype(int)
    assert out[0, middle[1], middle[0], 3] == 1
    assert out[0, 0, 0, 3] == 0.25


@pytest.mark.parametrize(("corners", "words"), [
    ("-50,0 200,0 200,100 -50,100", "inside"), ("10,10 14,10 14,13 10,13", "3 pixels")])
def test_a_plate_out_of_frame_or_too_small_is_refused(corners, words):
    with pytest.raises(ValueError, match=words):
        stamp_plate(frame(320, 180), load_plate("raccord12"), Quad.parse(corners))


def test_the_edge_pixels_are_weighted_by_area():
    plate = load_plate("grey11")
    coarse = draw_plate(plate, 10.3)
    fine = draw_plate(plate, 412.0)
    fine = cv2.resize(fine, coarse.shape[1::-1], interpolation=cv2.INTER_AREA)
    assert np.abs(fine - coarse).max() < 0.02


TILTED = "60,60 420,110 420,330 60,400"  # turned away to the right


def test_in_perspective_a_pixel_is_the_mean_of_what_it_covers():
    plate, corners, fine = load_plate("raccord12"), Quad.parse(TILTED), 8
    out, _ = stamp_plate(torch.full((1, 450, 480, 3), 0.5), plate, corners)
    picture = draw_plate(plate, 200)
    at = (np.arange(480 * fine) + 0.5) / fine
    grid = np.stack(np.meshgrid(at, at[:450 * fine]), -1)
    uv = transform(np.linalg.inv(homography(unit_square(), corners.array)), grid)
    inside = ((uv >= 0) & (uv < 1)).all(-1)
    x, y = (np.clip((uv[..., i] * picture.shape[1 - i]).astype(int), 0, picture.shape[1 - i] - 1) for i in (0, 1))
    each = np.where(inside[..., None], picture[y, x], 0.5).reshape(450, fine, 480, fine, 3).mean((1, 3))
    off = np.abs(out[0].numpy() - each)
    assert off.max() < 0.12
    assert off[inside.reshape(450, fine, 480, fine).any((1, 3))].mean() < 0.004


@pytest.mark.parametrize(("side", "verdict"), [(KEPT + 0.1, "pass"), (KEPT - 0.1, "warn")])
@pytest.mark.parametrize("kind", ["raccord12", "classic24"])
def test_patches_that_a_video_model_would_blur_are_warned_of(kind, side, verdict):
    plate = load_plate(kind)
    width, height = (length * side for length in plate.size)
    _, there = stamp_plate(frame(), plate, Quad.rectangle(20, 30, width, height))
    report = stamp_report(there)
    assert report.verdict == verdict
    found = report.findings[0]
    assert found.value == pytest.approx(side, abs=0.01)
    assert ("raccord12" in found.suggestion) == (verdict == "warn" and kind == "classic24")


def test_the_smallest_patch_counts_where_the_plate_is_turned_away():
    plate, corners = load_plate("classic24"), Quad.parse("60,60 240,130 240,300 60,400")
    matrix, half = homography(unit_square(), corners.array), 0.5 / plate.size[0]
    u, v = plate.centre_uv(5)
    (left, _), (right, _) = transform(matrix, np.array([[u - half, v], [u + half, v]]))
    assert patch_side(plate, corners) == pytest.approx(right - left, rel=0.05)
    assert patch_side(plate, corners) < 0.85 * 180 / plate.size[0]


def test_a_placement_outside_the_frame_is_refused_in_a_sentence():
    for text in ("0.8 0.1 0.3 0.3", "-0.1 0 0.3 0.3", "0.1 0.1 0 0.2", "nan 0 0.3 0.3", "0.1 0.1 0.3"):
        with pytest.raises(ValueError, match=r"^expected placement .*: .*\w$"):
            placed(load_plate("raccord12"), text, 640, 360)
