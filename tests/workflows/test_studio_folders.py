"""A studio's own files: in the menus, used by the nodes, and never a reason for a node to vanish."""

import json

import pytest
import studio
from pictures import host
from raccord.nodes import runtime
from raccord.nodes.host import run_workflow
from raccord.nodes.host.command import main
from raccord.nodes.host.registry import node_kinds, object_info
from raccord.nodes.media.plates import NAMES
from raccord.nodes.shot.load import load_clip


@pytest.fixture
def folders(tmp_path):
    """An input folder with a sequence, and a library."""
    studio.plates(tmp_path / "input")
    (tmp_path / "library").mkdir()
    return tmp_path


@pytest.mark.parametrize("place", ["library", "input/raccord"])
def test_every_kind_is_in_its_menu_and_used(folders, place):
    studio.fill(folders / place)
    with runtime.surrounded_by(host(folders / "input", [folders / "library"])):
        menus = studio.menus(object_info())
    assert menus == {"RaccordLoadGrade": ["house.cube"], "RaccordLoadBrandKit": ["house"],
                     "RaccordStampPlate": [*NAMES, "house"], "RaccordNormalizeToPlate": [*NAMES, "house"],
                     "RaccordContinuityGuard": ["draft", "broadcast", "vfx", "house"],
                     "RaccordLoadClip": ["plates/sh010.####.exr"]}
    result = run_workflow(studio.prompt(), folders / "input", folders / "output", library=folders / "library")
    assert result.error is None, str(result.error)
    assert [f for f in result.files if f.endswith("_w64.jpg")]
    assert any("house.picture.txt" in f for f in result.files)
    reports = {r["node"]: r for r in result.reports if not r.get("reports")}
    assert reports["RaccordContinuityGuard"]["metrics"]["profile"]["name"] == "house"
    assert "house" in json.dumps(reports["RaccordChannelExport"])


def test_the_look_is_the_studios(folders):
    studio.fill(folders / "library", lut=studio.CUBE)
    prompt = studio.prompt() | {"10": studio.node("SaveImage", "Save", images=["3", 0], filename_prefix="graded")}
    result = run_workflow({k: prompt[k] for k in ("1", "2", "3", "10")}, folders / "input", folders / "output",
                          library=folders / "library")
    assert result.error is None, str(result.error)
    from PIL import Image

    value = Image.open(folders / "output" / result.files[0]).getpixel((5, 5))
    assert value == pytest.approx([255 * studio.graded_grey()] * 3, abs=1)


def test_the_first_library_wins_and_input_comes_last(folders):
    halved, same = studio.CUBE, studio.CUBE.replace("0.5", "1.0")
    studio.fill(folders / "library", lut=halved)
    studio.fill(folders / "second", lut=same)
    studio.fill(folders / "input" / "raccord", lut=same)
    from raccord.nodes.colour.files import find_grade

    with runtime.surrounded_by(host(folders / "input", [folders / "library", folders / "second"])):
        assert find_grade("house.cube").read_text() == halved
        (folders / "library/luts/house.cube").unlink()
        assert find_grade("house.cube") == folders / "second/luts/house.cube"


def test_sub_folders_of_a_library(folders):
    for kind in studio.KINDS:
        (folders / "library" / kind / "acme").mkdir(parents=True)
    studio.fill(folders / "library", "acme/look")
    with runtime.surrounded_by(host(folders / "input", [folders / "library"])):
        menus = studio.menus(object_info())
    assert menus["RaccordLoadGrade"] == ["acme/look.cube"]
    assert menus["RaccordStampPlate"][-1] == "acme/look"
    prompt = studio.prompt("acme/look")
    del prompt["8"], prompt["9"]["inputs"]["reports.report5"]  # a channel's name goes into file names: no folders there
    result = run_workflow(prompt, folders / "input", folders / "output", library=folders / "library")
    assert result.error is None, str(result.error)


def test_a_broken_file_takes_no_node_away(folders):
    studio.spoil(folders / "library")
    (folders / "input" / "broken.0001.exr").write_bytes(b"no picture")
    (folders / "input" / "broken.0002.exr").write_bytes(b"no picture")
    with runtime.surrounded_by(host(folders / "input", [folders / "library"])):
        info = object_info()
        menus = studio.menus(info)
    assert {name for name in info if name.startswith("Raccord")} == {n for n in node_kinds() if n.startswith("Raccord")}
    assert menus["RaccordContinuityGuard"][-1] == "broken"
    assert menus["RaccordLoadClip"][0] == "broken.####.exr"
    for key, value in studio.prompt("broken", "broken.####.exr").items():
        if value["class_type"] in ("RaccordLoadClip", "RaccordLoadGrade", "RaccordLoadBrandKit"):
            show = studio.node("PreviewAny", "Show", source=[key, 0])
            result = run_workflow({key: value, "20": show}, folders / "input", folders / "output", library=folders / "library")
            assert result.status == "failed"
            assert "broken" in str(result.error)
            assert "\n" not in str(result.error)


@pytest.mark.parametrize(("key", "name", "value"), [
    ("2", "file", "../look.cube"), ("2", "file", "gone.cube"), ("2", "file", "look.txt"), ("2", "file", "x" * 10_000 + ".cube"),
    ("6", "name", "/etc/passwd"), ("6", "name", "gone"), ("6", "name", "nul"), ("6", "name", "x" * 10_000),
    ("1", "file", "gone.####.exr"), ("1", "file", "../a.####.exr"), ("1", "file", 5), ("2", "file", 5), ("6", "name", 5)])
def test_a_name_that_is_nowhere_is_refused_before_anything_runs(folders, key, name, value):
    studio.fill(folders / "library")
    prompt = studio.prompt()
    prompt[key]["inputs"][name] = value
    result = run_workflow(prompt, folders / "input", folders / "output", library=folders / "library")
    assert result.status == "invalid"
    assert [p.type for p in result.problems] == ["custom_validation_failed"]
    assert "got: expected " in str(result.error)
    assert len(str(result.error)) < 500


def test_a_file_that_was_added_later_works(folders):
    with runtime.surrounded_by(host(folders / "input", [folders / "library"])):
        assert studio.menus(object_info())["RaccordLoadBrandKit"] == []
    studio.fill(folders / "library", "later")
    result = run_workflow(studio.prompt("later"), folders / "input", folders / "output", library=folders / "library")
    assert result.error is None, str(result.error)


def test_the_command_takes_libraries(folders, capsys):
    studio.fill(folders / "library")
    path = folders / "studio.json"
    path.write_text(json.dumps(studio.prompt()), encoding="utf-8")
    arguments = ["check", str(path), "--input-directory", str(folders / "input")]
    assert main([*arguments, "--library", str(folders / "library")]) == 0
    assert main(arguments) == 2
    assert "house" in capsys.readouterr().out


def test_a_sequence_of_the_library_is_not_a_clip(folders):
    studio.plates(folders / "input" / "raccord")
    with runtime.surrounded_by(host(folders / "input")):
        assert studio.menus(object_info())["RaccordLoadClip"] == ["plates/sh010.####.exr"]
        assert len(load_clip("plates/sh010.%04d.exr").images) == 4
