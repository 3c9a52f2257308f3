"""Grids among spots: which of them are turns of one another."""

import numpy as np
import pytest
from raccord.nodes.colour.lattice import Lattice, _same
from raccord.nodes.image.warp import transform

# a plate of 6 x 4 with hidden patches and a stray spot: sheared, it keeps the sides of its box
CELLS = np.array([(x, y) for y, row in enumerate(("111111", "1111..", "....11", "111111")) for x, c in enumerate(row) if c == "1"]
                 + [(8, -1)])
TURNS = {"itself": ((1, 0), (0, 1)), "a quarter": ((0, -1), (1, 0)), "mirrored": ((-1, 0), (0, 1)), "diagonal": ((1, 1), (0, 1)),
         "other diagonal": ((1, 0), (-1, 1))}


def grid(axes) -> Lattice:
    matrix = np.array([[40, 3, 90], [-2, 38, 120], [1e-4, 2e-4, 1]])
    return Lattice(CELLS @ np.array(axes).T + (2, -3), transform(matrix, CELLS.astype(float)), matrix)


@pytest.mark.parametrize("name", TURNS)
def test_a_grid_along_a_diagonal_is_another_one(name):
    assert _same(grid(TURNS[name]), grid(TURNS["itself"])) == ("diagonal" not in name)


def test_a_diagonal_can_keep_the_sides_of_the_box():
    sides = [sorted(np.ptp(grid(TURNS[name]).cells, axis=0)) for name in ("itself", "diagonal")]
    assert np.array_equal(*sides)
