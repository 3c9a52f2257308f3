"""The canvas workflows say what the API workflows say, from the example shot instead of files, and run as they are."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from raccord.nodes.host import run_workflow
from raccord.nodes.host.canvas import canvas_to_prompt
from raccord.nodes.host.registry import object_info, our_ids
from raccord.nodes.host.run import check_workflow
from raccord.nodes.shot import example as example_shot

FOLDER = Path(__file__).resolve().parents[2] / "workflows"
NAMES = sorted(path.stem for path in (FOLDER / "api").glob("*.json"))
LOADERS = {"LoadVideo", "LoadImage", "GetVideoComponents"}
CANVAS_ONLY = {"MarkdownNote", "PreviewImage"}
SAMPLE = {  # what belongs to the example shot: its places, its colours
    "Track.corners", "Markers.placement", "Guard.watch_zones", "Kit.palette", "Kit.text_zones", "Insert.fit", "Kit.banned",
    "Kit.fonts", "Kit.rights", "Brief.value", "Add Logo.min_width", "Shortlist.count", "Channels.rights"}
TAKES = {  # output of the example shot that stands for a loader's
    ("Frames", 0): "images", ("Frames", 2): "fps", ("Next Frames", 0): "next_clip", ("First", 0): "first_frame",
    ("Last", 0): "last_frame", ("References", 0): "last_frame", ("Frame", 0): "last_frame", ("Photo", 0): "first_frame",
    ("Logo", 0): "graphic", ("Logo", 1): "graphic_mask", ("Images", 0): "images"}


def read(*parts):
    return json.loads(FOLDER.joinpath(*parts).read_text(encoding="utf-8"))


def prompt_of(document):
    """The canvas as a prompt, its nodes under the titles of the API workflow: most show their display name instead."""
    prompt = canvas_to_prompt(document, object_info())
    for node in document["nodes"]:
        if (key := str(node["id"])) in prompt:
            prompt[key]["_meta"]["title"] = node["properties"]["Node name for S&R"]
    return prompt


def by_title(prompt):
    titles = {key: node["_meta"]["title"] for key, node in prompt.items()}
    assert len(set(titles.values())) == len(titles)
    return {titles[key]: (node["class_type"], {name: (titles[v[0]], v[1]) if isinstance(v, list) else v
                                               for name, v in node["inputs"].items()}) for key, node in prompt.items()}


def wanted(api):
    """The API workflow with the example shot in its loaders' place."""
    outputs = object_info()["RaccordExampleShot"]["output_name"]
    loaders = {title for title, (kind, _) in api.items() if kind in LOADERS}
    for title, (kind, inputs) in api.items():
        if title not in loaders:
            moved = {name: value if not isinstance(value, tuple) or value[0] not in loaders else
                     ("Example", outputs.index(TAKES[value])) if value in TAKES else None for name, value in inputs.items()}
            yield title, kind, {name: value for name, value in moved.items() if value is not None}


