"""What a run does: order, laziness, blocking, cancelling, memory, and what it answers."""

import copy
import gc
import json
import threading
import time
import weakref

import pytest
import torch
from comfy_api.v0_0_2 import io
from raccord.nodes import runtime
from raccord.nodes.host import run
from raccord.nodes.wires.report import Finding, Report


def two_ends(node):
    return {
        "9": node("Show", "Last", value=["3", 0]),
        "3": node("Pass", what=["1", 0]),
        "1": node("Give", "One", grey=0.25),
        "2": node("Give", "Two", grey=0.75),
        "4": node("Show", "First", value=["2", 0]),
        "5": node("Give", "Nobody", grey=1),
    }


def test_only_what_outputs_need_runs_in_the_prompts_order(go, node, log):
    prompt = two_ends(node)
    before = copy.deepcopy(prompt)
    result = go(prompt)
    assert (result.status, result.error, result.exit_code) == ("done", None, 0)
    assert log == ["give 0.25", "pass", "show 9", "give 0.75", "show 4"]
    assert list(result.seconds) == ["One", "Pass 3", "Last", "Two", "First"]
    assert prompt == before
    assert result.outputs["First"]["prompt"] == [sorted(prompt)]
    assert {k: v for k, v in go(prompt).to_dict().items() if k != "seconds"} == {
        k: v for k, v in result.to_dict().items() if k != "seconds"
    }


def test_titles(go, node):
    prompt = {
        "1": node("Give", "Same", grey=0),
        "2": node("Show", "Same", value=["1", 0]),
        "3": node("Show", value=["1", 0]),
        "4": node("Show", "Same", value=["1", 0]),
    }
    assert set(go(prompt).seconds) == {"Same", "Same #2", "Show 3", "Same #3"}


@pytest.mark.parametrize(("first", "runs"), [(True, "give 0.25"), (False, "give 0.75")])
def test_lazy_inputs_run_when_they_are_asked_for(go, node, log, first, runs):
    prompt = {
        "1": node("Give", grey=0.25),
        "2": node("Give", grey=0.75),
        "4": node("Show", value=["3", 0]),
        "3": node("Choose", first=first, one=["1", 0], two=["2", 0], notes__note1="hello"),
    }
    assert go(prompt).status == "done"
    asked = "asked {'note1': ('hello', 'notes.note1')}"
    assert log == [asked, runs, asked, "choose {'note1': 'hello'}", "show 4"]


def test_growing_slots_that_are_empty(go, node, log):
    prompt = {
        "1": node("Give", grey=0),
        "3": node("Choose", first=True, one=["1", 0], two=["1", 0]),
        "4": node("Show", value=["3", 0]),
    }
    assert go(prompt).status == "done"
    assert log[0] == "asked ({}, 'notes')"  # as ComfyUI hands it over
    assert log[-2] == "choose {}"


def test_a_blocker_keeps_what_is_behind_it_from_running(go, node, log):
    prompt = {
        "1": node("Give", grey=0),
        "2": node("Block", "Gate", value=["1", 0], why="too dark"),
        "3": node("Pass", what=["2", 0]),
        "4": node("Show", "Behind", value=["3", 0]),
        "5": node("Show", "Beside", value=["2", 1]),
    }
    result = go(prompt)
    assert (result.status, result.exit_code) == ("blocked", 3)
    assert (result.error.type, result.error.message, result.error.node) == ("ExecutionBlocked", "too dark", "Gate")
    assert len(result.problems) == 1
    assert log == ["give 0.0", "show 5"]
    assert result.outputs["Beside"]["value"] == ["blocked: too dark"]
    assert set(result.seconds) == {"Give 1", "Gate", "Beside"}


def test_a_blocker_without_words_blocks_in_silence(go, node, log):
    prompt = {"1": node("Give", grey=0), "2": node("Block", value=["1", 0], why=""), "4": node("Show", value=["2", 0])}
    result = go(prompt)
    assert (result.status, result.error) == ("done", None)
    assert log == ["give 0.0"]


def test_nothing_blocked_is_done(go, node):
    prompt = {"1": node("Give", grey=0), "2": node("Block", value=["1", 0], why="so"), "4": node("Show", value=["2", 1])}
    assert go(prompt).status == "done"


