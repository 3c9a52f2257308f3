"""The `raccord` command: what it prints and its exit codes."""

import json
import os
import signal
import sys
import threading

import pytest
from raccord.nodes.host import command, registry, run, settings


@pytest.fixture
def world(tmp_path, monkeypatch, node):
    """A workflow in a file, and a way to call the command beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "node_kinds", run.node_kinds)
    (tmp_path / "in").mkdir()
    prompt = {
        "1": node("Give", "The.Grey", grey=0.5),
        "2": node("Show", "See", value=["1", 0]),
        "3": node("Odd", "Odd", how=""),
        "4": node("Show", "Twin", value=["1", 0]),
        "5": node("Show", "Twin", value=["1", 0]),
    }
    (tmp_path / "w.json").write_text(json.dumps(prompt), encoding="utf-8")

    def call(*words):
        return command.main([str(w) for w in words])

    return call


def test_run(world, capsys, tmp_path):
    assert world("run", "w.json", "--input-directory", "in", "--output-directory", "out", "--set", "The.Grey.grey=0.25") == 0
    out = capsys.readouterr()
    assert out.out.startswith("done, verdict not tested, 0 files in out, ")
    assert out.err == ""
    assert (tmp_path / "out").is_dir()


def test_run_as_json(world, capsys):
    assert world("run", "w.json", "--json", "--set", "The.Grey.grey=0.25") == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["status"], result["error"]) == ("done", None)
    assert set(result) == {"status", "verdict", "seconds", "outputs", "files", "reports", "error", "problems"}
    assert "tensor([[[[0.2500" in result["outputs"]["See"]["value"][0]


@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ("Odd.how=raise", 1, "Odd (Odd): expected frame 3, got none: load it [ValueError]"),
        ("Odd.how=refuse", 2, "[custom_validation_failed]"),
        ("Odd.hw=x", 2, "[unknown_input]"),
        ("The.Grey.grey=2", 2, "[value_bigger_than_max]"),
        ("The.Grey.grey=pale", 2, "expected FLOAT from 0 to 1 for The.Grey.grey, got 'pale'"),
        ("Nobody.grey=1", 2, "got none of: The.Grey, See, Odd, Twin"),
        ("Twin.value=1", 2, "which 2 nodes have"),
        ("Odd", 2, "TITLE.input=VALUE"),
    ],
)
def test_what_goes_wrong_has_its_exit_code_and_sentence(world, capsys, setting, code, words):
    assert world("run", "w.json", "--set", setting) == code
    assert words in capsys.readouterr().err


def test_values_are_read_as_the_schema_types_them(node):
    prompt = {
        "1": node("Choose", "C", first=True, one=["2", 0], two=["2", 0]),
        "2": node("ImageFromBatch", "B"),
        "3": node("SaveVideo", "S", format="auto"),
        "4": node("PrimitiveString", "T"),
    }
    kinds = run.node_kinds()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "node_kinds", lambda: kinds)
        settings.apply_settings(
            prompt, ["C.first=false", "B.length=3", "S.format=mkv", "S.format.codec=av1", "T.value=12=13", "C.notes.note1=a"]
        )
    assert prompt["1"]["inputs"]["first"] is False
    assert prompt["1"]["inputs"]["notes.note1"] == "a"
    assert prompt["2"]["inputs"]["length"] == 3
    assert (prompt["3"]["inputs"], prompt["4"]["inputs"]["value"]) == ({"format": "mkv", "format.codec": "av1"}, "12=13")


def test_check_prints_a_line_for_each_mistake(world, capsys, tmp_path, node):
    assert world("check", "w.json") == 0
    assert capsys.readouterr().out == ""
    bad = {"1": node("Give", "A", gray=0.5), "2": node("Show", "B", value=["1", 7])}
    (tmp_path / "bad.json").write_text(json.dumps(bad), encoding="utf-8")
    assert world("check", "w.json", "bad.json") == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["bad.json", "bad.json"]
    assert "A (Give), input gray" in lines[0]
    assert "[unknown_input]" in lines[0]
    assert "B (Show), input value" in lines[1]
    assert "[exception_during_validation]" in lines[1]


def test_check_looks_for_files_where_it_is_told_where_they_are(world, capsys, tmp_path, node):
    (tmp_path / "f.json").write_text(
        json.dumps({"1": node("LoadImage", "L", image="no.png"), "2": node("PreviewImage", images=["1", 0])})
    )
    assert world("check", "f.json") == 0
    assert world("check", "f.json", "--input-directory", "in") == 2
    assert "Invalid image file: no.png" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"nodes": []}'])
def test_what_is_no_workflow(world, capsys, tmp_path, text):
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    assert world("run", "x.json") == 2
    assert world("run", "absent.json") == 2
    assert "absent.json" in capsys.readouterr().err


def test_ctrl_c_cancels(world, capsys):
    before = signal.getsignal(signal.SIGINT)  # ignored where the tests run in the background
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    assert world("run", "w.json", "--set", "Odd.how=wait") == 130
    assert "cancelled" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is before


def test_nodes(capsys):
    table = registry.object_info()
    assert command.main(["nodes"]) == 0
    words = capsys.readouterr().out.split()
    assert set(table) <= set(words)
    assert command.main(["nodes", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == list(table)
    assert printed["LoadVideo"]["input"]["required"]["file"][0] == "COMBO"
    assert printed["RaccordShot"]["python_module"] == "custom_nodes.raccord"


def test_demo_without_its_clip_says_what_to_install(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "comfyui_workflow_templates", None)
    assert command.main(["demo", "--output-directory", str(tmp_path)]) == 2
    assert "pip install raccord[demo]" in capsys.readouterr().err


def test_the_demos_film_is_its_clip(tmp_path):
    import numpy as np
    from films import noise
    from PIL import Image
    from raccord.nodes.host import demo

    frames = noise(4, 30, 40)
    first, *rest = [Image.fromarray(f) for f in frames]
    first.save(tmp_path / "a.webp", save_all=True, append_images=rest, lossless=True, duration=[33, 34, 33, 33])
    demo.write_film(tmp_path / "a.webp", tmp_path / "a.mkv")
    import av

    with av.open(str(tmp_path / "a.mkv")) as film:
        assert film.streams.video[0].average_rate == 30
        assert np.array_equal([f.to_ndarray(format="rgb24") for f in film.decode(video=0)], frames)
