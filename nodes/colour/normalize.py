"""Reading a plate over a clip and solving the one correction that the clip gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from .. import runtime
from ..image.layout import check_image
from ..image.warp import homography
from ..media.plates import FOUND_BY_AUTO, load_plate
from ..wires.check import wired
from ..wires.grade import Grade
from ..wires.plate import Plate
from .find import find_plate
from .models import Patches, decode, lab
from .place import GOOD, Found, place
from .solve import REFUSE, Solved, solve


@dataclass(frozen=True, slots=True)
class Reading:
    """A plate read on several frames.

    `frames` are the numbers of the frames it was found on, `found` what was found there, `missing` the frames tried in vain.
    `colours` (N, 3) and `hidden` (N,) hold for the clip; `drift` is the mean CIEDE2000 by which frames differ from that.
    """

    plate: Plate
    frames: tuple[int, ...]
    found: tuple[Found, ...]
    missing: tuple[int, ...]
    colours: np.ndarray
    hidden: np.ndarray
    drift: float


@dataclass(frozen=True, slots=True)
class Normalized:
    """Answer of `normalize`: a reading and a correction, or why there is none (then `grade` is a refused one)."""

    grade: Grade
    reading: Reading | None
    solved: Solved | None
    reason: str


def wanted_plates(name: str, stamped: Plate | None) -> list[Plate]:
    """Plates to look for. A stamped plate wins over a name; `auto` means every kind that is found by itself.

    Raises:
        ValueError: There is no plate of that name.
    """
    if stamped is not None:
        return [wired(stamped, Plate, "stamped_plate")]
    return [load_plate(n) for n in FOUND_BY_AUTO] if name == "auto" else [load_plate(name)]


def _laid(plate: Plate, corners: np.ndarray) -> np.ndarray:
    """Plate cells to pixel areas, from the plate's outer corners."""
    pitch = 1 + plate.gap
    low = -(plate.border + 0.5) / pitch
    right, bottom = (n / pitch + low for n in plate.size)
    return homography(np.array(((low, low), (right, low), (right, bottom), (low, bottom))), corners)


def _read_frame(picture: np.ndarray, plates: Sequence[Plate], last: Found | None) -> tuple[Found | None, str]:
    """A plate on one frame (H, W, 3 float32): where it was last seen or stamped, else anywhere."""
    known = [(last.plate, last.homography)] if last is not None else []
    size = np.array(picture.shape[1::-1])
    known += [(p, np.diag((*(size / p.frame_size), 1.0)) @ _laid(p, p.corners.array))
              for p in plates if p.corners is not None and p.frame_size is not None]
    for plate, matrix in known:
        there = place(picture, plate, matrix)
        if there is not None and there.score >= GOOD:
            return there, ""
    findable = [p for p in plates if min(p.rows, p.columns) > 1]
    if not findable:
        return None, f"a plate of one row such as {plates[0].kind} is read only where it was stamped: wire stamped_plate"
    return find_plate(picture, findable)


def read_plate(images: torch.Tensor, plates: Sequence[Plate], count: int) -> tuple[Reading | None, str]:
    """Read a plate on up to `count` frames, evenly spread over a batch (B, H, W, 3|4) of encoded sRGB."""
    numbers = sorted({round(i) for i in np.linspace(0, len(images) - 1, max(1, min(count, len(images))))})
    found: dict[int, Found] = {}
    why, last, choice, bar = "", None, list(plates), runtime.Progress(len(numbers))
    for number in numbers:
        picture = np.ascontiguousarray(images[number, ..., :3].detach().cpu().float().clamp(0, 1).numpy())
        here, reason = _read_frame(picture, choice, last)
        if here is None:
            why = why or f"frame {number}: {reason}"
        else:
            found[number], last, choice = here, here, [here.plate]
        bar.step()
    if not found:
        return None, why
    reading = _merge(found, tuple(n for n in numbers if n not in found))
    return reading, ""


def _merge(found: dict[int, Found], missing: tuple[int, ...]) -> Reading:
    """One set of colours for the clip: the median of each patch over the frames that show it."""
    seen = np.stack([f.colours for f in found.values()])
    covered = np.stack([f.hidden for f in found.values()])
    hidden = covered.mean(0) > 0.5
    masked = np.where(covered[..., None] & ~hidden[:, None], np.nan, seen)
    colours = np.nanmedian(masked, axis=0)
    flat = lab(decode(seen.reshape(-1, 3))).reshape(seen.shape)
    apart = np.linalg.norm(flat - lab(decode(colours)), axis=-1)[~covered]  # plain distance: drifts are small
    first = next(iter(found.values()))
    return Reading(first.plate, tuple(found), tuple(found.values()), missing, colours, hidden,
                   float(apart.mean()) if apart.size and len(found) > 1 else 0.0)


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
    reading, reason = read_plate(images, wanted_plates(plate, stamped), count)
    if reading is None:
        return Normalized(Grade.refuse(reason), None, None, reason)
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
    return Normalized(replace(solved.grade, source=f"{kind}, frames {', '.join(map(str, reading.frames))}"), reading, solved, "")
