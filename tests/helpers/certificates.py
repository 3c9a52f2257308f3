"""A studio's own root and signing certificate, made for tests."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Studio"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs: bool, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(digital_signature=signs, content_commitment=False, key_encipherment=False, data_encipherment=False,
                         key_agreement=False, key_cert_sign=certifies, crl_sign=certifies, encipher_only=False,
                         decipher_only=False)


def _certificate(subject, issuer, public, signing_key, *, certifies: bool, above=None, days=(-1, 365)):
    now = dt.datetime.now(dt.timezone.utc)
    builder = (x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name(issuer)).public_key(public)
               .serial_number(x509.random_serial_number()).not_valid_before(now + dt.timedelta(days=days[0]))
               .not_valid_after(now + dt.timedelta(days=days[1]))
               .add_extension(x509.BasicConstraints(ca=certifies, path_length=None), critical=True)
               .add_extension(_usage(signs=not certifies, certifies=certifies), critical=True)
               .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False))
    if not certifies:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above), critical=False)
    return builder.sign(signing_key, hashes.SHA256())


def write_certificate(folder: Path, name: str = "studio.pem", *, with_root: bool = True, days=(-1, 365)) -> Path:
    """Write a leaf, valid for `days` counted from now, its root and the key as one PEM; returns its path."""
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Studio Root", "Studio Root", root_key.public_key(), root_key, certifies=True)
    leaf = _certificate("Studio Delivery", "Studio Root", leaf_key.public_key(), root_key, certifies=False,
                        above=root_key.public_key(), days=days)
    pem = serialization.Encoding.PEM
    key = leaf_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(leaf.public_bytes(pem) + (root.public_bytes(pem) if with_root else b"") + key)
    return path
