"""Reports and pictures of the colour nodes, from what the operations found."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..image.warp import homography, transform, unit_square
from ..wires.grade import Grade
from ..wires.plate import Plate
from ..wires.report import Finding, Report
from . import sentences
from .normalize import Normalized
from .pictures import before_after, chart, overlay, stacked
from .solve import DOUBT
from .stamp import KEPT, patch_side


def _size(images: torch.Tensor) -> dict[str, Any]:
    return {"frames": len(images), "width": images.shape[2], "height": images.shape[1]}


def stamp_report(plate: Plate) -> Report:
    """Where a plate was stamped and whether it is large enough to survive."""
    assert plate.corners is not None  # noqa: S101  stamp_plate sets both
    assert plate.frame_size is not None  # noqa: S101
    side, (width, height) = patch_side(plate, plate.corners), plate.frame_size
    share = plate.corners.area / (width * height)
    said = f"The {plate.kind} plate covers {share:.1%} of the picture; its smallest patch is {side:.0f} pixels across."
    hint = ""
    if side < KEPT:
        said += f" Video models blur what is under {KEPT:g} pixels, three cells of a VAE."
        hint = "Make the plate larger" + (", or choose raccord12: it has larger patches." if len(plate.patches) > 12 else ".")
    centres = _centres(plate)
    found = Finding("plate.stamped", "warn" if hint else "pass", said.replace("%", " %"), value=round(side, 2), unit="px",
                    limit=KEPT, box=plate.corners.box, suggestion=hint)
    return Report("RaccordStampPlate", plate.kind, [found], {"plate.kind": plate.kind, "plate.patches_px": centres,
                  "plate.side_px": side}, {"width": width, "height": height, "corners": str(plate.corners)})


def _centres(plate: Plate) -> np.ndarray:
    assert plate.corners is not None  # noqa: S101  of a stamped plate
    uv = np.array([plate.centre_uv(i) for i in range(len(plate.patches))])
    return transform(homography(unit_square(), plate.corners.array), uv).round(3)


def normalize_report(images: torch.Tensor, plate: str, stamped: Plate | None, answer: Normalized) -> Report:
    """Findings and metrics of a normalization."""
    inputs = _size(images) | {"plate": stamped.kind if stamped else plate, "stamped": stamped is not None}
    return Report("RaccordNormalizeToPlate", answer.reading.plate.kind if answer.reading else "plate",
                  sentences.findings(answer), sentences.metrics(answer), inputs)


def normalize_pictures(images: torch.Tensor, graded: torch.Tensor, answer: Normalized) -> tuple[torch.Tensor, torch.Tensor]:
    """Overlay and before/after of the first frame that shows the plate; under the latter each patch seen, corrected, wanted."""
    reading, solved = answer.reading, answer.solved
    frame = reading.frames[0] if reading else 0
    first, hidden = (reading.found[0], reading.hidden) if reading else (None, None)
    if answer.grade.refused or solved is None or reading is None or first is None:
        seen = overlay(images[frame], first, hidden, f"Refused: {answer.reason}", "refused")
        both = before_after(images[frame], graded[frame], "as it was", "unchanged: refused")
        tried = [chart(reading.plate, (reading.colours, reading.hidden), solved, both.shape[1])] if reading and solved else []
        return seen, stacked(both, *tried)
    verdict = "warn" if solved.delta_e_loo >= DOUBT else "pass"
    said = f"{reading.plate.kind}: {solved.grade.model}, unseen colours off by dE {solved.delta_e_loo:.1f}"
    both = before_after(images[frame], graded[frame], f"before dE {solved.delta_e_before:.1f}",
                        f"after dE {solved.delta_e_mean:.1f}, unseen {solved.delta_e_loo:.1f}",
                        float(first.centres[:, 0].mean()) / images.shape[2])
    below = chart(reading.plate, (reading.colours, reading.hidden), solved, both.shape[1])
    return overlay(images[frame], first, hidden, said, verdict), stacked(both, below)


def _ramp(grade: Grade, first: int, count: int) -> str:
    if not grade.keys:
        return ""
    start, end, last = grade.keys[0][0], grade.keys[-1][0], first + count - 1
    held = f" Frames after {end} get what frame {end} gets." if last > end else ""
    return f" It changes from frame {start} to frame {end} of its clip, of which these are frames {first} to {last}.{held}"


def apply_report(images: torch.Tensor, grade: Grade, strength: float, first_frame: int = 0) -> Report:
    """What was applied, or that nothing was."""
    if grade.refused:
        found = Finding("grade.applied", "refused", f"Frames pass unchanged: the grade was refused ({grade.refused}).")
    else:
        said = f"The grade ({grade.model}) is applied to {len(images)} frames at {strength:.0%}.".replace("%", " %")
        found = Finding("grade.applied", "pass", said + _ramp(grade, first_frame, len(images)), value=strength)
    return Report("RaccordApplyGrade", grade.model, [found], {"grade": grade.facts()},
                  _size(images) | {"strength": strength, "first_frame": first_frame})
