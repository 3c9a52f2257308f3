"""The bars of the delivery job, a function a row: `python tests/bench/delivery.py [row ...]`.

What is written is read back by ffmpeg (`imageio-ffmpeg`) and OpenImageIO, both of the extra `test`. Work is processor time.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
import channel_rows
import check_rows
import exr_rows
import film_rows
import path_rows

PARTS = (film_rows, exr_rows, path_rows, channel_rows, check_rows)  # each with ROWS and add_arguments
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
