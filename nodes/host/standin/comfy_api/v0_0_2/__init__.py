"""Stand-in for ComfyUI's node interface, used where no ComfyUI is installed: carriers only, and only what our nodes name.

What is not here is an AttributeError, an unknown keyword is a TypeError: a typo must not pass here and fail in the studio.
"""

from __future__ import annotations

from . import io, ui
from ._video import VideoCodec, VideoComponents, VideoContainer, VideoFromComponents, VideoFromFile

__all__ = ["ComfyExtension", "InputImpl", "Types", "io", "ui"]


class ComfyExtension:
    """A pack: what its entry point gives back."""

    async def on_load(self) -> None:
        """Prepare what the nodes need."""

    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        """Node classes of the pack, in menu order."""
        raise NotImplementedError


class InputImpl:
    """What travels on VIDEO wires."""

    VideoFromFile = VideoFromFile
    VideoFromComponents = VideoFromComponents


class Types:
    """What videos are made of and written as."""

    VideoCodec = VideoCodec
    VideoContainer = VideoContainer
    VideoComponents = VideoComponents
