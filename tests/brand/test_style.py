import json

import pytest
import torch
from brand_cards import card, scene
from raccord.nodes.brand.build import add_logo, build_kit
from raccord.nodes.brand.encoder import Encoder, squares
from raccord.nodes.brand.kit_file import kit_from_bytes, kit_to_bytes
from raccord.nodes.brand.run import score_node


class Seen(dict):
    """What core's `encode_image` gives: reachable by name."""

    __getitem__ = dict.__getitem__


class StandIn:
    """A vision model of core's interface that sees mean colours of a 4 x 4 grid, turned by a fixed matrix."""

    def __init__(self, seed=0, *, tokens=False, dtype=torch.float32, width=32):
        make = torch.Generator().manual_seed(seed)
        self.matrix = torch.randn(48, width, generator=make).to(dtype).float()
        self.tokens, self.dtype, self.shapes = tokens, dtype, []

    def encode_image(self, image, crop=True):
        self.shapes.append(tuple(image.shape))
        small = torch.nn.functional.interpolate(image.movedim(-1, 1), (4, 4), mode="area").flatten(1) - 0.5
        seen = (small.to(self.dtype).float() @ self.matrix)[:, None].expand(-1, 3, -1) if self.tokens else small @ self.matrix
        return Seen(image_embeds=seen, last_hidden_state=seen)


def warm(seed):
    return scene(seed, (60, 90)) * torch.tensor((0.35, 0.15, 0.1)) + torch.tensor((0.6, 0.25, 0.1))


def other(seed):
    return scene(seed, (60, 90))


def kit_of(model, **changes):
    pictures = {"references": torch.stack([warm(s) for s in range(5)]), "counter_examples": torch.stack([1 - warm(9)]),
                "background": torch.stack([other(s) for s in range(20, 32)]), **changes}
    background = pictures.pop("background")
    return build_kit("#E63C28", "", pictures["references"], pictures["counter_examples"], "", "", encoder=Encoder(model),
                     background=background)


def style_of(picture, kit, model):
    _, _, text, _ = score_node(picture[None], kit, [], None, parts="style", clip_vision=model)
    return json.loads(text)["metrics"]["images"][0]["parts"]["style"]


def test_the_look_that_was_shown_scores_high_and_another_low():
    kit = kit_of(StandIn())
    same, foreign, avoid = (style_of(p, kit, StandIn()) for p in (warm(7), other(50), 1 - warm(8)))
    assert same["raw"] > 0.7
    assert same["value"] > 0.7
    assert foreign["raw"] < 0.4
    assert foreign["verdict"] != "pass"
    assert avoid["value"] <= 0.3
    assert "counter-example" in avoid["message"]


def test_it_is_scaled_by_the_background_and_no_raw_cosine():
    """A model to which everything is alike, by 0.99: a raw likeness would pass all."""
    class Crowded(StandIn):
        def encode_image(self, image, crop=True):
            seen = super().encode_image(image)["image_embeds"]
            return Seen(image_embeds=seen / seen.norm(dim=-1, keepdim=True) * 0.1 + torch.ones(seen.shape[-1]))

    kit = kit_of(Crowded())
    row = Encoder(Crowded()).see(other(50))
    assert min(float(row @ r.embedding) for r in kit.references) > 0.99
    assert style_of(warm(7), kit, Crowded())["verdict"] == "pass"
    assert style_of(other(50), kit, Crowded())["verdict"] != "pass"


def test_another_model_is_refused_and_another_type_of_weights_is_not():
    kit = kit_of(StandIn())
    for model in (StandIn(1), StandIn(width=16)):
        part = style_of(warm(7), kit, model)
        assert part["verdict"] == "refused"
        assert "Another vision model" in part["message"]
    assert style_of(warm(7), kit, StandIn(dtype=torch.float16))["verdict"] == "pass"


def test_a_kit_with_a_style_comes_back_from_its_file_and_grows():
    kit = kit_of(StandIn())
    again = kit_from_bytes(kit_to_bytes(kit))
    assert again.digest == kit.digest
    assert style_of(warm(7), again, StandIn())["raw"] == style_of(warm(7), kit, StandIn())["raw"]
    assert add_logo(again, torch.rand(1, 9, 9, 3), None, "", 0, 0, "any").vision is again.vision


@pytest.mark.parametrize(("change", "said"), [
    ({"background": None}, "has 5 and 1"), ({"references": torch.stack([warm(0), warm(1)])}, "has 2 and 13"),
    ({"references": torch.stack([other(s) for s in range(60, 66)])}, "no more like each other")])
def test_what_cannot_be_judged_is_not_tested(change, said):
    part = style_of(warm(7), kit_of(StandIn(), **change), StandIn())
    assert part["verdict"] == "not tested"
    assert said in part["message"]


def test_without_a_model_or_a_seen_kit_it_is_not_tested():
    assert "No vision model" in style_of(warm(7), kit_of(StandIn()), None)["message"]
    plain = build_kit("#E63C28", "", None, None, "", "")
    assert "were not shown" in style_of(warm(7), plain, StandIn())["message"]


def test_a_model_that_breaks_is_refused_in_the_report():
    class Broken:
        def encode_image(self, image, crop=True):
            raise AttributeError("'NoneType' object has no attribute 'to'")

    part = style_of(warm(7), kit_of(StandIn()), Broken())
    assert part["verdict"] == "refused"
    assert "load a CLIP, SigLIP or DINOv2 model" in part["message"]
    with pytest.raises(ValueError, match="in clip_vision"):
        kit_of(Broken())


def test_the_model_is_asked_once_a_picture():
    kit, model = kit_of(StandIn()), StandIn()
    asked = len(StandIn().shapes)
    for count in (1, 3):
        model.shapes.clear()
        score_node(torch.stack([other(s)[:, :60] for s in range(count)]), kit, [], None, parts="style", clip_vision=model)
        asked = len(model.shapes) - asked
    assert asked == 2  # three pictures against one: two more


def test_a_wide_picture_is_shown_whole_in_squares():
    model = StandIn(tokens=True)
    assert len(Encoder(model).see(card(("#FFFFFF", 1.0), size=(90, 160)))) == 32
    assert model.shapes[-2:] == [(1, 90, 90, 3)] * 2
    tiles = squares(torch.arange(10.0)[None, :, None].expand(4, 10, 3))
    assert [float(t[0, 0, 0]) for t in tiles] == [0, 3, 6]
