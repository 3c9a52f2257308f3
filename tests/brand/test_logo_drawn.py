"""Small marks are compared with their drawing: thin lines that have taken the ground's colour in."""

import cv2
import numpy as np
import pytest
import torch
from brand_cards import jpeg, paste, scene
from logo_cards import even_ground
from raccord.nodes.brand.logo import find_logo, marks_of
from raccord.nodes.brand.logo_drawn import LEAST_LIKE, LEAST_LINES, drawing_of
from raccord.nodes.brand.logo_seen import pixels_of
from raccord.nodes.brand.logo_shape import shape_of
from raccord.nodes.wires.kit import Logo


def word(text: str) -> Logo:
    """A word of thin letters, six times as wide as high: at 48 pixels its lines are half a pixel wide."""
    rgba = np.zeros((104, 520, 4), np.uint8)
    rgba[..., :3] = (30, 60, 150)
    letters = np.zeros((104, 520), np.uint8)
    cv2.putText(letters, text, (8, 78), cv2.FONT_HERSHEY_SIMPLEX, 2.9, 255, 3, cv2.LINE_AA)
    x, y, width, height = cv2.boundingRect(letters)
    rgba[..., 3] = letters
    return Logo(torch.from_numpy(rgba[y:y + height, x:x + width].copy()).float() / 255)


WORD, OTHER = word("raccord"), word("montage")
EVEN, RESTLESS = even_ground(1, (360, 480)), scene(3, (360, 480))


def shown(logo: Logo, ground: torch.Tensor, at=(200, 120), width=48):
    """A picture with the mark drawn small by area, and its corners."""
    height = round(width * logo.rgba.shape[0] / logo.rgba.shape[1])
    picture = jpeg(paste(ground, logo.rgba, at, width), 85)
    return picture, np.array(at) + [[0, 0], [width, 0], [width, height], [0, height]]


def test_the_drawing_is_what_the_picture_shows():
    picture, corners = shown(WORD, EVEN)
    shape = shape_of(WORD.rgba.numpy())
    like, lines = drawing_of(pixels_of(picture), corners, shape).alike()
    assert like > LEAST_LIKE + 0.05
    assert lines > LEAST_LINES + 0.05


@pytest.mark.parametrize("aside", [(3.0, 0.0), (0.0, 3.0)])
def test_a_drawing_beside_the_mark_is_not(aside):
    picture, corners = shown(WORD, EVEN)
    assert min(drawing_of(pixels_of(picture), corners + aside, shape_of(WORD.rgba.numpy())).alike()) < 0.5


def test_another_word_of_that_size_and_colour_is_not():
    picture, corners = shown(OTHER, EVEN)
    like, lines = drawing_of(pixels_of(picture), corners, shape_of(WORD.rgba.numpy())).alike()
    assert like < LEAST_LIKE or lines < LEAST_LINES


def test_a_place_without_any_free_ground_has_no_drawing():
    picture, _ = shown(WORD, EVEN)
    outside = np.array([[-80, -80], [-40, -80], [-40, -70], [-80, -70]], float)
    assert drawing_of(pixels_of(picture), outside, shape_of(WORD.rgba.numpy())) is None


def test_a_word_of_thin_lines_is_found_where_it_is_small():
    marks = marks_of((WORD,))
    picture, corners = shown(WORD, RESTLESS)
    found = find_logo(picture, marks)
    assert found is not None
    assert np.abs(found.quad.array - corners).max() < 2
    assert find_logo(shown(OTHER, RESTLESS)[0], marks) is None
