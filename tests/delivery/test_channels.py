"""Channel templates: ours, the studio's, and what is refused."""

import json

import pytest
from pictures import host
from raccord.nodes import runtime
from raccord.nodes.delivery.channels import channel_names, every_channel, load_channel, parse_channels
from raccord.nodes.delivery.check import check_files

OURS = ["web_hero", "web_responsive", "youtube_16x9", "vertical_9x16", "instagram_4x5", "instagram_1x1", "linkedin", "x",
        "meta_ads",
        "dooh", "broadcast", "review_proxy"]


@pytest.fixture
def studio(tmp_path):
    (tmp_path / "library" / "channels").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    around = host(tmp_path / "out", [tmp_path / "library"])

    def write(name, document):
        text = document if isinstance(document, str) else json.dumps(document)
        (tmp_path / f"library/channels/{name}.json").write_text(text, encoding="utf-8")

    with runtime.surrounded_by(around):
        yield write


def test_ours_are_of_the_form_that_is_asked_of_a_studio(studio):
    for name in OURS:
        ours = {key: value for key, value in load_channel(name).data.items() if key != "id"}
        studio(f"copy_of_{name}", ours)
        assert load_channel(f"copy_of_{name}").data == ours | {"id": f"copy_of_{name}"}


def test_a_studio_adds_one(studio):
    studio("lobby", {"extends": "vertical_9x16", "kbps": {"1920": 9000}, "seconds": [5, 20], "sound": {"kbps": 192}})
    assert channel_names() == [*OURS, "lobby"]
    lobby, vertical = parse_channels("lobby, vertical_9x16")
    assert (lobby.id, lobby.kind, lobby["seconds"], vertical["seconds"]) == ("lobby", "film", [5, 20], [3, 900])
    assert lobby["kbps"] == vertical["kbps"] | {"1920": 9000}
    assert lobby["sound"] == vertical["sound"] | {"kbps": 192}
    assert lobby["aspect"] == vertical["aspect"]
    assert (lobby["confidence"], lobby["title"]) == ("studio", "lobby")
    assert lobby.origin.startswith("the studio's lobby.json, after ")
    assert "official" not in lobby.origin


def test_a_studio_changes_ours(studio):
    studio("youtube_16x9", {"extends": "youtube_16x9", "crf": 10})
    assert channel_names() == OURS
    assert load_channel("youtube_16x9")["crf"] == 10
    studio("lobby", {"extends": "youtube_16x9"})
    assert load_channel("lobby")["crf"] == 10
    studio("youtube_16x9", {"extends": "youtube_16x9", "crf": 12})
    assert load_channel("lobby")["crf"] in (10, 12)


def test_a_studio_silences_a_channel_and_frees_its_shape(studio):
    studio("broadcast", {"extends": "youtube_16x9", "fps": [25, 25], "sound": None})
    assert parse_channels("broadcast")[0]["sound"] is None
    assert parse_channels("review_proxy")[0].shape is None


def test_every_channel_says_where_it_comes_from_and_how_sure_that_is(studio):
    for name in OURS:
        channel = load_channel(name)
        assert channel["source"]
        assert channel["checked_on"] >= "2026-11-20"
        assert channel["confidence"] in ("official", "mirror", "assumed")


@pytest.mark.parametrize(("document", "said"), [
    ("{", r"expected JSON in channel file bad\.json"), ("[]", r"expected an object in channel file bad\.json, got list"),
    ({"extends": "bad2"}, r"expected extends of .* in channel file bad\.json, got 'bad2'"),
    ({"extends": "youtube_16x9", "crff": 12}, r"expected keys of a film channel in bad\.json, got 'crff'"),
    ({"extends": "youtube_16x9", "crf": "low"}, r"expected crf as a number from 0 to 51 in channel file bad\.json, got 'low'"),
    ({"extends": "youtube_16x9", "crf": True}, "expected crf as a number"),
    ({"extends": "youtube_16x9", "codec": "prores"}, "expected codec as h264, which is what can be written"),
    ({"extends": "youtube_16x9", "sizes": [[1919, 1080]]}, "expected sizes as .* in even pixels"),
    ({"extends": "youtube_16x9", "sound": {"rate": 44100}}, r"expected sound\.rate as 48000"),
    ({"extends": "youtube_16x9", "naming": "{shot}"}, "expected naming as a name such as"),
    ({"extends": "youtube_16x9", "naming": "{0.__class__}{channel}{version}"}, "expected naming as"),
    ({"extends": "youtube_16x9", "loudness": {"lufs": 3, "tolerance": 1, "true_peak": -1}},
     r"expected loudness\.lufs as a number"),
    ({"extends": "youtube_16x9", "safe_zone": {"top": 0.1}}, r"expected safe_zone\.bottom"),
    ({"extends": "web_hero", "lcp": {"profile": "5G"}}, r"expected lcp\.profile as one of slow 4G, desktop"),
    ({"extends": "youtube_16x9", "sound": "loud"}, "expected keys and values in sound"),
    ({"extends": "youtube_16x9", "kbps": {"high": 1}}, "expected kbps as kbit/s by lines"),
    ({"extends": "web_hero", "formats": ["webp"]}, "with jpeg in it"),
    ({"extends": "web_hero", "quality": {"jpeg": [90, 20]}}, "expected quality as"),
    ({"kind": "film"}, r"expected sizes in channel file bad\.json, got none"), ({"kind": "poem"}, "expected kind film or still"),
    ({"extends": ["youtube_16x9"]}, "expected extends of"), ({}, "expected kind film or still")])
def test_a_bad_file_is_named_with_its_key(studio, document, said):
    studio("bad", document)
    with pytest.raises(ValueError, match=said) as error:
        parse_channels("web_hero, bad")
    assert "\n" not in str(error.value)
    channels, faults = every_channel()
    assert [c.id for c in channels] == OURS
    assert faults == [str(error.value)]


def test_circles_are_named(studio):
    studio("one", {"extends": "two"})
    studio("two", {"extends": "one"})
    with pytest.raises(ValueError, match="circle: one → two → one"):
        load_channel("one")


@pytest.mark.parametrize("name", ["../secret", "a b", "youtube", "x" * 10_000, ".."])
def test_unknown_and_hostile_names_list_the_known(studio, name):
    studio("lobby", {"extends": "youtube_16x9"})
    with pytest.raises(ValueError, match="expected channels of web_hero, web_responsive, .*, review_proxy, lobby, got") as error:
        parse_channels(name)
    assert len(str(error.value)) < 300


def test_the_checklist_goes_on_without_a_broken_template(studio, tmp_path):
    studio("bad", "{")
    (tmp_path / "out" / "a.txt").write_text("x", encoding="utf-8")
    finding = next(f for f in check_files(".", [], "").findings if f.check == "publish.template")
    assert finding.verdict == "warn"
    assert "bad.json" in finding.message
    with pytest.raises(ValueError, match=r"bad\.json"):
        check_files(".", [], "bad")
