"""What is said of the stills of a delivery."""

from __future__ import annotations

from ..media.stills import qualities
from ..wires.report import Finding
from .budget import LEAST_SHARE
from .channels import Channel


def without_alt() -> Finding:
    """A picture of a page that nobody can hear."""
    return Finding("publish.alt", "warn", "The hero picture has no alternative text.",
                   suggestion="Add a line `alt: what the picture shows` to rights, or `alt: decorative`.")


_LIGHT = {"jpeg": "It is a JPEG's best, colour in every pixel: this picture cannot weigh more.",
          "avif": "It is the best that is written as AVIF, colour in every pixel: this picture cannot weigh more.",
          "webp": "Nothing is lost in it: this picture cannot weigh more."}


def _why_light(row: dict) -> str:
    """Why a file stays below what it may weigh, where its format goes no further."""
    if row["bytes"] >= LEAST_SHARE[row["form"]] * row["budget"] or row["quality"] < 100:
        return ""
    is_best = row["quality"] >= qualities(row["form"])[-1]
    return " " + (_LIGHT[row["form"]] if is_best else "The format's next better file is heavier than that.")


def weight(row: dict, channel: Channel, frame: int, path: str) -> list[Finding]:
    """Whether the widest file keeps its budget, and whether it still looks well there."""
    fits = row["bytes"] <= row["budget"]
    how = f"after {row['encodes']} encodes" if row["encodes"] else "kept from the run before"
    text = f"{row['bytes'] / 1000:.1f} kB of {row['budget'] / 1000:.0f} kB, metadata included, {how}.{_why_light(row)}"
    advice = "" if fits else "Allow more bytes, or a smaller picture: at this size no fair quality is lighter."
    found = [Finding("publish.weight", "pass" if fits else "fail", text, value=row["bytes"], unit="bytes", limit=row["budget"],
                     frames=[frame], file=path, suggestion=advice)]
    least = channel["quality"][row["form"]][0]
    if fits and row["quality"] < least:
        text = f"Only quality {row['quality']:g} of 100 fits into {row['budget'] / 1000:.0f} kB: it shows blocks."
        found.append(Finding("publish.quality", "warn", text, value=row["quality"], limit=least, frames=[frame], file=path,
                             suggestion="Allow more bytes, or a smaller picture."))
    return found
