"""Make the pictures of the help pages: `python docs/make_pictures.py [NodeId ...]`, from the package installed with `-e`.

Every picture is what the nodes give on the example shot. The same versions of the libraries give the same files, but for
the films of Export Channels, whose encoder varies a little.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pictures import brand, colour, continuity, delivery, shot, tracking
from pictures.cards import save
from pictures.nodes import folders
from PIL import Image
from raccord.nodes.shot.example import FRAMES, draw_frame, draw_layers

TARGET = Path(__file__).resolve().parents[1] / "web" / "docs"
JOBS = (shot, tracking, colour, continuity, brand, delivery)


def main(wanted: list[str]) -> None:
    """Make all pictures, or those of the nodes that are named."""
    if not wanted:
        stills()
    for job in JOBS:
        with folders() as place:
            for node_id, canvas in job.pictures(place):
                if not wanted or node_id in wanted:
                    save(TARGET, node_id, canvas)


def stills() -> None:
    """The example shot's first and last frame whole, which the corner editor shows before anything has run."""
    for name, number in (("first", 0), ("last", FRAMES - 1)):
        frame = draw_frame(number, draw_layers(), grain=0)[0]
        Image.fromarray((frame * 255).round().byte().numpy()).save(TARGET / f"example_{name}.webp", quality=75, method=6)


if __name__ == "__main__":
    main(sys.argv[1:])
