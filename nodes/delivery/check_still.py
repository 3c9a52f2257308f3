"""A still against its channel's template."""

from __future__ import annotations

from pathlib import Path

from ..media.paths import relative_to_output
from ..media.stills import read_still
from ..media.xmp import stated_source_type
from ..wires.report import Finding
from .channels import Channel
from .source import Source
from .verify import compare

_DRIFT = 1.5  # code values; lossy stills at a small budget move a little


def check_still(path: Path, channel: Channel | None, source: Source) -> list[Finding]:
    """Findings of one still; without a channel only whether it opens.

    Raises:
        ValueError: It cannot be read.
    """
    picture, facts = read_still(path)
    file, weight = relative_to_output(path), path.stat().st_size
    if channel is None:
        return []
    good = facts.form in channel["formats"]
    text = f"It opens again: {facts.form.upper()}, {facts.width}×{facts.height}, {weight / 1000:.1f} kB."
    found = [Finding("publish.readable", "pass" if good else "fail", text, file=file,
                     suggestion="" if good else f"The channel takes {', '.join(channel['formats'])}.")]
    limit = channel["limit_kb"] * 1000
    found.append(_weight(weight, limit, facts.width * facts.height, file))
    icc = channel["icc"].lower() in facts.icc.lower()
    found.append(Finding("publish.icc", "pass" if icc else "fail", f"Colour profile: {facts.icc or 'none'}.",
                         value=facts.icc or None,
                         limit=channel["icc"], file=file, suggestion="" if icc else "Export it through Raccord."))
    kind = stated_source_type(facts.xmp)
    found.append(Finding("publish.disclosure", "pass" if kind else "warn", f"Digital source type: {kind or 'not stated'}.",
                         value=kind or None, file=file, suggestion="" if kind else "Export it through Raccord, which states it."))
    wanted = source.still(path, facts.width, facts.height)
    if wanted is None:
        text = "Its colours are not compared: no source is wired, or its manifest does not name the frame."
        return [*found, Finding("publish.colour", "not tested", text, file=file)]
    drift = compare({0: picture}, {0: wanted})
    good = drift.worst <= _DRIFT
    text = f"Opened again, colours differ from the source by {drift.worst:.2f} of 255."
    return [*found, Finding("publish.colour", "pass" if good else "warn", text, value=round(drift.worst, 3), unit="code values",
                            limit=_DRIFT, file=file, suggestion="" if good else "Allow more bytes.")]


def _weight(weight: int, limit: int, pixels: int, file: str) -> Finding:
    if weight > limit:
        return Finding("publish.weight", "warn",
                       f"{weight / 1000:.1f} kB; a hero above {limit / 1000:.0f} kB is late on a slow phone.",
                       value=weight, unit="bytes", limit=limit, file=file, suggestion="Lower budget_kb.")
    if weight * 8 / pixels < 0.05:
        return Finding("publish.weight", "warn",
                       "It is so light (under 0.05 bit a pixel) that browsers do not count it as the page's "
                       "largest picture.", value=weight, unit="bytes", file=file,
                       suggestion="Allow more bytes, or expect another "
                       "element to be measured.")
    return Finding("publish.weight", "pass", f"{weight / 1000:.1f} kB of {limit / 1000:.0f} kB at most.", value=weight,
                   unit="bytes",
                   limit=limit, file=file)
