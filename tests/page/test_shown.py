"""Which pictures go with a report, and how large they are."""

import time

import cv2
import pytest
import torch
from raccord.nodes import runtime
from raccord.nodes.page import pictures
from raccord.nodes.page.shown import pictures_of


@pytest.fixture
def temp(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "temp_directory", lambda: tmp_path)
    return tmp_path / "raccord"


def clip(count=10, height=30, width=40):
    """Each frame a grey of its own: frame n is n / 20."""
    return torch.linspace(0, (count - 1) / 20, count)[:, None, None, None].expand(-1, height, width, 3).clone()


def told(inputs, given=None, findings=(), previewed=False):
    return pictures_of(inputs, given or {}, {"findings": list(findings)}, previewed=previewed)


def grey(temp, picture):
    return round(float(cv2.imread(str(temp / picture["filename"])).mean()) / 255 * 20)


def test_evidence_is_the_pictures_a_node_gives(temp):
    given = {"evidence": clip(2), "images": clip(), "card": torch.zeros(0, 4, 4, 3), "report": "x"}
    shown = told({}, given)
    assert list(shown) == ["evidence"]
    assert [grey(temp, p) for p in shown["evidence"]] == [0]
    assert told({}, given, previewed=True) == {}


def test_frames_at_fault_are_shown_worst_first_in_both_neighbours(temp):
    findings = [{"verdict": "fail", "frames": [[3, 5], [11, 11]]}, {"verdict": "warn", "frames": [[-1, -1], [4, 4]]},
                {"verdict": "pass", "frames": [[9, 9]]}, {"verdict": "fail", "frames": [[1, 1]], "node": "RaccordApplyGrade"}]
    shown = told({"clip": clip(), "next_clip": clip() + 0.5, "previous_clip": clip(3)}, {}, findings)
    assert [(p["finding"], p["frame"], grey(temp, p)) for p in shown["frames"]] == [
        (0, 4, 4), (0, 11, 11), (1, -1, 2), (1, 4, 4)]
    assert told({"clip": clip()}, {}, [{"verdict": "fail", "frames": [[11, 11], [-3, -3]]}]) == {}


def test_before_and_after_show_the_frame_that_changed_most(temp):
    after = clip()
    after[2] += 0.05
    after[8] += 0.3
    shown = told({"images": clip()}, {"images": after})
    assert (shown["frame"], grey(temp, shown["before"]), grey(temp, shown["after"])) == (8, 8, 14)


@pytest.mark.parametrize("after", [clip() + 0.001, clip(9), clip(10, 31)], ids=["unseen", "shorter", "larger"])
def test_nothing_to_compare_is_not_shown(temp, after):
    assert told({"images": clip()}, {"images": after}) == {}
    assert not temp.exists()


def test_a_clip_that_is_handed_on_is_not_compared(temp):
    same = clip()
    assert told({"clip": same}, {"clip": same}) == {}


@pytest.mark.parametrize(("inputs", "at"), [({"corners": "", "reference_frame": 3}, 3), ({"watch_zones": "a: 0 0 1 1"}, 0),
                                            ({"corners": "", "reference_frame": 99}, 9),
                                            ({"corners": "", "reference_frame": -2}, 8),
                                            ({"corners": "", "reference_frame": -99}, 0), ({"profile": "vfx"}, None)])
def test_corners_and_zones_have_the_frame_they_lie_on(temp, inputs, at):
    shown = told({"clip": clip(), **inputs})
    assert (at is None) == (shown == {})
    if at is not None:
        under = shown["under"]
        assert (under["frame"], grey(temp, under), under["width"], under["height"]) == (at, at, 40, 30)


def test_a_frame_is_written_once_for_a_size(temp):
    after = clip()
    after[3] += 0.5
    faults = [{"verdict": "warn", "frames": [[3, 3]]}, {"verdict": "warn", "frames": [[3, 3], [2, 4]]}]
    shown = told({"images": clip(), "corners": "", "reference_frame": 3}, {"images": after}, faults)
    assert shown["frames"] == [{"finding": number, "frame": 3, **shown["before"]} for number in (0, 1)]
    assert {**shown["under"], "filename": "", "frames": 10} == {"frame": 3, "frames": 10, **shown["before"], "filename": ""}
    assert len(list(temp.iterdir())) == 3


def test_pictures_are_small_and_keep_the_size_of_the_frame(temp):
    big = torch.rand(1, 1080, 1920, 3)
    shown = told({}, {"evidence": big})["evidence"][0]
    assert cv2.imread(str(temp / shown["filename"])).shape == (576, 1024, 3)
    under = told({"image": torch.rand(1, 2160, 3840, 3), "corners": ""})["under"]
    assert cv2.imread(str(temp / under["filename"])).shape == (1152, 2048, 3)
    assert (shown["width"], shown["height"], shown["subfolder"], shown["type"]) == (1920, 1080, "raccord", "temp")


def test_a_full_disk_is_said_and_stops_nothing(tmp_path, monkeypatch, caplog):
    (tmp_path / "raccord").write_text("a file where the folder should be")
    monkeypatch.setattr(pictures.runtime, "temp_directory", lambda: tmp_path)
    assert told({"clip": clip(), "corners": ""}, {"evidence": clip()}) == {}
    assert "no picture for the canvas" in caplog.text


def test_the_pictures_of_a_large_clip_are_few_and_cost_little(temp):
    """Nine at most, read one at a time, whatever the findings name; 0.26 s of one core were measured at 1080 lines."""
    before = torch.rand(1, 1080, 1920, 3).expand(8, -1, -1, -1)
    findings = [{"verdict": "fail", "frames": [[n, n]]} for n in range(8)]
    start = time.process_time()
    told({"images": before, "corners": ""}, {"images": before * 0.9, "evidence": before[:1]}, findings)
    assert time.process_time() - start < 5
    files = list(temp.iterdir())
    assert len(files) == 9
    assert sum(path.stat().st_size for path in files) < 8_000_000
