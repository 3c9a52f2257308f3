import numpy as np
import torch
from raccord.nodes.image import draw, letters


def test_an_outline_lies_on_its_points_in_pixel_areas():
    target = np.zeros((60, 60, 3), np.uint8)
    draw.outline(target, np.array([[10, 10], [40, 10], [40, 40], [10, 40]]), (255, 255, 255), thickness=1)
    rows = target[:, 25, 0].astype(float)
    centre = (rows[:20] * (np.arange(20) + 0.5)).sum() / rows[:20].sum()
    assert abs(centre - 10) < 0.1


def test_text_at_the_edge_is_moved_inside():
    target = np.zeros((40, 200, 3), np.uint8)
    draw.write(target, "seam.velocity 1.9×", (190, 39), size=12)
    assert (target > 200).any()


def test_accents_are_left_off_and_letters_kept():
    shown = []
    for text in ("élan", "elan"):
        shown.append(np.zeros((40, 120, 3), np.uint8))
        draw.write(shown[-1], text, (4, 4))
    assert np.array_equal(*shown)
    assert (shown[0] > 200).any()


def test_text_on_one_pixel_does_not_fail():
    target = np.zeros((1, 1, 3), np.uint8)
    draw.write(target, "a", (0, 0))
    draw.rectangle(target, (0, 0, 1, 1), (255, 0, 0), "b")
    assert target.shape == (1, 1, 3)


def test_heat_grows_with_its_values():
    shown = draw.heat(np.linspace(0, 1, 11)[None]).astype(int).sum(-1)[0]
    assert (np.diff(shown) > 0).all()


def test_sheets_hold_every_cell():
    red = np.full((30, 40, 3), (200, 0, 0), np.uint8)
    sheet = draw.sheet([red] * 5, ["a"] * 5, columns=2, cell=(80, 60))
    assert (sheet == (200, 0, 0)).all(-1).sum() == 5 * 80 * 60


def test_a_verdict_has_its_own_shape():
    shapes = []
    for verdict in ("pass", "warn", "fail", "refused", "not tested"):
        target = np.full((40, 40, 3), draw.PAPER, np.uint8)
        draw.badge(target, verdict, (8, 8), 24)
        shapes.append((target != draw.PAPER).any(-1))
        assert not shapes[-1][:5].any()
    for i, one in enumerate(shapes):
        for other in shapes[i + 1:]:
            assert (one & other).sum() < 0.6 * (one | other).sum()


def test_canvas_is_a_copy():
    image = torch.zeros(4, 4, 3)
    draw.canvas(image)[:] = 9
    assert image.max() == 0


def test_a_long_caption_is_wrapped_inside_the_picture():
    narrow, wide = (np.full((200, w, 3), 120, np.uint8) for w in (220, 900))
    sentence = "Refused: patches left out of the fit miss their colour by 12.3 CIEDE2000"
    draw.caption(narrow, sentence)
    draw.caption(wide, sentence)
    lines_of_narrow, lines_of_wide = (int(np.ptp(np.flatnonzero((t != 120).any((1, 2))))) for t in (narrow, wide))
    assert lines_of_narrow > 1.8 * lines_of_wide
    assert (narrow[:100] == 120).all()


def test_the_same_words_come_out_the_same_in_any_ink():
    shown = []
    for colour in ((255, 0, 0), (0, 0, 255)):
        shown.append(np.zeros((40, 120, 3), np.uint8))
        draw.write(shown[-1], "brand fit", (4, 4), colour=colour, background=None)
    assert np.array_equal(shown[0][..., 0], shown[1][..., 2])
    assert shown[0][..., 0].max() == 255
    assert not shown[0][..., 1:].any()


def test_a_scaled_picture_keeps_its_places_and_its_light():
    for size in ((1000, 1400), (1023, 1401), (300, 420), (180, 252)):
        high, wide = size
        picture = np.zeros((*size, 3), np.uint8)
        picture[high // 4:high // 2, wide // 2:] = 200
        small = draw.scaled(picture, 280, 200)[..., 0] / 200
        assert small.shape == (200, 280)
        assert abs(small[:, 200].sum() - 50) < 1
        assert abs(np.average(np.arange(200) + 0.5, weights=small[:, 200]) - 75) < 0.8
        assert abs(np.average(np.arange(280) + 0.5, weights=small[70]) - 210) < 0.8


def test_letters_that_the_font_has_not_are_known():
    assert letters.missing("Été × Łódź, Straße “Ø” 12 €") == ""
    assert letters.missing("SH_日本_日 Ж") == "日本Ж"
    assert letters.spelt("Été Straße Ø") == "Ete Strasse O"
