"""All nodes of Raccord, in menu order: the jobs as below, the nodes of a job as they stand in its file."""

from __future__ import annotations

from types import ModuleType

from comfy_api.v0_0_2 import ComfyExtension, io

from .brand import nodes as brand
from .colour import nodes as colour
from .continuity import nodes as continuity
from .delivery import nodes as delivery
from .page.attach import on_page
from .shot import nodes as shot
from .tracking import nodes as tracking

JOBS = (shot, tracking, colour, continuity, brand, delivery)


def nodes_of(module: ModuleType) -> list[type[io.ComfyNode]]:
    """Node classes that a module defines, in its order."""
    own = (value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__)
    return [kind for kind in own if issubclass(kind, io.ComfyNode)]


NODES = tuple(on_page(kind) for job in JOBS for kind in nodes_of(job))


class RaccordExtension(ComfyExtension):
    """What ComfyUI asks for the nodes."""

    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        """Node classes in menu order."""
        return list(NODES)