def test_an_invalid_workflow_runs_nothing(go, node, log, tmp_path):
    result = go({"1": node("Give", grey=0), "2": node("Show", value=["1", 0]), "3": node("Odd", "Odd", hw="")})
    assert (result.status, result.exit_code, result.error.type) == ("invalid", 2, "unknown_input")
    assert not log
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ("raise", "ValueError", "expected frame 3, got none: load it"),
        ("state", "AttributeError", "Cannot modify class attribute 'count'"),
        ("few", "ValueError", "expected 1 values from Odd, got 2"),
        ("ui", "TypeError", "expected lists in the ui of Odd"),
    ],
)
def test_a_node_that_fails_ends_the_run(go, node, how, kind, words):
    result = go({"1": node("Odd", "Odd", how=how), "2": node("Odd", "Never", how="")})
    assert (result.status, result.exit_code) == ("failed", 1)
    assert (result.error.type, result.error.node) == (kind, "Odd")
    assert words in result.error.message
    assert str(result.error).startswith("Odd (Odd): ")
    assert "\n" not in str(result.error)
    assert "in execute" in result.error.traceback or "in _" in result.error.traceback
    assert "Never" not in result.seconds


def test_cancelled_within_half_a_second(go, node):
    cancel, seen = threading.Event(), []
    threading.Timer(0.3, cancel.set).start()
    start = time.perf_counter()
    result = go(
        {"1": node("Odd", "Slow", how="wait")}, cancel=cancel, on_progress=lambda title, share: seen.append((title, share))
    )
    assert time.perf_counter() - start < 0.8
    assert (result.status, result.exit_code, result.error.node) == ("cancelled", 130, "Slow")
    assert seen[0] == ("Slow", 0)
    assert 0 < seen[-1][1] < 1


def test_values_are_let_go_when_nobody_waits_for_them(go, node, monkeypatch):
    """A value goes as soon as its last reader ran, also where another output of its node is still wanted."""
    alive, held = [], []

    class Make(io.ComfyNode):
        @classmethod
        def define_schema(cls):
            return io.Schema(
                node_id="Make", inputs=[], outputs=[io.Image.Output("big"), io.Image.Output("unused"), io.Int.Output("small")]
            )

        @classmethod
        def execute(cls):
            images = [torch.zeros(1, 8, 8, 3) for _ in range(2)]
            held.extend(weakref.ref(image) for image in images)
            return io.NodeOutput(*images, 3)

    class Look(io.ComfyNode):
        @classmethod
        def define_schema(cls):
            return io.Schema(
                node_id="Look",
                is_output_node=True,
                inputs=[io.AnyType.Input("value"), io.AnyType.Input("after", optional=True)],
                outputs=[io.Int.Output("n")],
            )

        @classmethod
        def execute(cls, value, after=None):
            gc.collect()
            alive.append([ref() is not None for ref in held])
            return io.NodeOutput(1)

    kinds = {"Make": Make, "Look": Look}
    monkeypatch.setattr(run, "node_kinds", lambda: kinds)
    result = go({"1": node("Make"), "2": node("Look", value=["1", 0]), "3": node("Look", value=["1", 2], after=["2", 0])})
    assert result.status == "done"
    assert alive == [[True, False], [False, False]]


def test_what_a_lazy_branch_alone_reads_is_let_go(go, node, monkeypatch):
    alive, held = [], []

    class Make(io.ComfyNode):
        @classmethod
        def define_schema(cls):
            return io.Schema(node_id="Make", inputs=[], outputs=[io.Image.Output()])

        @classmethod
        def execute(cls):
            image = torch.zeros(1, 8, 8, 3)
            held.append(weakref.ref(image))
            return io.NodeOutput(image)

    class Look(io.ComfyNode):
        @classmethod
        def define_schema(cls):
            return io.Schema(
                node_id="Look", is_output_node=True, inputs=[io.AnyType.Input("value")], outputs=[io.Int.Output("n")]
            )

        @classmethod
        def execute(cls, value):
            gc.collect()
            alive.append(held[0]() is not None)
            return io.NodeOutput(1)

    kinds = run.node_kinds() | {"Make": Make, "Look": Look}
    monkeypatch.setattr(run, "node_kinds", lambda: kinds)
    prompt = {
        "1": node("Make"),
        "2": node("Choose", first=True, one=["1", 0], two=["3", 0]),
        "3": node("Pass", what=["1", 0]),
        "4": node("PreviewAny", source=["2", 0]),
        "5": node("Give", grey=0),
        "6": node("Look", value=["5", 0]),
    }
    assert go(prompt).status == "done"
    assert alive == [False]


