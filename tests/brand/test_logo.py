import cv2
import numpy as np
import pytest
import torch
from brand_cards import jpeg, mark, paste, scene
from logo_cards import drawn_logo, even_ground, intrude, overlap
from raccord.nodes.brand.logo import by_shape, find_logo, logo, marks_of
from raccord.nodes.brand.logo_seen import pixels_of
from raccord.nodes.brand.logo_use import rules_kept
from raccord.nodes.image.warp import homography, unit_square, warp
from raccord.nodes.wires.kit import Logo
from raccord.nodes.wires.quad import Quad

LOGO = Logo(mark())
MARKS = marks_of((LOGO,))


@pytest.mark.parametrize("width", [80, 120, 200])
def test_a_pasted_mark_is_found_where_it_is(width):
    found = find_logo(paste(scene(3, (360, 480)), LOGO.rgba, (140, 100), width), MARKS)
    truth = np.array([[140, 100], [140 + width, 100], [140 + width, 100 + width / 2], [140, 100 + width / 2]])
    assert found is not None
    assert np.abs(found.quad.array - truth).max() < 0.05 * width


def flat_mark() -> Logo:
    """A disc with a bar cut out: too plain for features."""
    rgba = np.zeros((200, 200, 4), np.uint8)
    cv2.circle(rgba, (100, 100), 98, (30, 90, 200, 255), -1, cv2.LINE_AA)
    cv2.rectangle(rgba, (84, 0), (116, 140), (0, 0, 0, 0), -1)
    return Logo(torch.from_numpy(rgba).float() / 255)


@pytest.mark.parametrize("width", [60, 140])
def test_a_flat_mark_is_found_by_its_shape(width):
    mark_ = flat_mark()
    picture = paste(scene(5, (360, 480)), mark_.rgba, (200, 90), width)
    found = by_shape(pixels_of(picture), marks_of((mark_,)))
    assert found is not None
    assert np.abs(np.array(found.quad.box) - (200, 90, width, width)).max() < 0.06 * width
    part = logo(picture, marks_of((mark_,)))
    assert part.details["rules"]["distortion"]["raw"] < 8
    assert "colours and edges agree" in part.message


def test_another_mark_or_another_colour_is_not_taken_for_it():
    mark_ = flat_mark()
    red = mark_.rgba.clone()
    red[..., :3] = red[..., [2, 1, 0]]
    for other in (LOGO.rgba, red):
        assert by_shape(pixels_of(paste(scene(5, (360, 480)), other, (150, 90), 140)), marks_of((mark_,))) is None


def test_not_found_is_not_absent():
    part = logo(scene(4, (360, 480)), MARKS)
    assert (part.verdict, part.value, part.details["state"]) == ("not tested", None, "not found")
    assert logo(scene(4), ()).details["state"] == "no logo"


def test_a_stretched_mark_is_distorted():
    part = logo(paste(scene(3, (360, 480)), LOGO.rgba, (140, 100), 200, 70), MARKS)
    assert part.details["rules"]["distortion"]["raw"] == pytest.approx(43, abs=4)
    assert part.verdict == "fail"
    assert "stretched" in part.message


def test_a_small_mark_is_too_small_only_if_found():
    marks = marks_of((Logo(mark(), min_width=400),))
    part = logo(paste(scene(3, (360, 480)), LOGO.rgba, (140, 100), 100), marks)
    assert part.details["rules"]["size"]["raw"] == pytest.approx(300, rel=0.03)
    assert part.details["rules"]["size"]["value"] < 0.5
    assert logo(scene(4, (360, 480)), marks).verdict == "not tested"


def test_a_recoloured_mark_is_off_in_colour():
    green = LOGO.rgba.clone()
    green[..., :3] = green[..., [1, 0, 2]]
    part = logo(paste(scene(3, (360, 480)), green, (140, 100), 200), MARKS)
    assert part.details["state"] == "found"
    assert part.details["rules"]["colour"]["value"] < 0.2


@pytest.mark.parametrize("seed", range(12))
def test_what_intrudes_into_the_clear_space_is_boxed(seed):
    drawn = drawn_logo(seed)
    height = round(120 * drawn.rgba.shape[0] / drawn.rgba.shape[1])
    box, clean = (200, 150, 120, height), paste(even_ground(seed), drawn.rgba, (200, 150), 120)
    picture, truth = intrude(clean, box, drawn.clear_space, seed)
    quad = Quad.rectangle(*box)
    before, after = (rules_kept(jpeg(p, 90), drawn, quad, "told").details["rules"]["clear space"] for p in (clean, picture))
    assert before["box"] is None
    assert overlap(after["box"], truth) > 0.5
    assert before["value"] > after["value"]


def test_distortion_grows_with_the_stretch():
    sizes = ((200, 100), (210, 100), (220, 100), (230, 100), (240, 100), (260, 100))
    parts = [logo(paste(scene(3, (360, 480)), LOGO.rgba, (140, 100), *size), MARKS) for size in sizes]
    off = [part.details["rules"]["distortion"]["raw"] for part in parts]
    assert off == sorted(off)
    assert off == pytest.approx([0, 5, 10, 15, 20, 30], abs=2.5)


def test_a_turned_disc_reads_upright():
    disc = np.zeros((120, 120, 4), np.uint8)
    cv2.circle(disc, (60, 60), 58, (20, 120, 90, 255), -1, cv2.LINE_AA)
    cv2.circle(disc, (60, 60), 30, (250, 240, 200, 255), -1, cv2.LINE_AA)
    drawn = Logo(torch.from_numpy(disc).float() / 255)
    found = find_logo(paste(scene(8, (360, 480)), drawn.rgba, (120, 90), 100), marks_of((drawn,)))
    assert found is not None
    assert np.abs(found.quad.array - [[120, 90], [220, 90], [220, 190], [120, 190]]).max() < 5


def test_perspective_is_followed():
    corners = np.array([[150, 100], [300, 110], [292, 178], [156, 186]], float)
    height, width = LOGO.rgba.shape[:2]
    flat = torch.cat((LOGO.rgba[..., :3] * LOGO.rgba[..., 3:], LOGO.rgba[..., 3:]), -1)
    layer = warp(flat[None], homography(unit_square(width, height), corners), 360, 480)[0]
    ground = scene(3, (360, 480))
    found = find_logo(jpeg(layer[..., :3] + ground * (1 - layer[..., 3:]), 85), MARKS)
    assert found is not None
    assert np.linalg.norm(found.quad.array - corners, axis=1).max() < 4


def test_a_mark_without_its_inner_lines_is_another():
    plain = LOGO.rgba.clone()
    plain[..., :3] = plain[4, 4, :3]
    assert find_logo(paste(scene(3, (360, 480)), plain, (140, 100), 160), MARKS) is None
