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
        "id": "dooh", "kind": "film", "title": "Digital out of home, portrait screen",
        "source": "Clear Channel UK (a copy), openooh/creative-formats; owners differ: ask for the sheet",
        "checked": "2026-11-20", "sure": "mirror", "shape": [9, 16], "size": [1080, 1920], "seconds": [1, 10], "mb": 15,
        "silent": True}
    assert cards()["web_responsive"].items() >= {
        "kind": "still", "width": 2560, "kb": 350, "most_kb": 500, "formats": ["avif", "webp", "jpeg"],
        "portrait": [4, 5]}.items()
    assert cards()["youtube_16x9"].items() >= {"size": [3840, 2160], "lufs": -14, "mb": 262144}.items()
    assert "shape" not in cards()["review_proxy"], "any shape"


def test_a_studio_adds_and_changes(studio):
    (studio / "lobby.json").write_text(json.dumps({"extends": "dooh", "seconds": [5, 20], "checked_on": "2024-02-01"}))
    (studio / "x.json").write_text(json.dumps({"extends": "x", "title": "X for us"}))
    assert list(cards()) == [*NAMES, "lobby"]
    assert cards()["lobby"].items() >= {"seconds": [5, 20], "checked": "2024-02-01", "sure": "studio", "mb": 15}.items()
    assert (cards()["x"]["title"], cards()["x"]["checked"]) == ("X for us", "")


@pytest.mark.parametrize("text", [
    b"{", b'{"extends": "bad"}', b"[" * 100_000, b'{"extends": "dooh", "seconds": [NaN, 3]}', b"\xff\xfe"])
def test_a_template_at_fault_is_shown_and_breaks_no_node(studio, text):
    (studio / "bad.json").write_bytes(text)
    fault = cards()["bad"].pop("fault")
    assert 10 < len(fault) <= 300
    assert cards()["x"]["kind"] == "film"


def test_texts_of_a_studio_are_cut(studio):
    (studio / "long.json").write_text(json.dumps({"extends": "dooh", "title": "T" * 10_000, "source": "<b>" * 5000}))
    assert (len(cards()["long"]["title"]), len(cards()["long"]["source"])) == (300, 300)


@pytest.mark.parametrize("node", ["RaccordChannelExport", "RaccordPublishCheck"])
def test_they_go_with_the_node_and_are_small(node):
    sockets = object_info()[node]["input"]
    options = (sockets["required"] | sockets["optional"])["channels"][1]
    assert [card["id"] for card in options[KEY]] == list(NAMES)
    assert len(json.dumps(options[KEY])) < 4500
