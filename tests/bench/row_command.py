"""The command of a bench that is made of rows: `python tests/bench/NAME.py [row ...] [options]`."""

from __future__ import annotations

import argparse
from types import ModuleType


def run(description: str, parts: tuple[ModuleType, ...], marked: frozenset[str] = frozenset()) -> None:
    """Print the rows that are asked for, by default all.

    Args:
        description: Docstring of the bench.
        parts: Modules with `ROWS` (functions of the options, by name) and `add_arguments`.
        marked: Rows that are left out where there is no `--marks`.
    """
    rows = {name: row for part in parts for name, row in part.ROWS.items()}
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("rows", nargs="*", choices=[*rows, []], help="rows to print; by default all")
    for part in parts:
        part.add_arguments(parser)
    options = parser.parse_args()
    for name in options.rows or rows:
        if name in marked and options.marks is None:
            print(f"{name}: left out, there is no --marks")
        else:
            rows[name](options)
