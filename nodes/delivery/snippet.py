"""The lines of HTML that show a web set: formats, widths, a cut for phones, size against layout shift, alternative text."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass

from ..media.stills import SUFFIX
from ..media.xmp import SOURCE_TYPES, Rights

PHONE = "(max-width: 640px)"
_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class WebSet:
    """Files of one picture: names begin with `stem`; `sizes` (width, height) stand largest first."""

    stem: str
    sizes: tuple[tuple[int, int], ...]
    forms: tuple[str, ...]

    def name(self, width: int, form: str) -> str:
        """File of a width and format."""
        return f"{self.stem}_w{width}{SUFFIX[form]}"

    def srcset(self, form: str) -> str:
        """Files with their widths, smallest first."""
        return ", ".join(f"{html.escape(self.name(w, form))} {w}w" for w, _ in reversed(self.sizes))


def is_decorative(rights: Rights) -> bool:
    """Whether the picture says nothing that a reader would miss: `alt: decorative`."""
    return rights.get("alt").strip().lower() == "decorative"


def picture_snippet(sets: Sequence[WebSet], slot: str, rights: Rights) -> str:
    """HTML of a picture, with the AI disclosure as JSON-LD.

    Args:
        sets: The picture, and where there is one before it the cut for phones.
        slot: `sizes` of the page, such as `100vw`.
        rights: For alternative text and credits.
    """
    whole = sets[-1]
    sources = []
    for number, one in enumerate(sets):
        media = f' media="{PHONE}"' if number < len(sets) - 1 else ""
        width, height = one.sizes[0]
        for form in one.forms:
            if form != "jpeg" or media:
                sources.append(f'  <source{media} type="{_TYPES[form]}" srcset="{one.srcset(form)}" sizes="{html.escape(slot)}"'
                               f' width="{width}" height="{height}">')
    width, height = whole.sizes[0]
    alt = "" if is_decorative(rights) else html.escape(rights.get("alt"))
    source = html.escape(whole.name(width, "jpeg"))
    image = (f'  <img src="{source}" srcset="{whole.srcset("jpeg")}" sizes="{html.escape(slot)}"\n'
             f'       width="{width}" height="{height}" alt="{alt}" fetchpriority="high" decoding="async">')
    about = {"@context": "https://schema.org", "@type": "ImageObject", "contentUrl": whole.name(width, "jpeg"),
             "digitalSourceType": SOURCE_TYPES + rights.source_type}
    about |= {name: rights.get(key) for key, name in (("creator", "creator"), ("credit", "creditText"), ("licence", "license"))
              if rights.get(key)}
    data = json.dumps(about, ensure_ascii=False).replace("</", "<\\/")
    return "\n".join(["<picture>", *sources, image, "</picture>", f'<script type="application/ld+json">{data}</script>', ""])
