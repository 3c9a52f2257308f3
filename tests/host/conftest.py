"""Small nodes to run, and a way to run them beside the core nodes alone."""

import threading

import pytest
import torch
from comfy_api.v0_0_2 import io
from raccord.nodes import runtime
from raccord.nodes.host import run

LOG = []  # what ran, in order


class Give(io.ComfyNode):
    """A picture of one grey."""

    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="Give",
            inputs=[io.Float.Input("grey", default=0.5, min=0, max=1)],
            outputs=[io.Image.Output(), io.String.Output()],
        )

    @classmethod
    def execute(cls, grey):
        LOG.append(f"give {grey}")
        return io.NodeOutput(torch.full((1, 4, 4, 3), grey), f"grey {grey}")


class Pass(io.ComfyNode):
    """Hands on what it is, IMAGE or MASK."""

    @classmethod
    def define_schema(cls):
        template = io.MatchType.Template("what", [io.Image, io.Mask])
        return io.Schema(
            node_id="Pass", inputs=[io.MatchType.Input("what", template)], outputs=[io.MatchType.Output(template, id="same")]
        )

    @classmethod
    async def execute(cls, what):
        LOG.append("pass")
        return io.NodeOutput(what)


class Choose(io.ComfyNode):
    """The first value, or the second, which is lazy."""

    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="Choose",
            inputs=[
                io.Boolean.Input("first", default=True),
                io.AnyType.Input("one", lazy=True),
                io.AnyType.Input("two", lazy=True),
                io.Autogrow.Input(
                    "notes",
                    optional=True,
                    template=io.Autogrow.TemplatePrefix(io.String.Input("note", optional=True), prefix="note", min=0, max=3),
                ),
            ],
            outputs=[io.AnyType.Output("chosen")],
        )

    @classmethod
    def check_lazy_status(cls, first, one=None, two=None, notes=None):
        LOG.append(f"asked {notes}")
        needed = "one" if first else "two"
        return [needed] if (one if first else two) is None else []

    @classmethod
    def execute(cls, first, one=None, two=None, notes=None):
        LOG.append(f"choose {notes}")
        return io.NodeOutput(one if first else two)


class Block(io.ComfyNode):
    """Blocks its first output, reports on the second."""

    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="Block",
            inputs=[io.AnyType.Input("value"), io.String.Input("why", default="not good")],
            outputs=[io.AnyType.Output("value"), io.String.Output("report")],
        )

    @classmethod
    def execute(cls, value, why):
        return io.NodeOutput(runtime.blocker(why or None), f"blocked: {why}")


class Show(io.ComfyNode):
    """The end of a graph: anything, or several things."""

    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="Show",
            is_output_node=True,
            hidden=[io.Hidden.unique_id],
            outputs=[],
            inputs=[io.AnyType.Input("value"), io.AnyType.Input("other", optional=True)],
        )

    @classmethod
    def execute(cls, value, other=None):
        LOG.append(f"show {cls.hidden.unique_id}")
        return io.NodeOutput(ui={"value": [str(value)[:40]], "prompt": [sorted(cls.hidden.prompt)]})


class Odd(io.ComfyNode):
    """Misbehaves as told."""

    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="Odd", is_output_node=True, inputs=[io.String.Input("how", default="")], outputs=[io.Int.Output("n")]
        )

    @classmethod
    def validate_inputs(cls, how):
        return "nothing of that sort" if how == "refuse" else True

    @classmethod
    def execute(cls, how):
        if how == "raise":
            raise ValueError("expected frame 3, got none: load it")
        if how == "state":
            cls.count = 1
        if how == "few":
            return io.NodeOutput(1, 2)
        if how == "ui":
            return io.NodeOutput(1, ui={"text": "not a list"})
        if how == "wait":
            bar = runtime.Progress(1000)
            for _ in range(1000):
                threading.Event().wait(0.01)
                bar.step()
        if how == "report":
            return {"ui": {"text": ["hello"]}, "result": (1,)}
        return (1,)


NODES = {kind.__name__: kind for kind in (Give, Pass, Choose, Block, Show, Odd)}


@pytest.fixture
def log():
    LOG.clear()
    return LOG


@pytest.fixture(autouse=True)
def _small_world(monkeypatch):
    """The nodes above and the core nodes; the pack's own have tests of their own."""
    from raccord.nodes.host.core import CORE_NODES

    kinds = NODES | {kind.GET_SCHEMA().node_id: kind for kind in CORE_NODES}
    monkeypatch.setattr(run, "node_kinds", lambda: kinds)


@pytest.fixture
def go(tmp_path):
    """Runs a prompt between two folders below `tmp_path`."""
    (tmp_path / "in").mkdir(exist_ok=True)

    def start(prompt, **more):
        return run.run_workflow(prompt, tmp_path / "in", tmp_path / "out", **more)

    return start


def node(kind, title=None, **inputs):
    """A node of a prompt; `__` in an input stands for a dot."""
    made = {"class_type": kind, "inputs": {name.replace("__", "."): value for name, value in inputs.items()}}
    return made | ({"_meta": {"title": title}} if title else {})


@pytest.fixture(name="node")
def _node():
    return node
