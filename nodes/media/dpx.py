"""DPX frames: pixels by PyAV, tags by ourselves, because they decide what the numbers mean and are often wrong.

Source: SMPTE ST 268-1:2014, generic header, image element 0 and the film and television headers.
"""

from __future__ import annotations

import math
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np

from ..wires.shot import exact_rate
from .picture import Colour, Picture, check_size

_VIDEO = {5: "SMPTE 274M", 6: "Rec.709", 7: "Rec.601", 8: "Rec.601"}
_LOG = {1: "printing density", 3: "logarithmic", 13: "ADX"}
_CHANNELS = {"rgb24": "RGB", "bgr24": "BGR", "rgba": "RGBA", "bgra": "BGRA", "argb": "ARGB", "abgr": "ABGR", "rgb48": "RGB",
             "rgba64": "RGBA"}
_UNSET, _HEADER = 0xFFFFFFFF, 1664  # the film and television headers behind it may be absent


def read_dpx(path: Path) -> Picture:
    """Read an RGB or grey DPX of 8, 10, 12 or 16 bit.

    Raises:
        ValueError: It is no such file, or broken.
    """
    data = path.read_bytes()
    order = {b"SDPX": ">", b"XPDS": "<"}.get(data[:4], "")
    if not order or len(data) < _HEADER:
        raise ValueError(f"expected a DPX file in {path.name}, got another or a broken one: render it again")
    width, height = struct.unpack_from(f"{order}II", data, 772)
    check_size(width, height, path)
    values, alpha, depth = _decode(data, path)
    values, colour = _meaning(values, data, order, depth)
    return Picture(values, alpha, False, colour, _rate(data, order))


def _decode(data: bytes, path: Path) -> tuple[np.ndarray, np.ndarray | None, int]:
    codec: Any = av.CodecContext.create("dpx", "r")
    try:
        frames = [*codec.decode(av.Packet(data)), *codec.decode(None)]
    except (av.error.FFmpegError, ValueError) as error:
        raise ValueError(f"expected a DPX of 8, 10, 12 or 16 bit in {path.name}, got one that is not: convert it") from error
    if not frames:
        raise ValueError(f"expected a picture in {path.name}, got none: it is broken off")
    return _values(frames[0], path)


def _values(frame: Any, path: Path) -> tuple[np.ndarray, np.ndarray | None, int]:
    """Planes of a decoded frame as (H, W, 3) and (H, W), 0..1, and the bits they had."""
    name, bits = frame.format.name, max(c.bits for c in frame.format.components)
    kind = np.dtype("u1") if bits == 8 else np.dtype(">u2" if name.endswith("be") else "<u2")
    base = name.removesuffix("le").removesuffix("be")

    def plane(number: int, channels: int) -> np.ndarray:
        one = frame.planes[number]
        lines = np.frombuffer(one, kind).reshape(-1, one.line_size // kind.itemsize)[:frame.height, :frame.width * channels]
        return lines.reshape(frame.height, frame.width, channels).astype(np.float32) / (2**bits - 1)

    if base in _CHANNELS:
        packed, order = plane(0, len(_CHANNELS[base])), _CHANNELS[base]
        picked = {c: packed[..., order.index(c)] for c in order}
    elif base.startswith("gbr"):
        picked = {c: plane(i, 1)[..., 0] for i, c in enumerate("GBRA"[:len(frame.planes)])}
    elif base.startswith("gray"):
        picked = dict.fromkeys("RGB", plane(0, 1)[..., 0])
    else:
        raise ValueError(f"expected an RGB or grey DPX in {path.name}, got {name}: convert it to RGB")
    return np.stack([picked[c] for c in "RGB"], axis=-1), picked.get("A"), bits


def _meaning(values: np.ndarray, data: bytes, order: str, depth: int) -> tuple[np.ndarray, Colour]:
    low, _, high = struct.unpack_from(f"{order}IfI", data, 784)
    transfer = data[801]
    if transfer in _LOG:
        return values, Colour(doubt=f"tagged as {_LOG[transfer]}, a log encoding")
    if transfer == 2:
        return values, Colour(doubt="tagged as linear, which tools also write on encoded pictures")
    if transfer in (14, 15, 17, 18):
        return values, Colour(doubt="tagged as Rec.2020 or HDR")
    scale = 2 ** (depth - 8)
    if (low, high) == (16 * scale, 235 * scale):
        values = (values * (2**depth - 1) - low) / (high - low)
    if transfer in _VIDEO:
        return values, Colour(f"{_VIDEO[transfer]} video")  # as films: taken as encoded sRGB
    return values, Colour(sure=False)


def _rate(data: bytes, order: str) -> Fraction | None:
    (pixels,) = struct.unpack_from(f"{order}I", data, 4)
    for offset in (o for o in (1724, 1940) if o < min(pixels, len(data) - 4)):  # film, then television header
        (raw,), (rate,) = struct.unpack_from(f"{order}I", data, offset), struct.unpack_from(f"{order}f", data, offset)
        if raw not in (0, _UNSET) and math.isfinite(rate) and 1 <= rate <= 240:
            return exact_rate(rate)
    return None
