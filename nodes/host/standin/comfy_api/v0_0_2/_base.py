"""What all sockets have in common."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, fields
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


WIRE_NAMES = {"force_input": "forceInput", "display_mode": "display", "dynamic_prompts": "dynamicPrompts"}
NOT_ON_THE_WIRE = ("id", "extra_dict", "upload", "types", "template")


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
    extra_dict: dict | None = None
    advanced: bool | None = None

    def get_io_type(self) -> str:
        """Type that a wire must have."""
        return self.io_type

    def as_dict(self) -> dict[str, Any]:
        """Options in the form of `/object_info`."""
        options = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in NOT_ON_THE_WIRE}
        shown = {k: v.value if isinstance(v, Enum) else v for k, v in options.items() if v is not None}
        return {WIRE_NAMES.get(k, k): v for k, v in shown.items()} | (self.extra_dict or {})

    def validate(self) -> None:
        """Refuse options that contradict each other."""


@dataclass(eq=False)
class WidgetInput(Input):
    """A socket that is also a widget."""

    _: KW_ONLY
    default: Any = None
    socketless: bool | None = None
    force_input: bool | None = None


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
