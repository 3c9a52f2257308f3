"""The bars of the colour job, a function a row: `python tests/bench/colour.py [row ...]`.

Times are process time. Real pictures are those of comfyui-workflow-templates (extra `demo`); without it drawn ones take their
place.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
import grade_rows
import match_rows
import plate_rows
import row_command

PARTS = (plate_rows, grade_rows, match_rows)  # each with ROWS and add_arguments

if __name__ == "__main__":
    row_command.run(__doc__, PARTS)
