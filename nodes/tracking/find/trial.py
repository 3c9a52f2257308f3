"""A surface tried as Track Surface would track it: how long it really holds, and what ends it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ... import runtime
from ..track.breathe import breathing
from ..track.cut import Cuts
from ..track.follow import follow
from ..track.gaps import corners_of
from ..track.judge import Sight
from ..track.reference import Reference, build_reference
from ..track.source import Luma
from .life import Life, side_of

MOST_TRIED = 1200  # frames, of all surfaces together
_MODEL = "homography"


def frames_to_try(count: int, surfaces: int) -> int:
    """Over how many frames of a clip of `count` each of `surfaces` is tried."""
    return min(count, max(24, MOST_TRIED // surfaces))


def try_out(luma: Luma, cuts: Cuts, corners: np.ndarray, life: Life, most: int, bar: runtime.Progress) -> Life:
    """Track a surface from the first frame on and correct what its corners promised.

    It holds to the first frame from which it is not seen any more or a part of it has left the plane for good.

    Args:
        luma: The clip.
        cuts: Looks for cuts in it.
        corners: (4, 2) on frame 0, pixels of the frame.
        life: What the corners in it promise; past the frames that are tried it stands.
        most: Frames to try.
        bar: Steps by one a frame.
    """
    try:
        reference = build_reference(luma.frame(0), corners, 0, None, _MODEL)
    except ValueError:
        return replace(life, frames=1, why="gone")
    followed = follow(luma, reference, range(1, most), _MODEL, True, reference.to_frame, bar, cuts=cuts)
    sights = [followed[number] for number in range(1, most)]
    good = _good(sights)
    if good < most:
        return replace(life, frames=good, why=_why(sights[good - 1:], reference, (luma.width, luma.height)))
    return replace(life, frames=most, why="") if most == life.of else replace(life, frames=max(most, life.frames))


def _good(sights: list[Sight]) -> int:
    """Frames from 0 before the surface is bad to the end, as `Track.first_bad_frame` counts them; `sights` begin at 1."""
    apart = breathing([None, *(s if s.kind == "seen" else None for s in sights)]).max((1, 2)) > 0
    fine = [True, *(s.kind == "seen" and not apart[s.frame] for s in sights)]
    return len(fine) - fine[::-1].index(True)


def _why(last: list[Sight], reference: Reference, size: tuple[int, int]) -> str:
    """What ends it, told by the sights from the first bad one on."""
    if last[0].kind == "seen":
        return "breathes"
    reason = next((s.why for s in last if s.why), "")
    out = next((s for s in last if s.kind == "out"), None)
    quad = None if out is None else corners_of(out, reference)
    if quad is not None and last[0].kind != "gone":
        return side_of(quad, size)
    return {"cut": "cut", "bent": "bends"}.get(reason, "gone")
