"""Video models make frames in groups; a defect on the edge of a group says where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...wires.report import Finding

GRIDS = {"none": (0, 0), "wan 4n+1": (4, 1), "ltx 8n+1": (8, 1), "h3 17k+5": (17, 5)}
# what a decoder or an encoder does at the edge of a group: light, colour, detail, frames that stand or come again
_TIMED = ("integrity.flash", "integrity.cut", "drift.exposure", "drift.contrast", "drift.saturation", "drift.temperature",
          "drift.region", "anchor.first.exposure", "anchor.first.colour", "anchor.first.sharpness", "anchor.last.exposure",
          "anchor.last.colour", "anchor.last.geometry", "anchor.last.sharpness", "seam.duplicate", "seam.freeze", "seam.echo",
          "seam.exposure", "seam.colour")


def group_edges(grid: str, length: int) -> tuple[int, ...]:
    """First frames of the groups that `grid` makes of `length` frames (0 is left out)."""
    step, offset = GRIDS[grid]
    return tuple(range(offset, length, step)) if step else ()


def add_latent_hints(findings: Sequence[Finding], grid: str, length: int) -> list[Finding]:
    """Add to the suggestions what the latent grid says about the cause."""
    step, offset = GRIDS[grid]
    if not step:
        return list(findings)
    out = [replace(f, suggestion=_hint(f, step, offset, length)) if _is_placed(f) else f for f in findings]
    if (length - offset) % step:
        words = f"{length} frames are no {step}n+{offset}: the model's last group was cut, or frames were added or dropped."
        out.append(Finding("integrity.cadence", "warn", words, length, "frames",
                           suggestion=f"Generate {length - (length - offset) % step} or "
                           f"{length - (length - offset) % step + step} frames, or check which frames a node dropped."))
    return out


def _is_placed(finding: Finding) -> bool:
    """Whether a finding is one that a group explains; what goes on from end to end lies on no edge."""
    return finding.verdict in ("warn", "fail") and finding.check in _TIMED and not finding.is_range


def _hint(finding: Finding, step: int, offset: int, length: int) -> str:
    said = finding.suggestion
    if finding.drop:
        count = int(finding.drop["count"])
        if count % step in (0, offset):
            return (f"{said} {count} frames are whole groups of the model ({step}n+{offset}): set the overlap of the "
                    f"continuation to {count}.")
        return said
    inside = [f for f in finding.frames if 0 <= f < length]
    edge = next((f for f in inside if f > 0 and (f - offset) % step == 0), None)
    if edge is not None:
        drop = f"first {edge} frame{'s' * (edge > 1)}" if edge <= offset + step else f"{step} frames from it"
        return (f"{said} Frame {edge} begins a group of the model, latent block {(edge - offset) // step + 1} of "
                f"{step}n+{offset}: re-encode with larger temporal tiles of the VAE, or drop the {drop}.")
    if finding.check.startswith("anchor.last") or any(f >= length - step for f in inside):
        return f"{said} It lies in the model's last group: drop the last {step} frames, or raise the VAE's temporal tile."
    if any(f < offset for f in inside):
        return (f"{said} It lies in the model's first group: drop the first {offset} frame{'s' * (offset > 1)}, or encode the "
                f"keyframe with the same VAE.")
    return said
