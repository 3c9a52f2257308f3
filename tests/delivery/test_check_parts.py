"""Single checks of the list, on what is known to be good and known to be bad."""

from datetime import date

import numpy as np
import pytest
import torch
from raccord.nodes.delivery.channels import load_channel, parse_channels
from raccord.nodes.delivery.check import check_files, readiness
from raccord.nodes.delivery.check_captions import check_captions
from raccord.nodes.delivery.check_light import banding, flashes_of
from raccord.nodes.delivery.check_name import check_name
from raccord.nodes.delivery.check_page import check_page
from raccord.nodes.delivery.check_rights import check_rights, check_source_type
from raccord.nodes.delivery.check_set import check_consistency
from raccord.nodes.delivery.check_text import check_contrast
from raccord.nodes.delivery.export import export_channels
from raccord.nodes.delivery.order import Order
from raccord.nodes.delivery.overlap import find_part
from raccord.nodes.media.captions import parse_srt
from raccord.nodes.media.xmp import Rights, stated_rights, xmp_packet
from raccord.nodes.wires.kit import Kit
from raccord.nodes.wires.shot import Shot
from raccord.nodes.wires.zone import parse_zones

SHOT = Shot("film", "SH010", fps=25)
FULL = "creator: A & B\nlicence: all <media>\nalt: a wall\nsign_off: Ana\nexpires: 2099-01-01\nreleases: MR-1\ncredit: C"


def flat(levels, size=(18, 32)):
    return (np.full((*size, 3), v, np.uint8) for v in levels)


def test_three_flashes_in_a_second_are_allowed_and_four_are_not():
    def flicker(count):
        return [v for _ in range(count) for v in (40, 40, 200, 200)] + [40] * 30

    assert flashes_of(flat(flicker(3)), 25).worst == 3
    assert flashes_of(flat(flicker(6)), 25).worst > 3
    assert flashes_of(flat(flicker(6)), 8).worst <= 3  # the same frames over more time
    assert flashes_of(flat([40, 48] * 20), 25).worst == 0  # too weak
    small = [np.full((18, 32, 3), 40, np.uint8) for _ in range(40)]
    for frame in small[::2]:
        frame[:8, :8] = 220  # a ninth of the picture
    assert flashes_of(iter(small), 25).worst == 0
    assert flashes_of(flat(range(0, 250, 5)), 25).worst <= 0.5  # a fade is one change


def test_red_flashes_count_at_equal_light():
    red, grey = np.zeros((18, 32, 3), np.uint8), np.full((18, 32, 3), 112, np.uint8)
    red[..., 0] = 210
    assert flashes_of(iter([red, grey] * 12), 25).worst > 3


