import json
import struct

import pytest
import torch
from brand_cards import mark, scene
from raccord.nodes import runtime
from raccord.nodes.brand.build import add_logo, build_kit
from raccord.nodes.brand.kit_file import find_kit, kit_from_bytes, kit_to_bytes, load_kit, save_kit


@pytest.fixture
def kit():
    kit = build_kit("#E63C28 primary 40%\n#FFFFFF", "#00FF00 ~3", torch.stack([scene(1), scene(2)]), scene(3)[None],
                    "headline: 0 0 1 0.2 #FFFFFF 48px", "Ein Brief, ré", "legibility=3")
    rgba = mark()
    return add_logo(kit, rgba[None, ..., :3], 1 - rgba[None, ..., 3], "primary", 0.25, 80, "any")


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "output_directory", lambda: tmp_path / "out")
    monkeypatch.setattr(runtime, "library_directories", lambda: (tmp_path / "out",))
    return tmp_path


def test_a_kit_comes_back_bit_equal(kit):
    data = kit_to_bytes(kit)
    again = kit_from_bytes(data)
    assert again.digest == kit.digest
    assert kit_to_bytes(again) == data
    mine, theirs = kit.to_tensors(), again.to_tensors()
    assert mine[0] == theirs[0]
    assert all(torch.equal(mine[1][k], theirs[1][k]) for k in mine[1])


def test_an_empty_kit_comes_back():
    kit = build_kit("", "", None, None, "", "")
    assert kit_from_bytes(kit_to_bytes(kit)).digest == kit.digest


def test_a_changed_kit_is_refused(kit):
    data = kit_to_bytes(kit)
    pixel = bytearray(data)
    pixel[-1] ^= 1
    colour = data.replace(b"#E63C28", b"#E63C29")
    for changed in (bytes(pixel), colour):
        with pytest.raises(ValueError, match="changed"):
            kit_from_bytes(changed, "x.safetensors")


def test_foreign_bytes_are_refused(kit):
    foreign = json.dumps({"__metadata__": {"format": "pt"}}).encode()
    for data in (b"", b"PK\x03\x04 not at all", kit_to_bytes(kit)[:200], struct.pack("<Q", len(foreign)) + foreign):
        with pytest.raises(ValueError, match="expected a brand kit in x"):
            kit_from_bytes(data, "x")


def test_it_is_saved_and_found_by_name(kit, folders):
    placed = save_kit(kit, "kits/acme.safetensors", "resume")
    assert placed.paths[0] == folders / "out/kits/acme.safetensors"
    for name in ("acme", "acme.safetensors"):
        assert load_kit(name).digest == kit.digest
    assert save_kit(kit, "kits/acme", "resume").kept == (True,)
    assert save_kit(build_kit("#000000", "", None, None, "", ""), "kits/acme", "resume").name == "kits/acme_v002"
    with pytest.raises(ValueError, match="absent"):
        save_kit(kit, "kits/acme", "refuse")
    with pytest.raises(ValueError, match="none"):
        find_kit("other")
    with pytest.raises(ValueError, match="every system"):
        find_kit("../acme")


def test_the_order_of_references_does_not_matter():
    pictures = torch.stack([scene(1), scene(2), scene(3)])
    kits = [build_kit("#000000", "", p, None, "", "") for p in (pictures, pictures.flip(0))]
    assert kit_to_bytes(kits[0]) == kit_to_bytes(kits[1])


def test_a_logo_is_cut_to_the_mark_and_replaces_its_variant(kit):
    (logo,) = kit.logos
    assert tuple(logo.rgba.shape) == (112, 232, 4)
    assert add_logo(kit, None, None, "primary", 0, 0, "any") is kit
    wide = torch.rand(1, 30, 3000, 3)
    grown = add_logo(add_logo(kit, wide, torch.zeros(1, 64, 64), "wide", 0, 0, "any"), wide, None, "primary", 0, 0, "any")
    assert [logo.variant for logo in grown.logos] == ["wide", "primary"]
    assert max(grown.logos[0].rgba.shape) == 1024
    with pytest.raises(ValueError, match="transparent"):
        add_logo(kit, wide, torch.ones(1, 30, 3000), "x", 0, 0, "any")
    with pytest.raises(ValueError, match="one picture"):
        add_logo(kit, torch.rand(2, 8, 8, 3), None, "x", 0, 0, "any")


def test_a_colour_cannot_be_wanted_and_banned():
    with pytest.raises(ValueError, match="both"):
        build_kit("#FFFFFF", "#fff", None, None, "", "")
