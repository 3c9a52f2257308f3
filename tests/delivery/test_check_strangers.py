"""Publish Check over files that are none of ours: each bad one is a finding of its own, and the check goes on."""

import errno
import json
import os
import shutil
import struct
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from raccord.nodes.delivery.check import check_files, readiness
from raccord.nodes.media.certificates import load_certificate, studio_anchors
from raccord.nodes.media.encode import FilmSpec, FilmWriter
from raccord.nodes.media.manifest import file_sha256, whole_files


@pytest.fixture
def folder(place):
    """A folder with a good picture in it, which must be checked whatever lies beside it."""
    (place.output_directory / "web_hero").mkdir()
    Image.new("RGB", (64, 48), (90, 20, 10)).save(place.output_directory / "web_hero" / "good.jpg")
    return place.output_directory / "web_hero"


@pytest.fixture
def closed(monkeypatch):
    """Names of files that may not be opened: a right that a test run as root always has."""
    names, real = set(), Path.open

    def refuse(path, *args, **more):
        if path.name in names:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, *args, **more)

    monkeypatch.setattr(Path, "open", refuse)
    return names


def film(path, size=(320, 180)):
    path.parent.mkdir(parents=True, exist_ok=True)
    with FilmWriter(path, FilmSpec(*size, Fraction(24))) as writer:
        writer.write(np.random.default_rng(0).integers(40, 200, (12, size[1], size[0], 3), np.uint8))


def said(checklist, name):
    return {(f.check.removeprefix("publish."), f.verdict) for f in checklist.findings if f.file.endswith(name)}


def still_checks_the_good_one(checklist):
    assert ("readable", "pass") in said(checklist, "good.jpg")
    assert all("/tmp" not in f.message for f in checklist.findings)


def test_links_are_findings_and_not_followed(folder, place, tmp_path):
    (tmp_path / "secret.txt").write_text("x")
    for name, target in (("out.jpg", tmp_path / "secret.txt"), ("dead.mp4", folder / "nothing"), ("round", folder)):
        (folder / name).symlink_to(target)
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "same.jpg").symlink_to(folder / "good.jpg")
    checklist = check_files(".", [], "")
    assert said(checklist, "out.jpg") == said(checklist, "dead.mp4") == said(checklist, "loop") == {("readable", "fail")}
    assert said(checklist, "round") == {("kind", "not tested")}
    assert "leads out" in next(f.message for f in checklist.findings if f.file.endswith("out.jpg"))
    still_checks_the_good_one(checklist)
    assert {r["state"] for r in readiness(checklist) if r["file"].endswith(("out.jpg", "dead.mp4"))} == {"not ready"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "a.mp4")
    checklist = check_files(".", [], "")
    assert said(checklist, "a.mp4") == {("readable", "fail")}
    still_checks_the_good_one(checklist)


def test_a_file_that_may_not_be_read(folder, closed):
    (folder / "shut.webp").write_bytes(b"x")
    closed.add("shut.webp")
    checklist = check_files(".", [], "")
    assert said(checklist, "shut.webp") == {("readable", "fail")}
    assert "Permission denied" in next(f.message for f in checklist.findings if f.file.endswith("shut.webp"))
    still_checks_the_good_one(checklist)


def test_a_name_that_is_no_utf8(folder):
    try:
        (folder / os.fsdecode(b"\xff.jpg")).write_bytes(b"x")
    except OSError:
        pytest.skip("this disk takes no such name")
    checklist = check_files(".", [], "")
    assert said(checklist, "\ufffd.jpg") == {("naming", "fail")}
    assert all(f.file.encode("utf-8") for f in checklist.findings if f.file)
    still_checks_the_good_one(checklist)


def bomb():
    """A PNG that says it has ten thousand million pixels."""
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(d)) + kind + d + struct.pack(">I", zlib.crc32(kind + d)) for kind, d in parts)


@pytest.mark.parametrize(("name", "data"), [
    ("a.png", bomb()), ("a.mp4", b""), ("a.avif", b"junk" * 99), ("a.srt", b"\xff\x00"), ("a.exr", b"junk"),
    ("a.0001.exr", b"junk"),
    ("a.picture.txt", b"<img src='" + b"a" * 300 + b".jpg' srcset='a\0b 3w'>")])
def test_what_is_not_what_its_name_says(folder, name, data):
    (folder / name).write_bytes(data)
    checklist = check_files(".", [], "")
    assert ("readable", "fail") in said(checklist, name)
    still_checks_the_good_one(checklist)


