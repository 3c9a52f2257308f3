"""What Find Surfaces says: how many there are, how exact each would be, and what is wrong with it."""

from __future__ import annotations

from ...wires.report import Finding, Report
from ...wires.surface import Surface
from ..track.findings import SIGMA_LIMIT
from .rank import REPEATS_LIMIT, Proposal
from .surfaces import Found


def surfaces_report(found: Found, count: int) -> Report:
    """The report; without a surface it is `refused`, with the reason."""
    surfaces = found.surfaces.surfaces
    findings = [_found(found, count), *_only_the_first_frame(found)]
    for number, (surface, proposal) in enumerate(zip(surfaces, found.proposals, strict=True)):
        findings += _of_one(number, surface, proposal)
    metrics = {"surfaces": [s.to_json() for s in surfaces], "surfaces.noise": round(found.detail.noise, 3)}
    inputs = {"frames": found.frames, "frame_size": list(found.surfaces.frame_size), "count": count}
    return Report("RaccordFindSurfaces", "surfaces", findings, metrics, inputs)


def _found(found: Found, count: int) -> Finding:
    surfaces = len(found.surfaces.surfaces)
    if surfaces:
        noun, best = "surface" if surfaces == 1 else "surfaces", found.surfaces.surfaces[0].error_px
        sentence = f"{surfaces} {noun} can be tracked; the best is expected to hold its corners within {best:.2f} px."
        return Finding("surfaces.found", "pass", sentence, value=surfaces, unit="surfaces", limit=count)
    return Finding("surfaces.found", "refused", f"Nothing here can be tracked: {_reason(found)}.", value=0, unit="surfaces",
                   suggestion="Stamp markers onto a flat surface of the first frame before the clip is generated.")


def _only_the_first_frame(found: Found) -> list[Finding]:
    """What cannot be known from the first frame, which alone is searched."""
    last, gone = found.frames - 1, found.frames if found.motion is None else found.motion.gone_from
    if found.begins:
        sentence = f"The first frame is nearly empty, there is a picture from frame {found.begins} on."
        advice = f"Surfaces are searched on the first frame: begin the clip at frame {found.begins}."
        return [Finding("surfaces.begins", "warn", sentence, value=found.begins, unit="frame", frames=[0, found.begins - 1],
                        is_range=True, suggestion=advice)]
    if not 0 < gone < found.frames:
        return []
    sentence = f"Most of what the first frame shows is gone from frame {gone} on; what comes in later is not searched."
    return [Finding("surfaces.later", "not tested", sentence, value=gone, unit="frame", frames=[gone, last], is_range=True,
                    suggestion=f"For surfaces of the rest begin the clip at frame {gone}.")]


def _reason(found: Found) -> str:
    if found.begins:
        return "the first frame is nearly empty"
    if len(found.detail.corners) < 10:
        return "there is no detail to hold on to"
    if found.motion is not None and found.motion.cut == 1:
        return "the clip cuts after its first frame"
    if found.motion is not None and found.motion.parallax and not (found.motion.planes >= 0).any():
        return "no part of the picture moves as one plane"
    return "no flat part holds enough detail"


def _of_one(number: int, surface: Surface, proposal: Proposal) -> list[Finding]:
    box = surface.corners.box
    plain = surface.error_px <= SIGMA_LIMIT
    out = [Finding("surfaces.error", "pass" if plain else "warn", f"Surface {number}: {surface.sentence}",
                   value=surface.error_px, unit="px", limit=SIGMA_LIMIT, box=box,
                   suggestion="" if plain else "Take a larger surface, or stamp markers on it before generation.")]
    if proposal.repeats > REPEATS_LIMIT:
        out.append(Finding("surfaces.repeats", "warn", f"Surface {number} looks like itself a step further: a tracker may jump.",
                           value=round(proposal.repeats, 3), unit="likeness", limit=REPEATS_LIMIT, box=box,
                           suggestion="Choose corners that take in something unique."))
    life = proposal.life
    if life is not None and life.frames < life.of:
        out.append(Finding("surfaces.lasts", "warn", f"Surface {number} ends after {life.frames} of {life.of} frames.",
                           value=life.frames, unit="frames", limit=life.of, frames=[life.frames, life.of - 1], is_range=True,
                           box=box, suggestion="End the insert there, or take another surface for the rest."))
    return out