def test_reports_are_read_from_strings_each_once(go, node, monkeypatch):
    texts = [
        Report("RaccordX", name, [Finding("a.b", verdict, "Words.")]).to_json()
        for name, verdict in (("one", "pass"), ("two", "fail"))
    ]

    class Judge(io.ComfyNode):
        @classmethod
        def define_schema(cls):
            return io.Schema(
                node_id="Judge", inputs=[io.Int.Input("n")], outputs=[io.String.Output("report"), io.String.Output("words")]
            )

        @classmethod
        def execute(cls, n):
            return io.NodeOutput(texts[n], "not a report, though it says raccord.report/1")

    kinds = run.node_kinds() | {"Judge": Judge}
    monkeypatch.setattr(run, "node_kinds", lambda: kinds)
    prompt = {
        "1": node("Judge", n=0),
        "2": node("PreviewAny", source=["1", 0]),
        "3": node("Judge", n=1),
        "4": node("PreviewAny", source=["3", 0]),
        "5": node("PreviewAny", source=["1", 1]),
    }
    result = go(prompt)
    assert result.reports == [json.loads(text) for text in texts]
    assert (result.status, result.verdict, result.exit_code) == ("done", "fail", 0)
    assert go(prompt, strict=True).exit_code == 3
    assert go(prompt, strict=True).status == "done"


def test_files_are_those_below_the_output_directory_that_are_there(go, node, monkeypatch, tmp_path):
    class Write(io.ComfyNode):
        @classmethod
        def define_schema(cls):
            return io.Schema(node_id="Write", is_output_node=True, inputs=[], outputs=[])

        @classmethod
        def execute(cls):
            root = runtime.output_directory()
            (root / "b").mkdir()
            for path in (root / "b/z.txt", root / "a.txt", root / "gone.txt", runtime.temp_directory() / "t.txt"):
                path.write_text("x", encoding="utf-8")
                runtime.wrote(path)
                runtime.wrote(path)
            (root / "gone.txt").unlink()
            return io.NodeOutput(ui={"folders": [str(runtime.input_directory()), str(runtime.library_directories()[0])]})

    monkeypatch.setattr(run, "node_kinds", lambda: {"Write": Write})
    result = go({"1": node("Write", "Write")}, library=tmp_path / "studio")
    assert result.files == ["a.txt", "b/z.txt"]
    assert result.outputs["Write"]["folders"] == [str(tmp_path / "in"), str(tmp_path / "studio")]


def test_previews_live_as_long_as_the_result(go, node, tmp_path):
    result = go({"1": node("Give", grey=0.5), "2": node("PreviewImage", "See", images=["1", 0])})
    (shown,) = result.outputs["See"]["images"]
    folder = result.temp_directory
    assert (folder / shown["filename"]).is_file()
    assert not list((tmp_path / "out").iterdir())
    assert not folder.is_relative_to(tmp_path / "out")
    del result
    gc.collect()
    assert not folder.exists()


def test_it_runs_inside_an_event_loop(go, node):
    import asyncio

    async def inside():
        return go({"1": node("Give", grey=0.5), "2": node("Pass", what=["1", 0]), "3": node("Show", value=["2", 0])})

    assert asyncio.run(inside()).status == "done"


def test_dicts_and_tuples_are_outputs_too(go, node):
    result = go({"1": node("Odd", "Odd", how="report"), "2": node("Show", "Show", value=["1", 0])})
    assert result.outputs == {"Odd": {"text": ["hello"]}, "Show": {"value": ["1"], "prompt": [["1", "2"]]}}
