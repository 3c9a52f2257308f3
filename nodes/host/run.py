"""Runs or checks a workflow."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .. import runtime
from .canvas import canvas_to_prompt, is_canvas
from .execute import Execution
from .graph import Node, read_graph
from .registry import node_kinds, object_info
from .result import Problem, RunResult
from .surroundings import Surroundings
from .validate import problems_of


def run_workflow(prompt: dict, input_directory: str | Path, output_directory: str | Path, *,
                 library: str | Path | Iterable | None = None, strict: bool = False, cancel: threading.Event | None = None,
                 on_progress: Callable[[str, float], None] | None = None) -> RunResult:
    """Run a workflow.

    Args:
        prompt: Nodes by id, as ComfyUI's "Export (API)" writes them, or a workflow as the canvas saves it.
        input_directory: Folder that nodes read files from by name.
        output_directory: Folder that deliveries go under; it is made.
        library: One folder or several with a studio's own files.
        strict: A verdict of fail or refused makes the result's exit code 3; the status stays done.
        cancel: Set it, from any thread, to stop the run.
        on_progress: Called with a node's title and the share of its work that is done.

    Returns:
        The result; whatever is wrong with the workflow or its nodes is in it, nothing is raised.
    """
    folders = () if library is None else (library,) if isinstance(library, (str, Path)) else tuple(library)
    temporary = Path(tempfile.mkdtemp(prefix="raccord-"))
    around = Surroundings(Path(input_directory).absolute(), Path(output_directory).absolute(), temporary,
                          tuple(Path(f).absolute() for f in folders), cancel or threading.Event(), on_progress)
    with runtime.surrounded_by(around):
        prompt, problems = as_prompt(prompt)
        graph, problems = (check_workflow(prompt) if not problems else ({}, problems))
        if problems:
            result = RunResult("invalid", problems=problems, strict=strict, temp_directory=temporary)
        else:
            around.output_directory.mkdir(parents=True, exist_ok=True)
            result = Execution(prompt, graph, around).to_end(strict)
    weakref.finalize(result, shutil.rmtree, temporary, ignore_errors=True)
    return result


def as_prompt(document: Any) -> tuple[dict[str, Any], list[Problem]]:
    """The prompt of a document: itself, or what the canvas would submit of a canvas workflow."""
    try:
        if is_canvas(document):
            return canvas_to_prompt(document, object_info()), []
        if isinstance(document, dict):
            return document, []
        details = "expected a workflow as Save or Export (API) writes it"
    except ValueError as error:
        details = str(error)
    return {}, [Problem("no_prompt", "No prompt provided", details=details)]


def check_workflow(prompt: Any, *, files: bool = True) -> tuple[dict[str, Node], list[Problem]]:
    """Read a workflow and say everything that is wrong with it; nothing runs."""
    prompt, problems = as_prompt(prompt)
    if problems:
        return {}, problems
    graph = read_graph(prompt, node_kinds())
    return graph, problems_of(graph, files=files)


def check_file(prompt: Any, input_directory: Path | None = None, library: Iterable[Path] | None = None) -> list[Problem]:
    """Everything that is wrong with a workflow; with an input directory, also files that do not lie there."""
    nowhere, folders = Path(tempfile.gettempdir()) / "raccord-check", tuple(Path(f).absolute() for f in library or ())
    around = Surroundings((input_directory or nowhere).absolute(), nowhere, nowhere, folders)
    with runtime.surrounded_by(around):
        return check_workflow(prompt, files=input_directory is not None)[1]
