"""Sockets of one fixed type: numbers, words, media and a pack's own wires."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import Enum
from typing import Any, ClassVar

from . import _base as base
from ._base import ControlAfterGenerate, FolderType, NumberDisplay, UploadType


class ComfyType:
    """A type of wire: `.Input` and `.Output` are its sockets."""

    io_type: ClassVar[str] = "*"

    def __init_subclass__(cls) -> None:
        for name in ("Input", "Output"):
            if hasattr(cls, name):
                setattr(cls, name, type(name, (getattr(cls, name),), {"io_type": cls.io_type}))


class Wire(ComfyType):
    """A type without a widget."""

    class Input(base.Input):
        """Socket that takes a value of the type."""

    class Output(base.Output):
        """Socket that gives a value of the type."""


def Custom(io_type: str) -> type[Wire]:  # noqa: N802  (ComfyUI's name)
    """Make a pack's own type of wire."""
    return type(io_type, (Wire,), {"io_type": io_type})


class Boolean(ComfyType):
    """True or false."""

    io_type = "BOOLEAN"

    @dataclass(eq=False)
    class Input(base.WidgetInput):
        """Switch."""

        _: KW_ONLY
        label_on: str | None = None
        label_off: str | None = None

    class Output(base.Output):
        """Socket that gives one."""


class Int(ComfyType):
    """Whole number."""

    io_type = "INT"

    @dataclass(eq=False)
    class Input(base.WidgetInput):
        """Number field."""

        _: KW_ONLY
        min: int | None = None
        max: int | None = None
        step: int | None = None
        control_after_generate: bool | ControlAfterGenerate | None = None
        display_mode: NumberDisplay | None = None

    class Output(base.Output):
        """Socket that gives one."""


class Float(ComfyType):
    """Number."""

    io_type = "FLOAT"

    @dataclass(eq=False)
    class Input(base.WidgetInput):
        """Number field."""

        _: KW_ONLY
        min: float | None = None
        max: float | None = None
        step: float | None = None
        round: float | None = None
        display_mode: NumberDisplay | None = None

    class Output(base.Output):
        """Socket that gives one."""


class String(ComfyType):
    """Text."""

    io_type = "STRING"

    @dataclass(eq=False)
    class Input(base.WidgetInput):
        """Text field."""

        _: KW_ONLY
        multiline: bool = False
        placeholder: str | None = None
        dynamic_prompts: bool | None = None

    class Output(base.Output):
        """Socket that gives one."""


class Combo(ComfyType):
    """One of a list."""

    io_type = "COMBO"

    @dataclass(eq=False)
    class Input(base.WidgetInput):
        """Menu; an Enum class becomes its values."""

        options: Any = None
        _: KW_ONLY
        control_after_generate: bool | ControlAfterGenerate | None = None
        upload: UploadType | None = None
        image_folder: FolderType | None = None

        def __post_init__(self) -> None:
            if isinstance(self.options, type) and issubclass(self.options, Enum):
                self.options = [member.value for member in self.options]
            if isinstance(self.default, Enum):
                self.default = self.default.value

        def as_dict(self) -> dict[str, Any]:
            """Options in the form of `/object_info`."""
            upload = {self.upload.value: True} if self.upload else {}
            return {**super().as_dict(), "multiselect": False, **upload}

    @dataclass(eq=False)
    class Output(base.Output):
        """One of a list."""

        _: KW_ONLY
        options: list[str] | None = None


AnyType = Custom("*")
Image = Custom("IMAGE")
Mask = Custom("MASK")
Latent = Custom("LATENT")
Audio = Custom("AUDIO")
Video = Custom("VIDEO")
Tracks = Custom("TRACKS")
ClipVision = Custom("CLIP_VISION")
