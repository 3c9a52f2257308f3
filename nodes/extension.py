"""All nodes of Raccord, in menu order: the jobs as below, the nodes of a job as they stand in its file."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

from comfy_api.v0_0_2 import ComfyExtension, io

JOBS = ("shot", "tracking", "colour", "continuity", "brand", "delivery")


def _modules() -> list[ModuleType]:
    # Scaffolding while the jobs are being written: in the end `from .shot import nodes as shot` and so on.
    here = [job for job in JOBS if (Path(__file__).parent / job / "nodes.py").exists()]
    return [importlib.import_module(f".{job}.nodes", __package__) for job in here]


def nodes_of(module: ModuleType) -> list[type[io.ComfyNode]]:
    """Node classes that a module defines, in its order."""
    own = (value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__)
    return [kind for kind in own if issubclass(kind, io.ComfyNode) and not kind.__name__.startswith("_")]


class RaccordExtension(ComfyExtension):
    """What ComfyUI asks for the nodes."""

    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        """Node classes in menu order."""
        return [kind for module in _modules() for kind in nodes_of(module)]
