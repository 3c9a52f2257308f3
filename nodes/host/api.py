"""Brings `comfy_api`: the real one where it is installed, the stand-in elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

from .. import runtime

STANDIN = Path(__file__).parent / "standin"


def provide() -> None:
    """Make `comfy_api` and `comfy_execution` importable.

    The stand-in goes to the end of the path, and only where there is no `comfy_api` at all: a real but older one must say itself
    what it lacks.
    """
    try:
        import comfy_api  # noqa: F401
    except ModuleNotFoundError:
        sys.path.append(str(STANDIN))
    if is_standin():
        from comfy_api.v0_0_2 import _hooks  # pyright: ignore[reportAttributeAccessIssue]

        _hooks.between_frames = runtime.check_cancelled
        _hooks.temp_directory = runtime.temp_directory


def is_standin() -> bool:
    """True where nodes see the stand-in."""
    import comfy_api

    return str(STANDIN / "comfy_api") in list(comfy_api.__path__)
