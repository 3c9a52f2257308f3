"""What is said of a sequence that was read: which frames, how its colours were taken, what did not fit."""

from __future__ import annotations

import re

import torch

from ..media.sequence import numbers_words
from ..wires.report import Finding, Report
from ..wires.shot import Shot
from .read_sequence import Found

_MOST_CLIPPED = 0.1  # % of the pixels: less is sparkle


def sequence_shot(found: Found) -> Shot:
    """The shot that the files name, or one named as they are; its start frame is the number of the first frame read."""
    stem = found.clip.sequence.stem if found.clip.sequence.width else found.clip.sequence.name.rpartition(".")[0]
    stem = re.sub(r"[\W_]+$", "", stem) or found.clip.folder.name
    words = {key: value for key, value in found.words.items() if re.fullmatch(r"[\w .-]{1,64}", value) and value.strip(" .")}
    take = words.get("take", "")
    return Shot(words.get("show", "show"), words.get("shot", stem), int(take) if take.isascii() and take.isdigit() else 1,
                fps=found.fps, start_frame=found.numbers[0])


def sequence_report(found: Found, images: torch.Tensor, missing: str, subject: str) -> Report:
    """Findings, with frames counted from 0 and named by number in the sentences."""
    pixels = images.shape[0] * images.shape[1] * images.shape[2]
    findings = (_frames(found, missing), _colour(found), _clipped(found, pixels), *_holes(found), _cadence(found),
                *_rest(found, images))
    metrics = {"shot.over_percent": 100 * found.over / pixels, "shot.under_percent": 100 * found.under / pixels,
               "shot.missing": found.gone}
    inputs = {"file": found.clip.sequence.name, "frames": [found.numbers[0], found.numbers[-1]],
              "size": [images.shape[2], images.shape[1]]}
    return Report("RaccordLoadClip", subject, findings, metrics=metrics, inputs=inputs)


def _frames(found: Found, missing: str) -> Finding:
    name, span = found.clip.sequence.name, f"{found.numbers[0]} to {found.numbers[-1]}"
    if not found.gone:
        return Finding("shot.frames", "pass", f"Frames {span} of {name} are all there.", value=len(found.numbers), unit="frames")
    shown = "the frame before is shown again" if missing == "hold" else "they are black"
    return Finding("shot.frames", "warn", f"Of frames {span} of {name}, {numbers_words(found.gone)} are missing: {shown}.",
                   value=len(found.gone), unit="frames", limit=0, frames=[n - found.numbers[0] for n in found.gone],
                   suggestion="Render the missing frames.")


def _colour(found: Found) -> Finding:
    chosen, stated = found.colour, found.stated
    if found.is_chosen:
        tagged = stated.sure and stated.linear and stated != chosen  # what is not tagged counts as encoded sRGB
        if doubt := stated.doubt or (f"tagged as {stated.name}" if tagged else ""):
            text = f"Pixels were taken as {chosen.name} because colour_space says so; the files are {doubt}."
            return Finding("shot.colour", "warn", text, value=chosen.name, suggestion="Make sure which of the two is right.")
        return Finding("shot.colour", "pass", f"Pixels were taken as {chosen.name}, as colour_space says.", value=chosen.name)
    if not chosen.sure:
        text = f"The files do not state their colour space; pixels were taken as {_words(chosen.name)}."
        return Finding("shot.colour", "warn", text, value=chosen.name,
                       suggestion="Set colour_space if the picture looks too dark, too bright or too pale.")
    how = "and became encoded sRGB" if chosen.linear else "and kept as they are"
    return Finding("shot.colour", "pass", f"Pixels are {chosen.name} {how}.", value=chosen.name)


def _words(name: str) -> str:
    return f"sRGB encoded, though {name}" if name.startswith("of the profile") else name


def _clipped(found: Found, pixels: int) -> Finding:
    over, under = 100 * found.over / pixels, 100 * found.under / pixels
    if not found.over and not found.under:
        return Finding("shot.clipped", "pass", "No pixel is outside 0 to 1.", value=0.0, unit="%")
    parts = [f"{_percent(over)} of the pixels are brighter than 1"] * bool(found.over)
    parts += [f"{_percent(under)} are below 0, colours that sRGB does not have"] * bool(found.under)
    worst, advice = max(over, under), "Expose the plate down before it is written, where its highlights count."
    return Finding("shot.clipped", "warn" if worst > _MOST_CLIPPED else "pass", f"{' and '.join(parts)}: IMAGE clips them.",
                   value=worst, unit="%", limit=_MOST_CLIPPED, suggestion=advice if over > _MOST_CLIPPED else "")


def _percent(value: float) -> str:
    return f"{value:.2g} %" if value >= 0.01 else "less than 0.01 %"


def _holes(found: Found) -> list[Finding]:
    if not found.holes:
        return []
    text = f"Pixels of {numbers_words(found.holes)} are no numbers; they are black, or white where infinite."
    return [Finding("shot.values", "warn", text, value=len(found.holes), unit="frames", limit=0,
                    frames=[n - found.numbers[0] for n in found.holes], suggestion="Render these frames again.")]


def _cadence(found: Found) -> Finding:
    said = {"set": "as set", "files": "as the files state", "assumed": "which was assumed: the files state none"}[found.rate_from]
    return Finding("shot.cadence", "warn" if found.rate_from == "assumed" else "pass", f"{float(found.fps):.6g} fps, {said}.",
                   value=float(found.fps), unit="fps", suggestion="Set fps." if found.rate_from == "assumed" else "")


def _rest(found: Found, images: torch.Tensor) -> list[Finding]:
    rest = []
    if images.shape[-1] == 4:
        rest.append(Finding("shot.alpha", "pass", "The pictures are not opaque: images have a fourth channel, straight alpha."))
    if found.window:
        rest.append(Finding("shot.window", "pass", found.window))
    if found.extras:
        shown = ", ".join(found.extras[:12]) + (f" and {len(found.extras) - 12} more" if len(found.extras) > 12 else "")
        rest.append(Finding("shot.layers", "pass", f"R, G and B of the default layer are read; the files also hold {shown}."))
    return rest