def test_stairs_are_banding_and_gradients_and_blocks_are_not():
    ramp = np.linspace(20, 120, 640)
    gradient = np.repeat(np.repeat(ramp.round().astype(np.uint8)[None, :, None], 360, 0), 3, 2)
    assert banding(gradient) == 0
    stairs = (gradient // 6 * 6).astype(np.uint8)
    assert banding(stairs) > 0.3
    noisy = np.clip(stairs.astype(int) + np.random.default_rng(0).integers(-2, 3, stairs.shape), 0, 255).astype(np.uint8)
    assert banding(noisy) < 0.02
    letters = np.where(np.arange(640)[None, :, None] // 40 % 2 == 0, 30, 42).repeat(360, 0).repeat(3, 2).astype(np.uint8)
    assert banding(letters) == 0  # up and down is a pattern


def test_rights_are_read_back_whole_and_expire():
    said = stated_rights(xmp_packet(Rights.parse(FULL)))
    assert said == {"creator": "A & B", "credit": "C", "licence": "all <media>", "releases": "MR-1", "expires": "2099-01-01",
                    "alt": "a wall", "sign_off": "Ana", "digital_source_type": "trainedAlgorithmicMedia"}
    web = load_channel("web_hero")
    good = check_rights("a.jpg", xmp_packet(Rights.parse(FULL)), web, today=date(2026, 1, 1))
    assert {f.verdict for f in good} == {"pass"}
    for today, expected in ((date(2099, 1, 1), "warn"), (date(2099, 1, 2), "fail"), (date(2098, 6, 1), "pass")):
        found = {f.check: f.verdict for f in check_rights("a.jpg", xmp_packet(Rights.parse(FULL)), None, today=today)}
        assert found == {"publish.expiry": expected}
    bare = {f.check: f.verdict for f in check_rights("a.jpg", b"", web)}
    assert bare == {"publish.rights": "warn", "publish.sign_off": "warn", "publish.expiry": "not tested",
                    "publish.releases": "not tested"}
    foreign = "<rdf:Description photoshop:Credit='C' plus:LicenseEndDate=\"2020-01-01T00:00:00\"/>"
    assert stated_rights(foreign)["credit"] == "C"
    assert check_rights("a.jpg", foreign, None)[0].verdict == "fail"


@pytest.mark.parametrize(("expires", "verdict", "says"), [
    ("2020:01:01 00:00:00", "fail", "2020-01-01"), ("01/31/2020", "fail", "2020-01-31"), ("31 Jan 2020", "fail", "2020-01-31"),
    ("01/02/2099", "pass", "2099"), ("01/03/2026", "warn", "2026-01-03 or 2026-03-01"), ("2020-13-45", "warn", "no date"),
    ("for ever", "warn", "no date")])
def test_an_expiry_in_another_writing(expires, verdict, says):
    said = f"<rdf:Description plus:LicenseEndDate='{expires}'/>"
    (finding,) = check_rights("a.jpg", said, None, today=date(2026, 2, 1))
    assert (finding.check, finding.verdict) == ("publish.expiry", verdict)
    assert says in finding.message


def test_a_source_type_that_nobody_knows_is_named():
    assert check_source_type("a", "digitalCapture").verdict == "pass"
    assert (check_source_type("a", "").verdict, check_source_type("a", "nonsense").verdict) == ("warn", "warn")
    assert "nonsense, which IPTC does not know" in check_source_type("a", "nonsense").message


@pytest.mark.parametrize(("name", "good"), [
    ("film_SH010_web_hero_v001_w480.avif", True), ("film_a_b_SH010_web_hero_v012_w1920.jpg", True),
    ("film_SH010_web_hero_v001_portrait_w480.webp", True), ("web_hero.jpg", False), ("film_SH010_web_hero_v1_w480.avif", False),
    ("film_SH010_web_hero_v001 final(2).jpg", False), ("film_SH010_web_hero_v001_w480 copie.jpg", False),
    ("film_SH010_youtube_v001_w480.avif", False), ("Été_日本_010_web_hero_v001_w480.avif", True),
    ("my show_SH 010_web_hero_v001_w480.avif", True), ("Film (2026)_a&b_web_hero_v001.picture.txt", False),
    ("Film (2026)_a&b_web_hero_v001_w480.jpg", True), ("e\u0301te_x_web_hero_v001_w480.avif", True),
    ("Copy of film_SH010_web_hero_v001_w480.jpg", False), ("film_SH010_web_hero_v001_w480(1).jpg", False),
    ("_SH010_web_hero_v001_w480.jpg", False)])
def test_names(tmp_path, name, good):
    assert (check_name(tmp_path / name, name, load_channel("web_hero"))[0].verdict == "pass") == good


def test_a_part_is_found_and_a_stranger_is_not():
    rng = np.random.default_rng(3)
    scene = np.asarray(torch.nn.functional.interpolate(torch.from_numpy(rng.random((1, 3, 9, 16))), (270, 480), mode="bicubic")
                       .clamp(0, 1)[0].movedim(0, -1) * 255).astype(np.uint8)
    pair = find_part(scene, scene[:, 120:272])
    assert pair is not None
    assert np.abs(pair[0].astype(int) - pair[1]).mean() < 3
    barred = np.zeros((480, 480, 3), np.uint8)
    barred[105:375] = scene
    assert find_part(barred, scene[:, 120:272]) is not None
    assert find_part(scene, scene[::-1, ::-1]) is None


def test_the_odd_one_out_of_a_delivery_is_named(place):
    rng = np.random.default_rng(3)
    scene = np.asarray(torch.nn.functional.interpolate(torch.from_numpy(rng.random((1, 3, 9, 16))), (270, 480), mode="bicubic")
                       .clamp(0.1, 0.8)[0].movedim(0, -1) * 255).astype(np.uint8)
    warm = np.clip(scene.astype(float) * (1.1, 1, 0.9), 0, 255).astype(np.uint8)
    paths = [place.output_directory / n for n in ("a.jpg", "b.jpg", "c.jpg", "d.jpg")]
    shown = [(paths[0], scene, 0), (paths[1], scene[:, 100:300], 0), (paths[2], warm, 0), (paths[3], scene[::-1], 7)]
    found = {f.file: f.verdict for f in check_consistency(shown)}
    assert found == {"a.jpg": "pass", "b.jpg": "pass", "c.jpg": "warn"}


def test_contrast_under_the_kits_text(place):
    picture = np.full((108, 192, 3), 255, np.uint8)
    picture[:, 96:] = 20
    kit = Kit(text_zones=parse_zones("a: 0 0 0.5 1 #FFFFFF\nb: 0.5 0 0.5 1 #FFFFFF\nc: 0 0 1 1\nd: 0 0 0.5 1 #767676 12px"))
    found = check_contrast(place.output_directory / "x.jpg", picture, None, kit)
    assert [(f.verdict, f.value) for f in found[:2]] == [("warn", 1.0), ("pass", pytest.approx(18.4, abs=0.5))]
    assert (found[2].verdict, found[2].value) == ("warn", pytest.approx(1.14, abs=0.03))  # half light, half dark: no ink reads
    assert found[3].value == pytest.approx(4.54, abs=0.02)  # the grey that WCAG names as just enough
    assert found[3].limit == 4.5


@pytest.mark.parametrize(("text", "check"), [
    ("1\n00:00:00,000 --> 00:00:01,000\nThirty letters in a second is too much\n", "captions_speed"),
    ("1\n00:00:00,000 --> 00:00:09,000\n" + "a" * 60 + "\n", "captions_lines"),
    ("1\n00:00:00,000 --> 00:00:03,000\nOne\n\n2\n00:00:02,000 --> 00:00:04,000\nTwo\n", "captions")])
def test_captions_that_cannot_be_read(place, text, check):
    path = place.output_directory / "a.srt"
    path.write_text(text, encoding="utf-8")
    assert [f.check for f in check_captions(path, None) if f.verdict == "warn"] == [f"publish.{check}"]


def test_a_whole_delivery_is_ready_and_the_table_says_so(place, clip):
    order = Order(parse_channels("web_hero, vertical_9x16"), SHOT, Rights.parse(FULL), captions=parse_srt(
        "1\n00:00:00,000 --> 00:00:00,400\nOui\n"))
    whole = clip[torch.arange(80) % 12]
    export_channels(whole, order)
    checklist = check_files(".", [], "", whole)
    assert [f for f in checklist.findings if f.verdict in ("warn", "fail")] == []
    rows = readiness(checklist)
    assert {r["state"] for r in rows} == {"ready"}
    page = next(place.output_directory.rglob("*.picture.txt"))
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("<img ", '<img loading="lazy" ').replace('alt="a wall"', 'alt=""'), encoding="utf-8")
    assert {f.check: f.verdict for f in check_page(page, load_channel("web_hero"))} == {
        "publish.snippet": "fail", "publish.alt": "warn", "publish.lcp": "pass"}
    row = next(r for r in readiness(check_files(".", [], "")) if r["file"].endswith(".picture.txt"))
    assert row["state"] == "not ready"
    assert "lazily" in row["why"]
