"""Where the search finds a logo: turned, bent by perspective, long, and how small at least."""

import cv2
import numpy as np
import pytest
import torch
from brand_cards import jpeg, mark, paste, scene
from logo_cards import even_ground
from raccord.nodes.brand.logo import find_logo, marks_of
from raccord.nodes.image.warp import homography, unit_square, warp
from raccord.nodes.wires.kit import Logo

LOGO = Logo(mark())
MARKS = marks_of((LOGO,))


@pytest.mark.parametrize("degrees", [-30, -12, 12, 30])
def test_a_turned_mark_is_found(degrees):
    angle = np.radians(degrees)
    around = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners = np.array([[-80, -40], [80, -40], [80, 40], [-80, 40]]) @ around + (240, 170)
    height, width = LOGO.rgba.shape[:2]
    flat = torch.cat((LOGO.rgba[..., :3] * LOGO.rgba[..., 3:], LOGO.rgba[..., 3:]), -1)
    layer = warp(flat[None], homography(unit_square(width, height), corners), 360, 480)[0]
    found = find_logo(jpeg(layer[..., :3] + scene(3, (360, 480)) * (1 - layer[..., 3:]), 85), MARKS)
    assert found is not None
    assert np.linalg.norm(found.quad.array - corners, axis=1).max() < 5


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


def long_mark() -> Logo:
    """A word of thin letters in one colour beside a disc, five times as wide as high."""
    rgba = np.zeros((100, 500, 4), np.uint8)
    cv2.circle(rgba, (50, 50), 40, (30, 60, 150, 255), -1, cv2.LINE_AA)
    cv2.putText(rgba, "raccord", (110, 72), cv2.FONT_HERSHEY_SIMPLEX, 2.6, (30, 60, 150, 255), 8, cv2.LINE_AA)
    return Logo(torch.from_numpy(rgba).float() / 255)


def test_a_long_mark_is_found_by_its_halves_where_perspective_bends_it():
    drawn = long_mark()
    corners = np.array([[120, 90], [320, 112], [312, 138], [112, 150]], float)
    layer = warp(torch.cat((drawn.rgba[..., :3] * drawn.rgba[..., 3:], drawn.rgba[..., 3:]), -1)[None],
                 homography(unit_square(500, 100), corners), 360, 480)[0]
    found = find_logo(jpeg(layer[..., :3] + scene(3, (360, 480)) * (1 - layer[..., 3:]), 85), marks_of((drawn,)))
    assert found is not None
    assert found.agreement is not None
    assert np.linalg.norm(found.quad.array - corners, axis=1).max() < 6


def test_a_spot_smaller_than_any_mark_that_is_looked_for_is_none():
    disc = torch.zeros(64, 64, 4)
    y, x = np.mgrid[:64, :64] - 31.5
    disc[..., 3] = torch.from_numpy((np.hypot(x, y) < 31).astype(np.float32))
    disc[..., :3] = torch.tensor((0.1, 0.2, 0.6))
    marks, ground = marks_of((Logo(disc),)), even_ground(1, (360, 480))
    sizes = {width: find_logo(paste(ground, disc, (200, 100), width), marks) for width in (13, 40)}
    assert sizes[13] is None
    assert sizes[40] is not None
