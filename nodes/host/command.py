"""The `raccord` command: run, check, nodes, demo."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .result import RunResult

INVALID, CANCELLED = 2, 130
CODES = "Exit codes: 0 done, 1 failed, 2 invalid, 3 blocked or, with --strict, a verdict of fail or refused, 130 cancelled."


class UsageError(Exception):
    """What was typed cannot be done."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; gives the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except UsageError as error:
        print(f"raccord: {error}", file=sys.stderr)
        return INVALID
    except KeyboardInterrupt:
        return CANCELLED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="raccord", description="Runs and checks workflows without ComfyUI.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    library = {"type": Path, "action": "append", "metavar": "D", "help": "a folder with luts, plates, kits, … of the studio"}
    run = commands.add_parser("run", help="run a workflow", epilog=CODES)
    run.add_argument("workflow", type=Path)
    run.add_argument("--set", action="append", default=[], metavar="TITLE.input=VALUE", help="set an input, by the node's title")
    run.add_argument("--input-directory", type=Path, default=Path("input"), metavar="D", help="files are read from D (input)")
    run.add_argument("--output-directory", type=Path, default=Path("output"), metavar="D", help="files go to D (output)")
    run.add_argument("--library", **library)
    run.add_argument("--strict", action="store_true", help="exit 3 on a verdict of fail or refused")
    run.add_argument("--json", action="store_true", help="print the result as JSON")
    run.set_defaults(run=_run)
    check = commands.add_parser("check", help="say what is wrong with workflows, without running them")
    check.add_argument("workflow", type=Path, nargs="+")
    check.add_argument("--input-directory", type=Path, metavar="D", help="also look whether the files that are read lie here")
    check.add_argument("--library", **library)
    check.set_defaults(run=_check)
    nodes = commands.add_parser("nodes", help="list the nodes")
    nodes.add_argument("--json", action="store_true", help="every schema, in the form of /object_info")
    nodes.set_defaults(run=_nodes)
    demo = commands.add_parser("demo", help="finish a real generated clip and say where to look")
    demo.add_argument("--output-directory", type=Path, default=Path("raccord-demo"), metavar="D")
    demo.set_defaults(run=_demo)
    return parser


def load(path: Path) -> dict[str, Any]:
    """Read a workflow file.

    Raises:
        UsageError: It cannot be read, or is not JSON.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"expected a workflow at {path}, got: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"expected JSON in {path}, got: {error}") from error
    return document


def _run(options: argparse.Namespace) -> int:
    from .run import as_prompt, run_workflow
    from .settings import apply_settings

    prompt, problems = as_prompt(load(options.workflow))
    if problems:
        raise UsageError(problems[0].details)
    try:
        apply_settings(prompt, options.set)
    except ValueError as error:
        raise UsageError(str(error)) from error
    with _cancelled_by_signal() as cancel, _progress_line() as show:
        result = run_workflow(prompt, options.input_directory, options.output_directory, library=options.library,
                              strict=options.strict, cancel=cancel, on_progress=show)
    if options.json:
        print(json.dumps(result.to_dict(), ensure_ascii=False, indent=1))
    else:
        _tell(result, options.output_directory)
    return result.exit_code


def _tell(result: RunResult, output: Path) -> None:
    """Print a result for people: the findings that matter, what was written, and the verdict last."""
    for report in result.reports:
        for finding in report["findings"]:
            if finding["verdict"] in ("fail", "refused", "warn"):
                print(f"{finding['verdict']:<8}{finding['check']:<24}{finding['message']}")
    for problem in result.problems:
        print(problem, file=sys.stderr)
    seconds = sum(result.seconds.values())
    print(f"{result.status}, verdict {result.verdict}, {len(result.files)} files in {output}, {seconds:.1f} s")


def _check(options: argparse.Namespace) -> int:
    from .run import check_file

    count = 0
    for path in options.workflow:
        for problem in check_file(load(path), options.input_directory, options.library):
            count += 1
            print(f"{path.name}: {problem}")
    return INVALID if count else 0


def _nodes(options: argparse.Namespace) -> int:
    from .registry import object_info

    table = object_info()
    if options.json:
        print(json.dumps(table, ensure_ascii=False, indent=1, default=list))
        return 0
    for category in dict.fromkeys(info["category"] for info in table.values()):
        print(category)
        for name, info in table.items():
            if info["category"] == category:
                print(f"  {name:<28}{info['display_name']}")
    return 0


def _demo(options: argparse.Namespace) -> int:
    from .demo import run_demo

    with _cancelled_by_signal() as cancel, _progress_line() as show:
        try:
            return run_demo(options.output_directory, cancel, show)
        except LookupError as error:
            raise UsageError(str(error)) from error


@contextmanager
def _cancelled_by_signal() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets, so that nodes stop between two frames and leave no half file; a second Ctrl-C stops at once."""
    cancel = threading.Event()

    def stop(number: int, frame: object) -> None:
        if cancel.is_set():
            signal.default_int_handler(number, frame)  # type: ignore[arg-type]
        cancel.set()

    if threading.current_thread() is not threading.main_thread():
        yield cancel
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress_line() -> Iterator[Any]:
    """A line on a terminal that says which node is at work and how far it is; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(title: str, share: float) -> None:
        sys.stderr.write(f"\r\033[K{title} {share:.0%}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\033[K")
