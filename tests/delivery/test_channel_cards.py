"""What the canvas is told of each channel template."""

import json

import pytest
from pictures import host
from raccord.nodes import runtime
from raccord.nodes.delivery.channel_cards import KEY, channel_cards
from raccord.nodes.delivery.channels import NAMES
from raccord.nodes.host.registry import object_info


@pytest.fixture
def studio(tmp_path):
    (tmp_path / "library" / "channels").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    with runtime.surrounded_by(host(tmp_path / "out", [tmp_path / "library"])):
        yield tmp_path / "library" / "channels"


def cards():
    return {card["id"]: card for card in channel_cards()[KEY]}


def test_ours_in_their_order_with_shape_and_limits(studio):
    assert list(cards()) == list(NAMES)
    assert cards()["dooh"] == {
        "id": "dooh", "limits": "1080 × 1920 · ≤ 10 s · ≤ 15 MB", "silent": True, "shape": [9, 16], "checked": "2026-11-20",
        "source": "Clear Channel UK (a copy), openooh/creative-formats; owners differ: ask for the sheet (mirror)"}
    assert {name: card["limits"] for name, card in cards().items() if name in ("web_responsive", "youtube_16x9", "x")} == {
        "web_responsive": "≤ 2560 px · 350 kB (≤ 500 kB) · AVIF WEBP JPEG · + 4:5",
        "youtube_16x9": "3840 × 2160 · ≤ 12 h · ≤ 262 GB · −14 LUFS", "x": "1920 × 1080 · ≤ 140 s · ≤ 30 MB · −14 LUFS"}
    assert "shape" not in cards()["review_proxy"], "any shape"


def test_a_studio_adds_and_changes(studio):
    (studio / "lobby.json").write_text(json.dumps({"extends": "dooh", "seconds": [5, 20], "checked_on": "2024-02-01"}))
    (studio / "x.json").write_text(json.dumps({"extends": "x", "title": "X for us"}))
    assert list(cards()) == [*NAMES, "lobby"]
    assert cards()["lobby"].items() >= {"limits": "1080 × 1920 · 5 s – 20 s · ≤ 15 MB", "checked": "2024-02-01",
                                         "title": "lobby"}.items()
    assert cards()["lobby"]["source"].endswith("ask for the sheet (studio)")
    assert (cards()["x"]["title"], cards()["x"]["checked"]) == ("X for us", "")


@pytest.mark.parametrize("text", [
    b"{", b'{"extends": "bad"}', b"[" * 100_000, b'{"extends": "dooh", "seconds": [NaN, 3]}', b"\xff\xfe"])
def test_a_template_at_fault_is_shown_and_breaks_no_node(studio, text):
    (studio / "bad.json").write_bytes(text)
    assert cards()["bad"]["title"] == "⚠ bad"
    assert 10 < len(cards()["bad"]["limits"]) <= 300
    assert cards()["x"]["limits"].startswith("1920 × 1080")


def test_texts_of_a_studio_are_cut(studio):
    (studio / "long.json").write_text(json.dumps({"extends": "dooh", "title": "T" * 10_000, "source": "<b>" * 5000}))
    assert (len(cards()["long"]["title"]), len(cards()["long"]["source"])) == (300, 309)


@pytest.mark.parametrize("node", ["RaccordChannelExport", "RaccordPublishCheck"])
def test_they_go_with_the_node_and_are_small(node):
    sockets = object_info()[node]["input"]
    options = (sockets["required"] | sockets["optional"])["channels"][1]
    assert [card["id"] for card in options[KEY]] == list(NAMES)
    assert len(json.dumps(options[KEY])) < 4500
