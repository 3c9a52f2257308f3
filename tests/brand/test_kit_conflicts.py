"""What a kit says of itself, and files and pictures that cannot be read or seen, in words a person understands."""

import json
from pathlib import Path

import pytest
import safetensors.torch
import torch
from brand_cards import card
from raccord.nodes.brand import kit_file
from raccord.nodes.brand.answers import kit_report
from raccord.nodes.brand.build import build_kit
from raccord.nodes.brand.evidence import evidence
from raccord.nodes.brand.kit_conflicts import conflicts
from raccord.nodes.brand.kit_file import kit_from_bytes, load_kit
from raccord.nodes.brand.question import ask
from raccord.nodes.brand.run import score_node
from raccord.nodes.brand.score import score_batch


def test_a_banned_colour_that_covers_the_palette_warns():
    kit = build_kit("#FFFFFF primary", "#FEFEFE ~5, #00A0FF", None, None, "", "")
    report = kit_report("RaccordBrandKit", kit).to_dict()
    warned = [f["message"] for f in report["findings"] if f["verdict"] == "warn"]
    assert len(warned) == 1
    assert warned[0].startswith("#FEFEFE is banned with a tolerance of 5 ΔE, and primary #FFFFFF of the palette lies 0.")
    assert conflicts(build_kit("#FFFFFF", "#00A0FF ~9", None, None, "", "")) == []
    assert conflicts(build_kit("", "#00A0FF", None, None, "", "")) == []


def test_zones_of_one_name_warn_unless_they_are_for_several_channels():
    zones = "h: 0.1 0.1 0.3 0.3\nh: 0.5 0.1 0.3 0.3\nh: 0 0 1 1 @x"
    assert [said[:27] for said in conflicts(build_kit("", "", None, None, zones, ""))] == ["2 text zones are named h: r"]


@pytest.mark.parametrize(("data", "said"), [
    (b"", "broken or no"), (b"\xff" * 40, "broken or no"), (safetensors.torch.save({"w": torch.zeros(3)}), "something else")])
def test_a_broken_or_foreign_file_is_named_without_words_of_the_code(data, said):
    with pytest.raises(ValueError, match=said) as caught:
        kit_from_bytes(data, "acme")
    assert "Error" not in str(caught.value)


def test_a_kit_that_may_not_be_read_is_said_so(monkeypatch, tmp_path):
    path = tmp_path / "acme.json"
    path.write_text(json.dumps({"palette": "#FFFFFF"}))

    def closed(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(kit_file, "find_kit", lambda name, what="": path)
    monkeypatch.setattr(Path, "read_bytes", closed)
    with pytest.raises(ValueError, match=r"that may be read in acme\.json, got one that may not") as caught:
        load_kit("acme.json")
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("batch", ["takes", "one clip"])
def test_a_transparent_picture_is_named_by_its_number(batch):
    pictures = torch.rand(3, 32, 32, 4).clamp_min(0.1)
    pictures[1, ..., 3] = 0
    with pytest.raises(ValueError, match="got picture 1 wholly transparent"):
        score_node(pictures, build_kit("#FFFFFF", "", None, None, "", ""), [], None, batch=batch, parts="palette")


def test_a_sheet_of_many_colours_shows_the_farthest_and_counts_the_rest():
    """The first seven of nine are in the picture; the two that are not must still be seen."""
    codes = ["#FF0000", "#00FF00", "#0000FF", "#FFFF00", "#00FFFF", "#FF00FF", "#FFFFFF", "#804020", "#208040"]
    picture = card(*((code, 1 / 7) for code in codes[:7]))[None]
    kit = build_kit(" ".join(codes), "", None, None, "", "")
    sheet = evidence(picture, score_batch(picture, ask(kit, parts="palette")), kit)[0]
    swatches = (sheet[600:620, :840] * 255).round()
    for code in codes[7:]:
        wanted = torch.tensor([int(code[i:i + 2], 16) for i in (1, 3, 5)])
        assert ((swatches - wanted).abs().amax(-1) < 2).float().mean() > 0.1
