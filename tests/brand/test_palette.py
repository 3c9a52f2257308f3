from itertools import pairwise

import numpy as np
import pytest
import torch
from brand_cards import card, jpeg, turned
from raccord.nodes.brand.banned import banned
from raccord.nodes.brand.cells import cells_of, differences
from raccord.nodes.brand.coverage import averaged, coverage
from raccord.nodes.brand.palette import difference_worth, joined, palette, worth
from raccord.nodes.image.colour import delta_e_2000, srgb_to_lab
from raccord.nodes.wires.kit import Kit
from raccord.nodes.wires.kit_colours import parse_colours
from scipy.stats import spearmanr

KIT = parse_colours("#E63C28 primary 60%\n#FFFFFF secondary 30%\n#14143C accent 10%")
CARD = (("#E63C28", 0.6), ("#FFFFFF", 0.3), ("#14143C", 0.1))


def test_cells_keep_flat_colours_and_areas_exact():
    cells = cells_of(card(*CARD))
    assert sorted(cells.share) == pytest.approx([0.1, 0.3, 0.6])
    assert differences(cells.lab, KIT).min(1) == pytest.approx(0, abs=1e-5)


def test_alpha_weighs_the_area():
    picture = torch.cat((card(*CARD), torch.ones(160, 200, 1)), -1)
    picture[:, :120, 3] = 0
    assert sorted(cells_of(picture).share) == pytest.approx([0.25, 0.75])
    picture[..., 3] = 0
    with pytest.raises(ValueError, match="transparent"):
        cells_of(picture)


def test_the_kits_own_card_is_perfect():
    part = palette(cells_of(card(*CARD)), KIT)
    assert (part.raw, part.verdict) == (pytest.approx(0, abs=1e-3), "pass")
    assert coverage(card(*CARD), KIT).raw == pytest.approx(0, abs=0.5)


def test_the_difference_of_a_one_colour_card_is_ciede2000():
    one, other = parse_colours("#E63C28"), "#B8604C"
    truth = float(delta_e_2000(*(srgb_to_lab(card((code, 1.0))[0, 0].double()) for code in ("#E63C28", other))))
    part = palette(cells_of(card((other, 1.0))), one)
    assert part.raw == pytest.approx(truth, abs=0.01)
    assert f"#E63C28 is {truth:.1f} ΔE away; tolerance 5." in part.message


def test_a_card_of_the_kits_white_alone_does_not_pass():
    """White is the kit's, and yet the picture is not: one direction cannot make up for the other."""
    white, red = (palette(cells_of(card((code, 1.0))), KIT) for code in ("#FFFFFF", "#E63C28"))
    assert white.details["to_kit"] == pytest.approx(0, abs=0.01)
    assert white.verdict == "warn"
    assert white.value < red.value


def test_a_turned_hue_grows_the_difference():
    angles = np.arange(0, 95, 5)
    raw = [palette(cells_of(card((turned("#E63C28", a), 0.6), *CARD[1:])), KIT).raw for a in angles]
    assert spearmanr(angles, raw).statistic >= 0.95


def test_a_turned_hue_does_not_rest_on_the_kits_grey():
    kit = parse_colours("#C03020 primary\n#FFFFFF\n#808080")
    angles = np.arange(0, 95, 5)
    raw = [palette(cells_of(card((turned("#C03020", a), 0.5), ("#FFFFFF", 0.3), ("#808080", 0.2))), kit).raw for a in angles]
    assert spearmanr(angles, raw).statistic >= 0.95


def test_swapped_roles_move_coverage_and_not_the_palette():
    swapped = card(("#14143C", 0.6), ("#FFFFFF", 0.3), ("#E63C28", 0.1))
    assert palette(cells_of(swapped), KIT).raw == pytest.approx(0, abs=1e-3)
    assert coverage(swapped, KIT).raw == pytest.approx(50, abs=1)


def test_coverage_without_shares_is_not_tested():
    part = coverage(card(*CARD), parse_colours("#E63C28"))
    assert part.verdict == "not tested"
    assert part.value is None


def test_a_jpeg_hardly_moves_the_palette():
    picture = card(*CARD)
    drift = abs(palette(cells_of(jpeg(picture, 80)), KIT).raw - palette(cells_of(picture), KIT).raw)
    assert drift < 3.14  # what a palette made by k-means drifts


def test_banned_area_is_measured_and_falls_without_a_floor():
    bad = parse_colours("#00A0FF ~6")
    shares = np.array([0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2])
    parts = [banned(cells_of(card(("#00A0FF", s), ("#FFFFFF", 1 - s), size=(40, 400))), bad) for s in shares]
    assert [p.raw for p in parts] == pytest.approx(list(shares * 100), abs=0.01)
    assert all(a.value > b.value for a, b in pairwise(parts))
    assert (parts[0].verdict, parts[-1].verdict, parts[-1].box) == ("pass", "fail", (0, 0, 80, 40))


