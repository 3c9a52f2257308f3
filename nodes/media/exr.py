"""EXR frames: scene-linear half floats for the picture, untouched 32-bit floats for data, ZIP throughout.

DWA compression loses what stands in a channel called R, G or B, ids included; ZIP loses nothing anywhere. A frame has up to three
parts: `rgba`, `data` and `cryptomatte`; each states the colours, the rate and the time code.
Source of the colour interop ids: ASWF Color Interop Forum, "Color space encodings for texture assets and CG rendering".
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import torch

from ..image.colour import srgb_to_linear
from ..image.opencv import cv2
from ..image.primaries import AP0, AP1, REC709, matrix_between
from . import cryptomatte
from .paths import reason_of

# encoding: primaries, whether light is linear, colour interop id
COLOUR_SPACES = {"linear Rec.709": (REC709, True, "lin_rec709_scene"), "ACEScg": (AP1, True, "lin_ap1_scene"),
                 "ACES2065-1": (AP0, True, "lin_ap0_scene"), "sRGB encoded": (REC709, False, "srgb_rec709_scene")}
_MOST_THREADS = 8


def matrix_to(colour_space: str) -> np.ndarray:
    """Linear Rec.709 to linear light of `colour_space` (3 × 3), white adapted by Bradford."""
    return matrix_between(REC709, COLOUR_SPACES[colour_space][0])


def to_half(frames: torch.Tensor, colour_space: str) -> np.ndarray:
    """Turn encoded sRGB frames into the picture of an EXR.

    Args:
        frames: (n, H, W, 3|4), encoded sRGB, straight alpha; float 0..1, or uint8 codes (n, H, W, 3), which give the same.
        colour_space: A key of `COLOUR_SPACES`.

    Returns:
        (n, H, W, 4) float16, premultiplied as EXR asks for; alpha is 1 where there was none.
    """
    primaries, linear, _ = COLOUR_SPACES[colour_space]
    if frames.dtype == torch.uint8:
        if primaries == REC709:
            return _halves(frames.numpy(), linear)
        frames = torch.from_numpy(_looked_up(frames.numpy(), _shades(linear)))
        linear = False
    rgb = frames[..., :3].float()
    rgb = srgb_to_linear(rgb) if linear else rgb
    if primaries != REC709:
        rgb = rgb @ torch.tensor(matrix_to(colour_space).T, dtype=rgb.dtype, device=rgb.device)
    out = torch.ones((*rgb.shape[:3], 4), dtype=torch.float16, device=rgb.device)
    if frames.shape[-1] == 4:
        alpha = frames[..., 3:4].float()
        rgb, out[..., 3:] = rgb * alpha, alpha.half()
    out[..., :3] = rgb
    return out.cpu().numpy()


def _shades(linear: bool) -> np.ndarray:
    """Value of each of the 256 codes, float32."""
    codes = torch.arange(256, dtype=torch.float32) / 255
    return (srgb_to_linear(codes) if linear else codes).numpy()


def _looked_up(codes: np.ndarray, table: np.ndarray) -> np.ndarray:
    return cv2.LUT(codes.reshape(-1, *codes.shape[2:]), table).reshape(codes.shape)


def _halves(codes: np.ndarray, linear: bool) -> np.ndarray:
    """Codes (n, H, W, 3) as half floats with an alpha of 1, by table: ten times faster than by the curve."""
    opaque = np.stack([cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA) for picture in codes])
    return _looked_up(opaque, _shades(linear).astype(np.float16).view(np.uint16)).view(np.float16)


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What the header of every frame says: number of the frame, rate, colour space, and words of the shot."""

    number: int
    fps: Fraction
    colour_space: str
    words: Mapping[str, str]

    def attributes(self) -> dict[str, Any]:
        """The header as OpenEXR takes it, with `raccord/light` linear or encoded."""
        primaries, linear, interop = COLOUR_SPACES[self.colour_space]
        words = {f"raccord/{key}": value for key, value in self.words.items() if value}
        return {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, "framesPerSecond": self.fps,
                "timeCode": time_code(self.number, self.fps), "colorInteropID": interop,
                "chromaticities": tuple(float(v) for xy in primaries for v in xy),
                "raccord/light": "linear" if linear else "encoded", **words}


