import numpy as np
import pytest
import torch
from brand_cards import card, jpeg, mark, paste, scene
from raccord.nodes.brand.build import add_logo, build_kit
from raccord.nodes.brand.card import kit_card
from raccord.nodes.brand.contact import contact_sheet
from raccord.nodes.brand.evidence import evidence
from raccord.nodes.brand.marks import marked
from raccord.nodes.brand.question import ask
from raccord.nodes.brand.score import score_batch
from raccord.nodes.brand.shortlist import shortlist
from raccord.nodes.image import draw
from raccord.nodes.media.frames import Frames

ZONE = "headline: 0.1 0.1 0.8 0.3 #FFFFFF 48px"


def share(canvas, colour, off=6):
    """Part of a canvas in a colour."""
    return float((np.abs(canvas.astype(int) - colour).max(-1) < off).mean())


def test_red_lies_where_text_lacks_contrast():
    kit = build_kit("#E63C28", "", None, None, ZONE, "")
    shown = {}
    for ground in ("#101014", "#D0D0D0"):
        picture = card((ground, 1.0))
        score = score_batch(picture[None], ask(kit, parts="zones")).pictures[0]
        middle = marked(picture, score, (400, 320), kit, words=False)[60:100, 100:300].reshape(-1, 3).mean(0)
        shown[ground] = middle[0] - middle[1]
    assert abs(shown["#101014"]) < 3
    assert shown["#D0D0D0"] > 40


def test_the_room_around_a_logo_is_dashed_in_its_verdict():
    rgba = mark()
    kit = add_logo(build_kit("#E63C28", "", None, None, "", ""), rgba[None, ..., :3], 1 - rgba[None, ..., 3], "", 0.5, 0, "any")
    picture = paste(card(("#20242C", 1.0), size=(300, 400)), rgba, (100, 90), 200)
    score = score_batch(picture[None], ask(kit, parts="logo")).pictures[0]
    assert score.parts["logo"].details["state"] == "found"
    with_room = marked(picture, score, (400, 300), kit, words=False)
    without = marked(picture, score, (400, 300), None, words=False)
    colour = draw.COLOURS[score.parts["logo"].verdict]
    assert share(with_room, colour, 90) > 1.3 * share(without, colour, 90) > 0


@pytest.mark.parametrize("count", [1, 7, 70])
def test_a_contact_sheet_holds_every_picture_up_to_sixty(count):
    pictures = scene(1, (9, 16))[None].expand(count, -1, -1, -1)
    scores = score_batch(pictures[:1], ask(build_kit("#E63C28", "", None, None, "", ""), parts="palette"))
    scores = type(scores)(scores.pictures * count)
    sheet = contact_sheet(Frames(pictures), scores)
    columns = {1: 2, 7: 3, 70: 6}[count]
    rows = -(-min(count, 60) // columns)
    assert sheet.shape[2] == 1280
    assert rows * 100 < sheet.shape[1] < rows * 560


def test_the_chosen_are_framed_and_the_rest_is_dark():
    pictures = torch.stack([card((code, 1.0)) for code in ("#E0C0B8", "#C0E0C0", "#C0C0E0")])
    scores = score_batch(pictures, ask(build_kit("#E63C28", "", None, None, "", ""), parts="palette"))
    choice = shortlist(scores, 1, scores.weights)
    sheet = (contact_sheet(Frames(pictures), scores, choice)[0].numpy() * 255).round()
    first, second = sheet[12:200, 12:640], sheet[12:200, 660:1268]
    assert share(first, draw.COLOURS["pass"]) > 0.01
    assert share(second, draw.COLOURS["pass"]) < 0.001
    assert second.mean() < 0.75 * first.mean()


def test_a_sheet_shows_what_is_repeated():
    earlier = torch.stack([scene(1), scene(2)])
    batch = jpeg(scene(2), 90)[None]
    kit = build_kit("", "", None, None, "", "")
    scores = score_batch(batch, ask(kit, previous=earlier, parts="duplicates"))
    with_twin, without = (evidence(batch, scores, kit, p)[0] for p in (earlier, None))
    changed = (with_twin - without).abs().amax(-1) > 0.05
    assert changed[560:, :840].float().mean() > 0.05
    assert not changed[:560].any()


def test_many_sheets_are_smaller():
    picture = scene(1, (9, 16))[None]
    kit = build_kit("#E63C28", "", None, None, "", "")
    scores = score_batch(picture, ask(kit, parts="palette"))
    sheets = evidence(picture.expand(64, -1, -1, -1), type(scores)(scores.pictures * 64), kit)
    assert tuple(sheets.shape) == (64, 804, 1109, 3)


def test_a_card_grows_with_what_the_kit_holds():
    empty = kit_card(build_kit("", "", None, None, "", ""))
    full = build_kit("#E63C28 primary 60%\n#FFFFFF secondary 40%", "#00A0FF", scene(1)[None], scene(2)[None], ZONE,
                     "audience: x\nplain words", fonts="headline: Inter", rights="creator: me")
    card_ = kit_card(add_logo(full, torch.rand(1, 40, 90, 3), None, "", 0.25, 40, "dark"))
    assert empty.shape[1] < 200 < card_.shape[1]
    assert card_.shape[2] == 1280
    assert share((card_[0].numpy() * 255).round(), (230, 60, 40)) > 0.05
