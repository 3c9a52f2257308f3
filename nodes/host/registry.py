"""The node classes that the host runs: the pack's and the few core nodes that its workflows use."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch

from . import api


def settle(value: Any) -> Any:
    """Wait for what a coroutine gives; other values pass. A thread of its own works inside a running event loop too."""
    if not inspect.isawaitable(value):
        return value

    async def wait() -> Any:
        return await value

    def work() -> Any:
        with torch.inference_mode():
            return asyncio.run(wait())

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(contextvars.copy_context().run, work).result()


@functools.cache
def node_kinds() -> dict[str, type]:
    """Node classes by id, the pack's first; a name that both have is the core's, as in ComfyUI."""
    api.provide()
    from ..extension import RaccordExtension
    from .core import CORE_NODES

    extension = RaccordExtension()
    settle(extension.on_load())
    ours = {kind.GET_SCHEMA().node_id: kind for kind in settle(extension.get_node_list())}
    return ours | {kind.GET_SCHEMA().node_id: kind for kind in CORE_NODES}


def our_ids() -> list[str]:
    """Ids of the pack's own nodes."""
    return [name for name, kind in node_kinds().items() if not kind.__module__.startswith(f"{__package__}.")]


def object_info() -> dict[str, dict[str, Any]]:
    """Every schema in the form of ComfyUI's `/object_info`, keyed by node id."""
    ours = set(our_ids())
    return {name: kind.GET_NODE_INFO_V1() | {"python_module": "custom_nodes.raccord" if name in ours else "nodes"}  # type: ignore[attr-defined]
            for name, kind in node_kinds().items()}
