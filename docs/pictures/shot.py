"""Pictures of what comes in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from raccord.nodes.image import draw

from .cards import grid, panel, stack, words
from .nodes import Place, example, run


def pictures(place: Place) -> Iterator[tuple[str, np.ndarray]]:
    """Node ids with their pictures."""
    frames = example().images
    shot = run("RaccordShot", show="atelier", shot="SH010", take=3, start_frame=1001)["shot"]
    written = run("RaccordVFXExport", clip=frames[20:26], shot=shot, folder="plates")["files"].splitlines()
    exr = sorted(f for f in written if f.endswith(".exr"))
    low = (100, 120, 860, 420)
    yield "RaccordShot", stack(panel(frames[20], f"frame {shot.number(0)}", crop=low), words(
        Path(exr[0]).name, (f"{shot.subject}, {float(shot.fps):g} frames a second", draw.MUTED), size=34))
    yield "RaccordLoadClip", _loaded(place, exr)
    numbers = (0, 12, 32, 47)
    yield "RaccordExampleShot", grid([panel(frames[n], f"{n}", width=356) for n in numbers])


def _loaded(place: Place, exr: list[str]) -> np.ndarray:
    """A sequence with a gap, loaded with the frame before in its place."""
    folder = place.input_directory / "plates"
    folder.mkdir()
    for name in exr:
        (place.output_directory / name).rename(folder / Path(name).name)
    name = Path(exr[0]).name.replace("1001", "####")
    (folder / Path(exr[3]).name).unlink()
    clip = run("RaccordLoadClip", file=f"plates/{name}", missing="hold")
    document = json.loads(clip["report"])
    gone = document["metrics"]["shot.missing"]
    cells = []
    for i, frame in enumerate(clip["images"]):
        number = clip["shot"].number(i)
        said, colour = (f"{number} held", draw.COLOURS["warn"]) if number in gone else (f"{number}", draw.INK)
        cells.append(panel(frame, said, width=236, colour=colour))
    said = [(f["message"], draw.COLOURS[f["verdict"]]) for f in document["findings"][:2]]
    return stack(words(name, size=34), grid(cells, columns=3, gap=6), words(*said, size=28))
