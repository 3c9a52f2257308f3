"""Stills for the web: AVIF, WebP and JPEG with profile and XMP, as bytes, so that their weight is known beforehand."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, features

from .jpeg_weight import BEST, jpeg_tables
from .paths import reason_of
from .xmp import srgb_profile

_SOFTER, _EVEN, _FULL = {"advanced": {"sharpness": "4"}}, {"advanced": {"deltaq-mode": "0"}}, {"subsampling": "4:4:4"}
_AVIF_BETWEEN = {94.5: (97, _EVEN), 98.5: (99, _EVEN), 99.5: (98, _FULL)}  # steps of 18 to 32 %: what lies near their middle
SUFFIX = {"avif": ".avif", "webp": ".webp", "jpeg": ".jpg"}


def can_write(form: str) -> bool:
    """Whether this Pillow writes the format; AVIF needs 11.3 or a build with it."""
    return form == "jpeg" or bool(features.check(form))


def qualities(form: str) -> tuple[float, ...]:
    """Every quality that a format can be written at, worst first: steps that change the file, and what lies above 100."""
    if form == "jpeg":  # tables have whole numbers: finer steps give the same ones
        return (*(q / 10 for q in range(10, 1000)), *(q / 2 for q in range(200, 2 * BEST + 1)))
    return (*(q / 2 for q in range(2, 201)), *((100.5,) if form == "webp" else ()), 101)


def encode_still(picture: np.ndarray, form: str, quality: float, xmp: bytes) -> bytes:
    """Encode one picture with an sRGB profile and an XMP packet.

    Args:
        picture: (H, W, 3) uint8, encoded sRGB.
        form: `avif`, `webp` or `jpeg`.
        quality: One of `qualities`: 1..100 in the format's own scale, with steps between where it has them; more is better and
            heavier. Above 100 JPEG (to 110) and AVIF (101) have colour in every pixel; WebP loses nothing at 101.
        xmp: Packet to embed, empty for none.
    """
    choices = {"jpeg": _jpeg_options, "webp": _webp_options, "avif": _avif_options}[form](quality)
    options: dict = {"icc_profile": srgb_profile()} | ({"xmp": xmp} if xmp else {})
    try:
        return _saved(picture, form, options | choices)
    except (RuntimeError, ValueError, OSError):  # another AVIF encoder than libaom does not know its options
        if "advanced" not in choices:
            raise
        return _saved(picture, form, options | choices | {"advanced": None})


def _saved(picture: np.ndarray, form: str, options: dict) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, form.upper(), **options)
    return out.getvalue()


def _jpeg_options(quality: float) -> dict:
    sampling = "4:2:0" if quality <= 100 else "4:4:4"
    return {"progressive": True, "optimize": True, "quality": -1, "subsampling": sampling,
            "qtables": [table.tolist() for table in jpeg_tables(quality)]}


def _webp_options(quality: float) -> dict:
    if quality > 100.5:
        return {"lossless": True, "quality": 80, "method": 4}
    return {"quality": min(quality, 100), "method": 4 if quality > 100 else 5}  # 5 leaves out what costs much; 1 to 2 % lighter


def _avif_options(quality: float) -> dict:
    """64 steps of the quantiser under a scale of 100; between two of them the next one with softer edges, 4 % lighter."""
    quantiser, more = _AVIF_BETWEEN.get(quality) or (
        (100, _FULL) if quality > 100 else (math.ceil(quality), _SOFTER if quality != int(quality) else {}))
    return {"speed": 6, "quality": quantiser, "subsampling": "4:2:0", **more}


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
