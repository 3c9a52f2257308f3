"""PNG and TIFF frames in their full depth: Pillow for 8 bit, OpenCV above, because neither reads all of them exactly."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, TiffImagePlugin

from .picture import SPACES, Colour, Picture, check_size

_PNG = b"\x89PNG\r\n\x1a\n"
_HDR = {16: "PQ", 18: "HLG"}


def read_png(path: Path) -> Picture:
    """Read a PNG of 1 to 16 bit, with the colours that its chunks state.

    Raises:
        ValueError: It is no PNG, or broken.
    """
    data = path.read_bytes()
    if data[:8] != _PNG or len(data) < 33:
        raise ValueError(f"expected a PNG file in {path.name}, got another or a broken one")
    width, height, depth = struct.unpack_from(">IIB", data, 16)
    check_size(width, height, path)
    rgb, alpha = _deep(data, path) if depth == 16 else _shallow(data, path)
    return Picture(rgb, alpha, False, _png_colour(dict(_chunks(data))))


def _chunks(data: bytes) -> Any:
    at = 8
    while at + 12 <= len(data):
        (length,), name = struct.unpack_from(">I", data, at), data[at + 4:at + 8]
        if name in (b"IDAT", b"IEND"):
            return
        yield name, data[at + 8:at + 8 + length]
        at += 12 + length


def _png_colour(chunks: Mapping[bytes, bytes]) -> Colour:
    if len(cicp := chunks.get(b"cICP", b"")) == 4 and cicp[1] in _HDR:
        return Colour(doubt=f"tagged as {_HDR[cicp[1]]}, which is HDR")
    if len(cicp) == 4 and cicp[1] == 8:
        return SPACES["linear Rec.709"]
    if b"iCCP" in chunks and b"sRGB" not in chunks:
        return _profile(_icc_of_png(chunks[b"iCCP"]))
    gamma = struct.unpack(">I", chunks[b"gAMA"])[0] if len(chunks.get(b"gAMA", b"")) == 4 else 0
    return SPACES["linear Rec.709"] if gamma == 100_000 and b"sRGB" not in chunks else Colour()


def _icc_of_png(chunk: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(chunk.partition(b"\0")[2][1:], 1 << 22)
    except zlib.error:
        return b""  # a profile that cannot be read has no name, and the report says so


def _profile(profile: bytes) -> Colour:
    from PIL import ImageCms

    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except (ImageCms.PyCMSError, OSError):
        name = ""
    return Colour() if "srgb" in name.lower() else Colour(f"of the profile {name[:40] or 'without a name'}", sure=False)


def read_tiff(path: Path) -> Picture:
    """Read a TIFF of 8 or 16 bit, or 32-bit float, grey or RGB.

    Raises:
        ValueError: It is of another kind, or broken.
    """
    data = path.read_bytes()
    tags = _tiff_tags(data, path)
    check_size(int(tags.get(256, 0)), int(tags.get(257, 0)), path)
    bits, floats = max(tags.get(258, (1,))), max(tags.get(339, (1,))) == 3
    if tags.get(262) not in (1, 2, 3) or tags.get(274, 1) != 1 or (bits, floats) not in ((8, False), (16, False), (32, True)):
        raise ValueError(f"expected a grey or RGB TIFF of 8, 16 or 32 float bits in {path.name}, got {bits} bits"
                         f"{' float' if floats else ''} of kind {tags.get(262)}: convert it, upright")
    rgb, alpha = _shallow(data, path) if bits == 8 else _deep(data, path)
    colour = Colour("linear Rec.709", linear=True, sure=False) if floats else _profile(tags[34675]) if 34675 in tags else Colour()
    return Picture(rgb, alpha, tags.get(338, (2,))[0] == 1, colour)


def _tiff_tags(data: bytes, path: Path) -> dict[int, Any]:
    try:
        directory = TiffImagePlugin.ImageFileDirectory_v2(data[:16] if data[2:3] == b"+" or data[3:4] == b"+" else data[:8])
        stream = io.BytesIO(data)
        stream.seek(directory.next)
        directory.load(stream)
        return dict(directory)
    except (SyntaxError, OSError, struct.error, TypeError, ValueError, KeyError) as error:
        raise ValueError(f"expected a TIFF file in {path.name}, got another or a broken one ({error})") from error


def _shallow(data: bytes, path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            clear = image.mode == "PA" or "transparency" in image.info
            mode = "RGBA" if clear else {"P": "RGB", "1": "L"}.get(image.mode, image.mode)
            values = np.asarray(image.convert(mode)).astype(np.float32) / 255
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise ValueError(f"expected a whole picture in {path.name}, got one that cannot be read ({error})") from error
    return _split(values, path)


def _deep(data: bytes, path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    from ..image.opencv import cv2

    values = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if values is None:
        raise ValueError(f"expected a whole picture in {path.name}, got one that cannot be read")
    most = {"u1": 255, "u2": 65535}.get(values.dtype.str[1:], 1)
    values = values.astype(np.float32) / most
    order = {3: [2, 1, 0], 4: [2, 1, 0, 3]}.get(values.shape[2] if values.ndim == 3 else 1)
    return _split(values[..., order] if order else values, path)


def _split(values: np.ndarray, path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    values = values if values.ndim == 3 else values[..., None]
    if values.shape[-1] > 4:
        raise ValueError(f"expected 1 to 4 channels in {path.name}, got {values.shape[-1]}")
    has_alpha = values.shape[-1] in (2, 4)
    rgb, alpha = (values[..., :-1], values[..., -1]) if has_alpha else (values, None)
    return np.ascontiguousarray(np.broadcast_to(rgb, (*rgb.shape[:2], 3))), alpha
