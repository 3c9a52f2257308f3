"""The bars of the brand job, a function a row: `python tests/bench/brand.py [row ...]`.

It shows sensitivity, selectivity and separation. It does not show taste. Rows about real marks read a folder of them (`--marks`)
and are left out without it; nothing of a mark is kept.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
import hold_rows
import logo_rows
import palette_rows
import row_command
import selectivity_rows

PARTS = (palette_rows, selectivity_rows, hold_rows, logo_rows)  # each with ROWS and add_arguments

if __name__ == "__main__":
    row_command.run(__doc__, PARTS, frozenset({*palette_rows.ROWS, *logo_rows.ROWS}))
