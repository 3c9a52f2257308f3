"""The nodes as the host runs them, from a film with sound."""

import json
from fractions import Fraction
from types import SimpleNamespace

import av
import numpy as np
import pytest
import torch
from raccord.nodes.delivery.graph import graph_text
from raccord.nodes.host import run_workflow
from raccord.nodes.media.encode import FilmSpec, FilmWriter
from raccord.nodes.media.film_facts import film_facts


@pytest.fixture
def film(tmp_path):
    (tmp_path / "in").mkdir()
    tone = {"waveform": torch.sin(torch.arange(24000) / 15)[None, None], "sample_rate": 48000}
    frames = np.full((12, 90, 160, 3), (200, 30, 30), np.uint8)
    with FilmWriter(tmp_path / "in" / "a.mp4", FilmSpec(160, 90, Fraction(25)), tone) as writer:
        writer.write(frames)
    return tmp_path


def prompt(**channels):
    return {"1": {"class_type": "LoadVideo", "_meta": {"title": "Clip"}, "inputs": {"file": "a.mp4"}},
            "2": {"class_type": "RaccordChannelExport", "_meta": {"title": "Channels"},
                  "inputs": {"clip": ["1", 0], "channels": "youtube_16x9"} | channels},
            "3": {"class_type": "RaccordVFXExport", "_meta": {"title": "VFX"}, "inputs": {"clip": ["1", 0]}},
            "4": {"class_type": "RaccordPublishCheck", "_meta": {"title": "Check"},
                  "inputs": {"folder": "", "source": ["1", 0], "files.files0": ["2", 0], "files.files1": ["3", 0]}},
            "5": {"class_type": "RaccordSaveReport", "_meta": {"title": "Report"},
                  "inputs": {"name": "r", "reports.report0": ["2", 2], "reports.report1": ["3", 2], "reports.report2": ["4", 1],
                             "pictures.picture0": ["2", 1]}}}


def test_a_film_goes_through_at_its_own_rate_with_its_own_sound(film):
    result = run_workflow(prompt(rights="creator: A\nlicence: all media\nsign_off: B\nalt: red"), film / "in", film / "out")
    assert result.error is None, str(result.error)
    with av.open(str(next((film / "out").rglob("*.mp4")))) as container:
        assert container.streams.video[0].average_rate == Fraction(25)
        assert container.streams.audio
    check = next(r for r in result.reports if r["node"] == "RaccordPublishCheck")
    assert check["verdict"] == "pass", [f for f in check["findings"] if f["verdict"] not in ("pass", "not tested")]
    page = json.loads((film / "out" / "r.json").read_text(encoding="utf-8"))
    assert [r["node"] for r in page["reports"]] == ["RaccordChannelExport", "RaccordVFXExport", "RaccordPublishCheck"]


def test_a_second_run_writes_nothing_new(film):
    first = run_workflow(prompt(), film / "in", film / "out")
    stamps = {f: (film / "out" / f).stat().st_mtime_ns for f in first.files}
    second = run_workflow(prompt(), film / "in", film / "out")
    assert second.files == first.files
    kept = [f for f in second.files if not f.startswith("r.")]
    assert {f: stamps[f] for f in kept} == {f: (film / "out" / f).stat().st_mtime_ns for f in kept}


def test_the_graph_goes_beside_the_files_and_into_none(film):
    result = run_workflow(prompt(), film / "in", film / "out")
    sidecar = next((film / "out").rglob("*.workflow.json"))
    assert json.loads(sidecar.read_text(encoding="utf-8"))["prompt"]["2"]["class_type"] == "RaccordChannelExport"
    assert sidecar.relative_to(film / "out").as_posix() in result.files
    for path in (film / "out").rglob("*youtube*.*"):
        assert path == sidecar or b"class_type" not in path.read_bytes(), path.name
    without = run_workflow(prompt(workflow_sidecar=False, folder="b"), film / "in", film / "out")
    assert not [f for f in without.files if f.startswith("b/") and f.endswith("workflow.json")]


