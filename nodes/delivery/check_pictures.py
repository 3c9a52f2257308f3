"""What a film shows once it is decoded as tagged: its colours against their source, flashes, banding."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..media.decode import FilmReader, index_film
from ..media.film_facts import FilmFacts
from ..wires.report import Finding
from .check_light import GRID, MOST_FLASHES, banding, flashes_of
from .overlap import alike, find_part
from .proof import against
from .source import Source
from .verify import LIMIT_DRIFT, Drift, compare, proof_frames

LIMIT_GRID = 1.5  # code values: the mean over a coarse grid, of another build's decoder too
_LIMIT_FOUND = 3.0  # where the cut had to be looked for
_BANDS = 0.02  # of the picture
_COLOUR_ADVICE = "The matrix or the range is wrong: export it through Raccord."


def check_pictures(path: Path, facts: FilmFacts, source: Source, file: str) -> list[Finding]:
    """Findings about what a film shows.

    Raises:
        ValueError: It cannot be decoded.
    """
    reader = FilmReader(str(path), index_film(str(path)))
    try:
        numbers = tuple(n for n in proof_frames(facts.frames) if n < facts.frames)
        back = {n: _codes(reader.read(n, n + 1)[0]) for n in numbers}
        found = [_colours(path, facts, source, back, file)]
        seen = flashes_of(_small(reader, facts.frames), float(facts.fps))
    finally:
        reader.close()
    good = seen.worst <= MOST_FLASHES
    text = (f"At most {seen.worst:g} flashes in a second." if good else
            f"{seen.worst:g} flashes in the second that ends at frame {seen.at}: they can set off epilepsy.")
    found.append(Finding("publish.flashes", "pass" if good else "fail", text, value=seen.worst, unit="flashes",
                         limit=MOST_FLASHES,
                         frames=[] if good else [seen.at], file=file,
                         suggestion="" if good else "Make the changes slower, smaller or weaker."))
    return [*found, band_finding(max(banding(p) for p in back.values()), file)]


def band_finding(share: float, file: str) -> Finding:
    """What is said of stairs in gradients."""
    good = share <= _BANDS
    text = "Gradients are smooth." if good else f"{share:.1%} of the picture lies on visible stairs."
    return Finding("publish.banding", "pass" if good else "warn", text, value=round(share, 4), unit="share", limit=_BANDS,
                   file=file,
                   suggestion="" if good else "Add grain before the export, or more bit rate.")


def _codes(picture: np.ndarray) -> np.ndarray:
    return picture if picture.dtype == np.uint8 else (picture * 255 + 0.5).astype(np.uint8)


def _small(reader: FilmReader, count: int) -> Iterator[np.ndarray]:
    return (reader.glance(n, GRID, luma=False)[0] for n in range(count))


def _colours(path: Path, facts: FilmFacts, source: Source, back: dict[int, np.ndarray], file: str) -> Finding:
    entry = source.entry(path)
    bar = int(entry.get("bar", 0))
    shown = {n: p[:p.shape[0] - bar] if bar else p for n, p in back.items()}
    if source.frames is not None and "framing" in entry and facts.frames != len(source.frames):
        return Finding("publish.frames", "fail", f"It has {facts.frames} frames, the source {len(source.frames)}.", file=file,
                       value=facts.frames, unit="frames", limit=len(source.frames), suggestion="Export it again.")
    wanted = {n: frame for n in shown if (frame := source.film_frame(path, n)) is not None}
    noted = against(shown, entry.get("colours") or {})
    if wanted:
        drift = compare({n: shown[n] for n in wanted}, wanted)
        advice = source_advice(shown, wanted, noted is not None and noted.worst <= LIMIT_GRID) or _COLOUR_ADVICE
        return colour_finding(drift, LIMIT_DRIFT, "the source", file, advice=advice)
    if noted is not None:
        return colour_finding(noted, LIMIT_GRID, "what its manifest notes", file)
    drift = found_drift(shown, source) if source.frames is not None else None
    if drift is not None:
        return colour_finding(drift, _LIMIT_FOUND, "the source where it was found in it", file)
    why = "no source is wired" if source.frames is None else "the source does not show this picture"
    return Finding("publish.colour", "not tested", f"Its colours are not compared: {why}.", file=file)


def colour_finding(drift: Drift, limit: float, what: str, file: str, *, advice: str = _COLOUR_ADVICE,
                   failing: str = "fail") -> Finding:
    """What is said of a difference in colour."""
    good = drift.worst <= limit
    return Finding("publish.colour", "pass" if good else failing,
                   f"Decoded as tagged, colours differ from {what} by {drift.worst:.2f} of 255.", value=round(drift.worst, 3),
                   unit="code values", limit=limit, frames=drift.frames, file=file, suggestion="" if good else advice)


def source_advice(shown: dict[int, np.ndarray], wanted: dict[int, np.ndarray], as_exported: bool) -> str:
    """What to do about pictures that differ from the source where the file itself is not to blame; else an empty text.

    Args:
        shown: Pictures of the file by number of frame.
        wanted: What the source shows there.
        as_exported: Whether the file still shows what its manifest notes.
    """
    if as_exported:
        return "The file is as it was exported: the source is another clip, or was changed since. Wire the clip it was made from."
    if not any(alike(shown[n], wanted[n]) for n in wanted):
        return "The source shows another picture, so nothing is known of the file's colours: wire the clip it was made from."
    return ""


def found_drift(shown: dict[int, np.ndarray], source: Source) -> Drift | None:
    """Difference to the source of frames whose cut nobody noted; None where they are not found in it."""
    apart, numbers = [], []
    for n, picture in shown.items():
        frame = source.plain_frame(n)
        pair = find_part(frame, picture) if frame is not None else None
        if pair is not None:
            apart.append((pair[1].astype(float) - pair[0]).mean((0, 1)))
            numbers.append(n)
    if not apart:
        return None
    red, green, blue = np.mean(apart, axis=0)
    return Drift((float(red), float(green), float(blue)), float(np.abs(apart).max()), tuple(numbers))
