"""The studio's certificates: what signs a delivery, and whose signatures are trusted.

A certificate is a .pem in the studio's folder `certificates`: the signing certificate first, those above it after it up to the
studio's own root, and the private key (PKCS 8) in the same file or in a .key beside it. What any .pem there certifies is trusted.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .paths import library_file, library_names, reason_of

MISSING = "c2pa-python is not installed: pip install c2pa-python"
_KINDS = {"2a8648ce3d030107": "es256", "2b81040022": "es384", "2b81040023": "es512", "2a864886f70d010101": "ps256",
          "06032b6570": "ed25519"}  # object identifiers: P-256, P-384, P-521, RSA, Ed25519
_VALIDITY = re.compile(rb"\x17\x0d(\d{6})\d{6}Z|\x18\x0f(\d{8})\d{6}Z")  # UTCTime with two digits of the year, GeneralizedTime
_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----\n?", re.DOTALL)


def c2pa_library() -> Any:
    """The package c2pa-python, or None where it is not installed, or broken."""
    try:
        import c2pa  # pyright: ignore[reportMissingImports]
    except (ImportError, OSError):  # the wheel loads a library of its own
        return None
    return c2pa


def can_sign() -> bool:
    """Whether c2pa-python is there."""
    return c2pa_library() is not None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A studio's signing certificate: the chain as PEM, its key, and the algorithm that the key asks for."""

    name: str
    chain: bytes
    key: bytes = field(repr=False)
    algorithm: str = "es256"

    @property
    def days(self) -> tuple[str, str]:
        """First and last day on which the signing certificate is valid, empty where they are not found (RFC 5280, 4.1.2.5)."""
        first = next((match[0] for match in _BLOCK.finditer(self.chain.decode("ascii"))), "")
        dates = [short or long for short, long in _VALIDITY.findall(_content(first))[:2]]
        days = [(text if len(text) == 8 else (b"20" if text < b"5" else b"19") + text).decode() for text in dates]
        shown = [f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in days]
        return (shown[0], shown[1]) if len(shown) == 2 else ("", "")


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
    try:
        texts = [p.read_text(encoding="utf-8", errors="replace") for p in (path, beside) if p.is_file()]
    except OSError as error:
        raise ValueError(f"expected a certificate that can be read in {path.name}, got {reason_of(error, path)!r}: "
                         "see to the rights of the file") from error
    blocks = [match for text in texts for match in _BLOCK.finditer(text)]
    chain = "".join(b[0].rstrip() + "\n" for b in blocks if b[1] == "CERTIFICATE")
    keys = [b[0] for b in blocks if b[1].endswith("PRIVATE KEY")]
    if not chain or not keys:
        raise ValueError(f"expected a certificate and a private key in {path.name} (the key may be {beside.name}), got "
                         f"{'no key' if chain else 'no certificate'}: export both as PEM")
    return Certificate(path.name, chain.encode("ascii"), keys[0].encode("ascii"), _algorithm(keys[0], path))


def _algorithm(pem: str, path: Path) -> str:
    """What a private key signs by, from the names that its PKCS 8 carries (RFC 5958, RFC 5480, RFC 8410)."""
    key = _content(pem)
    found = next((name for mark, name in _KINDS.items() if bytes.fromhex(mark) in key[:64]), "")
    if not found or "BEGIN PRIVATE KEY" not in pem:
        raise ValueError(f"expected a private key in PKCS 8 without a password in {path.name}, for ES256, ES384, ES512, PS256 or "
                         "Ed25519, got another: save it as such, `openssl pkcs8 -topk8 -nocrypt` does")
    return found


def _content(pem: str) -> bytes:
    """The bytes of one block of PEM; none where it is spoilt."""
    body = "".join(line for line in pem.splitlines() if not line.startswith("-----"))
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        return b""


def studio_anchors() -> tuple[str, list[str]]:
    """All certificates of the studio's folder as PEM: what they certify is trusted; and files that cannot be read, with why."""
    found, closed = [], []
    for name in library_names("certificates", ".pem"):
        try:
            path = library_file("certificates", name)
            text = path.read_text(encoding="utf-8", errors="replace") if path else ""
        except OSError as error:
            closed.append(f"{name} ({error.strerror or type(error).__name__})")
            continue
        found += [match[0].rstrip() for match in _BLOCK.finditer(text) if match[1] == "CERTIFICATE"]
    return "\n".join(dict.fromkeys(found)), closed