def test_a_package_for_others_has_no_graph_unless_asked_and_its_film_says_that_it_was_generated(film):
    graph = prompt() | {"3": {"class_type": "RaccordVFXExport", "_meta": {"title": "VFX"}, "inputs": {
        "clip": ["1", 0], "mezzanine": "ProRes 422 HQ", "workflow_sidecar": True}}}
    run_workflow(graph, film / "in", film / "out")
    package = film / "out" / "vfx" / "show_shot_comp_v001"
    sidecar = next(package.glob("*.workflow.json"))
    assert json.loads(sidecar.read_text(encoding="utf-8"))["prompt"]["3"]["inputs"]["mezzanine"] == "ProRes 422 HQ"
    listed = json.loads(next(package.glob("*.manifest.json")).read_text(encoding="utf-8"))["files"]
    assert sidecar.name in {entry["path"] for entry in listed}
    mezzanine = next(package.glob("*.mov"))
    assert film_facts(mezzanine).source_type == "trainedAlgorithmicMedia"
    assert all(b"class_type" not in path.read_bytes() for path in package.iterdir() if path != sidecar)
    graph["3"]["inputs"] |= {"workflow_sidecar": False, "folder": "plain", "mezzanine": "none"}
    run_workflow(graph, film / "in", film / "out")
    assert not list((film / "out" / "plain").rglob("*.workflow.json"))


def test_captions_may_come_as_their_text(film):
    text = "1\n00:00:00,000 --> 00:00:00,400\nRouge\n"
    result = run_workflow(prompt(captions=text), film / "in", film / "out")
    assert result.error is None, str(result.error)
    assert next((film / "out").rglob("*.srt")).read_text(encoding="utf-8") == text
    wrong = run_workflow(prompt(captions="1\n00:00:02,000 --> 00:00:01,000\nRouge", folder="b"), film / "in", film / "out")
    assert "ends after it begins in line 2" in str(wrong.error)


def test_the_same_graph_gives_the_same_file_whatever_comfyui_notes_of_its_run():
    nodes = {"1": {"class_type": "LoadImage", "inputs": {"image": "a.png"}}}
    again = {"1": nodes["1"] | {"is_changed": ["2f0c"]}}
    assert graph_text(SimpleNamespace(prompt=nodes)) == graph_text(SimpleNamespace(prompt=again))
    assert json.loads(graph_text(SimpleNamespace(prompt=nodes)))["prompt"] == nodes


def test_another_graph_that_finds_its_files_there_leaves_the_one_that_made_them(film):
    run_workflow(prompt(), film / "in", film / "out")
    sidecar = next((film / "out").rglob("*.workflow.json"))
    made = sidecar.read_bytes()
    other = prompt() | {"look": {"class_type": "PreviewAny", "inputs": {"source": ["2", 2]}}}
    run_workflow(other, film / "in", film / "out")
    assert sidecar.read_bytes() == made
    assert len(list((film / "out").rglob("*.workflow.json"))) == 1


def test_a_certificate_that_is_not_there_and_a_library_that_is_not(film, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "c2pa", None)
    result = run_workflow(prompt(certificate="studio"), film / "in", film / "out")
    said = next(r for r in result.reports if r["node"] == "RaccordChannelExport")["findings"]
    refused = next(f for f in said if f["check"] == "publish.c2pa")
    assert (refused["verdict"], "pip install c2pa-python" in refused["message"]) == ("refused", True)
    monkeypatch.undo()
    pytest.importorskip("c2pa")
    failed = run_workflow(prompt(certificate="studio"), film / "in", film / "out")
    assert "raccord/certificates" in str(failed.error)


def test_without_openexr_only_the_vfx_package_is_refused(film, monkeypatch):
    import sys

    for name in [n for n in sys.modules if n.endswith((".media.exr", ".delivery.vfx", ".delivery.check_exr"))]:
        monkeypatch.delitem(sys.modules, name)
        package = sys.modules[name.rpartition(".")[0]]
        monkeypatch.delattr(package, name.rpartition(".")[2], raising=False)
    monkeypatch.setitem(sys.modules, "OpenEXR", None)
    result = run_workflow(prompt(), film / "in", film / "out")
    assert "expected OpenEXR 3.4 or newer" in str(result.error)
    assert result.error.node == "VFX"
    without = {k: n for k, n in prompt().items() if k in "12"}
    assert run_workflow(without, film / "in", film / "out2").status == "done"
