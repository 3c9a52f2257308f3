"""What a track's report says about stamped markers: found, corners by them, and whether they move with the track."""

from __future__ import annotations

import numpy as np

from ...wires.report import Finding
from .marked import Marked

STRAY_LIMIT, STRAY_FAIL = 0.5, 1.5
_OTHER_SHAPE = 0.02


def marked_findings(marked: Marked, strayed: dict[int, float | None], size: tuple[int, int]) -> list[Finding]:
    """Findings for a clip of `size` with markers wired."""
    return [_found(marked, size), *_corners(marked), *_strays(strayed)]


def marked_metrics(marked: Marked, strayed: dict[int, float | None]) -> dict:
    """Metrics: found, where (in layout order, None where not found), how far the corners moved, how far markers stray."""
    where = {m.number: [round(c, 4) for c in m.centre] for m in marked.found.markers}
    known = [s for s in strayed.values() if s is not None]
    return {
        "markers.found": len(where),
        "markers.px": [where.get(m.number) for m in marked.markers.markers],
        "markers.moved_px": round(marked.moved, 4),
        "markers.stray_px": round(float(np.median(known)), 4) if known else None,
    }


def _found(marked: Marked, size: tuple[int, int]) -> Finding:
    found, count, frame = len(marked.found.markers), len(marked.markers.markers), marked.reference_frame
    enough = 2 * found >= count
    sentence = f"{found} of {count} markers are found on frame {frame}" if found else f"No marker is found on frame {frame}"
    cause, advice = ("", "") if enough else _cause(marked, size)
    return Finding("markers.found", "pass" if enough else "warn", f"{sentence}{cause}.", value=found, unit="markers", limit=count,
                   box=marked.found.corners.box if marked.found.corners else None, suggestion=advice)


def _cause(marked: Marked, size: tuple[int, int]) -> tuple[str, str]:
    """The likely reason why few are found, and what to do."""
    then = marked.markers.frame_size
    outside = len(marked.markers.markers) - marked.found.expected
    if 2 * outside > len(marked.markers.markers):
        return ": most of them lie outside the picture there", "Choose a reference frame that shows the whole surface."
    if abs(size[0] * then[1] / (size[1] * then[0]) - 1) > _OTHER_SHAPE and not marked.given:
        return (f": the clip is {size[0]} x {size[1]}, the stamped picture {then[0]} x {then[1]}, so it was cropped or stretched",
                "Give the corners as the clip shows them.")
    if marked.reference_frame and not marked.given:
        return ": they are looked for where they were stamped, and the surface has moved by then", (
            "Use the frame that was generated from the stamped picture, or give the corners on this one.")
    if marked.found.markers:
        return ": something hides the others, or they were generated away", "Look at the frame; larger markers hold better."
    return ": they are hidden, were generated away, or lie more than one and a half markers from the corners", (
        "Look at the frame: correct the corners, or stamp larger markers with more strength and generate again.")


def _corners(marked: Marked) -> list[Finding]:
    if marked.moved:
        sentence = f"The corners are moved by up to {marked.moved:.2f} px to where the markers put them."
    elif marked.found.markers and not marked.same:
        sentence = "The markers stand on another part of the picture than the corners: the corners are kept."
    else:
        return []
    return [Finding("markers.corners", "pass", sentence, value=round(marked.moved, 4), unit="px")]


def _strays(strayed: dict[int, float | None]) -> list[Finding]:
    known = {n: s for n, s in strayed.items() if s is not None}
    if not strayed:
        return []
    if 2 * len(known) < len(strayed):
        return [Finding("markers.stray", "not tested",
                        f"On {len(strayed) - len(known)} of {len(strayed)} frames that were looked at the markers are not found.",
                        unit="px")]
    worst = max(known, key=lambda n: known[n])
    off = [n for n in known if known[n] > STRAY_LIMIT]
    if not off:
        return [Finding("markers.stray", "pass",
                        f"The markers stay within {known[worst]:.2f} px of the track on {len(known)} frames that were looked at.",
                        value=round(known[worst], 4), unit="px", limit=STRAY_LIMIT)]
    sentence = (f"On frame {worst} the markers lie {known[worst]:.1f} px from where the track puts them: they slide over the "
                "surface, or the track drifts.")
    advice = ("Look at the overlay there: set a keyframe if the track drifts; if the markers slide, end the insert before that "
              "frame, or generate again.")
    return [Finding("markers.stray", "fail" if known[worst] > STRAY_FAIL else "warn", sentence, value=round(known[worst], 4),
                    unit="px", limit=STRAY_LIMIT, frames=sorted(off), suggestion=advice)]
