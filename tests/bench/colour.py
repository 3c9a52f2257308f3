"""The bars of the colour job, a function a row: `python tests/bench/colour.py [row ...]`.

Times are process time. Real pictures are those of comfyui-workflow-templates (extra `demo`); without it drawn ones take their
place.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
import grade_rows
import match_rows
import plate_rows

PARTS = (plate_rows, grade_rows, match_rows)  # each with ROWS and add_arguments
ROWS = {name: row for part in PARTS for name, row in part.ROWS.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], help="rows to print; by default all")
    for part in PARTS:
        part.add_arguments(parser)
    options = parser.parse_args()
    for name in options.rows or ROWS:
        ROWS[name](options)


if __name__ == "__main__":
    main()
