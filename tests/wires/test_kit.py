import pytest
import torch
from raccord.nodes.wires.kit import Kit, Logo, LookSample
from raccord.nodes.wires.kit_colours import KitColour, parse_colours
from raccord.nodes.wires.zone import parse_zones


def sample(value: float) -> LookSample:
    thumbnail = torch.full((4, 5, 3), int(value * 10), dtype=torch.uint8)
    return LookSample(torch.full((6,), float(value)), torch.zeros(32, dtype=torch.uint8), thumbnail)


@pytest.mark.parametrize("text", ["#E63C28 primary 40%\n#FFFFFF, #14143C", "#e63c28 primary 40% #fff #14143c",
                                  "\n #E63C28 40% primary,\n\n#FFFFFF\n#14143C\n"])
def test_a_palette_reads_the_same_with_spaces_commas_and_lines(text):
    colours = parse_colours(text)
    assert [c.hex for c in colours] == ["#E63C28", "#FFFFFF", "#14143C"]
    assert (colours[0].role, colours[0].share, colours[0].tolerance) == ("primary", 0.4, 5.0)


def test_a_colour_takes_role_share_and_tolerance():
    (colour,) = parse_colours("#E63C28 accent 12.5% ~3.5")
    assert colour == KitColour("#E63C28", "accent", 0.125, 3.5)
    assert colour.rgb == pytest.approx((230 / 255, 60 / 255, 40 / 255))


@pytest.mark.parametrize(("text", "said"), [
    ("#FFFFFF\nred", "line 2"), ("#12345", "line 1"), ("#FFFFFF 140%", "1..100 %"), ("#FFFFFF a b", "one role"),
    ("#FFFFFF ~x", "tolerance"), ("#FFFFFF\n\n#fff", "line 3"), ("#FFFFFF ~0", "tolerance")])
def test_a_bad_colour_is_named_by_its_line(text, said):
    with pytest.raises(ValueError, match=said):
        parse_colours(text)


def test_the_order_of_references_does_not_matter():
    one, other = Kit(references=(sample(0.1), sample(0.2))), Kit(references=(sample(0.2), sample(0.1), sample(0.2)))
    assert one.digest == other.digest


def test_the_digest_knows_every_part():
    changes = ({}, {"palette": parse_colours("#FFFFFF ~6")}, {"banned": parse_colours("#FFFFFF")}, {"brief": "b"},
               {"logos": (Logo(torch.ones(2, 2, 4)),)}, {"text_zones": parse_zones("a: 0 0 1 1")}, {"references": (sample(1),)},
               {"counter_examples": (sample(1),)}, {"weights": (("legibility", 2.0),)})
    assert len({Kit(**{"palette": parse_colours("#FFFFFF"), **change}).digest for change in changes}) == len(changes)


def test_a_kit_survives_its_tensors():
    logo = Logo(torch.rand(3, 5, 4), "negative", 0.3, 80.0, "dark")
    zones = parse_zones("headline: 0 0 1 0.2 #FFFFFF 48px @x")
    kit = Kit(parse_colours("#E63C28 primary 40% ~5"), parse_colours("#00FF00"), (logo,), (sample(0.5),), (sample(0.7),), zones,
              "brief", (("originality", 0.5),))
    again = Kit.from_tensors(*kit.to_tensors())
    assert again.digest == kit.digest
    assert all(getattr(again, name) == getattr(kit, name) for name in ("palette", "banned", "text_zones", "brief", "weights"))
    assert torch.equal(again.logos[0].rgba, kit.logos[0].rgba)


@pytest.mark.parametrize("make", [
    lambda: Logo(torch.rand(3, 3, 3)), lambda: Logo(torch.rand(3, 3, 4), backgrounds="grey"),
    lambda: Logo(torch.rand(3, 3, 4), min_width=-1),
    lambda: Kit(parse_colours("#FFFFFF 60% #000000 50%")), lambda: Kit(weights=(("taste", 1.0),)),
    lambda: LookSample(torch.zeros(3), torch.zeros(31, dtype=torch.uint8), torch.zeros(2, 2, 3, dtype=torch.uint8))])
def test_what_is_wrong_is_refused_when_it_is_made(make):
    with pytest.raises(ValueError, match="expected"):
        make()


def test_a_foreign_document_is_refused():
    document, tensors = Kit(parse_colours("#FFFFFF"), references=(sample(1),)).to_tensors()
    with pytest.raises(ValueError, match="schema"):
        Kit.from_tensors({**document, "schema": "other/2"}, tensors)
    with pytest.raises(ValueError, match="whole kit"):
        Kit.from_tensors(document, {})
