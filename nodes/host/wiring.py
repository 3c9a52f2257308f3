"""Which wire may go into which slot: what an output carries, also behind nodes that pass a type through."""

from __future__ import annotations

from collections.abc import Mapping

from .graph import Link, Node, is_link
from .slots import ANY, MATCHED


def fits(received: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """True where a wire of one of `received` may go into a slot of one of `wanted`."""
    return ANY in received or ANY in wanted or bool(set(received) & set(wanted))


def type_of(graph: Mapping[str, Node], link: Link, seen: frozenset[Link] = frozenset()) -> tuple[str, ...]:
    """Types that an output may have: what passes through a node has the type of what goes in."""
    node = graph[link.node]
    output = node.schema.outputs[link.output]
    if output.io_type != MATCHED:
        return tuple(part.strip() for part in output.io_type.split(","))
    template = output.template.as_dict()
    allowed = tuple(template["allowed_types"].split(","))
    for socket in node.schema.inputs:
        given = node.given.get(socket.id)
        same = socket.get_io_type() == MATCHED and socket.template.template_id == template["template_id"]
        if same and is_link(given) and given[0] in graph and Link(*given) not in seen:
            source = graph[given[0]].schema
            if source is not None and 0 <= given[1] < len(source.outputs):
                into = type_of(graph, Link(*given), seen | {link})
                return into if ANY in allowed else tuple(t for t in into if t in allowed) or allowed
    return allowed
