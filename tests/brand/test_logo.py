import cv2
import numpy as np
import pytest
import torch
from brand_cards import mark, paste, scene
from raccord.nodes.brand.logo import by_shape, find_logo, logo, marks_of
from raccord.nodes.wires.kit import Logo

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
    found = by_shape(picture, marks_of((mark_,)))
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
        assert by_shape(paste(scene(5, (360, 480)), other, (150, 90), 140), marks_of((mark_,))) is None


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
