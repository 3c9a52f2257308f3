"""Stills for the web: AVIF, WebP and JPEG with profile and XMP, as bytes, so that their weight is known beforehand."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, features

from .paths import reason_of
from .xmp import srgb_profile

_LUMA = np.array([
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80,
    62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112,
    100,
    103, 99])
_CHROMA = np.array([17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47,
                    66] + [99] * 38)
SUFFIX = {"avif": ".avif", "webp": ".webp", "jpeg": ".jpg"}


def can_write(form: str) -> bool:
    """Whether this Pillow writes the format; AVIF needs 11.3 or a build with it."""
    return form == "jpeg" or bool(features.check(form))


def encode_still(picture: np.ndarray, form: str, quality: float, xmp: bytes) -> bytes:
    """Encode one picture with an sRGB profile and an XMP packet.

    Args:
        picture: (H, W, 3) uint8, encoded sRGB.
        form: `avif`, `webp` or `jpeg`.
        quality: 1..100 in the format's own scale, in steps of a half; more is better and heavier. A half is finer tables in a
            JPEG, and less search for the same quality elsewhere, since AVIF and WebP have no finer steps.
        xmp: Packet to embed, empty for none.
    """
    whole, half = int(quality), quality != int(quality)
    options: dict = {"quality": whole, "icc_profile": srgb_profile()}
    if form == "jpeg":
        options |= {"progressive": True, "optimize": True, "subsampling": "4:2:0"}
        if half:
            options |= {"quality": -1, "qtables": _tables(quality)}
    elif form == "webp":
        options |= {"method": 1 if half else 5}
    else:
        options |= {"speed": 9 if half else 6, "subsampling": "4:2:0"}
    if xmp:
        options["xmp"] = xmp
    out = io.BytesIO()
    Image.fromarray(picture).save(out, form.upper(), **options)
    return out.getvalue()


def _tables(quality: float) -> list[list[int]]:
    """Quantisation tables between two of libjpeg's whole qualities (its formula; ITU-T T.81, annex K)."""
    scale = 5000 / quality if quality < 50 else 200 - 2 * quality
    return [np.floor((table * scale + 50) / 100).clip(1, 255).astype(int).tolist() for table in (_LUMA, _CHROMA)]


@dataclass(frozen=True, slots=True)
class StillFacts:
    """What a picture file says of itself when it is opened again."""

    form: str
    width: int
    height: int
    icc: str
    xmp: str


def read_still(path: Path) -> tuple[np.ndarray, StillFacts]:
    """Decode a picture file: (H, W, 3) uint8 as sRGB, and what it states.

    Raises:
        ValueError: It is no picture, or broken.
    """
    try:
        with Image.open(path) as image:
            image.load()
            xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
            text = xmp.decode("utf-8", "replace") if isinstance(xmp, bytes) else str(xmp)
            icc = _profile_name(image.info.get("icc_profile"))
            facts = StillFacts((image.format or "").lower(), image.width, image.height, icc, text)
            return np.asarray(image.convert("RGB")), facts
    except (OSError, SyntaxError, ValueError, RuntimeError) as error:  # the last is Pillow's for a broken AVIF
        raise ValueError(f"expected a picture in {path.name}, got one that cannot be read ({reason_of(error, path)}): "
                         "export it again") from error


def _profile_name(profile: bytes | None) -> str:
    if not profile:
        return ""
    from PIL import ImageCms

    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip() or "a profile without name"
    except (ImageCms.PyCMSError, OSError):
        return "a profile that cannot be read"
