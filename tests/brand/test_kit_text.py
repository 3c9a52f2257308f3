import json

import pytest
from raccord.nodes.brand.kit_text import read_kit_text
from raccord.nodes.brand.token_colour import token_hex
from raccord.nodes.brand.tokens import TokenFile

RED = {"colorSpace": "srgb", "components": [0.902, 0.235, 0.157]}
TOKENS = {
    "$schema": "https://www.designtokens.org/schemas/2025.10/format.json",
    "base": {"$type": "color", "red": {"$value": RED}, "navy": {"$value": "#14143c"}, "sky": {"$value": "#99ccff"},
             "veil": {"$value": {"colorSpace": "srgb", "components": [0, 0, 0], "alpha": 0.5}}},
    "brand": {"primary": {"$value": "{base.red}", "$extensions": {"raccord": {"share": 0.3, "tolerance": 8}}},
              "secondary": {"$ref": "#/base/navy"},
              "paper": {"$root": {"$type": "color", "$value": {"colorSpace": "oklch", "components": [1, 0, "none"]}}},
              "overlay": {"$value": "{base.veil}"}, "again": {"$value": "{brand.primary}"},
              "old": {"$type": "color", "$value": "#000000", "$deprecated": True}},
    "banned": {"$type": "color", "rival": {"$value": "#00A0FF"}},
    "type": {"headline": {"$type": "typography", "$value": {"fontFamily": ["Inter", "sans-serif"], "fontWeight": 700}},
             "body": {"$type": "fontFamily", "$value": "Georgia"}},
    "$extensions": {"raccord": {"brief": {"audience": "cyclists", "avoid": "crowds"}, "weights": {"brand_fit": 3},
                                "text_zones": ["headline: 0 0 1 0.2 #FFFFFF 48px"], "rights": {"creator": "Atelier"}}},
}


def read(document, name="acme.tokens.json"):
    return read_kit_text(json.dumps(document).encode(), name)


def test_design_tokens_become_a_kit():
    found = read(TOKENS)
    kit = found.kit
    assert [(c.hex, c.role, c.share, c.tolerance) for c in kit.palette] == [
        ("#E63C28", "primary", 0.3, 8.0), ("#14143C", "secondary", None, 5.0), ("#FFFFFF", "paper", None, 5.0)]
    assert [c.hex for c in kit.banned] == ["#00A0FF"]
    assert kit.fonts == (("headline", "Inter, sans-serif 700"), ("body", "Georgia"))
    assert kit.brief == "audience: cyclists\navoid: crowds"
    assert kit.text_zones[0].height_px == 48
    assert dict(kit.weights) == {"brand_fit": 3}
    assert any("brand.overlay lets the ground through" in remark for remark in found.remarks)
    assert any("5 of 9 colour tokens" in remark for remark in found.remarks)


@pytest.mark.parametrize(("space", "components", "expected"), [
    ("hsl", [330, 100, 50], "#FF0080"), ("hwb", [120, 20, 20], "#33CC33"), ("lab", [60.17, 93.54, -60.5], "#FF00FF"),
    ("lch", [60.17, 111.4, 327.11], "#FF00FF"), ("oklab", [0.62796, 0.22486, 0.12585], "#FF0000"),
    ("oklch", [0.62796, 0.25768, 29.2339], "#FF0000"), ("srgb-linear", [0.2140, 0.2140, 0.2140], "#808080"),
    ("display-p3", [0.9176, 0.2003, 0.1386], "#FF0000"), ("a98-rgb", [0.8586, 0, 0], "#FF0000"),
    ("rec2020", [0.7919, 0.2307, 0.0739], "#FF0000"), ("prophoto-rgb", [0.7023, 0.2757, 0.1036], "#FF0000"),
    ("xyz-d65", [0.4124, 0.2126, 0.0193], "#FF0000"), ("xyz-d50", [0.4361, 0.2225, 0.0139], "#FF0000")])
def test_every_colour_space_of_the_format(space, components, expected):
    code, _ = token_hex({"colorSpace": space, "components": components}, "x")
    wrong = [abs(int(code[i:i + 2], 16) - int(expected[i:i + 2], 16)) for i in (1, 3, 5)]
    assert max(wrong) <= 1


