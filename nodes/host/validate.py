"""Checks a graph before anything runs: what ComfyUI 0.33 checks, in its words, and what it lets pass.

Beyond ComfyUI: every problem is collected; an unknown or renamed input, a negative output index, a constant where only a wire
fits, a fraction where a whole number belongs, a word where a switch belongs and a mismatch behind a type that passes through are
refused.
"""

from __future__ import annotations

import difflib
import inspect
import math
from collections.abc import Iterator, Mapping
from typing import Any

from .graph import Link, Node, ancestors, cycles_of, is_link
from .result import Problem
from .slots import ANY, CHOICE, Slot, keywords_of
from .wiring import fits, type_of

WIDGETS = {"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", CHOICE, ANY}


def problems_of(graph: Mapping[str, Node], *, files: bool = True) -> list[Problem]:
    """Everything that is wrong with a graph, in the order of its nodes; constants are converted to what their slots take.

    Args:
        graph: The nodes by id.
        files: Ask nodes that read files by name whether these exist; without, a workflow can be checked away from its files.
    """
    problems = [_unknown(node) for node in graph.values() if node.schema is None]
    starts = [key for key, node in graph.items() if node.is_output]
    if not starts:
        return [Problem("prompt_no_outputs", "Prompt has no outputs")]
    needed = ancestors(graph, starts)
    within = {key: node for key, node in graph.items() if key in needed}
    for circle in cycles_of(within):
        problems.append(_circle(within, circle))
    for node in within.values():
        if node.schema is not None:
            problems += _Check(graph, node, files).run()
    return problems


def _unknown(node: Node) -> Problem:
    if node.class_type:
        message = f"Node '{node.called or node.class_type}' not found. The custom node may not be installed."
    else:
        known = node.called or f"ID #{node.id}"
        message = f"Node '{known}' has no class_type. The workflow may be corrupted or a custom node is missing."
    return _problem(node, "missing_node_type", message)


def _circle(graph: Mapping[str, Node], circle: list[str]) -> Problem:
    node = graph[circle[0]]
    closing = next(name for name, link in node.links() if link.node == circle[-1])
    path = " -> ".join(graph[key].place for key in [*circle, circle[0]])
    return _problem(node, "dependency_cycle", "Dependency cycle detected", closing, f"no circle, got {path}")


def _problem(node: Node, kind: str, message: str, name: str = "", expected: str = "") -> Problem:
    details = node.place + (f", input {name}" if name else "") + (f", expected {expected}" if expected else "")
    return Problem(kind, message, node.title, name, details)


