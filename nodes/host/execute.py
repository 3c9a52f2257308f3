"""Executes a checked graph: each needed node once, after its sources, its values let go as soon as nobody waits for them."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import torch

from ..wires.report import SCHEMA
from .graph import Link, Node, ancestors, is_link, order_of
from .registry import settle
from .result import Problem, RunResult
from .slots import keywords_of
from .surroundings import Cancelled, Surroundings
from .validate import overridden

log = logging.getLogger(__name__)


@dataclass
class Execution:
    """One run: what is finished, which values are waited for, and what the nodes answered."""

    prompt: dict
    graph: dict[str, Node]
    around: Surroundings
    values: dict[Link, Any] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    asked: dict[str, set[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    outputs: dict[str, dict[str, list]] = field(default_factory=dict)
    reports: dict[str, dict] = field(default_factory=dict)
    blocked: list[Problem] = field(default_factory=list)

    def to_end(self, strict: bool) -> RunResult:
        """Run all that output nodes need."""
        self.starts = [key for key, node in self.graph.items() if node.is_output]
        self.order = order_of(self.graph, self.starts)
        self.told = {key: {**self.prompt[key], "inputs": node.given} for key, node in self.graph.items()}
        status, problems = "done", self.blocked
        with torch.inference_mode():
            while (node := self._next()) is not None:
                try:
                    self.around.check_cancelled()
                    self._visit(node)
                except Cancelled:
                    status, problems = "cancelled", [Problem("cancelled", "The run was cancelled", node.title, "", node.place)]
                    break
                except Exception as error:  # noqa: BLE001  (whatever a node raises is the run's answer)
                    status, problems = "failed", [_failure(node, error)]
                    break
        self.values.clear()
        return RunResult("blocked" if status == "done" and problems else status, self.seconds, self.outputs, self.around.files,
                         list(self.reports.values()), problems, strict, self.around.temp_directory)

    def _next(self) -> Node | None:
        """First node in order that is wanted and whose sources are there."""
        wanted, todo = set(), [key for key in self.starts if key not in self.finished]
        while todo:
            key = todo.pop()
            if key not in wanted and key not in self.finished:
                wanted.add(key)
                todo += self._sources(key)
        ready = (key for key in self.order if key in wanted and all(s in self.finished for s in self._sources(key)))
        return self.graph[key] if (key := next(ready, None)) is not None else None

    def _sources(self, key: str) -> list[str]:
        """Nodes that must run before this one: behind plain links, and behind the lazy ones that it asked for."""
        node, asked = self.graph[key], self.asked.get(key, ())
        return [link.node for name, link in node.links() if name in asked or not node.slots[name].lazy]

    def _visit(self, node: Node) -> None:
        """Run a node, unless it is blocked or asks for more first."""
        from comfy_execution.graph_utils import ExecutionBlocker

        self.around.running, start = node.title, time.perf_counter()
        given = self._given(node)
        for name, value in given.items():
            if isinstance(value, ExecutionBlocker):
                if value.message is not None:
                    gate = self.graph[node.given[name][0]]
                    blocked = f"{gate.place} blocked {node.place}"
                    self.blocked.append(Problem("ExecutionBlocked", value.message, gate.title, "", blocked))
                self._finish(node, [ExecutionBlocker(None)] * len(node.schema.outputs))
                return
        if not self._asks_for_more(node, given):
            if self.around.on_progress is not None:
                self.around.show_progress(0, 1)
            self._finish(node, self._execute(node, given))
        self.seconds[node.title] = self.seconds.get(node.title, 0.0) + time.perf_counter() - start

    def _given(self, node: Node) -> dict[str, Any]:
        """Values by slot; a lazy one that was not asked for is None."""
        return {name: self.values.get(Link(*value)) if is_link(value) else value for name, value in node.given.items()}

    def _asks_for_more(self, node: Node, given: Mapping[str, Any]) -> bool:
        check = overridden(node.kind, "check_lazy_status")
        if check is None:
            return False
        answer = settle(check(**keywords_of(node.schema, given, keyed=True))) or []
        missing = {name for name, link in node.links() if name in answer and link.node not in self.finished}
        self.asked.setdefault(node.id, set()).update(missing)
        return bool(missing)

    def _execute(self, node: Node, given: Mapping[str, Any]) -> list[Any]:
        """Values of a node's outputs; what it shows and reports is kept."""
        output = settle(_locked(node, self.told).execute(**keywords_of(node.schema, given)))
        values, shown = _values_of(node, output)
        if shown is not None:
            self.outputs[node.title] = _shown(node, shown)
        for socket, value in zip(node.schema.outputs, values, strict=True):
            if socket.io_type == "STRING" and isinstance(value, str) and SCHEMA in value and value not in self.reports:
                document = _report(value)
                if document is not None:
                    self.reports[value] = document
        return values

    def _finish(self, node: Node, values: list[Any]) -> None:
        """Keep what somebody still waits for, let go of the rest."""
        self.finished.add(node.id)
        self.values |= {Link(node.id, index): value for index, value in enumerate(values)}
        unfinished = ancestors(self.graph, self.starts, stop=self.finished)
        waited_for = {link for key in unfinished for _, link in self.graph[key].links()}
        self.values = {link: value for link, value in self.values.items() if link in waited_for}


def _locked(node: Node, prompt: Mapping[str, Any]) -> Any:
    """The node's class with what it may know, closed to changes: a node keeps no state, in ComfyUI neither."""

    class Locked(type(node.kind)):
        def __setattr__(self, name: str, value: Any) -> None:
            raise AttributeError(f"Cannot modify class attribute '{name}' on locked class '{node.kind.__name__}'")

    known = {"unique_id": node.id, "prompt": prompt, "extra_pnginfo": None}
    asked = {h.name for h in node.schema.hidden}
    hidden = SimpleNamespace(**{name: value if name in asked else None for name, value in known.items()})
    return Locked(node.kind.__name__, (node.kind,), {"hidden": hidden})


def _values_of(node: Node, output: Any) -> tuple[list[Any], Any]:
    """Values and `ui` of what `execute` gave back: a NodeOutput, a tuple, a dict or nothing."""
    if isinstance(output, dict):
        values, shown = output.get("result") or (), output.get("ui")
    else:
        values, shown = (output or (), None) if output is None or isinstance(output, tuple) else (output.args, output.ui)
    count = len(node.schema.outputs)
    if len(values) != count and (values or not node.is_output):
        raise ValueError(f"expected {count} values from {node.class_type}, got {len(values)}: give one for every output")
    return list(values) or [None] * count, shown


def _shown(node: Node, shown: Any) -> dict[str, list]:
    table = shown if isinstance(shown, dict) else shown.as_dict()
    for name, value in table.items():
        if not isinstance(value, (list, tuple)):
            kind = type(value).__name__
            raise TypeError(f"expected lists in the ui of {node.class_type}, got {kind} for {name}: put it in a list")
    return {name: list(value) for name, value in table.items()}


def _report(text: str) -> dict | None:
    try:
        document = json.loads(text)
    except ValueError:
        return None  # some other text that names the schema
    return document if isinstance(document, dict) and document.get("schema") == SCHEMA else None


def _failure(node: Node, error: Exception) -> Problem:
    log.debug("%s failed", node.place, exc_info=error)
    kind, trace = type(error), "".join(traceback.format_exception(type(error), error, error.__traceback__))
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return Problem(name, str(error) or name, node.title, "", node.place, trace)
