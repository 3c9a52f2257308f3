"""Finding plates whose place is known."""

from dataclasses import replace

import numpy as np
import pytest
from chart_decoys import DECOYS, decoy, shuffled
from chart_scenes import backdrop, make
from harsh_charts import Look, show
from raccord.nodes.colour.agree import score
from raccord.nodes.colour.find import find_plate
from raccord.nodes.colour.identify import plate_cells, symmetries
from raccord.nodes.image.warp import transform
from raccord.nodes.media.plates import FOUND_BY_AUTO, load_plate

PLATES = [load_plate(name) for name in FOUND_BY_AUTO]
CASES = {
    "large": {"chart": 600, "cast": False}, "usual": {}, "small": {"chart": 80}, "smaller": {"chart": 60},
    "tiny": {"chart": 40, "noise": 0.005},
    "tilted": {"tilt": 60}, "blurred": {"blur": 4.0}, "noisy": {"noise": 0.05}, "upside down": {"roll": 176.0},
    "mixed": {"mix": True},
    "mirrored": {"mirror": True}, "ours": {"kind": "raccord12"}, "ours, mirrored": {"kind": "raccord12", "mirror": True},
    "ours, small": {"kind": "raccord12", "chart": 100}, "spydercheckr": {"kind": "spydercheckr24"},
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_found_named_and_placed(case):
    scene = make(3, **CASES[case])
    found, why = find_plate(scene.picture, PLATES)
    assert found is not None, why
    assert found.plate.kind == scene.kind
    assert found.mirrored == CASES[case].get("mirror", False)
    off = np.linalg.norm(found.centres - scene.centres, axis=1)
    assert np.median(off) < (0.5 if case == "blurred" else 0.25)
    assert not found.hidden.any()


@pytest.mark.parametrize("count", [1, 3, 6])
def test_hidden_patches_are_named_and_no_others(count):
    scene = make(1, hide=count)
    found, why = find_plate(scene.picture, PLATES)
    assert found is not None, why
    assert tuple(np.flatnonzero(found.hidden)) == scene.hidden
    seen = ~found.hidden
    assert np.median(np.linalg.norm(found.centres - scene.centres, axis=1)[seen]) < 0.5


HARSH = {
    "cut off": Look(off=0.16, roll=(-4, 4)), "a target beside it and two hands": Look(
        beside="passport", rounded=0.12, gap=0.2, frame=(0.12, 0.12, 0.12), hands=2),
    "glare": Look(glare=0.8), "linear light": Look(encoding="linear", exposure=(0.15, 0.2), noise=(0.001, 0.002)),
    "a light card": Look(frame=(0.95, 0.95, 0.94), chart=(70, 80)), "water": Look(gains=((0.1, 0.1), (0.5, 0.5), (0.6, 0.6))),
}


@pytest.mark.parametrize("case", HARSH)
def test_bad_photographs_are_read(case):
    look = replace(HARSH[case], size=(800, 500), chart=(70, 80) if "light card" in case else (200, 240))
    shown = show(8, PLATES[0], look, backdrop(800, 500, np.random.default_rng(8)))
    found, why = find_plate(shown.picture, PLATES)
    assert found is not None, why
    assert found.plate.kind == "classic24"
    assert np.linalg.norm(found.centres - shown.centres, axis=1).max() < 0.1 * shown.pitch
    assert (~found.hidden & (shown.covered > 0.6)).sum() <= 1  # a finger may have the colour of the patch
    assert case == "glare" or not found.hidden[shown.covered < 0.05].any()


@pytest.mark.parametrize("name", ["facade", "palette", "cubes", "icons"])
def test_what_looks_like_a_chart_is_none(name):
    texture = DECOYS[name](np.random.default_rng(1))
    picture = decoy(1, texture, backdrop(640, 400, np.random.default_rng(1)), size=(640, 400))
    assert find_plate(picture, PLATES)[0] is None


def test_another_chart_of_the_same_colours_is_none():
    texture = shuffled(np.random.default_rng(2), PLATES[0])
    assert find_plate(decoy(2, texture, backdrop(640, 400, np.random.default_rng(2)), size=(640, 400)), PLATES)[0] is None


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_found_where_nothing_is(seed):
    found, why = find_plate(backdrop(640, 360, np.random.default_rng(seed)), PLATES)
    assert found is None
    assert "found" in why


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (64, 64)])
def test_pictures_too_small_or_flat_are_refused_quietly(size):
    assert find_plate(np.full((*size, 3), 0.5, np.float32), PLATES)[0] is None


def test_a_checkerboard_is_a_grid_but_no_plate():
    tile = np.kron(np.indices((8, 10)).sum(0) % 2, np.ones((40, 40)))
    found, why = find_plate(np.repeat(tile[..., None], 3, axis=2).astype(np.float32) * 0.8 + 0.1, PLATES)
    assert found is None, why


def test_patches_of_wrong_colours_are_no_plate():
    scene = make(2)
    found, why = find_plate(np.ascontiguousarray(scene.picture.mean(2, keepdims=True).repeat(3, 2)), PLATES)
    assert found is None
    assert "colours" in why


def test_every_turn_and_mirror_image_is_tried_once():
    turns = symmetries(4, 6, 6, 4) + symmetries(4, 6, 4, 6)
    orders = {tuple(np.rint(transform(t, plate_cells(PLATES[0]))).astype(int).ravel()) for t in turns}
    assert len(turns) == len(orders) == 8


def test_the_score_of_noise_is_low():
    rng = np.random.default_rng(0)
    wanted = np.clip([p.rgb for p in PLATES[0].patches], 0, 1)
    assert max(score(rng.random((24, 3)), wanted, hidden=6)[0] for _ in range(200)) < 0.5
