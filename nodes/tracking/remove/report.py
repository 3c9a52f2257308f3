"""What taking markers out changed and how far it can be trusted: report and picture."""

from __future__ import annotations

import numpy as np
import torch

from ...image import draw
from ...wires.markers import Markers
from ...wires.report import Finding, Report
from ...wires.track import Track
from .markers import Removed
from .settle import FILLED

MOST_OUTLINE = 1.3  # times as steep as the surface beside: more is seen as an outline


def remove_report(done: Removed, track: Track, markers: Markers) -> Report:
    """How each marker's texture is known, and the frames that still may show one."""
    count, wanted = len(track.frames), len(markers.markers)
    if track.refused:
        found = [Finding("removal.markers", "refused", f"The frames pass unchanged: the track was refused, {track.refused}.")]
    else:
        found = list(_findings(done, track, wanted))
    metrics = {"removal.markers": len(done.how), "removal.frames": len(done.changed),
               "removal.how": {str(number): how for number, how in sorted(done.how.items())},
               "removal.outlines": {str(number): round(rest, 3) for number, rest in sorted(done.outlines.items())}}
    inputs = {"frames": count, "frame_size": list(track.frame_size), "pattern": markers.pattern, "markers": wanted}
    return Report("RaccordRemoveMarkers", "markers", found, metrics, inputs)


def _findings(done: Removed, track: Track, wanted: int) -> list[Finding]:
    ways = {how: sorted(n for n, way in done.how.items() if way == how) for how in sorted(set(done.how.values()))}
    said = ", ".join(f"{len(numbers)} {how}" for how, numbers in ways.items())
    sentence = f"{len(done.how)} of {wanted} markers are taken out" + (f": texture of {said}." if said else ".")
    found = [Finding("removal.markers", "pass" if len(done.how) == wanted else "warn", sentence, value=len(done.how),
                     unit="markers", limit=wanted,
                     suggestion="" if len(done.how) == wanted else "See that the track is on the surface that carries them.")]
    if ways.get(FILLED):
        numbers = ", ".join(str(n) for n in ways[FILLED])
        found.append(Finding("removal.filled", "warn", f"The texture under markers {numbers} was never seen: it is made up from "
                             "around them.", value=len(ways[FILLED]), unit="markers", limit=0,
                             suggestion="Wire the frame from before Stamp Markers to clean_image."))
    seen = sorted(n for n, outline in done.outlines.items() if outline > MOST_OUTLINE)
    if seen:
        worst = max(done.outlines[n] for n in seen)
        found.append(Finding("removal.outline", "warn", f"Rims of markers {', '.join(map(str, seen))} can still be seen: up to "
                             f"{worst:.1f} times as steep as the surface beside them.", value=worst, unit="ratio",
                             limit=MOST_OUTLINE, suggestion="Wire clean_image, and correct the track where it is off."))
    missed = [i for i, frame in enumerate(track.frames) if frame.corners is None]
    if missed:
        found.append(Finding("removal.lost", "warn", f"On {len(missed)} frames the surface is lost: markers stay there.",
                             value=len(missed), unit="frames", limit=0, frames=missed,
                             suggestion="Correct the track with keyframes."))
    return found


def before_and_after(images: torch.Tensor, done: Removed, track: Track) -> torch.Tensor:
    """The surface on one frame before and after, side by side: (1, h, w, 3)."""
    number = done.changed[len(done.changed) // 2] if done.changed else 0
    corners = track.frames[number].corners
    height, width = images.shape[1:3]
    part = (slice(None), slice(None))
    if corners is not None:
        x, y, wide, high = corners.box
        low = np.clip(np.floor([y - 0.1 * high, x - 0.1 * wide]), 0, (height - 1, width - 1)).astype(int)
        top = np.clip(np.ceil([y + 1.1 * high, x + 1.1 * wide]), low + 1, (height, width)).astype(int)
        part = slice(low[0], top[0]), slice(low[1], top[1])
    return draw.to_image(draw.side_by_side(*(draw.canvas(batch[number][part]) for batch in (images, done.images))))
