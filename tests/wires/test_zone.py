import pytest
from raccord.nodes.wires.zone import Zone, parse_fractions, parse_zones


def test_zones_read_with_and_without_their_tail():
    one, two = parse_zones("\nheadline: 0.05 0.7 0.6 0.2 #FFFFFF 48px @youtube_16x9\n  legal:0 0.9 1 0.1\n")
    assert one == Zone("headline", 0.05, 0.7, 0.6, 0.2, "#FFFFFF", 48.0, "youtube_16x9")
    assert two == Zone("legal", 0.0, 0.9, 1.0, 0.1)


@pytest.mark.parametrize(("text", "said"), [
    ("a: 0 0 1 1\nheadline 0 0 1 1", "line 2"), ("a: 0 0 1", "line 1"), ("a: 0 0 0 1", "not empty"), ("a: 0.5 0 0.6 1", "inside"),
    (": 0 0 1 1", "name")])
def test_a_bad_zone_is_named_by_its_line(text, said):
    with pytest.raises(ValueError, match=said):
        parse_zones(text)


@pytest.mark.parametrize(("size", "box"), [((100, 50), (10, 10, 50, 30)), ((1, 1), (0, 0, 1, 1)), ((7, 5), (0, 1, 5, 3))])
def test_a_zone_is_whole_pixels_inside_the_frame(size, box):
    assert Zone("a", 0.1, 0.2, 0.5, 0.6).box(*size) == box


def test_fractions_name_what_they_are():
    assert parse_fractions("0 0 1 1", "placement") == (0, 0, 1, 1)
    with pytest.raises(ValueError, match="placement"):
        parse_fractions("a b c d", "placement")
