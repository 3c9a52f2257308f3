"""What channels ask for beyond a film of a size: safe zones, salience, bars, budgets, LCP, the lines of a page."""

import json
from fractions import Fraction

import numpy as np
import pytest
import torch
from PIL import Image
from raccord.nodes.delivery.burn import Burn, bar_height, burn_in, time_code
from raccord.nodes.delivery.channels import load_channel, parse_channels
from raccord.nodes.delivery.export import export_channels
from raccord.nodes.delivery.framing import plan_framing, subject_boxes, subject_share
from raccord.nodes.delivery.lcp import predict_lcp
from raccord.nodes.delivery.order import Order
from raccord.nodes.delivery.saliency import salience
from raccord.nodes.delivery.snippet import WebSet, picture_snippet
from raccord.nodes.delivery.verify import read_back
from raccord.nodes.media.xmp import Rights
from raccord.nodes.wires.kit import Kit
from raccord.nodes.wires.shot import Shot
from raccord.nodes.wires.zone import parse_zones

SHOT = Shot("film", "SH010", take=3, version=2, fps=25)
RIGHTS = Rights.parse("alt: a wall")


def noise(frames=25, height=180, width=320, seed=1):
    little = torch.rand(1, 3, height // 12, width // 12, generator=torch.Generator().manual_seed(seed))
    scene = torch.nn.functional.interpolate(little, (height, width), mode="bicubic").clamp(0, 1)[0].movedim(0, -1)
    return scene.expand(frames, -1, -1, -1)


def masked(boxes, height=180, width=320):
    mask = torch.zeros(len(boxes), height, width)
    for frame, (x, y, w, h) in zip(mask, boxes, strict=True):
        frame[y:y + h, x:x + w] = 1
    return mask


def verdict(delivery, check):
    return next(f for f in delivery.findings if f.check == f"publish.{check}").verdict


@pytest.mark.parametrize(("y", "expected"), [(60, "pass"), (150, "fail"), (100, "warn")])
def test_a_subject_under_the_platforms_signs_is_named(place, y, expected):
    mask = masked([(150, y, 20, 28)] * 5)
    delivery = export_channels(noise(5), Order(parse_channels("vertical_9x16"), SHOT, RIGHTS, mask=mask))
    assert verdict(delivery, "safe_zone") == expected


def test_the_cut_follows_a_subject_to_the_middle_of_what_is_free():
    boxes = subject_boxes(masked([(20 + 4 * t, 60, 20, 20) for t in range(48)]))
    vertical = load_channel("vertical_9x16")
    framing = plan_framing((320, 180), vertical, "crop", boxes, Fraction(24))
    zone = subject_share(framing, boxes, vertical["safe_zone"])
    assert zone is not None
    assert zone[0] == 1
    path = np.array(framing.corners)[:, 0]
    assert np.abs(np.diff(path)).max() < 4.1
    assert np.abs(np.diff(path, 2)).max() < 0.5  # smooth: no step of its speed


def test_without_a_mask_what_stands_out_is_kept(place):
    scene = torch.full((8, 180, 320, 3), 0.4) + 0.02 * noise(8)
    scene[:, 70:110, 240:280] = torch.tensor((0.9, 0.2, 0.1))
    map_ = salience((scene[0, ::4, ::4] * 255).numpy().astype(np.uint8))
    assert abs(map_.sum() - 1) < 1e-9
    assert map_[:, 40:].sum() > map_[:, :40].sum()
    export_channels(scene, Order(parse_channels("vertical_9x16"), SHOT, RIGHTS))
    film = next(place.output_directory.rglob("*.mp4"))
    shown = read_back(film, (4,))[1][4].astype(int)
    assert ((shown[..., 0] - shown[..., 2]) > 80).mean() > 0.05  # the red thing is in the cut
    middle = export_channels(scene, Order(parse_channels("vertical_9x16"), SHOT, RIGHTS, fit="crop middle", folder="b"))
    shown = read_back(place.output_directory / next(f for f in middle.files if f.endswith(".mp4")), (4,))[1][4].astype(int)
    assert ((shown[..., 0] - shown[..., 2]) > 80).mean() == 0


def test_letters_that_the_bar_cannot_show_are_named(place, clip):
    for show, names in (("Été", []), ("日本 Été", ["日本"])):
        made = export_channels(clip, Order(parse_channels("review_proxy"), Shot(show, "SH010", fps=25), RIGHTS))
        assert [f.value for f in made.findings if f.check == "publish.burn_in"] == names


def test_a_review_proxy_carries_its_names_below_the_picture(place, clip):
    export_channels(clip, Order(parse_channels("review_proxy"), SHOT, RIGHTS, verdict="fail"))
    film = next(place.output_directory.rglob("*.mp4"))
    shown = read_back(film, (0, 5))[1]
    height = shown[0].shape[0] - bar_height(360)
    assert shown[0].shape[:2] == (360 + bar_height(360), 640)
    assert np.abs(shown[0][height // 2 + 20, 320].astype(int) - (200, 30, 30)).max() <= 3  # the picture is untouched
    bar, later = shown[0][height:].astype(int), shown[5][height:].astype(int)
    assert (bar[:, :6, 0] - bar[:, :6, 2]).mean() > 80  # the colour of fail
    changed = np.abs(bar - later).max(-1) > 60
    assert changed[:, 400:].any()  # the frame number moves on
    assert not changed[:, :380].any()  # the names stay


def test_time_code_counts_the_frame_number():
    assert time_code(1001, Fraction(25)) == "00:00:40:01"
    assert time_code(90000, Fraction(25)) == "01:00:00:00"
    frames = np.zeros((2, 360, 640, 3), np.uint8)
    out = burn_in(frames, 0, Burn(SHOT))
    assert out.shape == (2, 360 + bar_height(360), 640, 3)
    assert not frames.any()


def test_a_weight_budget_is_kept_by_encoding_again(place, tmp_path):
    place.library = (tmp_path,)
    (tmp_path / "channels").mkdir()
    (tmp_path / "channels" / "lobby.json").write_text(json.dumps({"extends": "instagram_1x1", "budget_mb": 0.12, "crf": 4}))
    grain = torch.rand(50, 120, 120, 3, generator=torch.Generator().manual_seed(0))
    delivery = export_channels(grain, Order(parse_channels("lobby"), SHOT, RIGHTS))
    film = next(place.output_directory.rglob("*.mp4"))
    assert film.stat().st_size <= 120_000
    assert delivery.rows[0]["encodes"] >= 1
    assert verdict(delivery, "weight") == "pass"
    assert verdict(delivery, "colour") == "pass"


def test_a_channel_of_a_studio_has_its_name_pattern_and_its_look(place, tmp_path):
    place.library = (tmp_path,)
    for name in ("channels", "luts"):
        (tmp_path / name).mkdir()
    (tmp_path / "channels" / "lobby.json").write_text(json.dumps(
        {"extends": "youtube_16x9", "naming": "{shot}_t{take}_{channel}_v{version}", "lut": "swap.cube"}))
    rows = [f"{b} {g} {r}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]  # red and blue change places
    (tmp_path / "luts" / "swap.cube").write_text("LUT_3D_SIZE 2\n" + "\n".join(rows) + "\n")
    red = torch.tensor((200.0, 30.0, 30.0)).div(255).expand(6, 90, 160, 3)
    delivery = export_channels(red, Order(parse_channels("lobby"), SHOT, RIGHTS))
    film = next(place.output_directory.rglob("*.mp4"))
    assert film.name == "SH010_t03_lobby_v002.mp4"
    assert np.abs(read_back(film, (3,))[1][3].reshape(-1, 3).mean(0) - (30, 30, 200)).max() <= 1.5
    assert verdict(delivery, "colour") == "pass"


def test_text_zones_of_the_kit_stay_in_the_safe_zone(place, clip):
    kit = Kit(text_zones=parse_zones("title: 0.1 0.2 0.8 0.2\nlow: 0.1 0.8 0.8 0.1\nother: 0 0 1 1 @x"))
    delivery = export_channels(clip, Order(parse_channels("vertical_9x16"), SHOT, RIGHTS, kit=kit))
    assert [f.verdict for f in delivery.findings if f.check == "publish.text_zone"] == ["pass", "warn"]


def test_a_poster_and_a_portrait_set_are_readable_pictures(place):
    delivery = export_channels(noise(4, 480, 854), Order(parse_channels("web_responsive, youtube_16x9"), SHOT, RIGHTS,
                                                         hero_frame=2))
    posters = [f for f in delivery.files if f.endswith(".poster.jpg")]
    assert len(posters) == 1
    with Image.open(place.output_directory / posters[0]) as picture:
        assert picture.size == (1280, 720)
    portrait = [f for f in delivery.files if "_portrait_w" in f and f.endswith(".avif")]
    with Image.open(place.output_directory / portrait[0]) as picture:
        assert abs(picture.width / picture.height - 0.8) < 0.01
    page = next(place.output_directory.rglob("*.picture.txt")).read_text(encoding="utf-8")
    assert page.index('media="(max-width: 640px)"') < page.index("<img ")
    named = [part.split()[0] for line in page.splitlines() if "srcset" in line
             for part in line.split('srcset="')[1].split('"')[0].split(", ")]
    folder = next(place.output_directory.rglob("*.picture.txt")).parent
    assert len(named) > 6
    assert all((folder / name).is_file() for name in named)


GOLDEN = {("slow 4G", 30, "in HTML"): (1310, 1460, 2060, 2510, 3560),
          ("slow 4G", 600, "after CSS"): (1910, 2210, 2660, 3110, 4160),
          ("desktop", 200, "in HTML"): (670, 710, 790, 870, 1030), ("desktop", 600, "after CSS"): (1140, 1180, 1260, 1340, 1500)}


@pytest.mark.parametrize("key", GOLDEN)
def test_the_prediction_has_the_published_values(key):
    assert tuple(round(predict_lcp(kb * 1000, *key)) for kb in (50, 100, 200, 300, 500)) == GOLDEN[key]


def test_a_decorative_picture_has_an_empty_alternative():
    page = picture_snippet([WebSet("a", ((800, 450), (400, 225)), ("avif", "jpeg"))], "50vw", Rights.parse("alt: decorative"))
    assert 'alt=""' in page
    assert 'sizes="50vw"' in page
    assert 'a_w400.avif 400w, a_w800.avif 800w' in page
