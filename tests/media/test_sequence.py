"""How artists name sequences, and how quickly they are listed."""

import os
import time

import pytest
from pictures import host
from raccord.nodes import runtime
from raccord.nodes.media import listing
from raccord.nodes.media.sequence import clip_state, find_clip, is_sequence, numbers_words, sequences_of
from raccord.nodes.shot.files import clips, fingerprint, refusal


@pytest.fixture
def place(tmp_path):
    with runtime.surrounded_by(host(tmp_path)):
        yield tmp_path


def touch(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"x")


def named(*files):
    return {s.name: s.numbers for s in sequences_of(tuple(sorted(files)))}


@pytest.mark.parametrize(("files", "name", "numbers"), [
    (["sh010.1001.exr", "sh010.1002.exr"], "sh010.####.exr", (1001, 1002)),
    (["sh010_v002.0009.dpx", "sh010_v002.0010.dpx"], "sh010_v002.####.dpx", (9, 10)),
    (["0001.png", "0002.png", "0003.png"], "####.png", (1, 2, 3)),
    (["frame1.png", "frame9.png", "frame10.png"], "frame#.png", (1, 9, 10)),
    (["f.0999.tif", "f.1000.tif", "f.10000.tif"], "f.####.tif", (999, 1000, 10000)),
    (["f.998.tif", "f.1000.tif"], "f.###.tif", (998, 1000)),
    (["ComfyUI_00001_.png", "ComfyUI_00002_.png"], "ComfyUI_#####_.png", (1, 2)),
    (["a 0001.TIFF", "a 0002.TIFF"], "a ####.TIFF", (1, 2)),
])
def test_names_of_every_habit(files, name, numbers):
    assert named(*files) == {name: numbers}
    sequence = sequences_of(tuple(files))[0]
    assert [sequence.file(n) for n in numbers] == files


def test_what_is_no_sequence():
    assert named("logo_v001.png", "logo_v002.png", "a.png", "20261121155112.png", "x.0001.jpg") == {}
    assert named("a.1.png", "a.0001.png", "a.0002.png") == {"a.#.png": (1,), "a.####.png": (1, 2)}


@pytest.mark.parametrize("name", [
    "plates/sh010.####.exr", "plates/sh010.%04d.exr", "plates\\sh010.####.exr", "plates/sh010.1003.exr", " plates/sh010.#.exr ",
    "plates/sh010.%d.exr", "./plates/sh010.####.exr"])
def test_one_sequence_has_many_names(place, name):
    touch(place / "plates", *(f"sh010.{n}.exr" for n in (1001, 1002, 1003, 1005)))
    clip = find_clip(name)
    assert is_sequence(name)
    assert (clip.sequence.name, clip.first, clip.last) == ("sh010.####.exr", 1001, 1005)
    assert clip.path(1002) == place / "plates" / "sh010.1002.exr"
    assert clip.missing(range(1001, 1006)) == [1004]


@pytest.mark.parametrize("behind", [" [1001-1010]", " 1001-1010", " [1001 - 1010]"])
def test_a_range_says_what_there_should_be(place, behind):
    touch(place, "a.1001.exr", "a.1003.exr")
    clip = find_clip(f"a.####.exr{behind}")
    assert (clip.first, clip.last) == (1001, 1010)
    assert numbers_words(clip.missing(range(clip.first, clip.last + 1))) == "1002, 1004-1010"


def test_one_picture_and_versions(place):
    touch(place, "plate.exr", "logo_v001.png", "logo_v002.png")
    assert find_clip("plate.exr").sequence.numbers == (0,)
    assert find_clip("plate.exr").path(0) == place / "plate.exr"
    assert find_clip("logo_v001.png").path(0) == place / "logo_v001.png"
    assert find_clip("logo_v###.png").sequence.numbers == (1, 2)