def time_code(number: int, fps: Fraction) -> Any:
    """Time code that counts the frame number from zero, without drop frames; above 30 fps it counts pairs, as ST 12-1 does."""
    nominal = round(fps)
    together = -(-nominal // 30)  # frames that share a count: the code has room for 39
    seconds, frame = divmod(number, nominal)
    second = int(together == 2 and frame % 2 == 1)  # of a pair; then come drop frame, colour frame, field and ten groups of bits
    clock = (seconds // 3600 % 24, seconds // 60 % 60, seconds % 60, frame // together)
    return OpenEXR.TimeCode(*clock, 0, 0, second, *([0] * 11))


def layer_channels(name: str, values: np.ndarray) -> dict[str, np.ndarray]:
    """Name the channels of one layer (H, W, C) as compositors look for them; values stay float32 as they come.

    `depth` is `depth.Z`; `motion` and other vectors are `.u`, `.v`, an ST-map with its coverage also `.A`; `id` and `mask:name`
    one channel; the rest `.R .G .B .A`.
    """
    kind, _, own = name.partition(":")
    data = np.ascontiguousarray(values.astype(np.float32, copy=False))
    stem = f"{kind}_{own}" if own else kind
    if kind in ("depth", "z", "Z"):
        return {f"{stem}.Z": data[..., 0].copy()}
    if kind in ("motion", "forward", "backward", "flow", "st", "uv"):
        covered = {f"{stem}.A": data[..., 3].copy()} if kind in ("st", "uv") and data.shape[-1] == 4 else {}
        return {f"{stem}.{c}": data[..., i].copy() for i, c in enumerate("uv")} | covered
    if kind in ("id", "mask", "matte"):
        return {f"{stem}.{'id' if kind == 'id' else 'A'}": data[..., 0].copy()}
    return {f"{stem}.{c}": data[..., i].copy() for i, c in enumerate("RGBA"[:data.shape[-1]])}


def write_exr(path: Path, picture: np.ndarray, header: FrameHeader, layers: Mapping[str, np.ndarray] | None = None,
              masks: Mapping[str, np.ndarray] | None = None) -> None:
    """Write one frame.

    Args:
        path: Of the file.
        picture: (H, W, 4) float16 of `to_half`: part `rgba`.
        header: Of every part.
        layers: (H, W, C) by name: float32 channels of the part `data`, as they are.
        masks: (H, W) by name, 0..1: the part `cryptomatte`; every part then carries its manifest, as readers look for it in
            different ones.
    """
    attributes = header.attributes() | (cryptomatte.metadata(list(masks)) if masks else {})
    parts = {"rgba": {"RGBA": np.ascontiguousarray(picture)}} | data_parts(layers or {}, masks or {})
    if len(parts) == 1:
        _save(OpenEXR.File(attributes, parts["rgba"]), path)
    else:
        _save(OpenEXR.File([OpenEXR.Part(dict(attributes), channels, name=name) for name, channels in parts.items()]), path)


def data_parts(layers: Mapping[str, np.ndarray], masks: Mapping[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
    """Channels (H, W) float32 of the parts that are no picture, by name of the part."""
    data: dict[str, np.ndarray] = {}
    for name, values in layers.items():
        data |= layer_channels(name, values)
    return ({"data": data} if data else {}) | ({"cryptomatte": cryptomatte.ranked(masks)} if masks else {})


def write_data(path: Path, data: np.ndarray, fps: Fraction, pixel_aspect: float, words: Mapping[str, str]) -> None:
    """Write values that are no picture, (H, W, 4) float32, as R, G, B and A, just as they are."""
    attributes = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, "framesPerSecond": fps,
                  "pixelAspectRatio": float(pixel_aspect), **words}
    _save(OpenEXR.File(attributes, {"RGBA": np.ascontiguousarray(data, np.float32)}), path)


def _use_cores() -> None:
    """Let OpenEXR pack a frame's lines on several cores, unless somebody set its threads already; the bytes are the same."""
    if hasattr(OpenEXR, "set_global_thread_count") and not OpenEXR.global_thread_count():
        OpenEXR.set_global_thread_count(min(os.cpu_count() or 1, _MOST_THREADS))


def _save(content: Any, path: Path) -> None:
    _use_cores()
    with content as file:
        try:
            file.write(str(path))
        except RuntimeError as error:  # OpenEXR has one class for all that goes wrong
            if "No space left" in str(error):
                raise OSError(errno.ENOSPC, "No space left on device", path.name) from error
            raise


def read_exr(path: Path, *, header_only: bool = False) -> tuple[dict[str, Any], list[dict[str, np.ndarray]]]:
    """Header of the first part, and the channels of every part, each (H, W).

    Raises:
        ValueError: It is no EXR file, or broken.
    """
    parts = read_exr_parts(path, header_only=header_only)
    return parts[0][0], [channels for _, channels in parts]


def read_exr_parts(path: Path, *, header_only: bool = False) -> list[tuple[dict[str, Any], dict[str, np.ndarray]]]:
    """Header and channels of every part, each channel (H, W) of its data window; not those with fewer samples than pixels.

    Raises:
        ValueError: It is no EXR file, or broken.
    """
    try:
        with OpenEXR.File(str(path), separate_channels=True, header_only=header_only) as file:
            parts = [(dict(part.header), {} if header_only else {
                n: c.pixels for n, c in part.channels.items() if (c.xSampling, c.ySampling) == (1, 1)}) for part in file.parts]
        stated = len(parts) if header_only else _stated_parts(path)
    except (RuntimeError, OSError, TypeError, ValueError) as error:
        raise ValueError(f"expected an EXR file in {path.name}, got one that cannot be read ({reason_of(error, path)}): "
                         "render it again") from error
    if not parts or len(parts) < stated:  # of a part that breaks off OpenEXR only warns, and leaves it out
        raise ValueError(f"expected a whole EXR file in {path.name}, got one that is broken off: render it again")
    return parts


def _stated_parts(path: Path) -> int:
    with OpenEXR.File(str(path), header_only=True) as file:
        return len(file.parts)