class _Check:
    """The inputs of one node."""

    def __init__(self, graph: Mapping[str, Node], node: Node, files: bool) -> None:
        self.graph, self.node = graph, node
        self.custom: Any = overridden(node.kind, "validate_inputs")
        reads_files = overridden(node.kind, "fingerprint_inputs") is not None
        self.asks = self.custom is not None and (files or not reads_files)
        names = inspect.getfullargspec(self.custom) if self.custom else None
        self.own = set(names.args) - {"cls"} if names else set()
        self.owns_all = bool(names and names.varkw)

    def run(self) -> list[Problem]:
        given, slots = self.node.given, self.node.slots
        missing = [name for name, slot in slots.items() if slot.required and name not in given]
        found = [self._stray(name, missing) for name in given if name not in slots]  # takes what was renamed out of `missing`
        for slot in slots.values():
            if slot.name in missing:
                found.append(self._wrong(slot, "required_input_missing", "Required input is missing"))
            elif slot.name in given:
                value = given[slot.name]
                found += self._link(slot, value) if isinstance(value, list) else self._constant(slot, value)
        return found if found or not self.asks else list(self._ask())

    def _link(self, slot: Slot, value: list) -> Iterator[Problem]:
        if len(value) != 2:
            message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
            yield self._wrong(slot, "bad_linked_input", message, repr(value))
            return
        source = self.graph.get(value[0]) if isinstance(value[0], str) else None
        if source is None or not is_link(value):
            yield self._broken(slot.name, f"a link to a node and one of its outputs, got {value}")
        elif source.schema is None:
            return  # named as missing already
        elif value[1] < 0:
            yield self._wrong(slot, "invalid_output_index", "Invalid output index", f"output {value[1]} of {source.place}")
        elif value[1] >= len(source.schema.outputs):
            last = len(source.schema.outputs) - 1
            has = f"output 0 to {last}" if last >= 0 else "a node with outputs"
            yield self._broken(slot.name, f"{has}, got output {value[1]} of {source.place}")
        else:
            received = type_of(self.graph, Link(*value))
            if not fits(received, slot.types) and "input_types" not in self.own:
                got = f"{' or '.join(received)} from output {value[1]} of {source.place}"
                yield self._wrong(slot, "return_type_mismatch", "Return type mismatch between linked nodes", got)

    def _broken(self, name: str, expected: str) -> Problem:
        """What ComfyUI answers with an exception: another one for a node that it starts from than for a node behind it."""
        inner = "" if self.node.is_output else "inner "
        kind = f"exception_during_{inner.replace(' ', '_')}validation"
        return _problem(self.node, kind, f"Exception when validating {inner}node", name, expected)

    def _constant(self, slot: Slot, value: Any) -> Iterator[Problem]:
        try:
            value = self.node.given[slot.name] = convert(slot, value)
        except (TypeError, ValueError, OverflowError):
            kind = slot.type
            yield self._wrong(slot, "invalid_input_type", f"Failed to convert an input value to a {kind} value", repr(value))
            return
        if self.owns_all or slot.name in self.own:
            return
        least, most, choices = slot.options.get("min"), slot.options.get("max"), slot.choices
        if least is not None and value < least:
            yield self._wrong(slot, "value_smaller_than_min", f"Value {value} smaller than min of {least}", repr(value))
        elif most is not None and value > most:
            yield self._wrong(slot, "value_bigger_than_max", f"Value {value} bigger than max of {most}", repr(value))
        elif choices is not None and value not in choices:
            yield self._wrong(slot, "value_not_in_list", "Value not in list", repr(value))

    def _wrong(self, slot: Slot, kind: str, message: str, got: str = "") -> Problem:
        return _problem(self.node, kind, message, slot.name, slot.expected + (f", got {got}" if got else ""))

    def _stray(self, name: str, missing: list[str]) -> Problem:
        """An input that the node does not have; one that is missing under another name is one mistake, not two."""
        near = difflib.get_close_matches(name, missing or self.node.slots, 1) or (missing if len(missing) == 1 else [])
        if near and near[0] in missing:
            missing.remove(near[0])
        known = near[0] if near else f"one of {', '.join(self.node.slots) or 'none'}"
        return _problem(self.node, "unknown_input", "Unknown input", name, known)

    def _ask(self) -> Iterator[Problem]:
        """The node's own check, of constants; a link is None there, as in ComfyUI."""
        values = {name: None if isinstance(value, list) else value for name, value in self.node.given.items()}
        values = {k: v for k, v in keywords_of(self.node.schema, values).items() if self.owns_all or k in self.own}
        name = next(iter(values), "")
        try:
            answer = self.custom(**values)
        except Exception as error:  # noqa: BLE001  (whatever the node raises is the answer)
            yield self._broken(name, f"a check that ends, got {type(error).__name__}: {error}")
            return
        if answer is not True:
            message = "Custom validation failed for node"
            yield _problem(self.node, "custom_validation_failed", message, name, f"what the node accepts, got: {answer}")


def overridden(kind: type, name: str) -> Any:
    """A class method that the node defines itself, or None."""
    from comfy_api.v0_0_2 import io

    own, base = getattr(kind, name, None), getattr(io.ComfyNode, name, None)
    return own if own is not None and getattr(own, "__func__", own) is not getattr(base, "__func__", base) else None


def convert(slot: Slot, value: Any) -> Any:
    """A constant as its slot takes it; raises ValueError, TypeError or OverflowError where it does not."""
    if not WIDGETS & set(slot.types):
        raise ValueError(value)
    if slot.type == "INT":
        if isinstance(value, float) and value != int(value):
            raise ValueError(value)
        return int(value)
    if slot.type == "FLOAT":
        if math.isnan(number := float(value)):
            raise ValueError(value)
        return number
    if slot.type == "STRING":
        if value is None or isinstance(value, dict):
            raise ValueError(value)
        return str(value)
    if slot.type == "BOOLEAN":
        if value not in (True, False):
            raise ValueError(value)
        return bool(value)
    return value
