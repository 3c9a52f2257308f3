"""Plates as data."""

import json

import numpy as np
import pytest
from raccord.nodes.media.plates import NAMES, load_plate, parse_plate, plate_names


def test_the_classic_is_the_published_one():
    rgb = {p.name: p.rgb for p in load_plate("classic24").patches}
    assert rgb["dark skin"] == pytest.approx((0.4537, 0.3110, 0.2549), abs=2e-4)
    assert rgb["cyan"] == pytest.approx((-0.2319, 0.5207, 0.6478), abs=2e-4)  # outside sRGB, not clipped
    assert rgb["white 9.5"] == pytest.approx((0.9451, 0.9477, 0.9233), abs=2e-4)
    assert rgb["black 2"] == pytest.approx((0.1943, 0.1948, 0.1975), abs=2e-4)


def test_spydercheckr_runs_rows_one_and_three_backwards():
    classic, other = (np.array([p.rgb for p in load_plate(n).patches]).reshape(4, 6, 3) for n in ("classic24", "spydercheckr24"))
    assert np.array_equal(other[[0, 2]], classic[[0, 2], ::-1])
    assert np.array_equal(other[[1, 3]], classic[[1, 3]])


@pytest.mark.parametrize("name", NAMES[1:])
def test_every_name_is_a_plate(name):
    plate = load_plate(name)
    assert plate.kind == name
    assert len(plate.greys) >= 4
    assert json.loads(json.dumps(plate.to_json()))["kind"] == name


def test_our_own_plate_is_what_8_bits_hold():
    values = np.array([p.rgb for n in ("raccord12", "grey11") for p in load_plate(n).patches]) * 255
    assert np.allclose(values, values.round(), atol=1e-9)


def test_no_turn_of_our_plate_looks_like_another():
    from raccord.nodes.image.plate import draw_plate

    picture = draw_plate(load_plate("raccord12"), 20)
    border = picture.copy()
    border[12:-12, 12:-12] = 0  # the marks alone
    for turned in (border[::-1], border[:, ::-1], border[::-1, ::-1]):
        assert np.abs(turned - border).max() > 0.5


@pytest.mark.parametrize(("document", "words"), [
    ({"rows": 1, "columns": 2}, "patches"),
    ({"rows": 1, "columns": 2, "patches": [{"name": "a", "rgb": [1, 1, 1]}]}, "expected 1 × 2"),
    ({"rows": 1, "columns": 1, "patches": [{"name": "a"}]}, "lab_d50")])
def test_a_broken_plate_is_named(document, words):
    with pytest.raises(ValueError, match=words):
        parse_plate("mine", document)


def test_a_studio_plate_is_found(tmp_path, monkeypatch):
    from raccord.nodes import runtime

    folder = tmp_path / "plates"
    folder.mkdir()
    document = {"rows": 1, "columns": 1, "patches": [{"name": "white", "srgb8": [255, 255, 255], "role": "grey"}]}
    (folder / "house.json").write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.setattr(runtime, "library_directories", lambda: (tmp_path,))
    assert plate_names()[-1] == "house"
    assert load_plate("house.json").kind == load_plate("house").kind == "house"
    with pytest.raises(ValueError, match="expected a plate"):
        load_plate("nothing")
