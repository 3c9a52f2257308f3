"""`TITLE.input=VALUE`: sets an input of a workflow from the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .graph import Node, read_graph
from .registry import node_kinds
from .slots import Slot

SWITCH = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}


def apply_settings(prompt: dict[str, Any], settings: Iterable[str]) -> None:
    """Change a prompt in place.

    Args:
        prompt: Nodes by id.
        settings: `TITLE.input=VALUE` each; the value is read as the type that the node's schema names.

    Raises:
        ValueError: No such node, two of that title, or a value of another type.
    """
    settings = list(settings)
    if not settings:
        return
    graph = read_graph(prompt, node_kinds())
    for setting in settings:
        place, equals, text = setting.partition("=")
        if not equals or "." not in place:
            raise ValueError(f"expected TITLE.input=VALUE, got {setting!r}")
        node, name = _find(graph, place)
        slot = node.slots.get(name)
        prompt[node.id].setdefault("inputs", {})[name] = text if slot is None else _typed(slot, place, text)


def _find(graph: dict[str, Node], place: str) -> tuple[Node, str]:
    """Node and input of `TITLE.input`; titles may hold dots, and so may inputs."""
    named = {key: node.called or node.title for key, node in graph.items()}
    fitting = [key for key, title in named.items() if place.startswith(f"{title}.")]
    longest = max((len(named[key]) for key in fitting), default=0)
    fitting = [key for key in fitting if len(named[key]) == longest]
    if not fitting:
        known = ", ".join(dict.fromkeys(named.values()))
        raise ValueError(f"expected the title of a node before the input in {place!r}, got none of: {known}")
    if len(fitting) > 1:
        raise ValueError(f"expected a title that one node has, got {named[fitting[0]]!r}, which {len(fitting)} nodes have")
    return graph[fitting[0]], place[longest + 1:]


def _typed(slot: Slot, place: str, text: str) -> Any:
    try:
        if slot.type == "INT":
            return int(text)
        if slot.type == "FLOAT":
            return float(text)
        if slot.type == "BOOLEAN":
            return SWITCH[text.strip().lower()]
    except (ValueError, KeyError):
        raise ValueError(f"expected {slot.expected} for {place}, got {text!r}") from None
    if slot.choices is not None:
        return next((choice for choice in slot.choices if str(choice) == text), text)
    return text
