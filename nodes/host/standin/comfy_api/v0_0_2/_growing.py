"""Sockets whose type or number depends on what is wired."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from . import _base as base
from ._sockets import AnyType, ComfyType


def input_table(inputs: Sequence[base.Input]) -> dict[str, dict[str, tuple[str, dict]]]:
    """Inputs by need and name, in the form of `/object_info`."""
    table: dict[str, dict] = {"required": {}}
    for one in inputs:
        options = one.as_dict()
        table.setdefault("optional" if options.pop("optional") else "required", {})[one.id] = (one.get_io_type(), options)
    return table


class MultiType:
    """One of several types."""

    @dataclass(eq=False)
    class Input(base.Input):
        """Socket that takes one of several types."""

        types: list[type[ComfyType]]

        def get_io_type(self) -> str:
            """Types that a wire may have, with commas."""
            return ",".join(dict.fromkeys(t.io_type for t in self.types))


@dataclass(eq=False)
class _Template:
    """Name of a type that several sockets share, and what it may be."""

    template_id: str
    allowed_types: Any = AnyType

    def __post_init__(self) -> None:
        if not isinstance(self.allowed_types, (list, tuple)):
            self.allowed_types = [self.allowed_types]

    def as_dict(self) -> dict[str, str]:
        """Form in `/object_info`."""
        return {"template_id": self.template_id, "allowed_types": ",".join(t.io_type for t in self.allowed_types)}


class MatchType(ComfyType):
    """Type that outputs take from inputs."""

    io_type = "COMFY_MATCHTYPE_V3"
    Template = _Template

    @dataclass(eq=False)
    class Input(base.Input):
        """Socket that sets the template's type."""

        template: _Template

        def as_dict(self) -> dict[str, Any]:
            """Options in the form of `/object_info`."""
            return super().as_dict() | {"template": self.template.as_dict()}

    class Output(base.Output):
        """Socket that has the template's type."""

        def __init__(self, template: _Template, id: str | None = None, *, display_name: str | None = None,
                     tooltip: str | None = None) -> None:
            super().__init__(id, display_name=display_name or (None if id else "MATCHTYPE"), tooltip=tooltip)
            self.template = template


class _Slots:
    """Copies of one socket under several names."""

    def __init__(self, socket: base.Input, names: list[str], min: int) -> None:
        self.input, self.names, self.min = copy.copy(socket), names, min
        if isinstance(self.input, base.WidgetInput):
            self.input.force_input = True


class _TemplatePrefix(_Slots):
    def __init__(self, input: base.Input, prefix: str, min: int = 1, max: int = 10) -> None:
        super().__init__(input, [f"{prefix}{i}" for i in range(max)], min)
        self.prefix, self.max = prefix, max

    def as_dict(self) -> dict[str, Any]:
        return {"input": input_table([self.input]), "prefix": self.prefix, "min": self.min, "max": self.max}


class _TemplateNames(_Slots):
    def __init__(self, input: base.Input, names: list[str], min: int = 1) -> None:
        super().__init__(input, names, min)

    def as_dict(self) -> dict[str, Any]:
        return {"input": input_table([self.input]), "names": self.names, "min": self.min}


class Autogrow(ComfyType):
    """Growing inputs: `execute` takes a dict of what is wired."""

    io_type = "COMFY_AUTOGROW_V3"
    TemplatePrefix = _TemplatePrefix
    TemplateNames = _TemplateNames

    class Input(base.Input):
        """Slots `id.name`."""

        def __init__(self, id: str, template: _TemplatePrefix | _TemplateNames, *, display_name: str | None = None,
                     optional: bool = False, tooltip: str | None = None, lazy: bool | None = None,
                     extra_dict: dict | None = None) -> None:
            super().__init__(id, display_name=display_name, optional=optional, tooltip=tooltip, lazy=lazy, extra_dict=extra_dict)
            self.template = template

        def as_dict(self) -> dict[str, Any]:
            """Options in the form of `/object_info`."""
            return super().as_dict() | {"template": self.template.as_dict()}


class _Option:
    """A choice that brings inputs of its own."""

    def __init__(self, key: str, inputs: Sequence[base.Input]) -> None:
        self.key, self.inputs = key, inputs

    def as_dict(self) -> dict[str, Any]:
        return {"key": self.key, "inputs": input_table(self.inputs)}


class DynamicCombo(ComfyType):
    """A menu whose choices bring inputs `id.name`: `execute` takes a dict with the choice under the menu's own name."""

    io_type = "COMFY_DYNAMICCOMBO_V3"
    Option = _Option

    @dataclass(eq=False)
    class Input(base.Input):
        """The menu."""

        options: list[_Option]
        _: KW_ONLY

        def as_dict(self) -> dict[str, Any]:
            """Options in the form of `/object_info`."""
            return super().as_dict() | {"options": [option.as_dict() for option in self.options]}
