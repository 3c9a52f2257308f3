"""Running nodes by their id in a folder of our own, and the clip that all pictures come from."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from raccord.nodes import runtime
from raccord.nodes.host import api

api.provide()
REFERENCE = 24  # frame of the example on which the sign is given


@dataclass
class Place:
    """Folders for files that nodes write and read; progress is nobody's business here."""

    output_directory: Path
    input_directory: Path
    temp_directory: Path
    library: tuple = ()

    def check_cancelled(self) -> None:
        """Nobody cancels."""

    def show_progress(self, done: float, total: float) -> None:
        """Nobody looks."""

    def wrote(self, path: Path) -> None:
        """Nobody keeps a list."""


@contextmanager
def folders() -> Iterator[Place]:
    """Empty input and output folders while pictures are made."""
    with tempfile.TemporaryDirectory() as name:
        place = Place(*(Path(name) / part for part in ("output", "input", "temp")))
        for folder in (place.output_directory, place.input_directory, place.temp_directory):
            folder.mkdir()
        with runtime.surrounded_by(place):
            yield place


@lru_cache(maxsize=1)
def _classes() -> dict[str, Any]:
    from raccord.nodes.extension import NODES

    return {kind.GET_SCHEMA().node_id: kind for kind in NODES}


def run(node_id: str, **inputs: Any) -> dict[str, Any]:
    """Run one node with its defaults and these inputs; its outputs by name."""
    kind = _classes()[node_id]
    schema = kind.GET_SCHEMA()
    defaults = {i.id: i.default for i in schema.inputs if not i.optional and getattr(i, "default", None) is not None}
    values = kind.execute(**(defaults | inputs)).args
    return dict(zip((o.display_name or o.id for o in schema.outputs), values, strict=True))


@lru_cache(maxsize=1)
def example() -> Any:
    """The example shot: `images`, `next_clip` and `truth`."""
    from raccord.nodes.shot.example import draw_example

    return draw_example()


def sign(frame: int) -> str:
    """Corners of the example's sign on a frame, as they are typed."""
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in example().truth["sign"][frame])


@lru_cache(maxsize=1)
def tracked() -> dict[str, Any]:
    """The sign tracked over the whole shot."""
    return run("RaccordTrackSurface", clip=example().images, corners=sign(REFERENCE), reference_frame=REFERENCE)
