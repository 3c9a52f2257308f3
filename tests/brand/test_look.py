from itertools import pairwise

import numpy as np
import pytest
import torch
from brand_cards import scene
from raccord.nodes.brand.look import distances, look, samples_of, spread, statistics
from raccord.nodes.image.layout import resize


def test_a_picture_is_its_own_look():
    assert distances(statistics(scene(1)), statistics(scene(1)))["look"] == pytest.approx(0, abs=1e-3)


def test_a_stronger_change_is_farther():
    picture, grey = scene(2), scene(2).mean(-1, keepdim=True)
    away = [distances(statistics(picture), statistics(grey + (picture - grey) * s))["look"] for s in (1, 0.8, 0.6, 0.4, 0.2, 0)]
    assert all(a < b for a, b in pairwise(away))


def test_the_look_part_follows_the_nearest_reference():
    references = samples_of(torch.stack([scene(1), scene(2)]))
    assert look(statistics(scene(1)), references).value == pytest.approx(1, abs=0.01)
    part = look(statistics(torch.zeros(64, 64, 3)), references)
    assert part.verdict == "fail"
    assert look(statistics(scene(1)), ()).verdict == "not tested"


def test_a_nearer_counter_example_fails():
    part = look(statistics(scene(3)), samples_of(scene(1)[None]), samples_of(scene(3)[None]))
    assert part.value < 0.05
    assert "counter-example" in part.message


def test_the_limit_follows_the_spread_of_the_references():
    near = samples_of(torch.stack([scene(1) * s for s in (1, 0.99, 0.98)]))
    wild = samples_of(torch.stack([torch.zeros(240, 320, 3), torch.ones(240, 320, 3), scene(4)]))
    assert spread(near) == pytest.approx(0.3)
    assert spread(wild) > 0.5


def test_size_hardly_matters():
    small = resize(scene(6)[None], 480, 640)[0]
    assert distances(statistics(scene(6)), statistics(small))["look"] < 0.1
    assert np.isfinite(statistics(torch.zeros(1, 1, 3)).numpy()).all()