def test_a_colour_outside_srgb_takes_the_files_own_fallback():
    wide = {"colorSpace": "display-p3", "components": [0, 1, 0]}
    assert token_hex(wide, "x") == ("#00FF00", True)
    assert token_hex({**wide, "hex": "#00f900"}, "x") == ("#00F900", True)


def test_a_group_extends_another():
    document = {"a": {"$type": "color", "x": {"$value": "#111111"}, "y": {"$value": "#222222"}},
                "b": {"$extends": "{a}", "y": {"$value": "#333333"}}}
    named = {token.name: (token.value, token.type) for token in TokenFile(document).tokens()}
    assert named["b.x"] == ("#111111", "color")
    assert named["b.y"] == ("#333333", "color")


def test_a_reference_reaches_into_a_value():
    document = {"$type": "color", "a": {"$value": RED},
                "b": {"$value": {"colorSpace": "srgb", "components": [{"$ref": "#/a/$value/components/0"}, 0, 0]}}}
    assert TokenFile(document).tokens()[1].value["components"] == [0.902, 0, 0]


def doubling():
    """A file whose values double at every step: 2 to the 25th numbers when written out."""
    return {f"t{k}": {"$value": [f"{{t{k + 1}}}"] * 2} for k in range(25)} | {"t25": {"$value": 1}}


@pytest.mark.parametrize(("document", "said"), [
    ({"a": {"$type": "color", "$value": "{b}"}, "b": {"$value": "{a}"}}, "circle"),
    ({"a": {"$extends": "{b}", "x": {"$value": 1}}, "b": {"$extends": "{a}"}}, "circle"),
    ({"a": {"$type": "color", "$value": "{lost}"}}, "reference to a token"),
    ({"a": {"$type": "color", "$value": "rgb(1 2 3)"}}, "token 'a'"),
    ({"a": {"$type": "color", "$value": {"colorSpace": "cmyk", "components": [0, 0, 0]}}}, "colorSpace of srgb"),
    ({"a": {"$type": "color", "$value": {"colorSpace": "srgb", "components": [0, "x", 0]}}}, "three numbers"),
    ({"a": {"$type": "color", "$value": {"colorSpace": "srgb", "components": [0, 0, 0], "alpha": "x"}}}, "in alpha of token"),
    ({"c": {"$type": "color", **{f"c{k}": {"$value": f"#{k:06X}"} for k in range(40)}}}, "group named palette"),
    ({"color": {"red": {"value": "#ff0000", "type": "color"}}}, "design tokens with"),
    ({"palette": ["#FFFFFF"], "logos": []}, "Add Logo adds logos"),
    ({"schema": "raccord.kit/9", "palette": []}, "update this one"),
    ({"palette": [{"hex": "#FFF", "share": "much"}]}, "numbers for share"), ({"palette": 3}, "list of texts"),
    ({"palette": ["#FFFFFF 140%"]}, "1..100 %"), ({"brief": []}, "an object in brief"), (doubling(), "export fewer")])
def test_a_file_that_cannot_be_read_is_refused_by_name(document, said):
    with pytest.raises(ValueError, match=said) as caught:
        read(document)
    assert str(caught.value).startswith("acme.tokens.json: ")


@pytest.mark.parametrize(("data", "said"), [
    (b"", "line 1, column 1"), (b'{"palette":\n]', "line 2, column 1"), (b"\xff\xfe", "other bytes"), (b"[]", "an object"),
    (b"[" * 100_000, "nested too deep"), (b"3", "an object"), (b"9" * 5000, "number too long")])
def test_what_is_no_json_is_refused(data, said):
    with pytest.raises(ValueError, match=r"in x\.json") as caught:
        read_kit_text(data, "x.json")
    assert said in str(caught.value)
    assert "Error" not in str(caught.value)


def test_a_kit_in_json_says_the_same_as_the_node():
    kit = read({"palette": [{"hex": "#E63C28", "role": "primary", "share": 0.4}, "#FFFFFF"], "banned": "#00A0FF ~8",
                "fonts": {"headline": "Inter 700"}, "gates": ["logo"], "weights": {"look": 0}}).kit
    assert [c.share for c in kit.palette] == [0.4, None]
    assert kit.gates == ("logo",)
    assert kit.weights == (("look", 0.0),)
    assert read({"gates": "none", "palette": ["#FFFFFF"]}).kit.gates == ()
