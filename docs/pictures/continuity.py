"""Pictures of the continuity job."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import torch
from raccord.nodes.image import draw

from .cards import grid, panel, stack, words
from .nodes import Place, example, run

NEAR = (180, 190, 620, 330)  # x, y, width, height: the car below the sign
HEAD, FILM = 100, (180, 730, 170)  # lines of the evidence above its rows; left, width, height of its frames round a join
ROWS = (("temperature", 4.0), ("blur", 3.0), ("zoom", 4.0), ("local colour", 2.0))


def pictures(place: Place) -> Iterator[tuple[str, np.ndarray]]:
    """Node ids with their pictures."""
    del place  # nothing is written
    frames = example().images
    judged = run("RaccordContinuityGuard", clip=frames, next_clip=example().next_clip)
    document = json.loads(judged["report"])
    bad = sorted((f for f in document["findings"] if f["verdict"] in ("fail", "warn")), key=lambda f: f["verdict"])
    repeated = next(f for f in bad if f.get("drop"))
    join = _film(draw.canvas(judged["evidence"][0]))
    yield "RaccordContinuityGuard", stack(words((repeated["message"], draw.COLOURS[repeated["verdict"]]), size=36), join,
                                          words(repeated["suggestion"], size=36))
    good = run("RaccordContinuityGuard", clip=frames[16:32])
    yield "RaccordGate", stack(_gate(good["report"], "open"), _gate(judged["report"], "shut"))
    yield "RaccordRepairSeam", _repair(frames[8:])
    yield "RaccordRetime", _retime(frames)
    cells = []
    for defect, severity in ROWS:
        done = run("RaccordInjectDefect", images=frames[27:33], defect=defect, severity=severity)
        join = json.loads(done["truth"])["join"]
        cells += [panel(done["images"][join - 1], width=356, crop=NEAR),
                  panel(done["images"][join], defect, width=356, crop=NEAR)]
    yield "RaccordInjectDefect", grid(cells)


def _repair(frames: torch.Tensor) -> np.ndarray:
    """The frames on both sides of a join before and after its repair, and what the repair says."""
    made = run("RaccordInjectDefect", images=frames, defect="exposure", severity=4.0)
    join = json.loads(made["truth"])["join"]
    before, clip = made["images"][:join], made["images"][join:]
    done = run("RaccordRepairSeam", images=clip, previous_clip=before)
    shown = (clip[0], "clip, before"), (done["images"][0], "clip, after")
    cells = [panel(*one, width=356, crop=NEAR) for pair in shown for one in ((before[-1], "previous clip"), pair)]
    found = next(f for f in json.loads(done["report"])["findings"] if f["check"] == "repair.colour")
    return stack(grid(cells), words((found["message"], draw.COLOURS[found["verdict"]]), size=32))


def _retime(frames: torch.Tensor) -> np.ndarray:
    """The frame between two: true, blended, made, and what of the last is not so."""
    first, truth, second = frames[24], frames[25], frames[26]
    made = run("RaccordRetime", images=torch.stack((first, second)), speed=0.5)["images"][1]
    shown = ((truth, "the true frame"), ((first + second) / 2, "blended"), (made, "retimed"),
             ((made - truth).abs() * 4, "off, x 4"))
    return grid([panel(frame, label, width=356, crop=NEAR) for frame, label in shown])


def _film(sheet: np.ndarray) -> np.ndarray:
    """The frames round a join, found in the evidence by the frame round those at fault."""
    marked = (sheet == draw.COLOURS["fail"]).all(-1).sum(1) > 300
    top = HEAD + int(marked[HEAD:].argmax())
    left, width, height = FILM
    return panel(sheet, crop=(left, top - 4, width, height))


def _gate(report: str, state: str) -> np.ndarray:
    """What the gate says to a report, beside a bar in the colour of its state."""
    answer = run("RaccordGate", value=0, reports={"report0": report})["report"]
    found = json.loads(answer)["findings"][0]
    colour = draw.COLOURS["pass" if state == "open" else "fail"]
    text = words((f"{state}: {json.loads(report)['verdict']}", colour), found["message"], size=34, width=690)
    bar = np.full((text.shape[0], 30, 3), colour, np.uint8)
    return np.concatenate((bar, text), axis=1)
