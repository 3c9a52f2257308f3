"""Report and picture of a match: what it rests on, how near it comes, and where it is not to be trusted."""

from __future__ import annotations

import torch

from ..image import draw
from ..wires.report import Finding, Report
from .match import Ask, Matched

_RESTS = {
    "same frame": "Both show the same frame: pairs of pixels tell the map ({model}); pairs left out of it are off by {off}.",
    "overlap": "The views overlap: pairs of pixels where they do tell the map ({model}); pairs left out of it are off by {off}.",
    "shared edge": "The pictures meet at an edge: colours go on across it, which tells exposure and balance; pairs left out are "
                   "off by {off}.",
    "shared colours": "Both show the same place: exposure and balance are chosen so that most of their colours coincide.",
    "clouds": "Nothing shows the same thing in both: their clouds of colours are brought together.",
}
_DOUBT = 3.0  # CIEDE2000 of pairs left out


def match_report(images: torch.Tensor, reference: torch.Tensor, ask: Ask, matched: Matched) -> Report:
    """Findings and metrics of a match."""
    inputs = {**_size(images), "reference": _size(reference), "method": ask.method, "protect_skin": ask.skin,
              "protect_neutrals": ask.neutrals, "per_frame": ask.per_frame}
    if matched.grade.refused:
        said = f"No match: {matched.grade.refused}. Frames pass unchanged."
        return Report("RaccordMatchReference", "match", [Finding("match.distance", "refused", said)], {}, inputs)
    rows = [_rests(matched), _distance(matched)]
    if matched.how == "clouds":
        rows.append(_stretch(matched))
    if matched.follows is not None:
        still = not matched.grade.keys
        rows.append(Finding("match.follows", "pass", "The light of the clip holds still: one map for all frames." if still else
                            f"The map follows the light of the clip, which changes by up to {matched.follows:.2f} times from "
                            "its middle frame. A LUT or a CDL of it holds the middle frame's map, json all.",
                            value=round(matched.follows, 4), unit="ratio"))
    return Report("RaccordMatchReference", "match", rows,
                  {"match.distance_before": matched.before, "match.distance_after": matched.after,
                   "match.stretch": matched.stretch,
                   "match.model": matched.grade.model, "match.rests_on": matched.how, "match.delta_e_left_out": matched.left_out},
                  inputs)


def _size(images: torch.Tensor) -> dict[str, int]:
    return {"frames": len(images), "width": images.shape[2], "height": images.shape[1]}


def _rests(matched: Matched) -> Finding:
    off = "" if matched.left_out is None else f"{matched.left_out:.1f} ΔE2000"
    doubt = matched.left_out is not None and matched.left_out > _DOUBT
    vague = matched.how == "shared colours"
    hint = "Look at the picture: something moved or changed between the two. A mask of what did not helps." if doubt else ""
    return Finding("match.rests_on", "warn" if doubt else "pass", _RESTS[matched.how].format(model=matched.grade.model, off=off),
                   value=matched.how, suggestion="Expect it to be off by about 3 ΔE2000; a mask of what both share helps."
                   if vague else hint)


def _distance(matched: Matched) -> Finding:
    better = matched.after <= matched.before or matched.how != "clouds"
    return Finding("match.distance", "pass" if better else "warn",
                   f"The clip's colours were {matched.before:.1f} from the reference's (CIELAB, as clouds), and are "
                   f"{matched.after:.1f} after the map.", value=round(matched.after, 3), unit="ΔE76",
                   suggestion="" if better else "Try another method, or a mask of what both shots share.")


def _stretch(matched: Matched) -> Finding:
    low, high = matched.stretch
    strong = matched.held or high > 2.2 or low < 0.45
    return Finding("match.stretch", "warn" if strong else "pass",
                   f"The map changes contrast between {low:.2f} and {high:.2f} times"
                   + (", and was held back there: the two pictures show different things." if strong else "."),
                   value=round(high, 3), unit="ratio", limit=2.5,
                   suggestion="Wire a mask of what both shots share, or use gains." if strong else "")


def match_picture(images: torch.Tensor, graded: torch.Tensor, reference: torch.Tensor, matched: Matched) -> torch.Tensor:
    """Middle frame before, after and the reference, side by side."""
    middle = len(images) // 2
    shown = [draw.fit(draw.canvas(p), 480, max(2, round(480 * images.shape[1] / images.shape[2])))
             for p in (images[middle], graded[middle], reference[0])]
    after = "unchanged: refused" if matched.grade.refused else f"after: {matched.how}"
    for canvas, label in zip(shown, ("before", after, "reference"), strict=True):
        draw.write(canvas, label, (6, 6))
    return draw.to_image(draw.side_by_side(*shown))
