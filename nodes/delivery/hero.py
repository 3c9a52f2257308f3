"""The hero picture of a page: three formats, a few widths, a byte budget, and the lines of HTML that show it."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field

import numpy as np

from .. import runtime
from ..image.layout import from_uint8
from ..media.package import Package
from ..media.stills import SUFFIX, can_write, encode_still
from ..media.xmp import SOURCE_TYPES, Rights, xmp_packet
from ..wires.report import Finding
from .budget import Fit, search_quality
from .channels import Channel
from .reframe import scaled

_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}


@dataclass(slots=True)
class Hero:
    """What was written: metrics rows (path in the package, bytes, encodes), those of the widest files, and findings."""

    rows: list[dict] = field(default_factory=list)
    widest: list[dict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def hero_sizes(width: int, height: int, channel: Channel) -> list[tuple[int, int]]:
    """Sizes to write, largest first; never larger than the source."""
    most = min(width, channel["largest_width"])
    widths = [most, *sorted((w for w in channel["widths"] if w < 0.9 * most), reverse=True)]
    return [(w, max(1, round(height * w / width))) for w in widths]


def write_hero(picture: np.ndarray, channel: Channel, package: Package, stem: str, budget_kb: int, rights: Rights,
               frame: int) -> Hero:
    """Write every format and width that the channel asks for.

    Args:
        picture: (H, W, 3) uint8, encoded sRGB.
        channel: A `still` template.
        package: Where files go; what it keeps is not encoded again.
        stem: Beginning of the file names.
        budget_kb: Most kilobytes (1000 bytes) of the largest width, 0 for the template's; smaller widths take its quality.
        rights: For XMP and the alternative text.
        frame: Number of the picture in its clip, for the manifest.
    """
    hero, xmp = Hero(), xmp_packet(rights)
    budget = (budget_kb or channel["budget_kb"]) * 1000
    sizes = hero_sizes(picture.shape[1], picture.shape[0], channel)
    forms = [f for f in channel["formats"] if can_write(f)]
    bar = runtime.Progress(len(forms) * len(sizes))
    for form in channel["formats"]:
        if form not in forms:
            hero.findings.append(Finding("publish.format", "refused", f"{form.upper()} is not written: this Pillow cannot.",
                                         suggestion="Update Pillow to 11.3 or newer."))
    shown = {size: scaled(from_uint8(picture)[None], size[1], size[0])[0] for size in sizes}
    for form in forms:
        quality = None
        for size in sizes:
            name = f"{stem}_w{size[0]}{SUFFIX[form]}"
            if package.keep(name):
                quality = package.entries[name].get("quality", 60)
                hero.rows.append({"path": name, "bytes": package.entries[name]["bytes"], "encodes": 0})
            else:
                fit = _fit(shown[size], form, quality, channel, budget, xmp)
                package.write(name, fit.data, channel=channel.id, size=list(size), quality=fit.quality, frame=frame)
                hero.rows.append({"path": name, "bytes": len(fit.data), "encodes": fit.encodes})
                quality = quality or fit.quality
            hero.widest += hero.rows[-1:] if size == sizes[0] else []
            bar.step()
    package.write(f"{channel.id}.picture.txt", picture_snippet(stem, sizes, forms, rights).encode("utf-8"), channel=channel.id)
    return hero


def _fit(picture: np.ndarray, form: str, quality: int | None, channel: Channel, budget: int, xmp: bytes) -> Fit:
    if quality is not None:  # a narrower one: the same look, lighter by itself
        data = encode_still(picture, form, quality, xmp)
        return Fit(data, quality, 1, len(data) <= budget)
    low, high = channel["quality"][form]

    def encode(q: int) -> bytes:
        runtime.check_cancelled()
        return encode_still(picture, form, q, xmp)

    return search_quality(encode, budget, low=low, high=high)


def picture_snippet(stem: str, sizes: list[tuple[int, int]], forms: list[str], rights: Rights) -> str:
    """HTML of the picture: sources by format and width, size against layout shift, alternative text, AI disclosure as JSON-LD."""
    def srcset(form: str) -> str:
        return ", ".join(f"{html.escape(stem)}_w{w}{SUFFIX[form]} {w}w" for w, _ in reversed(sizes))

    width, height = sizes[0]
    sources = [f'  <source type="{_TYPES[f]}" srcset="{srcset(f)}" sizes="100vw">' for f in forms if f != "jpeg"]
    image = (f'  <img src="{html.escape(stem)}_w{width}.jpg" srcset="{srcset("jpeg")}" sizes="100vw" width="{width}"\n'
             f'       height="{height}" alt="{html.escape(rights.get("alt"))}" fetchpriority="high" decoding="async">')
    about = {"@context": "https://schema.org", "@type": "ImageObject", "contentUrl": f"{stem}_w{width}.jpg",
             "digitalSourceType": SOURCE_TYPES + rights.source_type}
    about |= {name: rights.get(key) for key, name in (("creator", "creator"), ("credit", "creditText"), ("licence", "license"))
              if rights.get(key)}
    data = json.dumps(about, ensure_ascii=False).replace("</", "<\\/")
    return "\n".join(["<picture>", *sources, image, "</picture>", f'<script type="application/ld+json">{data}</script>', ""])
