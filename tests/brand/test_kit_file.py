import json
import struct
from dataclasses import replace

import pytest
import torch
from brand_cards import mark, scene
from raccord.nodes import runtime
from raccord.nodes.brand.build import add_logo, build_kit
from raccord.nodes.brand.kit_changes import changes
from raccord.nodes.brand.kit_file import kit_from_bytes, kit_to_bytes, load_kit, save_kit
from raccord.nodes.brand.kit_names import find_kit, kit_names
from raccord.nodes.wires.kit_colours import parse_colours


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
    placed = save_kit(kit, "kits/acme.safetensors", "resume").placed
    assert placed.paths[0] == folders / "out/kits/acme.safetensors"
    for name in ("acme", "acme.safetensors"):
        assert load_kit(name).kit.digest == kit.digest
    assert save_kit(kit, "kits/acme", "resume").placed.kept == (True,)
    assert save_kit(build_kit("#000000", "", None, None, "", ""), "kits/acme", "resume").placed.name == "kits/acme_v002"
    with pytest.raises(ValueError, match="absent"):
        save_kit(kit, "kits/acme", "refuse")
    with pytest.raises(ValueError, match="none"):
        find_kit("other")
    with pytest.raises(ValueError, match="every system"):
        find_kit("../acme")


def test_the_file_says_in_words_what_it_holds(kit):
    data = kit_to_bytes(kit)
    header = json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]])["__metadata__"]
    assert header["raccord.schema"] == "raccord.kit/1"
    assert header["raccord.sha256"] == kit.digest
    assert "palette: #E63C28 primary 40% ~5, #FFFFFF ~5" in header["raccord.summary"]
    assert set(json.loads(header["raccord.tensors"])) == set(kit.to_tensors()[1])


def test_what_was_changed_is_named(kit):
    data = bytearray(kit_to_bytes(kit))
    data[-1] ^= 1
    with pytest.raises(ValueError, match=r"got changed reference\.1\.thumbnail"):
        kit_from_bytes(bytes(data), "x")
    with pytest.raises(ValueError, match="got changed rules"):
        kit_from_bytes(kit_to_bytes(kit).replace(b"#E63C28", b"#E63C29"), "x")


def test_a_kit_of_a_newer_raccord_is_refused_as_such(kit):
    with pytest.raises(ValueError, match="a newer Raccord wrote it"):
        kit_from_bytes(kit_to_bytes(kit).replace(b"raccord.kit/1", b"raccord.kit/2"), "x")


def test_saving_says_what_changed_since_the_version_before(kit, folders):
    assert save_kit(kit, "kits/acme", "resume").before == ""
    other = replace(kit, palette=parse_colours("#E63C2A primary 30% ~5\n#FFFFFF"), brief="message: slow is fine")
    saved = save_kit(other, "kits/acme", "resume")
    assert (saved.placed.name, saved.before) == ("kits/acme_v002", "acme")
    assert saved.changed[0] == "palette: primary #E63C28 is now #E63C2A (0.4 ΔE), a share of 30 % instead of 40 %."
    assert "The brief message is 'slow is fine'." in saved.changed
    assert save_kit(other, "kits/acme", "resume").placed.kept == (True,)
    assert load_kit("acme_v002", "acme").changed == saved.changed
    assert load_kit("acme", "acme").changed == ("Nothing has changed.",)


def test_every_kind_of_change_has_its_words(kit):
    zones = "headline: 0 0 1 0.3 #FFFFFF 48px\nnew: 0 0 1 1"
    bare = build_kit("#FFFFFF accent ~3\n#E63C28 primary 40%", "", None, None, zones, "")
    logo = replace(kit.logos[0], clear_space=0.5, min_width=20.0)
    after = replace(bare, logos=(logo, replace(logo, backgrounds="dark")), gates=(), fonts=(("h", "Inter"),))
    said = " ".join(changes(kit, after))
    for words in ("#FFFFFF has its role accent instead of none, a tolerance of 3 ΔE instead of 5",
                  "order is now #FFFFFF, #E63C28",
                  "banned: #00FF00 was taken out", "clear space of 0.5 of its height instead of 0.25", "for dark grounds is new",
                  "headline has height 0.3 instead of height 0.2", "zone new is new", "2 taken out; there are 0",
                  "The font h is 'Inter'", "The gates are none instead of banned, logo, zones",
                  "weight legibility was taken out"):
        assert words in said
    assert changes(kit, kit) == []


def test_design_tokens_are_loaded_by_name(folders):
    (folders / "out/kits").mkdir(parents=True)
    tokens = {"brand": {"primary": {"$type": "color", "$value": "#E63C28"}}}
    (folders / "out/kits/acme.tokens.json").write_text(json.dumps(tokens), encoding="utf-8")
    assert kit_names() == ["acme.tokens.json"]
    loaded = load_kit("acme.tokens.json")
    assert [c.name for c in loaded.kit.palette] == ["primary #E63C28"]
    grown = build_kit("", "#00A0FF", None, None, "", "", start=loaded.kit)
    assert grown.palette == loaded.kit.palette
    assert [c.hex for c in grown.banned] == ["#00A0FF"]


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
