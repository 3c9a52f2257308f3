"""The colour nodes in a graph."""

import cv2
import numpy as np
import pytest
from chart_scenes import backdrop, make
from raccord.nodes.host import run_workflow


def node(kind, title, **inputs):
    return {"class_type": kind, "_meta": {"title": title}, "inputs": inputs}


SAVE = {"name": "looks/a", "formats": "cube, cdl", "size": "33", "if_exists": "resume"}


def graph(**save):
    return {
        "1": node("LoadImage", "Photo", image="photo.png"),
        "2": node("RaccordNormalizeToPlate", "Normalize", images=["1", 0], plate="auto"),
        "3": node("RaccordSaveGrade", "Save Grade", grade=["2", 1], **(SAVE | save)),
        "4": node("RaccordApplyGrade", "Apply", images=["1", 0], grade=["2", 1], strength=1.0),
        "5": node("PreviewAny", "Show", source=["4", 1]),
        "6": node("PreviewAny", "Show 2", source=["2", 4]),
        "7": node("PreviewAny", "Show 3", source=["3", 1]),
    }


@pytest.fixture
def run(tmp_path):
    (tmp_path / "in").mkdir()

    def start(prompt, picture=None):
        if picture is not None:
            cv2.imwrite(str(tmp_path / "in/photo.png"), (picture[..., ::-1] * 255).round().astype(np.uint8))
        result = run_workflow(prompt, input_directory=str(tmp_path / "in"), output_directory=str(tmp_path / "out"))
        assert result.error is None, result.error
        return result

    return start


def verdicts(result):
    return {r["node"].removeprefix("Raccord"): r["verdict"] for r in result.reports}


CHART = {"size": (480, 270), "chart": 200, "noise": 0.004}


def test_a_chart_gives_a_lut_a_cdl_and_their_errors(run):
    result = run(graph(), make(4, **CHART).picture)
    assert result.files == ["looks/a.cdl", "looks/a.cube"]
    assert verdicts(result)["NormalizeToPlate"] == verdicts(result)["ApplyGrade"] == "pass"
    saved = next(r for r in result.reports if r["node"] == "RaccordSaveGrade")["metrics"]
    assert saved["lut.delta_e"] < 0.2
    assert saved["cdl.delta_e"] > 0


def test_a_refusal_travels(run):
    result = run(graph(), backdrop(320, 180, np.random.default_rng(0)))
    assert result.files == []
    assert set(verdicts(result).values()) == {"refused"}


def test_saving_again_keeps_what_is_the_same_and_versions_what_is_not(run):
    first = run(graph(formats="cube"), make(4, **CHART).picture)
    assert run(graph(formats="cube")).files == first.files == ["looks/a.cube"]
    assert run(graph(formats="cube"), make(6, **CHART).picture).files == ["looks/a_v002.cube"]
    assert run(graph(formats="cube", if_exists="replace")).files == ["looks/a.cube"]


def test_a_saved_grade_comes_back(run, tmp_path):
    run(graph(size="65"), make(4, **CHART).picture)
    (tmp_path / "in/looks").mkdir()
    for name in ("a.cube", "a.cdl"):
        (tmp_path / "in/looks" / name).write_bytes((tmp_path / "out/looks" / name).read_bytes())
    for name, far in (("a.cube", 2), ("a.cdl", 30)):
        prompt = graph() | {
            "8": node("RaccordLoadGrade", "Load", file=f"looks/{name}"),
            "9": node("RaccordApplyGrade", "Again", images=["1", 0], grade=["8", 0], strength=1.0),
            "10": node("SaveImage", "Save A", images=["9", 0], filename_prefix=f"{name}_loaded"),
            "11": node("SaveImage", "Save B", images=["4", 0], filename_prefix=f"{name}_exact"),
        }
        run(prompt)
        loaded, exact = (cv2.imread(str(tmp_path / f"out/{name}_{w}_00001_.png")).astype(int) for w in ("loaded", "exact"))
        assert np.abs(loaded - exact).max() <= far


def test_a_stamped_plate_is_read_through_its_wire(run):
    prompt = {
        "1": node("LoadImage", "Photo", image="photo.png"),
        "2": node("RaccordStampPlate", "Plate", image=["1", 0], plate="raccord12", placement="0.02 0.5 0.5 0.48"),
        "3": node("RaccordNormalizeToPlate", "Normalize", images=["2", 0], plate="auto", stamped_plate=["2", 1]),
        "4": node("RaccordMatchReference", "Match", images=["2", 0], reference=["1", 0], method="gains"),
        "5": node("PreviewAny", "A", source=["3", 4]), "6": node("PreviewAny", "B", source=["2", 2]),
        "7": node("PreviewAny", "C", source=["4", 3]),
    }
    result = run(prompt, backdrop(480, 270, np.random.default_rng(2)))
    reports = {r["node"]: r for r in result.reports}
    assert reports["RaccordStampPlate"]["verdict"] == "pass"
    assert reports["RaccordNormalizeToPlate"]["metrics"]["plate.kind"] == "raccord12"
    assert reports["RaccordNormalizeToPlate"]["metrics"]["fit.delta_e_before"] < 0.5
    stamped = np.array(reports["RaccordStampPlate"]["metrics"]["plate.patches_px"])
    found = np.array(reports["RaccordNormalizeToPlate"]["metrics"]["plate.patches_px"])
    assert np.abs(stamped - found).max() < 0.3