@pytest.mark.parametrize("name", ["web_hero.gif", "web_hero.tif", "web_hero.bmp", "web_hero.svg", "youtube_16x9.avi"])
def test_a_channels_file_of_a_kind_that_it_does_not_take_fails(folder, name):
    (folder / name).write_bytes(b"GIF89a")
    assert ("format", "fail") in said(check_files(".", [], ""), name)


def test_what_nobody_reads_is_not_tested_and_what_a_manifest_names_is_as_exported(place):
    (place.output_directory / "notes.html").write_text("<p>hello")
    checklist = check_files(".", [], "")
    assert said(checklist, "notes.html") == {("kind", "not tested")}
    row = {"path": "notes.html", "sha256": file_sha256(place.output_directory / "notes.html")}
    (place.output_directory / "manifest.json").write_text(json.dumps({"files": [row]}))
    checklist = check_files(".", [], "")
    assert said(checklist, "notes.html") == set()
    assert [r["state"] for r in readiness(checklist) if r["file"] == row["path"]] == ["ready"]


def test_the_only_film_of_a_shape_is_judged_as_the_channel_that_is_asked_for(place):
    film(place.output_directory / "final_FINAL(2).mp4", (322, 178))
    film(place.output_directory / "high.mp4", (180, 320))
    checklist = check_files(".", [], "youtube_16x9, instagram_1x1")
    missing = {f.value: f for f in checklist.findings if f.check == "publish.missing"}
    assert (missing["youtube_16x9"].verdict, missing["youtube_16x9"].file) == ("warn", "final_FINAL(2).mp4")
    assert "only one of its kind and shape" in missing["youtube_16x9"].message
    assert (missing["instagram_1x1"].verdict, missing["instagram_1x1"].file) == ("fail", "")
    assert {("shape", "fail"), ("size", "fail"), ("naming", "warn"), ("codec", "pass")} <= said(checklist, "final_FINAL(2).mp4")
    assert not {c for c, _ in said(checklist, "high.mp4")} & {"shape", "naming"}


def test_of_two_nobody_guesses_and_another_channels_file_is_not_taken(place):
    for name in ("a.mp4", "b.mp4", "dooh_c.mp4"):
        film(place.output_directory / name)
    checklist = check_files(".", [], "youtube_16x9")
    finding = next(f for f in checklist.findings if f.check == "publish.missing")
    assert (finding.verdict, finding.file) == ("fail", "")
    assert "2 are of its kind and shape" in finding.message
    (place.output_directory / "a.mp4").unlink()
    (place.output_directory / "b.mp4").unlink()
    assert [f.verdict for f in check_files(".", [], "youtube_16x9").findings if f.check == "publish.missing"] == ["fail"]


def test_a_certificate_that_may_not_be_read_is_named_and_ends_nothing(folder, place, closed, tmp_path):
    pytest.importorskip("c2pa")
    place.library = (tmp_path / "library",)
    (tmp_path / "library" / "certificates").mkdir(parents=True)
    for name in ("open.pem", "shut.pem"):
        (tmp_path / "library" / "certificates" / name).write_text("-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n")
    closed.add("shut.pem")
    text, faults = studio_anchors()
    assert ("BEGIN CERTIFICATE" in text, faults) == (True, ["shut.pem (Permission denied)"])
    checklist = check_files(".", [], "")
    assert [f.verdict for f in checklist.findings if "shut.pem" in f.message] == ["warn"]
    still_checks_the_good_one(checklist)
    with pytest.raises(ValueError, match=r"expected a certificate that can be read in shut\.pem, got 'Permission denied': see"):
        load_certificate("shut")


def test_resume_names_a_delivered_file_that_may_not_be_read(folder, closed):
    good = folder / "good.jpg"
    entries = [{"path": "good.jpg", "bytes": good.stat().st_size, "sha256": file_sha256(good)}]
    assert list(whole_files(folder, entries)) == ["good.jpg"]
    closed.add("good.jpg")
    with pytest.raises(ValueError, match=r"expected a file that can be read in web_hero, got 'Permission denied' for good\.jpg"):
        whole_files(folder, entries)


def test_a_folder_that_goes_after_a_check_is_a_change_and_no_error(folder):
    from raccord.nodes.delivery.nodes import RaccordPublishCheck
    RaccordPublishCheck.execute(folder="web_hero", channels="web_hero")
    checked = RaccordPublishCheck.fingerprint_inputs(folder="web_hero")
    assert RaccordPublishCheck.fingerprint_inputs(folder="web_hero") == checked
    shutil.rmtree(folder)
    gone = RaccordPublishCheck.fingerprint_inputs(folder="web_hero")
    assert gone != checked
    assert RaccordPublishCheck.fingerprint_inputs(folder="web_hero") == gone