def test_a_small_thing_in_a_banned_colour_warns_and_stray_pixels_do_not():
    bad, blue = parse_colours("#00A0FF ~6"), torch.tensor((0.0, 160 / 255, 1.0))
    thing, stray = (torch.ones(400, 400, 3) for _ in range(2))
    thing[100:112, 50:70] = blue
    stray[5::26, 5::26] = blue  # about as many, one by one
    one, other = (banned(cells_of(picture), bad) for picture in (thing, stray))
    assert (one.verdict, one.box, one.raw) == ("warn", (50, 100, 20, 12), pytest.approx(0.15))
    assert "one place of it fills 0.15 % of the picture" in one.message
    assert one.suggestion
    assert other.raw == pytest.approx(one.raw, abs=0.02)
    assert (other.verdict, other.suggestion) == ("pass", "")
    assert one.value == pytest.approx(other.value, abs=0.05)
    assert one.value > 0.5


def test_an_allowed_colour_near_a_banned_one_is_not_banned():
    part = banned(cells_of(card(("#E63C28", 1.0))), parse_colours("#E6442F ~8"), KIT)
    assert part.raw == 0


def test_a_vivid_colour_stands_before_the_black_beside_it():
    picture = cells_of(card(("#FFFFFF", 0.8), ("#000000", 0.1), ("#2266DD", 0.1)))
    blue, black = (palette(picture, parse_colours(code)) for code in ("#2266DD", "#000000"))
    assert blue.value > 0.8 > 0.4 > black.value
    assert black.details["colours"][0]["delta_e"] == pytest.approx(0, abs=0.01)
    assert "more vivid colours stand out before it" in black.message


def test_black_and_white_contradict_less_than_a_wrong_colour_and_never_pass():
    kit = parse_colours("#E63C28")
    variant, wrong = (palette(cells_of(card(("#FFFFFF", 0.8), (code, 0.2))), kit) for code in ("#000000", "#00A050"))
    assert variant.raw == pytest.approx(15, abs=0.5)
    assert variant.verdict == "fail"
    assert wrong.raw > variant.raw + 10


def test_a_kit_of_black_contradicts_a_coloured_picture_only_so_far_and_a_coloured_kit_does_not_gain():
    yellow = cells_of(card(("#FFBE00", 1.0)))
    black = palette(yellow, parse_colours("#000000"))
    assert black.raw == pytest.approx(25, abs=0.5)
    assert black.verdict == "fail"
    assert palette(yellow, parse_colours("#2050C0 #000000")).raw > 60


def test_one_difference_comes_out_as_it_is_and_two_lean_to_the_nearer():
    assert [difference_worth(float(worth(d))) for d in (0.5, 5, 40)] == pytest.approx([0.5, 5, 40])
    assert difference_worth(joined(np.array([0, 40]), np.ones(2))) < 6


def test_grain_takes_no_area_from_a_colour():
    grain = 0.06 * torch.from_numpy(np.random.default_rng(1).standard_normal((640, 800, 3))).float()
    picture = card(*CARD, size=(640, 800))
    clean, worn = (coverage(p, KIT).value for p in (picture, (picture + grain).clamp(0, 1)))
    assert worn == pytest.approx(clean, abs=0.12)  # white that is clipped grows darker


def test_areas_asked_for_in_round_numbers_are_met_when_they_are_nearly_so():
    kit = parse_colours("#E63C28 60%\n#FFFFFF 40%")
    values = [coverage(card(("#E63C28", share), ("#FFFFFF", 1 - share)), kit).value for share in (0.6, 0.575, 0.56, 0.5)]
    assert values[:2] == [1, 1]
    assert 1 > values[2] > values[3]
    assert coverage(card(("#E63C28", 0.8), ("#FFFFFF", 0.2)), kit).value == pytest.approx(0.5, abs=0.01)


def test_grain_makes_no_main_colours_in_the_averaged_picture():
    grain = 0.12 * torch.from_numpy(np.random.default_rng(1).standard_normal((640, 800, 1))).float()
    worn = (card(*CARD, size=(640, 800)) + grain).clamp(0, 1)
    calm = palette(cells_of(worn), KIT, cells_of(averaged(worn)))
    assert palette(cells_of(worn), KIT).to_json()["to_kit"] > 2 * calm.to_json()["to_kit"]


def test_blocks_of_colours_give_what_one_by_one_gives():
    wanted = parse_colours(" ".join(f"#{k * 260000:06X}" for k in range(64)))
    lab = srgb_to_lab(torch.rand(5000, 3, generator=torch.manual_seed(2)).double())
    whole = differences(lab, wanted)
    assert whole.shape == (5000, 64)
    assert np.abs(whole - np.hstack([differences(lab, (one,)) for one in wanted])).max() < 1e-4


def test_more_colours_than_a_brand_has_are_refused():
    with pytest.raises(ValueError, match="at most 64 colours in palette, got 65"):
        Kit(palette=parse_colours(" ".join(f"#{k:06X}" for k in range(65))))
