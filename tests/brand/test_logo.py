import cv2
import numpy as np
import pytest
import torch
from brand_cards import jpeg, mark, paste, scene
from logo_cards import drawn_logo, even_ground, intrude, overlap
from raccord.nodes.brand.logo import find_logo, logo, marks_of
from raccord.nodes.brand.logo_use import rules_kept
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
    found = find_logo(picture, marks_of((mark_,)))
    assert found is not None
    assert found.agreement is not None
    assert np.abs(np.array(found.quad.box) - (200, 90, width, width)).max() < 0.06 * width
    part = logo(picture, marks_of((mark_,)))
    assert part.details["rules"]["distortion"]["raw"] < 8
    assert "colours and edges agree" in part.message


def test_another_mark_or_another_colour_is_not_taken_for_it():
    mark_ = flat_mark()
    red = mark_.rgba.clone()
    red[..., :3] = red[..., [2, 1, 0]]
    for other in (LOGO.rgba, red):
        assert find_logo(paste(scene(5, (360, 480)), other, (150, 90), 140), marks_of((mark_,))) is None


def test_not_found_is_not_absent():
    part = logo(scene(4, (360, 480)), MARKS)
    assert (part.verdict, part.value, part.details["state"]) == ("not tested", None, "not found")
    assert logo(scene(4), ()).details["state"] == "no logo"


def test_a_stretched_mark_is_distorted():
    part = logo(paste(scene(3, (360, 480)), LOGO.rgba, (140, 100), 200, 70), MARKS)
    assert part.details["rules"]["distortion"]["raw"] == pytest.approx(43, abs=4)
    assert part.verdict == "fail"
    assert "stretched" in part.details["rules"]["distortion"]["message"]


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


def two_coloured() -> Logo:
    """A large dark disc with a small red bar: the bar is a twentieth of it."""
    rgba = np.zeros((200, 200, 4), np.uint8)
    cv2.circle(rgba, (100, 100), 98, (20, 30, 60, 255), -1, cv2.LINE_AA)
    cv2.rectangle(rgba, (50, 80), (150, 105), (220, 50, 40, 255), -1)
    return Logo(torch.from_numpy(rgba).float() / 255)


def test_a_small_part_in_a_wrong_colour_is_off_too():
    drawn, shown = two_coloured(), two_coloured().rgba.clone()
    shown[80:106, 50:151, :3] = torch.tensor((0.2, 0.6, 0.3))
    box = Quad.rectangle(200, 100, 120, 120)
    right, wrong = (rules_kept(jpeg(paste(even_ground(1, (360, 480)), rgba, (200, 100), 120), 85), drawn, box, "told")
                    for rgba in (drawn.rgba, shown))
    assert right.details["rules"]["colour"]["raw"] < 5
    assert wrong.details["rules"]["colour"]["raw"] > 50


def test_contrast_is_that_of_the_outline_not_of_what_is_within():
    rgba = torch.ones(200, 200, 4)
    rgba[50:150, 50:150, :3] = 0.0
    drawn, ground = Logo(rgba), torch.full((360, 480, 3), 0.97)
    part = rules_kept(paste(ground, rgba, (200, 100), 120), drawn, Quad.rectangle(200, 100, 120, 120), "told")
    assert part.details["rules"]["contrast"]["raw"] == pytest.approx(1.06, abs=0.05)
    assert part.verdict == "fail"


def test_a_white_mark_on_dark_is_found_and_kept():
    white = LOGO.rgba.clone()
    white[..., :3] = 1
    part = logo(jpeg(paste(0.25 * scene(3, (360, 480)), white, (140, 100), 160), 85), marks_of((Logo(white, variant="light"),)))
    assert part.details["state"] == "found"
    assert part.details["rules"]["contrast"]["value"] > 0.5
    assert part.details["variant"] == "light"


def test_of_several_marks_the_one_that_is_there_is_named():
    marks = marks_of((Logo(flat_mark().rgba, variant="mono"), Logo(LOGO.rgba, variant="dark")))
    assert logo(paste(scene(3, (360, 480)), LOGO.rgba, (140, 100), 160), marks).details["variant"] == "dark"
    assert logo(paste(scene(3, (360, 480)), flat_mark().rgba, (140, 100), 120), marks).details["variant"] == "mono"


def test_what_the_frame_cuts_off_is_said():
    picture = paste(scene(3, (360, 480)), LOGO.rgba, (140, 100), 200)[:, 148:]
    whole = rules_kept(picture, LOGO, Quad.rectangle(-8, 100, 200, 100), "told").details["rules"]["whole"]
    assert whole["raw"] == pytest.approx(4, abs=0.1)
    assert whole["value"] < 0.5


@pytest.mark.parametrize("rgba", [torch.ones(1, 1, 4), torch.zeros(40, 40, 4), torch.full((2, 300, 4), 0.5)],
                         ids=["pixel", "nothing", "line"])
def test_a_mark_without_anything_to_see_cannot_be_looked_for(rgba):
    part = logo(scene(4, (360, 480)), marks_of((Logo(rgba),)))
    assert (part.verdict, part.details["state"]) == ("not tested", "cannot be judged")
    assert "cannot be looked for" in part.message


@pytest.mark.parametrize(("picture", "state"), [
    (torch.full((360, 480, 3), 0.5), "not found"), (torch.zeros(64, 900, 3), "not found"),
    (torch.ones(3, 5, 3), "cannot be judged")], ids=["grey", "strip", "tiny"])
@pytest.mark.parametrize("rgba", [torch.ones(64, 64, 4), LOGO.rgba], ids=["one colour", "drawn"])
def test_pictures_without_anything_to_see_have_no_logo(rgba, picture, state):
    assert logo(picture, marks_of((Logo(rgba),))).details["state"] == state


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


def test_a_mark_without_its_inner_lines_is_another():
    plain = LOGO.rgba.clone()
    plain[..., :3] = plain[4, 4, :3]
    assert find_logo(paste(scene(3, (360, 480)), plain, (140, 100), 160), MARKS) is None
