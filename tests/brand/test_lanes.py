"""Pictures are worked on together, and nobody can tell."""

import threading

import pytest
import torch
from brand_cards import scene
from raccord.nodes.brand.cells import cells_of
from raccord.nodes.brand.lanes import at_once, lanes_for


def test_answers_come_in_order_from_several_threads_at_once():
    both, seen = threading.Barrier(2, timeout=10), set()

    def work(number):
        both.wait()  # passes only when two are in work together
        seen.add(threading.get_ident())
        return -number

    steps = []
    assert at_once(work, range(8), 2, lambda: steps.append(1)) == [-n for n in range(8)]
    assert (len(seen), len(steps)) == (2, 8)


def test_what_one_raises_is_raised_and_the_rest_is_left():
    taken, done = [], []

    def things():
        for number in range(100):
            taken.append(number)
            yield number

    def work(number):
        if number == 3:
            raise ValueError("three")
        return number

    with pytest.raises(ValueError, match="three"):
        at_once(work, things(), 2, lambda: done.append(1))
    assert len(taken) < 10
    assert len(done) == 3


def test_huge_pictures_are_worked_on_one_by_one():
    assert lanes_for(33_000_000) == 1
    assert 1 <= lanes_for(1024 * 1024) <= 4


def test_cells_without_places_are_the_same_cells():
    picture = scene(3)
    one, other = cells_of(picture), cells_of(picture, places=False)
    assert torch.equal(one.rgb, other.rgb)
    assert other.paint(other.share > 0).shape == (0, 0)
    assert one.paint(one.share > 0).shape == (240, 320)
