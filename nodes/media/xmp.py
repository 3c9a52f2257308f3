"""What a delivered picture says of itself: an XMP packet with rights and the AI disclosure, and an sRGB profile.

Source: IPTC Photo Metadata Standard 2025.1 (properties and name spaces), IPTC NewsCodes `digitalsourcetype`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from PIL import ImageCms

from ..wires.check import plain_text, quoted

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
KNOWN_TYPES = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicallyEnhanced", "compositeSynthetic",
               "algorithmicMedia", "digitalCapture", "digitalCreation", "humanEdits", "compositeCapture", "virtualRecording",
               "dataDrivenMedia", "screenCapture", "computationalCapture", "negativeFilm", "positiveFilm", "print", "composite",
               "minorHumanEdits", "digitalArt", "softwareImage", "multiFrameComputationalCapture")
RIGHTS = ("creator", "credit", "licence", "releases", "expires", "alt", "digital_source_type", "sign_off")
_SIGNED = "Signed off by "
_XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")  # Adobe, XMP specification part 3: XMP in ISO base media files
_SPACES = {"Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
           "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
           "dc": "http://purl.org/dc/elements/1.1/", "photoshop": "http://ns.adobe.com/photoshop/1.0/",
           "xmpRights": "http://ns.adobe.com/xap/1.0/rights/", "plus": "http://ns.useplus.org/ldf/xmp/1.0/"}


@dataclass(frozen=True, slots=True)
class Rights:
    """Lines of the `rights` input, by key (`RIGHTS`)."""

    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Rights:
        """Read `key: value` lines; blank lines are left out.

        Raises:
            ValueError: A line has no colon or an unknown key, a date is not an ISO date, a source type is unknown.
        """
        values: dict[str, str] = {}
        for number, line in enumerate(plain_text(text, "rights").splitlines(), 1):
            if not line.strip():
                continue
            key, colon, value = (part.strip() for part in line.partition(":"))
            key = {"license": "licence"}.get(key.lower(), key.lower())
            if not colon or key not in RIGHTS:
                raise ValueError(f"expected `key: value` in rights line {number}, got {quoted(line.strip())}: "
                                 f"the keys are {', '.join(RIGHTS)}")
            if key == "expires" and not _is_date(value):
                raise ValueError(f"expected an ISO date such as 2027-12-31 in rights line {number}, "
                                 f"got {quoted(value)}: write year-month-day")
            if key == "digital_source_type" and value.rsplit("/", 1)[-1] not in KNOWN_TYPES:
                raise ValueError(f"expected a digital_source_type such as {KNOWN_TYPES[0]} in rights line {number}, "
                                 f"got {quoted(value)}: take one of IPTC's names")
            values[key] = value
        return cls(values)

    @property
    def source_type(self) -> str:
        """Name of the digital source type; without a line, `trainedAlgorithmicMedia`: what leaves this graph was generated."""
        return self.values.get("digital_source_type", KNOWN_TYPES[0]).rsplit("/", 1)[-1]

    def get(self, key: str) -> str:
        """Value of a line, or an empty text."""
        return self.values.get(key, "")


def _is_date(text: str) -> bool:
    try:
        return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _alternative(tag: str, text: str) -> str:
    return f'<{tag}><rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt></{tag}>'


def xmp_packet(rights: Rights) -> bytes:
    """XMP of `rights`, UTF-8, without padding, the same bytes for the same rights."""
    parts = [f"<Iptc4xmpExt:DigitalSourceType>{SOURCE_TYPES}{rights.source_type}</Iptc4xmpExt:DigitalSourceType>"]
    if rights.get("creator"):
        parts.append(f"<dc:creator><rdf:Seq><rdf:li>{escape(rights.get('creator'))}</rdf:li></rdf:Seq></dc:creator>")
    if rights.get("credit"):
        parts.append(f"<photoshop:Credit>{escape(rights.get('credit'))}</photoshop:Credit>")
    if rights.get("licence"):
        parts += [_alternative("xmpRights:UsageTerms", rights.get("licence")), "<xmpRights:Marked>True</xmpRights:Marked>"]
    if rights.get("alt"):
        parts.append(_alternative("Iptc4xmpCore:AltTextAccessibility", rights.get("alt")))
    if rights.get("releases"):
        ids = escape(rights.get("releases"))
        parts.append(f"<plus:ModelReleaseID><rdf:Bag><rdf:li>{ids}</rdf:li></rdf:Bag></plus:ModelReleaseID>")
    if rights.get("expires"):
        parts.append(f"<plus:LicenseEndDate>{rights.get('expires')}</plus:LicenseEndDate>")
    if rights.get("sign_off"):
        parts.append(f"<photoshop:Instructions>{_SIGNED}{escape(rights.get('sign_off'))}</photoshop:Instructions>")
    body = "".join(parts)
    used = "".join(f' xmlns:{name}="{uri}"' for name, uri in _SPACES.items() if f"<{name}:" in body)
    return (f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f'<rdf:Description rdf:about=""{used}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>'
            '<?xpacket end="r"?>').encode()


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """The sRGB ICC profile, always the same bytes: the date that littlecms writes into it is set to 2000-01-01."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data[24:36] = b"\x07\xd0\x00\x01\x00\x01" + bytes(6)
    data[84:100] = bytes(16)  # the profile's checksum, zero for "not computed"
    return bytes(data)