@pytest.mark.parametrize("name", [
    "../a.####.exr", "/etc/a.####.exr", "C:\\a.####.exr", "a\0.####.exr", "nul.exr", "x" * 10_000 + ".exr", "gone.####.exr",
    "gone/a.####.exr", "a.####.exr [9-3]", "plate.exr [1-3]", "a.2000.exr"])
def test_hostile_and_absent_names_are_one_sentence(place, name):
    touch(place, "a.1001.exr", "plate.exr")
    said = refusal(name)
    assert said.startswith("expected ")
    assert len(said) < 300
    assert "\n" not in said


def test_links_to_a_server_are_followed_but_not_in_circles(place, tmp_path_factory):
    server = tmp_path_factory.mktemp("server")
    touch(server, "a.1002.exr")
    touch(place, "a.1001.exr")
    (place / "a.1002.exr").symlink_to(server / "a.1002.exr")
    (place / "plates").symlink_to(server)
    (server / "back").symlink_to(server)
    (place / "round").symlink_to(place)
    assert find_clip("a.####.exr").sequence.numbers == (1001, 1002)
    assert find_clip("plates/a.####.exr").sequence.numbers == (1002,)
    assert clips() == ["a.####.exr", "plates/a.1002.exr"]


def test_the_menu_has_one_entry_for_each_clip(place):
    touch(place, "film.mov", "example.png", "plate.exr", "p_0001.png", "p_0002.png", ".hidden.mov")
    touch(place / "sh010" / "plates", *(f"a.{n}.exr" for n in range(1001, 1049)), "making of.MP4", "notes.txt", "one.0001.dpx")
    touch(place / "raccord" / "luts", "film.mov")
    touch(place / "clipspace", "c.0001.png", "c.0002.png")
    assert clips() == ["film.mov", "p_####.png", "plate.exr", "sh010/plates/a.####.exr", "sh010/plates/making of.MP4",
                       "sh010/plates/one.0001.dpx"]
    for name in clips():
        assert refusal(name) == ""


def test_the_menu_follows_the_folder(place):
    touch(place / "plates", "a.0001.exr", "a.0002.exr")
    assert clips() == ["plates/a.####.exr"]
    touch(place / "plates", "b.mov")
    assert clips() == ["plates/a.####.exr", "plates/b.mov"]
    (place / "plates" / "b.mov").unlink()
    assert clips() == ["plates/a.####.exr"]


def test_an_unchanged_folder_is_listed_once(place, monkeypatch):
    touch(place, *(f"x{n}.png" for n in range(1, 10_001)))
    long_ago = time.time() - 3600
    os.utime(place, (long_ago, long_ago))
    assert clips() == ["x#.png"]
    monkeypatch.setattr(listing.os, "scandir", lambda _: pytest.fail("the folder was listed anew"))
    began = time.process_time()
    assert clips() == ["x#.png"]
    assert time.process_time() - began < 0.1


def test_the_fingerprint_covers_every_frame(place):
    touch(place, "a.0001.exr", "a.0002.exr", "a.0003.exr")
    before = fingerprint("a.####.exr")
    assert before == fingerprint("a.%04d.exr") == clip_state(find_clip("a.0002.exr"))
    (place / "a.0002.exr").write_bytes(b"longer")
    changed = fingerprint("a.####.exr")
    touch(place, "a.0004.exr")
    assert len({before, changed, fingerprint("a.####.exr")}) == 3


def test_a_disk_that_is_slow_is_left_in_peace(place, monkeypatch):
    touch(place, "a.0001.exr", "a.0002.exr")
    monkeypatch.setattr(listing, "_SLOW", 0.0)
    monkeypatch.setattr(listing, "_REST", 1e9)
    assert clips() == ["a.####.exr"]
    touch(place, "b.mov")
    assert clips() == ["a.####.exr"]
    monkeypatch.setattr(listing, "_walks", {})
    monkeypatch.setattr(listing, "_REST", 0)
    assert clips() == ["a.####.exr", "b.mov"]
    touch(place, "c.mov")
    assert clips() == ["a.####.exr", "b.mov", "c.mov"]
