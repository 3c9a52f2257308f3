"""PNG and TIFF frames in their full depth: Pillow for 8 bit, OpenCV above, because neither reads all of them exactly."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from .picture import SPACES, Colour, Picture, check_size

_PNG = b"\x89PNG\r\n\x1a\n"
_HDR = {16: "PQ", 18: "HLG"}
_WIDTH, _HEIGHT, _BITS, _KIND, _TURN, _ALPHA, _FLOAT, _ICC = _WANTED = (256, 257, 258, 262, 274, 338, 339, 34675)  # TIFF tags


def read_png(path: Path) -> Picture:
    """Read a PNG of 1 to 16 bit, with the colours that its chunks state.

    Raises:
        ValueError: It is no PNG, or broken.
    """
    data = path.read_bytes()
    if data[:8] != _PNG or len(data) < 33:
        raise ValueError(f"expected a PNG file in {path.name}, got another or a broken one: render it again")
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
    check_size(tags.get(_WIDTH, (0,))[0], tags.get(_HEIGHT, (0,))[0], path)
    bits, floats, kind = max(tags.get(_BITS, (1,))), max(tags.get(_FLOAT, (1,))) == 3, tags.get(_KIND, (0,))[0]
    if kind not in (1, 2, 3) or tags.get(_TURN, (1,)) != (1,) or (bits, floats) not in ((8, False), (16, False), (32, True)):
        raise ValueError(f"expected an upright grey or RGB TIFF of 8, 16 or 32 float bits in {path.name}, got {bits} bits"
                         f"{' float' if floats else ''}, kind {kind}, turned {tags.get(_TURN, (1,))[0]}: convert it")
    rgb, alpha = _shallow(data, path) if bits == 8 else _deep(data, path)
    colour = Colour("linear Rec.709", linear=True, sure=False) if floats else Colour()
    colour = _profile(bytes(tags[_ICC])) if _ICC in tags and not floats else colour
    return Picture(rgb, alpha, tags.get(_ALPHA, (2,))[0] == 1, colour)


def _tiff_tags(data: bytes, path: Path) -> dict[int, tuple[int, ...]]:
    """Tags of the first picture that are bytes or whole numbers; classic TIFF and BigTIFF."""
    order, big = {b"II": "<", b"MM": ">"}.get(data[:2], ""), data[2:4] in (b"+\0", b"\0+")
    try:
        if not order or not (big or data[2:4] in (b"*\0", b"\0*")):
            raise ValueError("its first bytes")
        (at,) = struct.unpack_from(f"{order}Q" if big else f"{order}I", data, 8 if big else 4)
        (count,) = struct.unpack_from(f"{order}Q" if big else f"{order}H", data, at)
        entry, room = (f"{order}HHQ", 8) if big else (f"{order}HHI", 4)
        tags = {}
        for i in range(min(count, 4096)):
            place = at + (8 if big else 2) + i * (20 if big else 12)
            tag, kind, number = struct.unpack_from(entry, data, place)
            if letter := {1: "B", 3: "H", 4: "I", 7: "B"}.get(kind):
                value = place + struct.calcsize(entry)
                if number * struct.calcsize(letter) > room:
                    (value,) = struct.unpack_from(f"{order}Q" if big else f"{order}I", data, value)
                if tag in _WANTED:
                    tags[tag] = struct.unpack_from(f"{order}{number}{letter}", data, value)
        return tags
    except (struct.error, ValueError) as error:
        raise ValueError(f"expected a TIFF file in {path.name}, got another or a broken one: render it again") from error


def _shallow(data: bytes, path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            clear = image.mode == "PA" or "transparency" in image.info
            mode = "RGBA" if clear else {"P": "RGB", "1": "L"}.get(image.mode, image.mode)
            values = np.asarray(image.convert(mode)).astype(np.float32) / 255
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise ValueError(f"expected a whole picture in {path.name}, got one that cannot be read: render it again") from error
    return _split(values, path)


def _deep(data: bytes, path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    from ..image.opencv import cv2

    values = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if values is None:
        raise ValueError(f"expected a whole picture in {path.name}, got one that cannot be read: render it again")
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
    return rgb if rgb.shape[-1] == 3 else np.repeat(rgb, 3, axis=-1), alpha
