"""A still against its channel's template."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..media.paths import relative_to_output
from ..media.stills import StillFacts, read_still
from ..media.xmp import stated_rights, stated_source_type
from ..wires.report import Finding
from .channels import Channel
from .check_light import banding
from .check_name import check_name
from .check_pictures import band_finding, colour_finding, found_drift, source_advice
from .check_rights import check_credentials, check_rights, check_source_type
from .proof import against
from .source import Source
from .verify import Drift, compare

_DRIFT = 2.0  # code values; lossy stills at a small budget move a little
_LIMIT_FOUND = 3.5
_BAND_QUALITY = 0.06  # blocks of a light JPEG are no stairs of a gradient


def check_still(path: Path, channel: Channel | None, source: Source, anchors: str = "") -> list[Finding]:
    """Findings of one still; without a channel whether it opens, and whether its licence and signature hold.

    Raises:
        ValueError: It cannot be read.
    """
    picture, facts = read_still(path)
    file, weight = relative_to_output(path), path.stat().st_size
    found = check_credentials(path, file, anchors, source.signed(path)) + check_rights(file, facts.xmp, channel)
    if channel is None:
        return found
    poster = channel.kind == "film"
    forms = ["jpeg"] if poster else channel["formats"]
    good = facts.form in forms
    text = f"It opens again: {facts.form.upper()}, {facts.width}×{facts.height}, {weight / 1000:.1f} kB."
    found.append(Finding("publish.readable" if good else "publish.format", "pass" if good else "fail", text, file=file,
                         suggestion="" if good else f"The channel takes {', '.join(forms)}."))
    found += check_name(path, file, channel)
    limit = channel.get("poster_kb", 1e5) if poster else channel["limit_kb"]
    found.append(_weight(weight, limit * 1000, None if poster else facts.width * facts.height, file, poster))
    found += _words(facts, file, "sRGB")
    if not poster:
        found += _shape(facts, channel, file)
    found.append(band_finding(max(0.0, banding(picture) - _BAND_QUALITY), file))
    return [*found, _colours(path, picture, facts, source, file)]


def _words(facts: StillFacts, file: str, profile: str) -> list[Finding]:
    icc = profile.lower() in facts.icc.lower()
    alt = stated_rights(facts.xmp).get("alt", "")
    return [
        Finding("publish.icc", "pass" if icc else "fail", f"Colour profile: {facts.icc or 'none'}.", value=facts.icc or None,
                limit=profile, file=file, suggestion="" if icc else "Export it through Raccord."),
        check_source_type(file, stated_source_type(facts.xmp)),
        Finding("publish.alt", "pass" if alt else "warn", f"Alternative text: {alt}." if alt else "It has no alternative text.",
                file=file, suggestion="" if alt else "Add a line `alt: what the picture shows` to rights."),
    ]


def _shape(facts: StillFacts, channel: Channel, file: str) -> list[Finding]:
    most = max(channel["largest_width"], *channel["widths"])
    good = facts.width <= most
    return [Finding("publish.size", "pass" if good else "warn", f"{facts.width} pixels wide; the channel takes {most} at most.",
                    value=facts.width, unit="px", limit=most, file=file, suggestion="" if good else "Export the channel again.")]


def _colours(path: Path, picture: np.ndarray, facts: StillFacts, source: Source, file: str) -> Finding:
    advice = "Allow more bytes; where it is much, its colours were changed after the export."

    def say(drift: Drift, limit: float, what: str) -> Finding:
        return colour_finding(drift, limit, what, file, advice=advice, failing="fail" if drift.worst > 2 * limit else "warn")

    entry = source.entry(path)
    whole = not entry.get("poster") and "_portrait_w" not in path.name
    wanted = source.still(path, facts.width, facts.height) if whole else None
    noted = against({0: picture}, entry.get("colours") or {})
    if wanted is not None:
        shown, asked = {0: picture}, {0: wanted}
        advice = source_advice(shown, asked, noted is not None and noted.worst <= _DRIFT) or advice
        return say(compare(shown, asked), _DRIFT, "the source")
    if noted is not None:
        return say(noted, _DRIFT, "what its manifest notes")
    found = found_drift({0: picture}, source) if source.frames is not None else None
    if found is not None:
        return say(found, _LIMIT_FOUND, "the source where it was found in it")
    text = "Its colours are not compared: no source is wired, or it does not show this picture."
    return Finding("publish.colour", "not tested", text, file=file)


def _weight(weight: int, limit: float, pixels: int | None, file: str, poster: bool) -> Finding:
    if weight > limit:
        why = "the channel takes none so heavy" if poster else f"a picture above {limit / 1000:.0f} kB is late on a slow phone"
        return Finding("publish.weight", "warn", f"{weight / 1000:.1f} kB; {why}.", value=weight, unit="bytes", limit=limit,
                       file=file,
                       suggestion="Lower budget_kb.")
    if pixels and weight * 8 / pixels < 0.05:
        return Finding("publish.weight", "warn",
                       "It is so light (under 0.05 bit a pixel) that browsers do not count it as the page's largest picture.",
                       value=weight, unit="bytes", file=file,
                       suggestion="Allow more bytes, or expect another element to be measured.")
    return Finding("publish.weight", "pass", f"{weight / 1000:.1f} kB of {limit / 1000:.0f} kB at most.", value=weight,
                   unit="bytes", limit=limit, file=file)
