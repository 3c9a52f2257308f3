"""A picture for the web: three formats, a few widths, a byte budget searched on the signed file, and how soon it will show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np

from .. import runtime
from ..image.layout import from_uint8
from ..media.certificates import Certificate
from ..media.credentials import sign
from ..media.package import Package
from ..media.stills import SUFFIX, can_write, encode_still, qualities
from ..media.xmp import Rights, xmp_packet
from ..wires.report import Finding
from .budget import Fit, search_quality
from .channels import Channel
from .lcp import PROFILES, assumptions, predict_lcp
from .proof import colours_of
from .reframe import scaled
from .snippet import WebSet, picture_snippet

_LOWEST = 5  # a budget that somebody asked for is filled, whatever the quality; a template's is not


@dataclass(slots=True)
class Hero:
    """What was written: metrics rows (path in the package, bytes, encodes), those of the widest files, and findings."""

    rows: list[dict] = field(default_factory=list)
    widest: list[dict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Still:
    """One picture to write: (H, W, 3) uint8 encoded sRGB, its sizes, most bytes of the widest; `asked` where a user set them."""

    picture: np.ndarray
    stem: str
    sizes: tuple[tuple[int, int], ...]
    budget: int
    asked: bool


def hero_sizes(width: int, height: int, widths: list[int], most: int) -> tuple[tuple[int, int], ...]:
    """Sizes to write, largest first; never larger than the source."""
    most = min(width, most)
    every = [most, *sorted((w for w in widths if w < 0.9 * most), reverse=True)]
    return tuple((w, max(1, round(height * w / width))) for w in every)


def web_stills(picture: np.ndarray, portrait: np.ndarray | None, channel: Channel, stem: str, budget_kb: int) -> list[Still]:
    """Pictures of a web channel: the cut for phones where it asks for one, then the whole."""
    stills = []
    for cut, name, key, widths in ((portrait, f"{stem}_portrait", "portrait_budget_kb", "portrait_widths"),
                                   (picture, stem, "budget_kb", "widths")):
        if cut is not None:
            most = channel["largest_width"] if cut is picture else max(channel.get("portrait_widths", channel["widths"]))
            sizes = hero_sizes(cut.shape[1], cut.shape[0], channel.get(widths, channel["widths"]), most)
            kilobytes = budget_kb or channel.get(key, channel["budget_kb"])
            stills.append(Still(cut, name, sizes, kilobytes * 1000, bool(budget_kb)))
    return stills


def write_hero(stills: list[Still], channel: Channel, package: Package, rights: Rights, frame: int,
               certificate: Certificate | None = None) -> Hero:
    """Write every format and width that the channel asks for.

    Args:
        stills: Of `web_stills`; smaller widths take the quality of the widest.
        channel: A `still` template.
        package: Where files go; what it keeps is not encoded again.
        rights: For XMP and the alternative text.
        frame: Number of the picture in its clip, for the manifest.
        certificate: To sign with, last; its bytes count.
    """
    hero, forms = Hero(), tuple(f for f in channel["formats"] if can_write(f))
    hero.findings += [Finding("publish.format", "refused", f"{form.upper()} is not written: this Pillow cannot.",
                              suggestion="Update Pillow to 11.3 or newer.") for form in channel["formats"] if form not in forms]
    bar = runtime.Progress(len(forms) * sum(len(still.sizes) for still in stills))
    seal = _sealer(rights, certificate)
    for still in stills:
        for form in forms:
            _write_form(hero, still, form, channel, package, (xmp_packet(rights), frame, seal), bar)
    sets = [WebSet(still.stem, still.sizes, forms) for still in stills]
    package.write(f"{channel.id}.picture.txt", picture_snippet(sets, channel.get("slot", "100vw"), rights).encode("utf-8"),
                  channel=channel.id)
    if channel.get("lcp"):
        hero.findings.append(lcp_finding(channel, sets, {row["path"]: row["bytes"] for row in hero.rows}))
    return hero


def _sealer(rights: Rights, certificate: Certificate | None) -> Callable[[bytes, str], bytes]:
    def seal(data: bytes, name: str) -> bytes:
        return sign(data, PurePosixPath(name).suffix, certificate, rights.source_type, name) if certificate else data
    return seal


def _write_form(hero: Hero, still: Still, form: str, channel: Channel, package: Package, carried: tuple,
                bar: runtime.Progress) -> None:
    quality, (xmp, frame, seal) = None, carried
    for size in still.sizes:
        name = f"{still.stem}_w{size[0]}{SUFFIX[form]}"
        if package.keep(name):
            quality = package.entries[name].get("quality", 60)
            row = {"path": name, "bytes": package.entries[name]["bytes"], "encodes": 0}
        else:
            shown = scaled(from_uint8(still.picture)[None], size[1], size[0])[0]
            if quality is None:
                fit = _fit(shown, form, still, channel, xmp, lambda data, name=name: seal(data, name))
            else:  # a narrower one: the same look, lighter by itself
                fit = Fit(encode_still(shown, form, quality, xmp), quality, 1, True)
            data = seal(fit.data, name)
            package.write(name, data, channel=channel.id, size=list(size), quality=fit.quality, frame=frame,
                          colours={"0": colours_of(shown)}, **({"signed": True} if data != fit.data else {}),
                          **({"lut": channel["lut"]} if channel.get("lut") else {}))
            row, quality = {"path": name, "bytes": len(data), "encodes": fit.encodes}, quality or fit.quality
        hero.rows.append(row)
        if size == still.sizes[0]:
            hero.widest.append(row | {"budget": still.budget, "quality": quality, "form": form})
        bar.step()


def _fit(picture: np.ndarray, form: str, still: Still, channel: Channel, xmp: bytes, seal: Callable[[bytes], bytes]) -> Fit:
    low, high = (_LOWEST, qualities(form)[-1]) if still.asked else channel["quality"][form]
    probe = encode_still(np.zeros((16, 16, 3), np.uint8), form, 50, b"")
    net = still.budget - (len(sealed) - len(probe) + 16 if (sealed := seal(probe)) != probe else 0)

    def encode(q: float) -> bytes:
        runtime.check_cancelled()
        return encode_still(picture, form, q, xmp)

    return search_quality(encode, max(net, 1), form=form, picture=picture, low=low, high=high)


def lcp_finding(channel: Channel, sets: list[WebSet], weights: dict[str, int]) -> Finding:
    """What the model says of the file that a browser takes under the channel's profile."""
    asked = channel["lcp"]
    profile = PROFILES[asked["profile"]]
    shown = sets[0] if profile.name == "slow 4G" else sets[-1]
    width = min((w for w, _ in shown.sizes if w >= profile.slot_pixels), default=shown.sizes[0][0])
    name = shown.name(width, shown.forms[0])
    predicted = predict_lcp(weights.get(name, 0), profile.name, asked["ttfb_ms"], asked["found"])
    good = predicted <= asked["limit_ms"]
    supposed = assumptions(profile.name, asked["ttfb_ms"], asked["found"])
    text = (f"Largest contentful paint predicted at {predicted / 1000:.2f} s with {name}: {supposed}. A model of one load, not a "
            "field measurement.")
    return Finding("publish.lcp", "pass" if good else "warn", text, value=round(predicted), unit="ms", limit=asked["limit_ms"],
                   suggestion="" if good else "Lower budget_kb, or answer the page sooner.")
