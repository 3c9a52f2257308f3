"""Reading a plate over a clip and solving the one correction that the clip gets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from ..image.layout import check_image
from ..media.plates import FOUND_BY_AUTO, load_plate
from ..wires.check import wired
from ..wires.grade import Grade
from ..wires.plate import Plate
from .drift import SEEN, Drift, measure, ramped
from .models import Patches
from .reading import Reading, read_plate
from .solve import REFUSE, Solved, solve

_MORE = 15  # frames that are read where the first few seem to drift


@dataclass(frozen=True, slots=True)
class Normalized:
    """Answer of `normalize`: a reading and a correction, or why there is none (then `grade` is a refused one)."""

    grade: Grade
    reading: Reading | None
    solved: Solved | None
    reason: str
    drift: Drift | None = None


def wanted_plates(name: str, stamped: Plate | None) -> list[Plate]:
    """Plates to look for. A stamped plate wins over a name; `auto` means every kind that is found by itself.

    Raises:
        ValueError: There is no plate of that name.
    """
    if stamped is not None:
        return [wired(stamped, Plate, "stamped_plate")]
    return [load_plate(n) for n in FOUND_BY_AUTO] if name == "auto" else [load_plate(name)]


def patches_of(reading: Reading) -> Patches:
    """What the fit sees of a reading."""
    use = ~reading.hidden
    wanted = np.array([patch.rgb for patch in reading.plate.patches])
    grey = np.isin(np.arange(len(use)), reading.plate.greys)
    return Patches(reading.colours[use], wanted[use], grey[use])


def normalize(images: torch.Tensor, plate: str, stamped: Plate | None, count: int) -> Normalized:
    """Find a plate in a clip and solve one correction for all its frames.

    Args:
        images: (B, H, W, 3|4), encoded sRGB 0..1.
        plate: Name of the plate, or `auto`.
        stamped: A plate as `stamp_plate` gave it; wins over `plate`. Colours are those it was stamped with.
        count: Frames to read, spread evenly.

    Returns:
        The correction, refused where no plate is found, too little of it is seen, or the mean error at patches left out of
        the fit reaches 10 CIEDE2000.
    """
    check_image(images)
    plates, last = wanted_plates(plate, stamped), len(images) - 1
    reading, reason = read_plate(images, plates, _spread(last, count))
    if reading is None:
        return Normalized(Grade.refuse(reason), None, None, reason)
    drift = measure(reading)
    if drift is not None and drift.size >= SEEN / 2 and len(reading.frames) < min(_MORE, len(images)):
        again, _ = read_plate(images, [reading.plate], _spread(last, _MORE))
        reading, drift = (again, measure(again)) if again is not None else (reading, drift)
    visible = int((~reading.hidden).sum())
    if visible < max(6, 0.6 * len(reading.hidden)):
        reason = f"only {visible} of {len(reading.hidden)} patches are seen"
        return Normalized(Grade.refuse(reason), reading, None, reason)
    solved = solve(patches_of(reading))
    if not solved.delta_e_loo < REFUSE:
        reason = (f"patches left out of the fit miss their colour by {solved.delta_e_loo:.1f} CIEDE2000 (limit {REFUSE:g}): "
                  "this may be another chart, or glare lies on it")
        return Normalized(Grade.refuse(reason), reading, solved, reason)
    kind = reading.plate.kind
    grade = replace(solved.grade, source=f"{kind}, frames {', '.join(map(str, reading.frames))}")
    if drift is not None and drift.proven:
        grade = ramped(grade, reading, drift)
    return Normalized(grade, reading, solved, "", drift)


def _spread(last: int, count: int) -> list[int]:
    """Up to `count` frame numbers from 0 to `last`, evenly."""
    return sorted({round(i) for i in np.linspace(0, last, max(1, min(count, last + 1)))})
