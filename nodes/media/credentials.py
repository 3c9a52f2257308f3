"""Content credentials (C2PA): signing a file with the studio's certificate, and reading what a file is signed with. All offline.

A certificate is a .pem in the studio's folder `certificates`: the signing certificate first, those above it after it up to the
studio's own root, and the private key (PKCS 8) in the same file or in a .key beside it. What any .pem there certifies is trusted.
Needs the package c2pa-python (extra `c2pa`); without it nothing is signed and nothing is read, in one sentence.
Source: C2PA 2.1; digital source types of IPTC.
"""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import runtime
from ..wires.report import PACK
from .paths import library_file, library_names
from .xmp import SOURCE_TYPES

MISSING = "c2pa-python is not installed: pip install c2pa-python"
MIME = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".avif": "image/avif",
        ".tif": "image/tiff", ".tiff": "image/tiff", ".mp4": "video/mp4", ".mov": "video/quicktime"}
_KINDS = {"2a8648ce3d030107": "es256", "2b81040022": "es384", "2b81040023": "es512", "2a864886f70d010101": "ps256",
          "06032b6570": "ed25519"}  # object identifiers: P-256, P-384, P-521, RSA, Ed25519
_PADDING = re.compile(rb"\x63pad(?:[\x40-\x57]|\x58.|\x59..)", re.DOTALL)  # CBOR: a key and the head of its bytes
_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----\n?", re.DOTALL)


def _library() -> Any:
    try:
        import c2pa  # pyright: ignore[reportMissingImports]
    except (ImportError, OSError):  # the wheel loads a library of its own
        return None
    return c2pa


def can_sign() -> bool:
    """Whether c2pa-python is there."""
    return _library() is not None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A studio's signing certificate: the chain as PEM, its key, and the algorithm that the key asks for."""

    name: str
    chain: bytes
    key: bytes = field(repr=False)
    algorithm: str = "es256"


def load_certificate(name: str) -> Certificate:
    """Read `certificates/<name>` of the studio; the suffix .pem may be left out.

    Raises:
        ValueError: There is none, it holds no certificate or no usable key, or c2pa-python is not installed.
    """
    if not can_sign():
        raise ValueError(f"expected what signs files for certificate {name!r}, got none: {MISSING}, or leave certificate empty")
    file = name.strip() if name.strip().lower().endswith(".pem") else f"{name.strip()}.pem"
    path = library_file("certificates", file)
    if path is None:
        known = ", ".join(library_names("certificates", ".pem")) or "none there"
        raise ValueError(f"expected a certificate of raccord/certificates ({known}), got {name.strip()[:60]!r}: put it there")
    beside = path.with_suffix(".key")
    texts = [p.read_text(encoding="utf-8", errors="replace") for p in (path, beside) if p.is_file()]
    blocks = [match for text in texts for match in _BLOCK.finditer(text)]
    chain = "".join(b[0].rstrip() + "\n" for b in blocks if b[1] == "CERTIFICATE")
    keys = [b[0] for b in blocks if b[1].endswith("PRIVATE KEY")]
    if not chain or not keys:
        raise ValueError(f"expected a certificate and a private key in {path.name} (the key may be {beside.name}), got "
                         f"{'no key' if chain else 'no certificate'}: export both as PEM")
    return Certificate(path.name, chain.encode("ascii"), keys[0].encode("ascii"), _algorithm(keys[0], path))


def _algorithm(pem: str, path: Path) -> str:
    """What a private key signs by, from the names that its PKCS 8 carries (RFC 5958, RFC 5480, RFC 8410)."""
    body = "".join(line for line in pem.splitlines() if not line.startswith("-----"))
    try:
        key = base64.b64decode(body, validate=True)
    except ValueError:
        key = b""
    found = next((name for mark, name in _KINDS.items() if bytes.fromhex(mark) in key[:64]), "")
    if not found or "BEGIN PRIVATE KEY" not in pem:
        raise ValueError(f"expected a private key in PKCS 8 without a password in {path.name}, for ES256, ES384, ES512, PS256 or "
                         "Ed25519, got another: save it as such, `openssl pkcs8 -topk8 -nocrypt` does")
    return found


def _context(anchors: str) -> Any:
    settings: dict[str, Any] = {"verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
                                "builder": {"thumbnail": {"enabled": False}}}  # 46 to 162 kB of preview break a web page's budget
    if anchors:
        settings["trust"] = {"user_anchors": anchors}
    c2pa = _library()
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
    c2pa = _library()
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
        raise ValueError(f"expected a certificate that signs {title}, got {' '.join(str(error).split())[:160]!r}: a self-signed "
                         "one is refused, take one that a root of your own has signed") from error


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a file's manifest says: `state` is `trusted`, `valid` (by a stranger), `invalid` or `none`; `faults`: C2PA's codes."""

    state: str
    faults: tuple[str, ...] = ()
    signer: str = ""
    source_type: str = ""


def studio_anchors() -> str:
    """All certificates of the studio's folder as PEM: what they certify is trusted."""
    found = []
    for name in library_names("certificates", ".pem"):
        path = library_file("certificates", name)
        text = path.read_text(encoding="utf-8", errors="replace") if path else ""
        found += [match[0].rstrip() for match in _BLOCK.finditer(text) if match[1] == "CERTIFICATE"]
    return "\n".join(dict.fromkeys(found))


def read_credentials(path: Path, anchors: str) -> Credentials:
    """Verify a file offline.

    Args:
        path: A file whose suffix is in `MIME`.
        anchors: Of `studio_anchors`.
    """
    c2pa = _library()
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
