"""Reading a plate over a clip: several frames, the plate followed from one to the next, odd frames left aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from .. import runtime
from ..image.colour import delta_e_2000
from ..image.warp import homography
from ..wires.plate import Plate
from .find import find_plate
from .models import decode, lab
from .place import GOOD, Found, place

_LIKE_BEFORE = 0.1  # agreement that a plate may lose from frame to frame before it is searched for afresh
_ODD = 0.15  # in logarithms of light, a fifth of a stop: what a frame may differ from its neighbours at least


@dataclass(frozen=True, slots=True)
class Reading:
    """A plate read on several frames.

    `frames` are the numbers of the frames it was found on, `found` what was found there, `missing` the frames tried in vain,
    `odd` those of `frames` whose light fits to no other and that do not count. `colours` (N, 3) and `hidden` (N,) hold for
    the clip; `glare` (N,) marks what shines among the hidden. `drift` is the mean CIEDE2000 by which frames differ from that.
    """

    plate: Plate
    frames: tuple[int, ...]
    found: tuple[Found, ...]
    missing: tuple[int, ...]
    colours: np.ndarray
    hidden: np.ndarray
    drift: float
    odd: tuple[int, ...] = ()
    glare: np.ndarray | None = None


def _laid(plate: Plate, corners: np.ndarray) -> np.ndarray:
    """Plate cells to pixel areas, from the plate's outer corners."""
    pitch = 1 + plate.gap
    low = -(plate.border + 0.5) / pitch
    right, bottom = (n / pitch + low for n in plate.size)
    return homography(np.array(((low, low), (right, low), (right, bottom), (low, bottom))), corners)


def _read_frame(picture: np.ndarray, plates: Sequence[Plate], last: Found | None) -> tuple[Found | None, str]:
    """A plate on one frame (H, W, 3 float32): where it was last seen or stamped, else anywhere."""
    if last is not None:
        there = place(picture, last.plate, last.homography)
        if there is not None and there.score >= max(GOOD, last.score - _LIKE_BEFORE):
            return there, ""
    size = np.array(picture.shape[1::-1])
    known = [(p, np.diag((*(size / p.frame_size), 1.0)) @ _laid(p, p.corners.array))
              for p in plates if p.corners is not None and p.frame_size is not None]
    for plate, matrix in known:
        there = place(picture, plate, matrix)
        if there is not None and there.score >= GOOD:
            return there, ""
    findable = [p for p in plates if min(p.rows, p.columns) > 1]
    if not findable:
        return None, f"a plate of one row such as {plates[0].kind} is read only where it was stamped: wire stamped_plate"
    return find_plate(picture, findable)


def read_plate(images: torch.Tensor, plates: Sequence[Plate], numbers: Sequence[int]) -> tuple[Reading | None, str]:
    """Read a plate on frames `numbers` of a batch (B, H, W, 3|4) of encoded sRGB; the first that shows one decides its kind."""
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
    return merged(found, tuple(n for n in numbers if n not in found)), ""


def merged(found: dict[int, Found], missing: tuple[int, ...]) -> Reading:
    """One set of colours for the clip: the median of each patch over the frames that show it, odd frames left aside."""
    frames, readings = tuple(found), tuple(found.values())
    odd = _odd(readings)
    seen, covered = (np.stack([getattr(f, what) for f, o in zip(readings, odd, strict=True) if not o])
                     for what in ("colours", "hidden"))
    hidden = covered.mean(0) > 0.5
    masked = np.where(covered[..., None] & ~hidden[:, None], np.nan, seen)
    colours = np.nanmedian(masked, axis=0)
    apart = difference(decode(seen), decode(colours)[None])[~covered]
    glare = np.mean([f.glare for f, o in zip(readings, odd, strict=True) if not o], axis=0) > 0.5
    return Reading(readings[0].plate, frames, readings, missing, colours, hidden,
                   float(apart.mean()) if apart.size and len(seen) > 1 else 0.0,
                   tuple(n for n, o in zip(frames, odd, strict=True) if o), hidden & glare)


def difference(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """CIEDE2000 (…) between linear colours (…, 3)."""
    return delta_e_2000(*(torch.from_numpy(lab(light)) for light in np.broadcast_arrays(one, other))).numpy()


def light_of(found: Found, colours: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Logarithms (3,) of a frame's light against that of patches `colours` (N, 3 encoded): medians over what can be trusted."""
    use = ~(hidden | found.hidden) & (np.minimum(found.colours, colours) > 0.03).all(1) & (found.colours < 0.99).all(1)
    if use.sum() < 4:
        return np.zeros(3)
    return np.median(np.log(decode(found.colours[use]) / decode(colours[use])), axis=0)


def _odd(readings: Sequence[Found]) -> np.ndarray:
    """Frames (F,) whose light is off the line through the others by far: a flash, or a plate laid wrongly. At most a quarter."""
    if len(readings) < 4:
        return np.zeros(len(readings), bool)
    colours = np.median([f.colours for f in readings], axis=0)
    light = np.stack([light_of(f, colours, np.zeros(len(colours), bool)) for f in readings])
    at = np.arange(len(light))
    one, other = np.triu_indices(len(at), 1)
    slope = np.median((light[other] - light[one]) / (at[other] - at[one])[:, None], axis=0)
    level = light - at[:, None] * slope
    off = np.linalg.norm(level - np.median(level, axis=0), axis=1)
    odd = off > max(6 * float(np.median(off)), _ODD)
    return odd if odd.sum() <= len(odd) // 4 else np.zeros(len(odd), bool)
