from itertools import pairwise

import numpy as np
import pytest
import torch
from brand_cards import card, rgb, scene
from raccord.nodes.brand.clutter import clutter
from raccord.nodes.brand.zones import contrast_ratio, luminance, zones
from raccord.nodes.image.layout import resize
from raccord.nodes.wires.zone import parse_zones

ZONE = parse_zones("headline: 0.1 0.1 0.8 0.4 #FFFFFF")


@pytest.mark.parametrize(("one", "other", "ratio"), [
    ("#FFFFFF", "#000000", 21.0), ("#FFFFFF", "#767676", 4.54), ("#FFFFFF", "#FFFFFF", 1.0)])
def test_the_ratio_is_wcags(one, other, ratio):
    light = [float(luminance(torch.from_numpy(rgb(code)))) for code in (one, other)]
    assert contrast_ratio(*light) == pytest.approx(ratio, abs=0.005)


def test_a_calm_ground_at_the_limit_is_at_the_limit():
    part = zones(card(("#767676", 1.0)), ZONE)
    assert part.raw == pytest.approx(4.54, abs=0.01)
    assert part.value == pytest.approx(0.5, abs=0.01)
    assert part.box == (20, 16, 160, 64)


def test_large_text_needs_three_to_one():
    assert zones(card(("#949494", 1.0)), parse_zones("a: 0 0 1 1 #FFFFFF 48px")).verdict == "pass"
    assert zones(card(("#949494", 1.0)), parse_zones("a: 0 0 1 1 #FFFFFF 20px")).verdict != "pass"


def test_less_contrast_is_less_value():
    values = [zones(card((f"#{grey:02X}{grey:02X}{grey:02X}", 1.0)), ZONE).value for grey in range(0, 256, 15)]
    assert all(a > b for a, b in pairwise(values))


def test_noise_in_the_zone_is_less_value_and_elsewhere_nothing():
    noise = torch.from_numpy(np.random.default_rng(3).standard_normal((160, 200, 1))).float()
    plain = card(("#404040", 1.0))
    inside = [plain.clone() for _ in range(6)]
    for level, picture in enumerate(inside):
        picture[16:80, 20:180] += 0.04 * level * noise[16:80, 20:180]
    for measure in (zones, clutter):
        values = [measure(picture.clamp(0, 1), ZONE).value for picture in inside]
        assert all(a > b for a, b in pairwise(values))
    outside = plain.clone()
    outside[100:] += 0.2 * noise[100:]
    assert zones(outside.clamp(0, 1), ZONE).value == zones(plain, ZONE).value
    assert clutter(outside.clamp(0, 1), ZONE).value == pytest.approx(clutter(plain, ZONE).value, abs=0.02)


def test_a_bright_corner_of_the_zone_is_the_worst_part():
    picture = card(("#101010", 1.0))
    picture[16:48, 148:180] = 0.95
    part = zones(picture, ZONE)
    x, y, w, h = part.details["zones"][0]["worst"]
    assert part.raw < 1.5
    assert 140 <= x <= 160
    assert (y, w, h) == (16, 32, 32)


def test_without_zones_nothing_is_tested():
    for part in (zones(card(("#101010", 1.0)), ()), clutter(card(("#101010", 1.0)), ())):
        assert (part.verdict, part.value) == ("not tested", None)


def test_a_picture_of_one_pixel_has_an_answer():
    assert zones(torch.zeros(1, 1, 3), ZONE).raw == pytest.approx(21)
    assert clutter(torch.zeros(1, 1, 3), ZONE).raw == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(("x", "y", "w", "h"), [(31, 21, 40, 24), (90, 40, 22, 37)])
def test_the_box_is_the_place_that_cannot_be_read(x, y, w, h):
    picture = card(("#101010", 1.0))
    picture[y:y + h, x:x + w] = 0.9
    assert zones(picture, ZONE).box == (x, y, w, h)
    assert zones(card(("#101010", 1.0)), ZONE).box == (20, 16, 160, 64)


def test_clutter_is_the_same_at_half_the_size():
    noise = 0.05 * torch.from_numpy(np.random.default_rng(3).standard_normal((540, 960, 1))).float()
    picture = (card(("#404040", 1.0), size=(540, 960)) + noise).clamp(0, 1)
    assert clutter(resize(picture[None], 270, 480)[0], ZONE).value == pytest.approx(clutter(picture, ZONE).value, abs=0.05)


@pytest.mark.parametrize("at", [(0, 0), (7, 5), (12, 12), (19, 31)])
def test_a_place_of_one_letter_is_seen_wherever_it_lies(at):
    picture = torch.zeros(540, 960, 3)
    x, y = 96 + at[0], 54 + at[1]
    picture[y:y + 24, x:x + 24] = 0.62
    part = zones(picture, parse_zones("line: 0.1 0.1 0.5 0.3 #FFFFFF 48px"))
    assert part.raw == pytest.approx(2.66, abs=0.05)
    assert part.box == (x, y, 24, 24)


@pytest.mark.parametrize(("light", "box"), [(0.0, (200, 120, 30, 40)), (0.9, (300, 90, 24, 24)), (0.0, (140, 60, 12, 60))])
def test_a_stray_detail_in_a_calm_zone_warns_at_its_place_and_moves_no_value(light, box):
    planned = parse_zones("headline: 0.1 0.1 0.6 0.4 #FFFFFF 64px")
    plain = card(("#787878" if light == 0 else "#202020", 1.0), size=(540, 960))
    x, y, w, h = box
    picture = plain.clone()
    picture[y:y + h, x:x + w] = light
    calm, part = clutter(plain, planned), clutter(picture, planned)
    assert (calm.verdict, part.verdict) == ("pass", "warn")
    assert "stray" not in calm.details
    assert part.value >= 0.5
    fx, fy, fw, fh = part.box
    inner = (min(fx + fw, x + w) - max(fx, x)) * (min(fy + fh, y + h) - max(fy, y))
    assert inner / (fw * fh + w * h - inner) >= 0.5
    assert "in headline stands out" in part.message


def test_what_is_large_soft_or_everywhere_is_no_stray_detail():
    planned = parse_zones("headline: 0.1 0.1 0.6 0.4 #FFFFFF 64px")
    ramp = torch.linspace(0, 1, 960)[None, :, None].expand(540, -1, 3)
    half = card(("#101010", 0.4), ("#F0F0F0", 0.6), size=(540, 960))
    checks = torch.from_numpy(np.add.outer(np.arange(540) // 8, np.arange(960) // 8) % 2)[..., None].expand(-1, -1, 3).float()
    grain = 0.2 + 0.05 * torch.from_numpy(np.random.default_rng(1).standard_normal((540, 960, 1))).float().expand(-1, -1, 3)
    for picture in (ramp, half, checks, grain.clamp(0, 1), 0.3 * scene(4, (540, 960))):
        assert "stray" not in clutter(picture.contiguous(), planned).details


@pytest.mark.parametrize("box", [(662, 100, 200, 160), (300, 0, 300, 64), (20, 262, 400, 200)])
def test_a_large_thing_that_looks_into_a_zone_by_a_stripe_is_no_stray_detail(box):
    planned, picture = parse_zones("headline: 0.1 0.1 0.6 0.4 #FFFFFF 64px"), card(("#202020", 1.0), size=(540, 960)).clone()
    x, y, w, h = box
    picture[y:y + h, x:x + w] = 0.9
    assert "stray" not in clutter(picture, planned).details
