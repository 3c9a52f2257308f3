import numpy as np
import pytest
from raccord.nodes.wires.quad import Quad


def test_parse_reads_what_str_writes():
    quad = Quad.parse("150,60 215.5,60  215,150 150,150")
    assert quad.corners[1] == (215.5, 60.0)
    assert Quad.parse(str(quad)) == quad


def test_area_box_and_edges_of_a_rectangle():
    quad = Quad.rectangle(10, 20, 30, 40)
    assert quad.area == 1200
    assert quad.box == (10, 20, 30, 40)
    assert quad.edge_lengths == (30, 40, 30, 40)


def test_a_mirrored_plane_is_a_plane():
    assert Quad.from_array(np.array([[10, 0], [0, 0], [0, 10], [10, 10]])).area == 100


@pytest.mark.parametrize("text", ["", "1,2 3,4", "1,2 3,4 5,6 7", "a,b c,d e,f g,h", "0,0 1,1 0,0 1,1 9,9"])
def test_other_text_is_refused(text):
    with pytest.raises(ValueError, match="expected corners as"):
        Quad.parse(text)


@pytest.mark.parametrize("text", ["0,0 10,10 10,0 0,10", "0,0 1,0 2,0 3,0", "0,0 0,0 1,1 0,1", "0,0 10,0 2,2 0,10"])
def test_corners_that_span_no_convex_area_are_refused(text):
    with pytest.raises(ValueError, match="convex"):
        Quad.parse(text)


def test_not_a_number_is_refused():
    with pytest.raises(ValueError, match="four corners"):
        Quad(((0, 0), (1, 0), (1, float("nan")), (0, 1)))
