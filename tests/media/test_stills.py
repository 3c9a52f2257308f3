import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from raccord.nodes.media.stills import SUFFIX, can_write, encode_still, qualities, read_still
from raccord.nodes.media.xmp import Rights, read_xmp_box, srgb_profile, stated_source_type, xmp_packet

RED = np.full((64, 96, 3), (200, 30, 30), np.uint8)


@pytest.mark.parametrize("form", SUFFIX)
def test_colour_profile_and_disclosure_survive(tmp_path, form):
    if not can_write(form):
        pytest.skip(f"this Pillow does not write {form}")
    path = tmp_path / f"a{SUFFIX[form]}"
    path.write_bytes(encode_still(RED, form, 85, xmp_packet(Rights.parse("alt: a & b\ncreator: <c>"))))
    picture, facts = read_still(path)
    assert np.abs(picture.reshape(-1, 3).mean(0) - (200, 30, 30)).max() <= 1.5
    assert (facts.width, facts.height, facts.form) == (96, 64, form)
    assert "sRGB" in facts.icc
    assert stated_source_type(facts.xmp) == "trainedAlgorithmicMedia"


def test_the_same_picture_is_the_same_bytes():
    assert encode_still(RED, "jpeg", 80, b"") == encode_still(RED, "jpeg", 80, b"")
    assert srgb_profile()[24:36] == b"\x07\xd0\x00\x01\x00\x01" + bytes(6)


@pytest.mark.parametrize("form", SUFFIX)
def test_what_lies_above_quality_100_is_nearer_to_the_picture(tmp_path, form):
    if not can_write(form):
        pytest.skip(f"this Pillow does not write {form}")
    picture = np.random.default_rng(4).integers(0, 255, (8, 12, 3), np.uint8).repeat(9, 0).repeat(9, 1)
    off = []
    for quality in (100, qualities(form)[-1]):
        path = tmp_path / f"{quality}{SUFFIX[form]}"
        path.write_bytes(encode_still(picture, form, quality, b""))
        off.append(np.abs(read_still(path)[0].astype(int) - picture).mean())
    assert off[1] < 0.7 * off[0]
    assert form != "webp" or off[1] == 0


def test_xmp_is_xml_with_the_rights_in_it():
    rights = Rights.parse("creator: A & B\ncredit: C\nlicence: <free>\nalt: x\nreleases: R1\nexpires: 2027-12-31\n"
                          "digital_source_type: compositeWithTrainedAlgorithmicMedia\nsign_off: none")
    packet = xmp_packet(rights).decode("utf-8")
    text = "".join(ET.fromstring(packet).itertext())
    for value in ("A & B", "C", "<free>", "x", "R1", "2027-12-31", "compositeWithTrainedAlgorithmicMedia"):
        assert value in text
    assert stated_source_type(packet) == "compositeWithTrainedAlgorithmicMedia"
    address = "http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits"
    assert stated_source_type(f'<x Iptc4xmpExt:DigitalSourceType="{address}"/>') == "humanEdits"
    assert stated_source_type(f"<Iptc4xmpExt:DigitalSourceType rdf:resource='{address}'/>") == "humanEdits"
    assert stated_source_type(f"<Iptc4xmpExt:DigitalSourceType>\n {address} </Iptc4xmpExt:DigitalSourceType>") == "humanEdits"
    assert stated_source_type("<x Iptc4xmpExt:DigitalSourceType='made up'/>") == "made up"
    assert stated_source_type("<Iptc4xmpExt:DigitalSourceType/>") == ""


def test_a_film_without_the_box_says_nothing():
    assert read_xmp_box(b"\0\0\0\x08free") == b""


@pytest.mark.parametrize("line", ["price: 3", "creator", "expires: soon", "digital_source_type: magic"])
def test_a_bad_line_of_rights_is_named_by_its_number(line):
    with pytest.raises(ValueError, match="rights line 2"):
        Rights.parse(f"alt: x\n{line}\n")


def test_a_broken_picture_is_one_sentence(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG broken")
    with pytest.raises(ValueError, match=r"expected a picture in a\.png"):
        read_still(tmp_path / "a.png")
    Image.new("L", (4, 4)).save(tmp_path / "grey.png")
    assert read_still(tmp_path / "grey.png")[0].shape == (4, 4, 3)
