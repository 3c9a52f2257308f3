"""The roundel is found on the car's door, where the example shot's truth says it is."""

import numpy as np
from raccord.nodes.brand.logo import find_logo, marks_of
from raccord.nodes.wires.kit import Logo


def test_the_logo_is_found_on_the_door(example):
    marks = marks_of([Logo(example.graphic[0])])
    for number, corners in list(example.truth["car_door_logo"].items())[2:8:3]:
        found = find_logo(example.images[int(number)], marks)
        assert found is not None, number
        assert np.abs(found.quad.array.mean(0) - np.array(corners).mean(0)).max() < 3
        assert np.abs(np.ptp(found.quad.array, axis=0) / np.ptp(np.array(corners), axis=0) - 1).max() < 0.12


def test_no_logo_is_found_before_the_car_comes(example):
    assert find_logo(example.images[10], marks_of([Logo(example.graphic[0])])) is None
