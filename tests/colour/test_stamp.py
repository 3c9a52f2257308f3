"""Stamping a plate and reading it back."""

import cv2
import numpy as np
import pytest
import torch
from chart_scenes import backdrop, decode, encode
from raccord.nodes.colour.normalize import normalize
from raccord.nodes.colour.stamp import placed, stamp_plate
from raccord.nodes.image.plate import draw_plate
from raccord.nodes.image.warp import transform
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
