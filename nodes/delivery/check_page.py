"""A web set's lines of HTML: does every file exist, is it read aloud, does the page hold still, how soon does it show?"""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from ..media.paths import relative_to_output
from ..wires.report import Finding
from .channels import Channel
from .lcp import PROFILES, assumptions, predict_lcp
from .snippet import PHONE


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sources: list[dict[str, str | None]] = []
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what shows pictures."""
        if tag == "source":
            self.sources.append(dict(attrs))
        elif tag == "img":
            self.images.append(dict(attrs))


def candidates(srcset: str) -> list[tuple[str, int]]:
    """Names and widths of a srcset."""
    out = []
    for part in srcset.split(","):
        name, _, width = part.strip().partition(" ")
        if name:
            out.append((name, int(width.strip().removesuffix("w")) if width.strip().removesuffix("w").isdigit() else 0))
    return out


def check_page(path: Path, channel: Channel | None) -> list[Finding]:
    """Findings of a `.picture.txt`."""
    reader, file = _Reader(), relative_to_output(path)
    reader.feed(path.read_text(encoding="utf-8", errors="replace"))
    if not reader.images:
        return [Finding("publish.snippet", "fail", "It holds no img.", file=file, suggestion="Export the channel again.")]
    image = reader.images[0]
    named = [n for tag in (*reader.sources, image) for n, _ in candidates(tag.get("srcset") or "")] + [image.get("src") or ""]
    gone = sorted({n for n in named if n and not (path.parent / n).is_file()})
    wrong = [what for what, is_so in (
        ("it is loaded lazily", image.get("loading") == "lazy"),
        ("it has no fetchpriority", image.get("fetchpriority") != "high"),
        ("width or height is missing", not (image.get("width") and image.get("height"))),
        (f"{gone[0] if gone else ''} is not there", bool(gone))) if is_so]
    serious = image.get("loading") == "lazy" or bool(gone)
    text = f"The page is slower or moves: {', '.join(wrong)}." if wrong else "The page shows the picture at once and holds still."
    found = [Finding("publish.snippet", "pass" if not wrong else "fail" if serious else "warn", text, file=file,
                     suggestion="" if not wrong else "Take the lines that the export wrote.")]
    alt = image.get("alt")
    good = alt is not None and (bool(alt.strip()) or ("alt" in image and _is_decorative(path)))
    found.append(Finding("publish.alt", "pass" if good else "warn", f"Alternative text: {alt}." if alt else
                         "It is decorative." if good else "The picture has no alternative text.", file=file,
                         suggestion="" if good else "Add a line `alt: what the picture shows` to rights, or `alt: decorative`."))
    if channel is not None and channel.get("lcp"):
        found += _lcp(path, reader, channel, file)
    return found


def _is_decorative(path: Path) -> bool:
    from ..media.manifest import read_manifest

    documents = (read_manifest(m) for m in sorted(path.parent.glob("*manifest*.json")))
    return any(str((d or {}).get("rights", {}).get("alt", "")).strip().lower() == "decorative" for d in documents)


def _lcp(path: Path, reader: _Reader, channel: Channel, file: str) -> list[Finding]:
    asked = channel["lcp"]
    profile = PROFILES[asked["profile"]]
    wide = [s for s in reader.sources if (s.get("media") == PHONE) == (profile.name == "slow 4G" and _has_phone(reader))]
    tags = [*wide, reader.images[0]]
    files = candidates(tags[0].get("srcset") or "")
    name = next((n for n, w in sorted(files, key=lambda c: c[1]) if w >= profile.slot_pixels), files[-1][0] if files else "")
    target = path.parent / name
    if not name or not target.is_file():
        return []
    late = "after CSS" if reader.images[0].get("loading") == "lazy" else asked["found"]
    predicted = predict_lcp(target.stat().st_size, profile.name, asked["ttfb_ms"], late)
    good = predicted <= asked["limit_ms"]
    text = (f"Largest contentful paint predicted at {predicted / 1000:.2f} s with {name}: "
            f"{assumptions(profile.name, asked['ttfb_ms'], late)}. A model of one load, not a field measurement.")
    return [Finding("publish.lcp", "pass" if good else "warn", text, value=round(predicted), unit="ms", limit=asked["limit_ms"],
                    file=file,
                    suggestion="" if good else "Lower budget_kb, or answer the page sooner.")]


def _has_phone(reader: _Reader) -> bool:
    return any(s.get("media") == PHONE for s in reader.sources)
