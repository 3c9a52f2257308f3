import numpy as np
import pytest
from brand_cards import mark, paste, scene
from raccord.nodes.brand.logo import find_logo, logo, marks_of
from raccord.nodes.wires.kit import Logo

LOGO = Logo(mark())
MARKS = marks_of((LOGO,))


@pytest.mark.parametrize("width", [80, 120, 200])
def test_a_pasted_mark_is_found_where_it_is(width):
    found = find_logo(paste(scene(3, (360, 480)), LOGO.rgba, (140, 100), width), MARKS)
    truth = np.array([[140, 100], [140 + width, 100], [140 + width, 100 + width / 2], [140, 100 + width / 2]])
    assert found is not None
    assert np.abs(found.quad.array - truth).max() < 0.05 * width


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
