"""The bars of the brand job, a function a row: `python tests/bench/brand.py [row ...]`.

It shows sensitivity, selectivity and separation. It does not show taste. Rows about real marks read a folder of them (`--marks`)
and are left out without it; nothing of a mark is kept.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
import hold_rows
import logo_rows
import palette_rows
import selectivity_rows

PARTS = (palette_rows, selectivity_rows, hold_rows, logo_rows)  # each with ROWS and add_arguments
ROWS = {name: row for part in PARTS for name, row in part.ROWS.items()}
MARKED = {*palette_rows.ROWS, *logo_rows.ROWS}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], help="rows to print; by default all")
    for part in PARTS:
        part.add_arguments(parser)
    options = parser.parse_args()
    for name in options.rows or ROWS:
        if name in MARKED and options.marks is None:
            print(f"{name}: left out, there is no --marks")
        else:
            ROWS[name](options)


if __name__ == "__main__":
    main()
