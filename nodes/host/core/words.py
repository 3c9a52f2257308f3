"""Values typed in, and any value as text."""

from __future__ import annotations

import json
import sys
from typing import Any

import torch
from comfy_api.v0_0_2 import io


class PreviewAny(io.ComfyNode):
    """Any value as text."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        return io.Schema(
            node_id="PreviewAny", display_name="Preview as Text", category="utilities", is_output_node=True,
            description="Preview any input value as text.",
            search_aliases=["show output", "inspect", "debug", "print value", "show text"],
            inputs=[io.AnyType.Input("source")],
            outputs=[io.String.Output()],
        )

    @classmethod
    def execute(cls, source: Any = None) -> io.NodeOutput:
        """Words as they are, plain values as JSON, others as Python shows them."""
        if isinstance(source, (str, int, float)) or source is None:
            text = str(source)
        else:
            try:
                text = json.dumps(source, indent=4, ensure_ascii=False)
            except (TypeError, ValueError):
                text = _shown(source)
        return io.NodeOutput(text, ui={"text": (text,)})


def _shown(value: Any) -> str:
    torch.set_printoptions(edgeitems=6)
    try:
        return str(value)
    finally:
        torch.set_printoptions(profile="default")


class _Primitive(io.ComfyNode):
    @classmethod
    def execute(cls, value: Any) -> io.NodeOutput:
        """Hand on the value."""
        return io.NodeOutput(value)


class PrimitiveString(_Primitive):
    """Text."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        return io.Schema(node_id="PrimitiveString", display_name="Text", category="utilities/primitive",
                         search_aliases=["text", "string", "text box", "prompt"],
                         inputs=[io.String.Input("value")], outputs=[io.String.Output()])


class PrimitiveStringMultiline(_Primitive):
    """Text of several lines."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        return io.Schema(node_id="PrimitiveStringMultiline", display_name="Text (Multiline)", category="utilities/primitive",
                         essentials_category="Basics",
                         search_aliases=["text", "string", "text multiline", "string multiline", "text box", "prompt"],
                         inputs=[io.String.Input("value", multiline=True)], outputs=[io.String.Output()])


class PrimitiveInt(_Primitive):
    """Whole number."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        value = io.Int.Input("value", min=-sys.maxsize, max=sys.maxsize, control_after_generate=io.ControlAfterGenerate.fixed)
        return io.Schema(node_id="PrimitiveInt", display_name="Int", category="utilities/primitive",
                         inputs=[value], outputs=[io.Int.Output()])


class PrimitiveFloat(_Primitive):
    """Number."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        value = io.Float.Input("value", min=-sys.maxsize, max=sys.maxsize, step=0.1)
        return io.Schema(node_id="PrimitiveFloat", display_name="Float", category="utilities/primitive",
                         inputs=[value], outputs=[io.Float.Output()])


class PrimitiveBoolean(_Primitive):
    """True or false."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        return io.Schema(node_id="PrimitiveBoolean", display_name="Boolean", category="utilities/primitive",
                         inputs=[io.Boolean.Input("value")], outputs=[io.Boolean.Output()])
