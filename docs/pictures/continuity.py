"""Pictures of the continuity job."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
from raccord.nodes.image import draw

from .cards import grid, panel, stack, words
from .nodes import Place, example, run

NEAR = (180, 190, 620, 330)  # x, y, width, height: the car below the sign
STRIP = 250  # lines at the foot of the evidence: checks over the frames
ROWS = (("temperature", 4.0), ("blur", 3.0), ("zoom", 4.0), ("local colour", 2.0))


def pictures(place: Place) -> Iterator[tuple[str, np.ndarray]]:
    """Node ids with their pictures."""
    del place  # nothing is written
    frames = example().images
    judged = run("RaccordContinuityGuard", clip=frames, next_clip=example().next_clip)
    sheet = draw.canvas(judged["evidence"][0])
    strip = sheet[-STRIP:]
    yield "RaccordContinuityGuard", stack(panel(sheet[:-STRIP], crop=(0, 0, 1230, sheet.shape[0] - STRIP)), panel(strip), gap=0)
    good = run("RaccordContinuityGuard", clip=frames[16:32])
    yield "RaccordGate", stack(_gate(good["report"], "open"), _gate(judged["report"], "shut"))
    cells = []
    for defect, severity in ROWS:
        done = run("RaccordInjectDefect", images=frames[27:33], defect=defect, severity=severity)
        join = json.loads(done["truth"])["join"]
        cells += [panel(done["images"][join - 1], width=356, crop=NEAR),
                  panel(done["images"][join], defect, width=356, crop=NEAR)]
    yield "RaccordInjectDefect", grid(cells)


def _gate(report: str, state: str) -> np.ndarray:
    """What the gate says to a report, beside a bar in the colour of its state."""
    answer = run("RaccordGate", value=0, reports={"report0": report})["report"]
    found = json.loads(answer)["findings"][0]
    colour = draw.COLOURS["pass" if state == "open" else "fail"]
    text = words((f"{state}: {json.loads(report)['verdict']}", colour), found["message"], size=34, width=690)
    bar = np.full((text.shape[0], 30, 3), colour, np.uint8)
    return np.concatenate((bar, text), axis=1)
