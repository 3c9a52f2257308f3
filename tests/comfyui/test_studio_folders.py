"""A studio's files in a real ComfyUI: menus that follow the folders, nodes that use what is in them."""

import time

import pytest
import studio
from comfyui_server import Server

BUILT_IN = ["auto", "classic24", "classic24_before2014", "spydercheckr24", "grey11", "raccord12"]


@pytest.fixture(scope="module")
def house(install, tmp_path_factory):
    """A server that knows one library from extra_model_paths.yaml; nothing is in it yet."""
    folder = tmp_path_factory.mktemp("studio")
    (folder / "library").mkdir()
    config = folder / "extra_model_paths.yaml"
    config.write_text(f"studio:\n    base_path: {folder}\n    raccord: library\n", encoding="utf-8")
    server = Server(folder / "base", install, "--extra-model-paths-config", str(config))
    yield server, folder / "library"
    server.stop()


def faults(server, prompt):
    """What ComfyUI finds wrong with each node of a prompt."""
    said = server.post("/prompt", {"prompt": prompt})["node_errors"]
    return {key: [f"{error['type']}: {error['details']}" for error in node["errors"]] for key, node in said.items()}


def test_menus_follow_the_folders_and_nodes_use_what_is_there(house):
    server, library = house
    menus = studio.menus(server.get("/object_info"))
    assert menus["RaccordLoadBrandKit"] == menus["RaccordLoadGrade"] == []
    assert menus["RaccordStampPlate"] == BUILT_IN
    studio.fill(library)
    studio.plates(server.base / "input")
    menus = studio.menus(server.get("/object_info"))
    assert menus["RaccordLoadBrandKit"] == ["house"]
    assert menus["RaccordLoadGrade"] == ["house.cube"]
    assert menus["RaccordStampPlate"] == menus["RaccordNormalizeToPlate"] == [*BUILT_IN, "house"]
    assert menus["RaccordContinuityGuard"][-1] == "house"
    assert "plates/sh010.####.exr" in menus["RaccordLoadClip"]
    inputs = server.get("/object_info/RaccordChannelExport")["RaccordChannelExport"]["input"]["required"]
    assert "house" in inputs["channels"][1]["tooltip"]
    entry = server.run(studio.prompt())
    assert entry["status"]["status_str"] == "success", entry["status"]["messages"][-1]
    assert list((server.base / "output").rglob("house.picture.txt"))


def test_input_raccord_works_too_and_a_later_file_at_once(house):
    server, _ = house
    studio.plates(server.base / "input")
    studio.fill(server.base / "input" / "raccord", "later")
    entry = server.run(studio.prompt("later"))  # nobody asked for the menus in between
    assert entry["status"]["status_str"] == "success", entry["status"]["messages"][-1]
    assert "later" in studio.menus(server.get("/object_info"))["RaccordLoadBrandKit"]


def test_an_edited_file_is_read_again(house):
    server, library = house
    studio.plates(server.base / "input")
    studio.fill(library)
    server.run(studio.prompt())
    again = server.run(studio.prompt())
    studio.fill(library, lut=studio.CUBE.replace("0.5", "0.25"))
    changed = server.run(studio.prompt())
    cached = [set(next(told["nodes"] for kind, told in entry["status"]["messages"] if kind == "execution_cached"))
              for entry in (again, changed)]
    assert {"1", "2", "3"} <= cached[0]
    assert "1" in cached[1]
    assert not {"2", "3"} & cached[1]
    studio.plates(server.base / "input", [1005])
    entry = server.run(studio.prompt())
    assert "1" not in next(told["nodes"] for kind, told in entry["status"]["messages"] if kind == "execution_cached")


def test_a_broken_file_takes_no_node_away(house):
    server, library = house
    before = {name for name in server.get("/object_info") if name.startswith("Raccord")}
    studio.spoil(library)
    (server.base / "input" / "broken.0001.exr").write_bytes(b"no picture")
    info = server.get("/object_info")
    assert {name for name in info if name.startswith("Raccord")} == before
    assert studio.menus(info)["RaccordContinuityGuard"][-1] in ("broken", "house", "later")
    prompt = studio.prompt("broken")
    for key, value in prompt.items():
        if value["class_type"] in ("RaccordLoadGrade", "RaccordLoadBrandKit"):
            entry = server.run({key: value, "20": studio.node("PreviewAny", "Show", source=[key, 0])})
            error = next(told for kind, told in entry["status"]["messages"] if kind == "execution_error")
            assert "broken" in error["exception_message"]


def test_names_that_are_nowhere_are_one_sentence(house):
    server, library = house
    studio.fill(library)
    studio.plates(server.base / "input")
    prompt = studio.prompt()
    prompt["1"]["inputs"]["file"] = "plates/sh020.####.exr"
    prompt["2"]["inputs"]["file"] = "../look.cube"
    prompt["6"]["inputs"]["name"] = "gone"
    told = faults(server, prompt)
    said = {"1": "expected pictures in the input folder", "2": "expected", "6": "expected a kit named gone"}
    for key, start in said.items():
        assert len(told[key]) == 1
        assert told[key][0].startswith("custom_validation_failed: ")
        assert start in told[key][0]
    prompt = studio.prompt()
    prompt["5"]["inputs"]["profile"] = "gone"
    assert faults(server, prompt)["5"][0].startswith("value_not_in_list: profile: 'gone' not in")


def test_headless_names_of_a_sequence(house):
    server, library = house
    studio.fill(library)
    studio.plates(server.base / "input")
    for name in ("plates/sh010.%04d.exr", "plates\\sh010.1002.exr", "plates/sh010.####.exr [1001-1004]"):
        entry = server.run(studio.prompt(clip=name))
        assert entry["status"]["status_str"] == "success", (name, entry["status"]["messages"][-1])


def test_menus_are_quick_with_ten_thousand_files(house):
    server, _ = house
    folder = server.base / "input" / "many"
    folder.mkdir()
    for number in range(10_000):
        (folder / f"x{number:05d}.png").touch()
    times = []
    for _ in range(4):
        began = time.perf_counter()
        inputs = server.get("/object_info/RaccordLoadClip")["RaccordLoadClip"]["input"]["required"]
        times.append(time.perf_counter() - began)
        assert "many/x#####.png" in inputs["file"][1]["options"]
    assert min(times) < 0.2
