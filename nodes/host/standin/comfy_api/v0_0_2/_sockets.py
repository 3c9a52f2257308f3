"""Sockets of one fixed type: numbers, words, media and a pack's own wires."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field, fields
from enum import Enum
from typing import Any, ClassVar


class FolderType(str, Enum):
    """Folder that a file lies in."""

    input = "input"
    output = "output"
    temp = "temp"


class UploadType(str, Enum):
    """What a Combo of files lets the user upload."""

    image = "image_upload"
    audio = "audio_upload"
    video = "video_upload"


class NumberDisplay(str, Enum):
    """Look of a number."""

    number = "number"
    slider = "slider"


class ControlAfterGenerate(str, Enum):
    """What the canvas does to a number after a run."""

    fixed = "fixed"
    increment = "increment"
    decrement = "decrement"
    randomize = "randomize"


def spelt(name: str) -> Any:
    """Keyword whose name on the wire is another one; None there leaves it out, an empty name always does."""
    return field(default=None, metadata={"name": name})


@dataclass(eq=False)
class Input:
    """A socket that takes a value."""

    io_type: ClassVar[str]
    id: str
    _: KW_ONLY
    display_name: str | None = None
    optional: bool = False
    tooltip: str | None = None
    lazy: bool | None = None
    extra_dict: dict | None = spelt("")
    advanced: bool | None = None

    def get_io_type(self) -> str:
        """Type that a wire must have."""
        return self.io_type

    def as_dict(self) -> dict[str, Any]:
        """Options in the form of `/object_info`."""
        options = {f.metadata.get("name", f.name): getattr(self, f.name) for f in fields(self) if f.name != "id"}
        options = {k: v.value if isinstance(v, Enum) else v for k, v in options.items() if k and v is not None}
        return options | (self.extra_dict or {})

    def validate(self) -> None:
        """Refuse options that contradict each other."""


@dataclass(eq=False)
class WidgetInput(Input):
    """A socket that is also a widget."""

    _: KW_ONLY
    default: Any = None
    socketless: bool | None = None
    force_input: bool | None = spelt("forceInput")


@dataclass(eq=False)
class Output:
    """A socket that gives a value."""

    io_type: ClassVar[str]
    id: str | None = None
    _: KW_ONLY
    display_name: str | None = None
    tooltip: str | None = None

    def __post_init__(self) -> None:
        self.display_name = self.display_name or self.id


class ComfyType:
    """A type of wire: `.Input` and `.Output` are its sockets."""

    io_type: ClassVar[str] = "*"
    Input = Input
    Output = Output

    def __init_subclass__(cls) -> None:
        cls.Input = type("Input", (cls.Input,), {"io_type": cls.io_type})
        cls.Output = type("Output", (cls.Output,), {"io_type": cls.io_type})


def Custom(io_type: str) -> type[ComfyType]:  # noqa: N802  (ComfyUI's name)
    """Make a pack's own type of wire."""
    return type(io_type, (ComfyType,), {"io_type": io_type})


class Boolean(ComfyType):
    """True or false."""

    io_type = "BOOLEAN"

    @dataclass(eq=False)
    class Input(WidgetInput):
        """Switch."""

        _: KW_ONLY
        label_on: str | None = None
        label_off: str | None = None


class Int(ComfyType):
    """Whole number."""

    io_type = "INT"

    @dataclass(eq=False)
    class Input(WidgetInput):
        """Number field."""

        _: KW_ONLY
        min: int | None = None
        max: int | None = None
        step: int | None = None
        control_after_generate: bool | ControlAfterGenerate | None = None
        display_mode: NumberDisplay | None = spelt("display")


class Float(ComfyType):
    """Number."""

    io_type = "FLOAT"

    @dataclass(eq=False)
    class Input(WidgetInput):
        """Number field."""

        _: KW_ONLY
        min: float | None = None
        max: float | None = None
        step: float | None = None
        round: float | None = None
        display_mode: NumberDisplay | None = spelt("display")


class String(ComfyType):
    """Text."""

    io_type = "STRING"

    @dataclass(eq=False)
    class Input(WidgetInput):
        """Text field."""

        _: KW_ONLY
        multiline: bool = False
        placeholder: str | None = None
        dynamic_prompts: bool | None = spelt("dynamicPrompts")


class Combo(ComfyType):
    """One of a list."""

    io_type = "COMBO"

    @dataclass(eq=False)
    class Input(WidgetInput):
        """Menu; an Enum class becomes its values."""

        options: Any = None
        _: KW_ONLY
        control_after_generate: bool | ControlAfterGenerate | None = None
        upload: UploadType | None = spelt("")
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
    class Output(Output):
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
