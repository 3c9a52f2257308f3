"""Stills for the web: AVIF, WebP and JPEG with profile and XMP, as bytes, so that their weight is known beforehand."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, features

from .paths import reason_of
from .xmp import srgb_profile

SUFFIX = {"avif": ".avif", "webp": ".webp", "jpeg": ".jpg"}


def can_write(form: str) -> bool:
    """Whether this Pillow writes the format; AVIF needs 11.3 or a build with it."""
    return form == "jpeg" or bool(features.check(form))


def encode_still(picture: np.ndarray, form: str, quality: int, xmp: bytes) -> bytes:
    """Encode one picture with an sRGB profile and an XMP packet.

    Args:
        picture: (H, W, 3) uint8, encoded sRGB.
        form: `avif`, `webp` or `jpeg`.
        quality: 1..100 in the format's own scale; more is better and heavier.
        xmp: Packet to embed, empty for none.
    """
    options: dict = {"quality": int(quality), "icc_profile": srgb_profile()}
    if form == "jpeg":
        options |= {"progressive": True, "optimize": True, "subsampling": "4:2:0"}
    elif form == "webp":
        options |= {"method": 5}
    else:
        options |= {"speed": 6, "subsampling": "4:2:0"}
    if xmp:
        options["xmp"] = xmp
    out = io.BytesIO()
    Image.fromarray(picture).save(out, form.upper(), **options)
    return out.getvalue()


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
    except (OSError, SyntaxError, ValueError) as error:
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
