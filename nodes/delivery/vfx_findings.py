"""What is said of the frames of a VFX package beside whether they were written: room for the cut, and the data with them."""

from __future__ import annotations

import numpy as np

from ..wires.report import Finding
from ..wires.shot import Shot
from .vfx_frames import Plan


def cut_findings(count: int, shot: Shot) -> list[Finding]:
    """Handles belong to the frames: where they take all of them, no frame is left for the cut."""
    if count > 2 * shot.handles:
        return []
    frames = f"{count} frames" if count > 1 else "one frame"
    text = f"Its handles of {shot.handles} frames on both sides leave nothing of {frames} for the cut."
    return [Finding("publish.handles", "warn", text, value=shot.handles, unit="frames", limit=(count - 1) // 2,
                    suggestion="Generate the shot with its handles, or lower handles in Shot.")]


def layers_findings(count: int, plan: Plan, file: str) -> list[Finding]:
    """Which data goes with the `count` frames, and what compositing may stumble over in it."""
    layers, masks = plan.layers.frame(0)
    if not layers:
        return []
    text = f"With every frame, 32-bit float: {', '.join(layers)}" + (
        f"; {', '.join(masks)} also as Cryptomatte." if masks else ".")
    found = [Finding("publish.layers", "pass", text, value=len(layers), unit="layers", file=file)]
    for name, bad in plan.layers.not_numbers(count).items():
        text = f"{name} holds values that are not finite, first in frame {plan.shot.number(bad[0])}: written as they came."
        found.append(Finding("publish.numbers", "warn", text, value=len(bad), unit="frames", limit=0, frames=bad, file=file,
                             suggestion="Mend the layer: compositors spread such values."))
    wide = [n for n, m in masks.items() if not (np.nanmin(m) >= 0 and np.nanmax(m) <= 1 and np.isfinite(m).all())]
    if wide:
        found.append(Finding("publish.cryptomatte", "warn", f"{', '.join(wide)} leave 0 to 1: Cryptomatte holds them cut.",
                             value=len(wide), unit="masks", limit=0, suggestion="The layers beside it hold them as they came."))
    return found
