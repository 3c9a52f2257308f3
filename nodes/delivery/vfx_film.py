"""The mezzanine of a VFX package, read back as it is tagged."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..media.mezzanine import MezzanineSpec
from ..media.paths import relative_to_output
from ..wires.report import Finding
from .verify import LIMIT_DRIFT, compare, read_back


def film_findings(path: Path, spec: MezzanineSpec, count: int, shown: dict[int, np.ndarray]) -> list[Finding]:
    """Whether a mezzanine holds every frame, in the right colours.

    Args:
        path: Of the film.
        spec: What it was to be.
        count: Frames that it should hold.
        shown: Frames (H, W, 3) uint8 to compare with, by number.
    """
    file = relative_to_output(path)
    written, back = read_back(path, tuple(shown))
    if written != count:
        return [Finding("publish.frames", "fail", f"The mezzanine holds {written} frames of {count}.", value=written, limit=count,
                        file=file, suggestion="Write it again; the disk may be failing.")]
    drift = compare(back, shown)
    good = drift.worst <= LIMIT_DRIFT
    text = (f"{spec.kind}, 10 bit, encoded BT.709, from {spec.time_code}: read back as tagged, colours differ by "
            f"{drift.worst:.2f} of 255 at most.")
    return [Finding("publish.mezzanine", "pass" if good else "fail", text, value=round(drift.worst, 3), unit="code values",
                    limit=LIMIT_DRIFT, frames=drift.frames, file=file,
                    suggestion="" if good else "The matrix or the range is wrong: do not hand it over.")]