def test_every_api_workflow_has_its_canvas_with_a_thumbnail():
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == NAMES
    assert sorted(path.stem for path in FOLDER.glob("*.jpg")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_canvas_and_api_say_the_same(name):
    api = by_title(read("api", f"{name}.json"))
    canvas = by_title(prompt_of(read(f"{name}.json")))
    for _, given in canvas.values():
        if "format.codec" in given:  # the same widget, flat on 0.19.3
            given["codec"] = given.pop("format.codec")
    if name == "brand_score":
        the_score_alone(canvas)
    if name == "track_surface":
        without_markers(canvas)
    if name == "normalize_plate":
        the_reading_alone(canvas)
    if name == "continuity_guard":
        the_first_guard_alone(canvas)
    if name == "deliver":
        the_files_alone(canvas)
    for title, kind, inputs in wanted(api):
        there, given = canvas.pop(title)
        assert there == kind
        assert given.keys() - inputs.keys() <= {"watch_mask"}
        assert inputs.keys() <= given.keys(), title
        differ = {f"{title}.{slot}" for slot, value in inputs.items() if given[slot] != value}
        assert differ <= SAMPLE, differ
    assert canvas.pop("Example")[0] == "RaccordExampleShot"
    assert {kind for kind, _ in canvas.values()} <= CANVAS_ONLY


def the_score_alone(canvas):
    """The brand canvas without the saved kit, the guard and what to avoid, which are looked at and taken away."""
    kind, takes = canvas.pop("Takes")  # a few frames of the shot stand for a batch of pictures
    assert (kind, takes["images"], takes["speed"]) == ("RaccordRetime", ("Example", 0), 7.0)
    assert canvas.pop("Too Warm")[1]["images"] == canvas["Score"][1]["clip"] == canvas["Shortlist"][1]["images"] == ("Takes", 0)
    assert canvas.pop("Not This")[1]["image"] == ("Too Warm", 0)
    assert canvas["Kit"][1].pop("counter_examples") == ("Not This", 0)
    assert canvas.pop("Save Kit")[1]["kit"] == canvas["Score"][1]["kit"] == ("Add Logo", 0)
    guard = canvas.pop("Guard")[1]
    assert [guard[name] for name in ("clip", "first_frame", "last_frame")] == [("Example", 0), ("Example", 2), ("Example", 3)]
    assert canvas["Score"][1].pop("reports.report0") == ("Guard", 4)
    assert canvas.pop("Why") == ("PreviewAny", {"source": ("Shortlist", 2)})
    report = canvas["Report"][1]
    assert [report.pop(f"reports.report{n}") for n in (2, 3)] == [("Save Kit", 1), ("Guard", 4)]
    assert [report.pop(f"pictures.picture{n}") for n in (1, 2, 3)] == [("Shortlist", 6), ("Save Kit", 2), ("Guard", 3)]
    report["pictures.picture1"] = ("Shortlist", 0)
    canvas["Score"][1]["clip"] = canvas["Shortlist"][1]["images"] = ("Example", 0)


def without_markers(canvas):
    """The canvas as it is without marking and cleaning: what it has more than the API workflow is looked at and taken away."""
    assert canvas.pop("Find")[1]["clip"] == canvas["Markers"][1]["image"] == ("Example", 2)
    assert canvas.pop("Markers")[0] == "RaccordStampMarkers"
    assert canvas.pop("Generated") == ("RaccordExampleShot", {"first_frame": ("Markers", 0)})
    assert canvas["Track"][1].pop("markers") == ("Markers", 2)
    assert canvas.pop("Remove")[1] == {"images": ("Generated", 0), "track": ("Track", 0), "markers": ("Markers", 2),
                                       "clean_image": ("Example", 2)}
    assert canvas.pop("Flatten")[1]["images"] == canvas["Insert"][1]["images"] == ("Remove", 0)
    canvas["Insert"][1]["images"] = ("Example", 0)
    report = canvas["Report"][1]
    wired = {value[0] for slot, value in report.items() if slot.startswith("reports.")}
    assert wired == {"Find", "Markers", "Track", "Remove", "Insert", "Flatten", "Export"}
    report["reports.report2"] = ("Export", 1)
    for slot in [key for key in report if key[-1] in "3456" or key == "pictures.picture2"]:
        del report[slot]
    for _, inputs in canvas.values():
        inputs |= {slot: ("Example", value[1]) for slot, value in inputs.items()
                   if isinstance(value, tuple) and value[0] == "Generated"}


def the_reading_alone(canvas):
    """The colour canvas without stamping, generating, the next take and the match, which are looked at and taken away."""
    stamp, apply, match = (canvas.pop(title) for title in ("Stamp", "Apply", "Match"))
    assert stamp[1]["image"] == ("Example", 2)
    assert canvas.pop("Shot") == ("RaccordExampleShot", {"first_frame": ("Stamp", 0)})
    for model, take, source in (("Model", "First Take", ("Shot", 0)), ("Model Again", "Next Take", ("Example", 4))):
        assert canvas.pop(model)[1] == {"images": source, "defect": "temperature", "severity": 2.5, "join": 1,
                                        "placement": ""}
        kind, inputs = canvas.pop(take)
        assert (kind, inputs["image"], inputs["batch_index"]) == ("ImageFromBatch", (model, 0), 1)
    assert apply[1] == {"images": ("Next Take", 0), "grade": ("Normalize", 1), "strength": 1.0, "first_frame": 47}
    assert match[1]["images"] == ("Next Take", 0)
    assert match[1]["reference"] == canvas["Save"][1]["images"] == ("Last Graded", 0)
    assert canvas.pop("Last Graded")[1] == {"image": ("Normalize", 0), "batch_index": 46, "length": 1}
    assert canvas.pop("Film")[1]["images"] == ("Apply", 0)
    assert canvas.pop("Save Film")[1]["video"] == ("Film", 0)
    assert canvas["Normalize"][1].pop("stamped_plate") == ("Stamp", 1)
    assert canvas["Normalize"][1]["images"] == ("First Take", 0)
    canvas["Normalize"][1]["images"], canvas["Save"][1]["images"] = ("Example", 2), ("Normalize", 0)
    report = canvas["Report"][1]
    wired = {report.pop(slot)[0] for slot in list(report) if slot.startswith("reports.")}
    assert wired == {"Stamp", "Normalize", "Apply", "Match", "Save Grade"}
    pictures = {report.pop(slot) for slot in list(report) if slot.startswith("pictures.")}
    assert pictures == {("Normalize", 3), ("Match", 2), ("Stamp", 0), ("Apply", 0), ("Last Graded", 0), ("Normalize", 2)}
    report |= {f"reports.report{i}": source for i, source in enumerate((("Normalize", 4), ("Save Grade", 1)))}
    report |= {f"pictures.picture{i}": ("Normalize", output) for i, output in enumerate((3, 0, 2))}


def the_first_guard_alone(canvas):
    """The continuity canvas without the damage, the gate with its fallback and the second guard."""
    assert canvas.pop("Next Take")[1] | {"placement": ""} == {
        "images": ("Example", 4), "defect": "duplicate", "severity": 3.0, "join": 1, "placement": ""}
    repair = canvas.pop("Repair")[1]
    assert (repair["images"], repair["previous_clip"]) == (("Next Take", 0), ("Example", 0))
    gate = canvas.pop("Gate")[1]
    assert gate == {"value": ("Next Take", 0), "reports.report0": ("Guard", 4), "on_fail": "fallback",
                    "fail_on": "fail or refused", "fallback": ("Repair", 0)}
    again = canvas.pop("Guard Again")[1]
    assert (again["clip"], again["next_clip"]) == (("Example", 0), ("Gate", 0))
    assert canvas.pop("Film")[1]["images"] == ("Gate", 0)
    assert canvas.pop("Save Film")[1]["video"] == ("Film", 0)
    assert canvas["Guard"][1]["next_clip"] == ("Next Take", 0)
    canvas["Guard"][1]["next_clip"] = ("Example", 4)
    assert canvas["Report"][1].pop("reports.report1") == ("Guard Again", 4)
    assert canvas["Report"][1].pop("pictures.picture1") == ("Guard Again", 3)


def the_files_alone(canvas):
    """The delivery canvas without the track, the grade, the kit and the captions that go along, and with fewer channels."""
    titles = ("Find", "Track", "Match", "Kit", "Captions", "Rights", "Certificate")
    find, track, match, kit, said, rights, certificate = (canvas.pop(title)[1] for title in titles)
    assert find["clip"] == match["reference"] == ("Example", 2)
    assert track["clip"] == match["images"] == ("Example", 0)
    assert kit["text_zones"].startswith("headline:")
    assert said["value"].count("-->") == 2
    channels, vfx, check, report = (canvas[title][1] for title in ("Channels", "VFX", "Check", "Report"))
    assert channels["channels"] == check["channels"] == "web_hero, web_responsive, youtube_16x9, vertical_9x16, review_proxy"
    channels["channels"] = check["channels"] = "web_hero, youtube_16x9, vertical_9x16"
    assert [channels.pop(slot) for slot in ("subject_mask", "kit", "reports.report0", "reports.report1")] == [
        ("Track", 2), ("Kit", 0), ("Track", 4), ("Match", 3)]
    assert channels["captions"] == ("Captions", 0)
    assert {"creator", "licence", "expires", "alt", "sign_off"} <= {row.split(":")[0] for row in rights["value"].splitlines()}
    assert channels["rights"] == vfx["rights"] == ("Rights", 0)
    assert (channels["certificate"], certificate["value"]) == (("Certificate", 0), "")  # to be seen, and nothing is signed yet
    channels["rights"] = vfx["rights"] = channels["certificate"] = ""
    assert [vfx.pop(slot) for slot in ("layers.layer0", "track", "grade")] == [("Find", 1), ("Track", 0), ("Match", 1)]
    assert (vfx["mezzanine"], vfx["colour_space"], vfx["layer_names"]) == ("DNxHR HQX", "ACEScg", "mask:detail")
    vfx |= {"mezzanine": "none", "colour_space": "linear Rec.709", "layer_names": "", "workflow_sidecar": False}
    assert (check["folder"], check.pop("kit")) == ("delivery", ("Kit", 0))
    channels["captions"] = check["folder"] = ""
    assert [report.pop(f"reports.report{n}") for n in (2, 3)] == [("Track", 4), ("Match", 3)]
    report["reports.report2"] = report.pop("reports.report4")
    assert [report.pop(f"pictures.picture{n}") for n in (2, 3)] == [("Track", 3), ("Match", 2)]


def test_the_repair_of_the_continuity_canvas_waits_for_its_gate():
    canvas = by_title(prompt_of(read("continuity_guard.json")))
    asks = {(title, slot) for title, (_, inputs) in canvas.items() for slot, value in inputs.items()
            if isinstance(value, tuple) and value[0] == "Repair"}
    assert asks == {("Gate", "fallback")}


@pytest.mark.parametrize("name", NAMES)
def test_groups_stand_in_order_with_a_note_of_three_lines(name):
    document = read(f"{name}.json")
    notes = [node["widgets_values"][0] for node in document["nodes"] if node["type"] == "MarkdownNote"]
    assert len(notes) == len(document["groups"]) >= 3
    assert all(len(note.splitlines()) == 3 for note in notes)
    assert [group["title"][0] for group in document["groups"]] == [str(i) for i in range(1, len(notes) + 1)]
    kinds = {node["type"] for node in document["nodes"]}
    assert {kind for kind in kinds if kind.startswith("Raccord")} <= set(our_ids())
    for node in document["nodes"]:
        assert any(inside(node, group["bounding"]) for group in document["groups"]), node["id"]


def inside(node, box):
    (x, y), (width, height) = node["pos"], node["size"]
    return box[0] <= x and box[1] <= y and x + width <= box[0] + box[2] and y + height <= box[1] + box[3]


@pytest.mark.parametrize("name", NAMES)
def test_a_title_is_saved_only_where_the_display_name_does_not_say_it(name):
    """ComfyUI shows a display name in the user's language, a saved title as it is."""
    nodes = [node for node in read(f"{name}.json")["nodes"] if node["type"].startswith("Raccord")]
    kinds, notes = [node["type"] for node in nodes], json.dumps(read(f"{name}.json"))
    for node in nodes:
        if title := node.get("title"):
            assert kinds.count(node["type"]) > 1 or f"*{title}*" in notes, title
            assert title != object_info()[node["type"]]["display_name"]


def test_no_number_is_a_node_of_two_workflows():
    """Nodes 2.0 gives a node the size of the one that had its number in the workflow before, and they would lie on each other."""
    numbers = [node["id"] for name in NAMES for node in read(f"{name}.json")["nodes"]]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("name", NAMES)
def test_no_node_lies_on_another(name):
    boxes = [(node["id"], *node["pos"], *node["size"]) for node in read(f"{name}.json")["nodes"]]
    for i, (title, x, y, width, height) in enumerate(boxes):
        for other, left, top, wide, tall in boxes[i + 1:]:
            apart = x + width <= left or left + wide <= x or y + height <= top - 30 or top + tall <= y - 30
            assert apart, (title, other)


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_as_it_is(name, example, tmp_path, monkeypatch):
    """On every sixth frame of the shot, with the join kept: the nodes and wires are what is tried."""
    few = torch.cat((example.images[:40:8], example.images[-1:])) if name != "brand_score" else example.images[:32]
    shot = replace(example, images=few, next_clip=example.next_clip[:6])

    def draw(layers=None):
        if layers is None:
            return shot
        return replace(shot, images=torch.cat([example_shot.draw_frame(n, layers) for n in (0, 8, 16, 24, 32, 47)]))
    monkeypatch.setattr(example_shot, "draw_example", draw)
    document = read(f"{name}.json")
    assert check_workflow(document)[1] == []
    result = run_workflow(document, tmp_path / "input", tmp_path / "output")
    assert result.status == "done", str(result.error)
    assert result.files
