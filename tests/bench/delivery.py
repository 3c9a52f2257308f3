"""The bars of the delivery job, a function a row: `python tests/bench/delivery.py [row ...]`.

What is written is read back by ffmpeg (`imageio-ffmpeg`) and OpenImageIO, both of the extra `test`. Work is processor time.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
import channel_rows
import check_rows
import exr_rows
import film_rows
import name_rows
import path_rows
import row_command

PARTS = (film_rows, exr_rows, name_rows, path_rows, channel_rows, check_rows)  # each with ROWS and add_arguments

if __name__ == "__main__":
    row_command.run(__doc__, PARTS)
