"""A prompt as a graph: nodes with titles, and the links between them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeGuard

from .slots import Slot, slots_of


class Link(NamedTuple):
    """An output of a node."""

    node: str
    output: int


@dataclass(slots=True)
class Node:
    """A node of the prompt; `kind` and `schema` are None where its class is not known.

    `title` is unique, `called` is what the prompt says. `given` holds constants as the prompt spells them, as the
    schema wants them once they are checked.
    """

    id: str
    title: str
    called: str
    class_type: str
    kind: Any = None
    schema: Any = None
    given: dict[str, Any] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)

    @property
    def is_output(self) -> bool:
        """True where ComfyUI starts from this node; an unknown one may be that."""
        return self.schema is None or self.schema.is_output_node

    @property
    def place(self) -> str:
        """The node, for a sentence."""
        return f"{self.title} ({self.class_type})" if self.class_type else self.title

    def links(self) -> Iterator[tuple[str, Link]]:
        """Well-formed links into the node, by input."""
        return ((name, Link(*value)) for name, value in self.given.items() if is_link(value))


def is_link(value: Any) -> TypeGuard[list]:
    """True for `["node id", output index]`."""
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and type(value[1]) is int


def titles_of(prompt: Mapping[str, Any]) -> dict[str, str]:
    """Title of every node; a repeated one gets ` #2`, a missing one is the node's class and id."""
    titles: dict[str, str] = {}
    for key, node in prompt.items():
        known = node if isinstance(node, dict) else {}
        title = _called(known) or f"{known.get('class_type', 'node')} {key}"
        count, free = 1, title
        while free in titles.values():
            count += 1
            free = f"{title} #{count}"
        titles[key] = free
    return titles


def _called(node: Mapping[str, Any]) -> str:
    return str((node.get("_meta") or {}).get("title") or "")


def read_graph(prompt: Mapping[str, Any], kinds: Mapping[str, type]) -> dict[str, Node]:
    """Nodes of a prompt by id, in its order."""
    graph, schemas = {}, {}
    for key, title in titles_of(prompt).items():
        node = prompt[key] if isinstance(prompt[key], dict) else {}
        name, given = str(node.get("class_type") or ""), dict(node.get("inputs") or {})
        given = {k: v["__value__"] if isinstance(v, dict) and "__value__" in v else v for k, v in given.items()}
        kind = kinds.get(name)
        if kind is not None and name not in schemas:
            schemas[name] = kind.GET_SCHEMA()  # type: ignore[attr-defined]
        schema = schemas.get(name)
        graph[key] = Node(key, title, _called(node), name, kind, schema, given, slots_of(schema, given) if schema else {})
    return graph


def ancestors(graph: Mapping[str, Node], starts: Iterable[str], stop: Container[str] = ()) -> set[str]:
    """Nodes that `starts` depend on, themselves included, up to those in `stop`; links to nowhere are left out."""
    found, todo = set(), list(starts)
    while todo:
        key = todo.pop()
        if key in graph and key not in found and key not in stop:
            found.add(key)
            todo += [link.node for _, link in graph[key].links()]
    return found


def order_of(graph: Mapping[str, Node], starts: list[str]) -> list[str]:
    """Nodes that `starts` depend on, each after its sources, depth first in the prompt's order; there must be no cycle."""
    done: dict[str, None] = {}
    todo = [(key, False) for key in reversed(starts)]
    while todo:
        key, ready = todo.pop()
        if key in done:
            continue
        if ready:
            done[key] = None
            continue
        todo.append((key, True))
        todo += [(link.node, False) for _, link in reversed(list(graph[key].links())) if link.node not in done]
    return list(done)


def cycles_of(graph: Mapping[str, Node]) -> list[list[str]]:
    """Circles of nodes, each once, from its first node in the prompt's order; each node is fed by the one before it."""
    found: dict[frozenset[str], list[str]] = {}
    state: dict[str, int] = {}
    for start in graph:
        path: list[tuple[str, Iterator]] = []
        key: str | None = start
        while key is not None or path:
            if key is not None and key not in state:
                state[key] = 1
                path.append((key, iter([link.node for _, link in graph[key].links() if link.node in graph])))
            elif key is not None and state[key] == 1:
                names = [k for k, _ in path]
                circle = names[names.index(key):][::-1]
                first = min(range(len(circle)), key=lambda i: list(graph).index(circle[i]))
                found.setdefault(frozenset(circle), circle[first:] + circle[:first])
            key = next(path[-1][1], None) if path else None
            if key is None and path:
                state[path.pop()[0]] = 2
    return list(found.values())
