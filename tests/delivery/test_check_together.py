"""What is told of a delivery's files together: white, the logo's place, burnt-in text, looks of their own, the whole table."""

import json
from datetime import date

import cv2
import numpy as np
import pytest
import torch
from logo_cards import drawn_logo
from PIL import Image
from raccord.nodes.delivery.channels import load_channel, parse_channels
from raccord.nodes.delivery.check import check_files, readiness
from raccord.nodes.delivery.check_logo import check_logo_place, find_logo
from raccord.nodes.delivery.check_set import check_consistency
from raccord.nodes.delivery.check_text import contrast_in
from raccord.nodes.delivery.check_together import check_together
from raccord.nodes.delivery.export import export_channels
from raccord.nodes.delivery.order import Order
from raccord.nodes.delivery.source import Source
from raccord.nodes.delivery.template_age import old_templates
from raccord.nodes.media.xmp import Rights
from raccord.nodes.wires.kit import Kit
from raccord.nodes.wires.shot import Shot
from raccord.nodes.wires.zone import parse_zones

FULL = Rights.parse("creator: Studio\nlicence: all\nalt: a wall\nsign_off: Ana")


def scene(height=540, width=960, seed=3):
    """Soft colours, with a light part."""
    little = torch.rand(1, 3, 9, 16, generator=torch.Generator().manual_seed(seed))
    soft = torch.nn.functional.interpolate(little, (height, width), mode="bicubic")[0].movedim(0, -1).clamp(0.1, 0.8)
    picture = (soft * 255).byte().numpy().copy()
    picture[height // 4:height // 2, width // 3:width * 3 // 5] = 240
    return picture


def marks(logo):
    return (logo.rgba * 255).round().byte().numpy()


def with_logo(picture, logo, x, y, share=0.16):
    """The picture with a logo whose upper left corner is at x, y in fractions."""
    out, width = picture.astype(np.float32), round(share * picture.shape[1])
    height = round(logo.rgba.shape[0] * width / logo.rgba.shape[1])
    mark = cv2.resize(logo.rgba.numpy(), (width, height), interpolation=cv2.INTER_AREA)
    left, top = round(x * picture.shape[1]), round(y * picture.shape[0])
    part = out[top:top + height, left:left + width]
    part[:] = part * (1 - mark[..., 3:]) + mark[..., :3] * 255 * mark[..., 3:]
    return out.round().clip(0, 255).astype(np.uint8)


def test_a_tinted_white_is_named_though_the_mean_colour_holds(place):
    picture = scene()
    tinted = picture.astype(np.float64)
    light = picture.min(-1) > 235
    tinted[light] += (0, -6, -14)
    paths = [place.output_directory / f"{n}.png" for n in "abc"]
    shown = [(paths[0], picture, 0), (paths[1], picture[:, 200:760], 0), (paths[2], tinted.clip(0, 255).astype(np.uint8), 0)]
    found = {(f.check, f.file): f for f in check_consistency(shown)}
    assert [found["publish.white_point", f"{name}.png"].verdict for name in "abc"] == ["pass", "pass", "warn"]
    assert found["publish.white_point", "c.png"].value == pytest.approx(14, abs=1.5)
    assert {f.verdict for (check, _), f in found.items() if check == "publish.consistency"} == {"pass"}


@pytest.mark.parametrize("seed", range(6))
def test_a_logo_is_found_where_it_lies_and_nowhere_else(seed):
    logo, picture = drawn_logo(seed), scene(seed=seed)
    there = cv2.imdecode(cv2.imencode(".jpg", with_logo(picture, logo, 0.7, 0.66), [1, 80])[1], 1)
    found = find_logo(np.ascontiguousarray(there), marks(logo))
    assert found is not None
    assert found.words == "bottom right"
    assert (found.x, found.width) == (pytest.approx(0.78, abs=0.01), pytest.approx(0.16, abs=0.015))
    assert find_logo(picture, marks(logo)) is None
    assert find_logo(with_logo(picture, drawn_logo(seed + 1), 0.7, 0.66), marks(logo)) is None


def test_a_logo_that_moves_or_goes_between_channels_is_named(place):
    logo, picture = drawn_logo(1), scene()
    wide, tall = with_logo(picture, logo, 0.8, 0.05), with_logo(picture[:, 300:604], logo, 0.05, 0.8, 0.3)
    files = {"a.png": (wide, 0), "b.png": (with_logo(picture, logo, 0.82, 0.04), 0), "c.png": (tall, 0),
             "d.png": (picture[:, 200:700], 0), "other_frame.png": (picture, 9)}
    shown = [(place.output_directory / name, *what) for name, what in files.items()]
    found = {f.file: f for f in check_logo_place(shown, Kit(logos=(logo,)))}
    assert {name: f.verdict for name, f in found.items()} == {"a.png": "pass", "b.png": "pass", "c.png": "warn", "d.png": "warn"}
    assert (found["c.png"].value, found["c.png"].limit) == ("bottom left", "top right")
    assert "3 other files show it" in found["d.png"].message
    nowhere = check_logo_place(shown[3:], Kit(logos=(logo,)))
    assert [f.verdict for f in nowhere] == ["not tested"]


@pytest.mark.parametrize(("ground", "low", "high", "burnt"), [
    (20, 16.0, 21.0, True), (200, 1.4, 1.9, True), (119, 4.2, 4.8, True), (255, 1.0, 1.0, False)])
def test_burnt_in_text_is_judged_by_the_ground_around_it(ground, low, high, burnt):
    zone = parse_zones("title: 0 0 1 1 #FFFFFF 64px")[0]
    place = np.full((220, 900, 3), ground, np.uint8)
    cv2.putText(place, "Bonjour", (40, 150), cv2.FONT_HERSHEY_SIMPLEX, 3.2, (255, 255, 255), 9, cv2.LINE_AA)
    ratio, found = contrast_in(place, zone, 1080)
    assert found is burnt
    assert low <= ratio <= high


def test_white_text_that_runs_into_a_white_wall_fails():
    zone = parse_zones("title: 0 0 1 1 #FFFFFF 64px")[0]
    place = np.full((220, 900, 3), 20, np.uint8)
    place[:, 420:] = 250
    cv2.putText(place, "Bonjour", (40, 150), cv2.FONT_HERSHEY_SIMPLEX, 3.2, (255, 255, 255), 9, cv2.LINE_AA)
    assert contrast_in(place, zone, 1080)[0] < 1.2


def test_a_channel_with_a_look_is_not_compared_and_another_look_is_another_file(place, tmp_path):
    place.library = (tmp_path,)
    for name in ("channels", "luts"):
        (tmp_path / name).mkdir()
    for name, of in (("lobby", "instagram_1x1"), ("page", "web_hero")):
        (tmp_path / "channels" / f"{name}.json").write_text(json.dumps({"extends": of, "lut": "look.cube"}))
    red = [f"{r} {g * 0.5} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    (tmp_path / "luts" / "look.cube").write_text("LUT_3D_SIZE 2\n" + "\n".join(red) + "\n")
    clip = torch.from_numpy(scene(270, 480)).float().div(255).expand(76, -1, -1, -1)
    order = Order(parse_channels("lobby, page, instagram_4x5, instagram_1x1"), Shot("a", "SH010", fps=25), FULL)
    first = export_channels(clip, order)
    found = check_files(".", [], "", clip).findings
    assert [f for f in found if f.verdict in ("warn", "fail")] == []
    compared: dict[str, set[str]] = {}
    for finding in found:
        if finding.verdict == "pass" and finding.file:
            compared.setdefault(finding.check, set()).add(finding.file.split("/")[1])
    assert compared["publish.white_point"] == {"a_SH010_instagram_4x5_v001", "a_SH010_instagram_1x1_v001"}
    assert "a_SH010_page_v001" in compared["publish.colour"]  # with what its manifest notes, the look in it
    (tmp_path / "luts" / "look.cube").write_text("LUT_3D_SIZE 2\n" + "\n".join(reversed(red)) + "\n")
    second = export_channels(clip, order)
    assert {f.split("/")[1] for f in second.files} - {f.split("/")[1] for f in first.files} == {
        "a_SH010_lobby_v002", "a_SH010_page_v002"}


def test_every_file_has_a_row_whether_anything_is_known_of_it_or_not(place):
    Image.new("RGB", (64, 64)).save(place.output_directory / "mine.tif")
    export_channels(torch.from_numpy(scene(270, 480)).float().div(255)[None], Order(parse_channels("web_hero"),
                                                                                                 Shot("a", "b"), FULL))
    folder = place.output_directory / "delivery" / "a_b_web_hero_v001"
    document = json.loads((folder / "a_b_web_hero_v001.manifest.json").read_text(encoding="utf-8"))
    (folder / "notes.cube").write_text("LUT_3D_SIZE 2\n")
    document["files"] += [{"path": "notes.cube", "sha256": "0", "bytes": 1}, {"path": "../../../gone", "sha256": "0", "bytes": 1}]
    (folder / "a_b_web_hero_v001.manifest.json").write_text(json.dumps(document), encoding="utf-8")
    checklist = check_files(".", [], "")
    rows = {r["file"].rsplit("/", 1)[-1]: r for r in readiness(checklist)}
    assert len(rows) == len([f for f in place.files() if not f.endswith(".workflow.json")])
    assert (rows["mine.tif"]["state"], rows["notes.cube"]["state"]) == ("not tested", "not tested")
    assert rows["a_b_web_hero_v001.manifest.json"]["state"] == "not ready"
    assert "2 of 6" in rows["a_b_web_hero_v001.manifest.json"]["why"]
    assert rows["a_b_web_hero_v001_w480.jpg"]["state"] == "ready"


def test_what_no_kit_says_is_not_tested(place):
    Image.fromarray(scene()).save(place.output_directory / "web_hero.jpg")
    found = check_together([place.output_directory / "web_hero.jpg"], parse_channels("web_hero"), Source(), None)
    assert {f.check: f.verdict for f in found} == {"publish.contrast": "not tested", "publish.logo_place": "not tested"}


def test_a_template_that_nobody_looked_at_for_half_a_year_says_so():
    channel = load_channel("youtube_16x9")
    checked = date.fromisoformat(channel["checked_on"])
    assert old_templates([channel], date.fromordinal(checked.toordinal() + 180)) == []
    found = old_templates([channel], date.fromordinal(checked.toordinal() + 181))
    assert [(f.check, f.verdict, f.value) for f in found] == [("publish.template", "warn", 181)]