def append_xmp_box(film: Path, packet: bytes) -> None:
    """Put an XMP box behind the last box of an MP4 or MOV; players that do not know it step over it."""
    size = 24 + len(packet)
    with film.open("ab") as file:
        file.write(size.to_bytes(4, "big") + b"uuid" + _XMP_BOX + packet)


def read_xmp_box(data: bytes) -> bytes:
    """XMP of an MP4 or MOV, empty where there is none."""
    at = data.find(b"uuid" + _XMP_BOX)
    return b"" if at < 4 else data[at + 20:at - 4 + int.from_bytes(data[at - 4:at], "big")]


def stated_source_type(packet: bytes | str) -> str:
    """Name of the digital source type in an XMP packet, as element, attribute or resource, or an empty text."""
    text = packet.decode("utf-8", "replace") if isinstance(packet, bytes) else packet
    found = re.search(r"DigitalSourceType\b(?:[^<>]*rdf:resource)?(?:[^<>\"']*>|\s*=\s*[\"'])\s*([^<>\"']*)", text)
    return found[1].strip().rstrip("/").rsplit("/", 1)[-1] if found else ""


_PLACES = {"creator": "dc:creator", "credit": "photoshop:Credit", "licence": "xmpRights:UsageTerms",
           "releases": "plus:ModelReleaseID", "expires": "plus:LicenseEndDate", "alt": "Iptc4xmpCore:AltTextAccessibility",
           "sign_off": "photoshop:Instructions"}


def stated_rights(packet: bytes | str) -> dict[str, str]:
    """Rights that an XMP packet states, by key of `RIGHTS`; elements and attributes, of any writer, empty ones left out."""
    text = packet.decode("utf-8", "replace") if isinstance(packet, bytes) else packet
    found = {"digital_source_type": stated_source_type(text)}
    for key, name in _PLACES.items():
        element = re.search(rf"<{name}\b[^>]*>(.*?)</{name}>", text, re.DOTALL)
        attribute = re.search(rf"\b{name}\s*=\s*(\"[^\"]*\"|'[^']*')", text)
        value = re.sub(r"<[^>]+>", " ", element[1]) if element else attribute[1][1:-1] if attribute else ""
        found[key] = " ".join(unescape(value, {"&quot;": '"', "&apos;": "'"}).split())
    signed = found["sign_off"]
    found["sign_off"] = signed[len(_SIGNED):] if signed.startswith(_SIGNED) else ""
    return {key: value for key, value in found.items() if value}
