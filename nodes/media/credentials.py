"""Content credentials (C2PA): signing a file with the studio's certificate, and reading what a file is signed with. All offline.

Needs the package c2pa-python (extra `c2pa`); without it nothing is signed and nothing is read, in one sentence.
Source: C2PA 2.1; digital source types of IPTC.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from .. import runtime
from ..wires.report import PACK
from .certificates import Certificate, c2pa_library
from .xmp import SOURCE_TYPES

MIME = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".avif": "image/avif",
        ".tif": "image/tiff", ".tiff": "image/tiff", ".mp4": "video/mp4", ".mov": "video/quicktime"}
_PADDING = re.compile(rb"\x63pad(?:[\x40-\x57]|\x58.|\x59..)", re.DOTALL)  # CBOR: a key and the head of its bytes


def _context(anchors: str) -> Any:
    settings: dict[str, Any] = {"verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
                                "builder": {"thumbnail": {"enabled": False}}}  # 46 to 162 kB of preview break a web page's budget
    if anchors:
        settings["trust"] = {"user_anchors": anchors}
    c2pa = c2pa_library()
    return c2pa.Context(settings=c2pa.Settings.from_dict(settings))


def sign(data: bytes, suffix: str, certificate: Certificate, source_type: str, title: str) -> bytes:
    """Sign a file's bytes, the last thing that is done to it.

    Args:
        data: The whole file, metadata included.
        suffix: Of its name, a key of `MIME`.
        certificate: Of `load_certificate`.
        source_type: Name of the IPTC digital source type.
        title: File name to put into the manifest.

    Raises:
        ValueError: The file or the certificate is refused.
    """
    out = io.BytesIO()
    _sign(io.BytesIO(data), out, MIME[suffix], certificate, source_type, title)
    return out.getvalue()


def sign_file(path: Path, certificate: Certificate, source_type: str, title: str) -> None:
    """The same for a file on disk, whatever its size; it is whole and signed, or as it was."""
    signed = path.with_name(f"{path.stem}-signed{path.suffix}")
    try:
        with path.open("rb") as source, signed.open("w+b") as target:
            _sign(source, target, MIME[path.suffix.lower()], certificate, source_type, title)
        signed.replace(path)
    finally:
        signed.unlink(missing_ok=True)


def _sign(source: Any, target: Any, mime: str, certificate: Certificate, source_type: str, title: str) -> None:
    c2pa = c2pa_library()
    created = {"action": "c2pa.created", "digitalSourceType": SOURCE_TYPES + source_type}
    manifest = {"claim_generator_info": [{"name": "Raccord", "version": PACK}], "title": title, "format": mime,
                "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [created]}}]}
    runtime.check_cancelled()
    try:
        info = c2pa.C2paSignerInfo(alg=certificate.algorithm.encode(), sign_cert=certificate.chain, private_key=certificate.key,
                                   ta_url=None)
        with c2pa.Signer.from_info(info) as signer, c2pa.Builder(json.dumps(manifest), context=_context("")) as builder:
            builder.sign(signer, mime, source, target)
    except c2pa.C2paError as error:
        raise ValueError(_refusal(certificate, " ".join(str(error).split()), title)) from error


def _refusal(certificate: Certificate, said: str, title: str) -> str:
    """Why nothing can be signed, by its cause."""
    name, (first, last) = certificate.name, certificate.days
    if "not valid at time" in said:
        until = f"valid from {first} to {last}" if first else "not valid now"
        return f"expected a certificate that is valid today in {name}, got one {until}: renew it, or see to the clock"
    if "does not match" in said:
        return (f"expected the private key of the first certificate in {name}, got another's: put the key that belongs to it "
                "there, and the signing certificate first")
    if "self-signed" in said:
        return (f"expected a signing certificate first in {name}, got one that has signed itself: put one there that a root of "
                "your own has signed, and the root after it")
    return f"expected a certificate that signs {title} in {name}, got {said[:160]!r}: take one that is made for signing"


def try_certificate(certificate: Certificate, source_type: str) -> None:
    """Sign a picture of one pixel: what cannot sign that is better refused before an hour of encoding.

    Raises:
        ValueError: The certificate is refused.
    """
    pixel = io.BytesIO()
    Image.new("RGB", (1, 1)).save(pixel, "PNG")
    sign(pixel.getvalue(), ".png", certificate, source_type, "a file")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a file's manifest says: `state` is `trusted`, `valid` (by a stranger), `invalid` or `none`; `faults`: C2PA's codes."""

    state: str
    faults: tuple[str, ...] = ()
    signer: str = ""
    source_type: str = ""


def read_credentials(path: Path, anchors: str) -> Credentials:
    """Verify a file offline.

    Args:
        path: A file whose suffix is in `MIME`.
        anchors: The first of `studio_anchors`.
    """
    c2pa = c2pa_library()
    try:
        with path.open("rb") as file, c2pa.Reader(MIME[path.suffix.lower()], file, context=_context(anchors)) as reader:
            document = json.loads(reader.json())
    except c2pa.C2paError as error:
        text = str(error)
        return Credentials("none") if "ManifestNotFound" in text or "no JUMBF" in text else Credentials("invalid", (text[:120],))
    state = str(document.get("validation_state", "")).lower()
    faults = tuple(dict.fromkeys(s["code"] for s in document.get("validation_status") or []))
    if state in ("trusted", "valid") and not _is_tight(path.read_bytes()):
        state, faults = "invalid", ("something was written between the parts of the manifest",)
    active = document.get("manifests", {}).get(document.get("active_manifest", ""), {})
    info = active.get("signature_info") or {}
    kind = re.search(r"digitalsourcetype/(\w+)", json.dumps(active.get("assertions", [])))
    known = state if state in ("trusted", "valid", "invalid") else "invalid"
    return Credentials(known, faults, str(info.get("common_name") or info.get("issuer") or ""), kind[1] if kind else "")


def _is_tight(data: bytes) -> bool:
    """Whether a manifest's padding is empty and its boxes fill each other: no signature covers a kilobyte of padding."""
    for match in _PADDING.finditer(data):
        head = match[0][4:]
        length = head[0] - 0x40 if head[0] < 0x58 else int.from_bytes(head[1:], "big")
        if data[match.end():match.end() + length].strip(b"\0"):
            return False
    at = data.find(b"jumb") - 4
    return at < 0 or _fills(data, at + 8, at + int.from_bytes(data[at:at + 4], "big"))


def _fills(data: bytes, at: int, end: int) -> bool:
    while at < end:
        size = int.from_bytes(data[at:at + 4], "big")
        if size < 8 or at + size > end or (data[at + 4:at + 8] == b"jumb" and not _fills(data, at + 8, at + size)):
            return False
        at += size
    return at == end
