"""Pictures are worked on together, and nobody can tell."""

import threading

import numpy as np
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


def test_each_lane_keeps_to_its_core_and_leaves_the_others_theirs():
    before, within, later = torch.get_num_threads(), set(), []
    torch.set_num_threads(3)
    try:
        at_once(lambda _: within.add(torch.get_num_threads()), range(4), 2, lambda: None)
        thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
        thread.start()
        thread.join()
        assert (within, later, torch.get_num_threads()) == ({1}, [3], 3)
    finally:
        torch.set_num_threads(before)


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


@pytest.mark.parametrize("channels", [3, 4])
def test_cells_of_8_bits_are_those_of_the_same_values(channels):
    codes = torch.from_numpy(np.random.default_rng(4).integers(0, 256, (40, 60, channels), np.uint8))
    one, other = cells_of(codes), cells_of(codes.float() / 255)
    assert np.array_equal(one.index, other.index)
    assert one.share == pytest.approx(other.share)
    assert torch.allclose(one.rgb, other.rgb, atol=1e-6)
    assert one.rgb.max() <= 1


def test_the_colours_of_a_large_picture_are_those_of_its_parts():
    """A large one is measured on every third pixel; its shares are those of all."""
    picture = scene(3, (800, 720))
    whole, quarters = cells_of(picture), [cells_of(p) for half in picture.chunk(2) for p in half.chunk(2, 1)]
    means = [(cells.share[:, None] * cells.lab.numpy()).sum(0) for cells in (whole, *quarters)]
    assert means[0] == pytest.approx(np.mean(means[1:], 0), abs=0.01)
    picture[::2] = torch.tensor((0.2, 0.4, 0.6))
    picture[5, 7] = torch.tensor((1.0, 0.0, 0.0))  # one pixel that no third one is
    striped = cells_of(picture)
    assert striped.share.max() == pytest.approx(0.5, abs=0.01)
    assert (striped.rgb - torch.tensor((0.2, 0.4, 0.6))).abs().sum(1).min() < 1e-6
    red = (striped.rgb - torch.tensor((1.0, 0.0, 0.0))).abs().sum(1)
    assert red.min() < 1e-6
    assert striped.share[int(red.argmin())] == pytest.approx(1 / (800 * 720))


def test_a_box_on_a_coarse_grid_stays_in_the_picture_and_on_the_spot():
    picture = torch.zeros(301, 203, 3)
    picture[100:301, 90:203] = 1
    cells = cells_of(picture)
    white = cells.rgb[:, 0].numpy() > 0.5
    assert cells.box(white) == (90, 100, 113, 201)
    assert cells.box(white, 100) == (92, 100, 111, 201)
    assert cells.box(white & False, 100) is None
