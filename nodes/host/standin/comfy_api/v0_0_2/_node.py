"""What a node says about itself and what it gives back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from ._base import Input, Output
from ._growing import MatchType, input_table


class Hidden(str, Enum):
    """What a node may ask to know beyond its inputs."""

    unique_id = "UNIQUE_ID"
    prompt = "PROMPT"
    extra_pnginfo = "EXTRA_PNGINFO"


@dataclass
class Schema:
    """Name, place in the menu, sockets and nature of a node."""

    node_id: str
    display_name: str | None = None
    category: str = "sd"
    inputs: Sequence[Input] = field(default_factory=list)
    outputs: Sequence[Output] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    description: str = ""
    search_aliases: list[str] = field(default_factory=list)
    is_output_node: bool = False
    is_deprecated: bool = False
    is_experimental: bool = False
    not_idempotent: bool = False
    essentials_category: str | None = None
    has_intermediate_output: bool = False

    def validate(self) -> None:
        """Refuse two inputs, or two outputs, of one name."""
        for kind, sockets in (("Input", self.inputs), ("Output", self.outputs)):
            twice = [name for name, count in Counter(s.id for s in sockets).items() if count > 1]
            if twice:
                raise ValueError(f"{kind} ids must be unique, but {twice} are not.")

    def finalize(self) -> None:
        """Name what has no name and add what output nodes are told."""
        if self.is_output_node:
            self.hidden += [h for h in (Hidden.prompt, Hidden.extra_pnginfo) if h not in self.hidden]
        for index, output in enumerate(self.outputs):
            output.id = output.id or f"_{index}_{output.io_type}_"


class ComfyNode:
    """Base of every node: `define_schema` and `execute` are class methods, and the class keeps no state."""

    RELATIVE_PYTHON_MODULE: ClassVar[str | None] = None
    hidden: ClassVar[Any] = None

    @classmethod
    def define_schema(cls) -> Schema:
        """Describe the node."""
        raise NotImplementedError

    @classmethod
    def GET_SCHEMA(cls) -> Schema:  # noqa: N802
        """Description of the node, checked and complete."""
        if not hasattr(cls, "execute"):
            raise TypeError(f"No execute function was defined for node class {cls.__name__}.")
        schema = cls.define_schema()
        schema.finalize()
        schema.validate()
        return schema

    @classmethod
    def GET_NODE_INFO_V1(cls) -> dict[str, Any]:  # noqa: N802
        """Description in the form of `/object_info`."""
        schema = cls.GET_SCHEMA()
        inputs: dict[str, dict] = dict(input_table(schema.inputs))
        if schema.hidden:
            inputs["hidden"] = {h.name: (h.value,) for h in schema.hidden}
        outputs = schema.outputs
        matched = [o.template.template_id if isinstance(o, MatchType.Output) else None for o in outputs]
        return {
            "input": inputs, "input_order": {need: list(named) for need, named in inputs.items()}, "is_input_list": False,
            "output": [o.io_type for o in outputs], "output_is_list": [False for _ in outputs],
            "output_name": [o.display_name or o.io_type for o in outputs],
            "output_tooltips": [o.tooltip or None for o in outputs],
            "output_matchtypes": matched if any(matched) else None,
            "name": schema.node_id, "display_name": schema.display_name, "description": schema.description,
            "python_module": cls.RELATIVE_PYTHON_MODULE, "category": schema.category,
            "output_node": schema.is_output_node, "deprecated": schema.is_deprecated,
            "experimental": schema.is_experimental, "dev_only": False, "api_node": False, "price_badge": None,
            "search_aliases": schema.search_aliases or None, "essentials_category": schema.essentials_category,
            "has_intermediate_output": schema.has_intermediate_output,
        }


class NodeOutput:
    """Values for the outputs, in order, and what to show (`ui`: a dict of lists, or one of `ui`'s carriers)."""

    def __init__(self, *args: Any, ui: Any = None) -> None:
        self.args, self.ui = args, ui

    @property
    def result(self) -> tuple | None:
        """The values, or None where there are none."""
        return self.args or None

    def __getitem__(self, index: int) -> Any:
        return self.args[index]
