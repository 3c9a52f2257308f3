"""Every edit moves its own part, more with severity, and leaves the others alone."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from brand_cards import card, rgb, turned
from raccord.nodes.brand.build import build_kit
from raccord.nodes.brand.question import ask
from raccord.nodes.brand.score import score_picture

ZONE = "headline: 0.02 0.55 0.1 0.35 #FFFFFF 48px"
KIT = build_kit("#E63C28 primary 50%\n#FFFFFF 30%\n#14143C 20%", "#00A0FF ~6", None, None, ZONE, "")
RIGHT = (("#E63C28", 0.5), ("#14143C", 0.2), ("#FFFFFF", 0.3))
QUIET = 0.06


def hue(amount):
    return card((turned("#E63C28", 60 * amount), 0.5), *RIGHT[1:])


def banned(amount):
    picture = card(*RIGHT)
    side = round(amount * 36)
    picture[8:8 + side, 150:150 + side] = torch.from_numpy(rgb("#00A0FF")).float()
    return picture


def noise(amount):
    picture = card(*RIGHT)
    grain = torch.from_numpy(np.random.default_rng(1).standard_normal((56, 20, 1))).float()
    picture[88:144, 4:24] += 0.1 * amount * grain
    return picture.clamp(0, 1)


def roles(amount):
    return card(("#E63C28", 0.5 - 0.3 * amount), ("#14143C", 0.2 + 0.3 * amount), ("#FFFFFF", 0.3))


EDITS = {  # with the parts that must move too: a banned colour is also a stray one, and takes area from the others
    "palette": (hue, {"coverage", "zones"}), "banned": (banned, {"palette", "coverage"}), "clutter": (noise, {"zones"}),
    "coverage": (roles, set())}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_moves_its_own_part_and_no_other(name):
    edit, akin = EDITS[name]
    steps = [score_picture(edit(amount), ask(KIT)).parts for amount in (0, 0.25, 0.5, 0.75, 1)]
    values = {part: [step[part].value for step in steps] for part in steps[0] if steps[0][part].tested}
    assert all(a > b for a, b in pairwise(values[name]))
    for part in set(values) - {name} - akin:
        assert max(values[part]) - min(values[part]) < QUIET, part
