"""Loop closure: the track checked by going back from its far end with a reference taken there."""

from __future__ import annotations

import numpy as np

from ... import runtime
from ...image.opencv import cv2
from ...image.warp import from_opencv
from ...wires.track import TrackFrame
from .follow import follow
from .judge import Sight
from .reference import Reference, build_reference
from .seen import seen_on_frame
from .source import Luma

STEPS = 16


def loop_closure(luma: Luma, frames: list[TrackFrame], sights: list[Sight], references: list[Reference], reference_frame: int,
                 model: str, refine: bool, bar: runtime.Progress) -> float | None:
    """Largest corner gap in frame pixels after going out and coming back, of both directions.

    The surface is cut out anew on the far end of what was tracked without a break, and followed back to the reference frame in at
    most 16 strides, each starting from the stride before it and never from the first track.

    Returns:
        The gap, or None where nothing was tracked or the way back failed.
    """
    gaps = [_one_way(luma, frames, sights, references, reference_frame, step, model, refine, bar) for step in (1, -1)]
    known = [g for g in gaps if g is not None]
    return max(known) if known else None


def _far_end(frames: list[TrackFrame], sights: list[Sight], start: int, step: int) -> int:
    """Farthest frame that is tracked without a break, and seen whole enough to be a reference itself."""
    end = start
    while 0 <= end + step < len(frames) and frames[end + step].state == "tracked":
        end += step
    way = [frames[i].confidence for i in range(start + step, end + step, step)]
    least = 0.9 * float(np.median(way)) if way else 0.0
    while end != start and (frames[end].confidence < least or sights[end].hidden > 0.005):
        end -= step
    return end


def _one_way(luma: Luma, frames: list[TrackFrame], sights: list[Sight], references: list[Reference], start: int, step: int,
             model: str, refine: bool, bar: runtime.Progress) -> float | None:
    end = _far_end(frames, sights, start, step)
    far, given = frames[end].corners, frames[start].corners
    if end == start or far is None or given is None:
        bar.step(16)
        return None
    try:
        size = luma.width, luma.height
        seen = seen_on_frame(sights[end], references[end], far.array, size, size)
        reference = build_reference(luma.frame(end), far.array, end, seen, model)
    except ValueError:  # the far end shows too little of the surface to start from
        return None
    stride = -(-abs(end - start) // STEPS)
    numbers = [*range(end - step * stride, start, -step * stride), start]
    luma.expect(numbers)
    found = follow(luma, reference, numbers, model, refine, reference.to_frame, bar)
    last = found[start]
    if last.kind != "seen" or last.h is None:
        return None
    back = from_opencv(cv2.perspectiveTransform(reference.corners[None], last.h)[0])
    return float(np.linalg.norm(back - given.array, axis=1).max())
