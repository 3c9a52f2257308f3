"""Reading ASC CDLs."""

import pytest
from raccord.nodes.media.cdl import Cdl
from raccord.nodes.media.cdl_read import choose, parse_cdls

TWO = """<?xml version="1.0"?>
<!-- <ColorCorrection id="no"> of yesterday -->
<cdl:ColorCorrectionCollection xmlns:cdl="urn:ASC:CDL:v1.01">
 <cdl:ColorCorrection id='sh010'><cdl:SOPNode><cdl:Slope>2 1 1</cdl:Slope></cdl:SOPNode></cdl:ColorCorrection>
 <cdl:ColorCorrection id="sh020 &amp; b">
  <cdl:SATNode><cdl:Saturation> 5e-1 </cdl:Saturation></cdl:SATNode>
 </cdl:ColorCorrection>
</cdl:ColorCorrectionCollection>"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_several_corrections_with_name_spaces(end):
    every = parse_cdls(TWO.replace("\n", end))
    assert [c.name for c in every] == ["sh010", "sh020 & b"]
    assert choose(every).cdl == Cdl((2, 1, 1))
    assert choose(every, "sh020 & b").cdl == Cdl(saturation=0.5)
    with pytest.raises(ValueError, match=r"named 'sh030'.* got 'sh010', 'sh020 & b'"):
        choose(every, "sh030")


def test_what_is_left_out_does_nothing():
    assert parse_cdls("<ColorCorrection></ColorCorrection>")[0].cdl == Cdl()


def one(inside):
    return f"<ColorCorrection>\n{inside}\n</ColorCorrection>"


@pytest.mark.parametrize(("text", "said"), [
    ("<nothing/>", "ColorCorrection"), ("", "ColorCorrection"), ("\n<ColorCorrection id='a'>\n<SOPNode>", "after line 2"),
    ("<ColorCorrection><ColorCorrection></ColorCorrection>", "cut short"), ("\0\0", "bytes"),
    (one("<Slope>2 1</Slope>"), "3 finite numbers, 0 or more in <Slope>, got '2 1' at line 2"),
    (one("<Slope>2 1 x</Slope>"), "'2 1 x'"),
    (one("<Slope>2 1 nan</Slope>"), "'2 1 nan'"), (one("<Slope>-1 1 1</Slope>"), "0 or more"), (one("<Slope>1 1 1"), "<Slope>"),
    (one("<Power>1 0 1</Power>"), "above 0"), (one("<Offset>1 1 1 1</Offset>"), "3 finite numbers in <Offset>"),
    (one("\n<Saturation>-1</Saturation>"), "1 finite number, 0 or more in <Saturation>, got '-1' at line 3")])
def test_what_is_no_cdl_is_refused_by_its_line(text, said):
    with pytest.raises(ValueError, match="expected") as refused:
        parse_cdls(text)
    assert said in str(refused.value)
