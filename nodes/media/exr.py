"""EXR frames: scene-linear half floats for the picture, untouched 32-bit floats for data, ZIP throughout.

DWA compression loses what stands in a channel called R, G or B, ids included; ZIP loses nothing anywhere. A frame has up to three
parts: `rgba`, `data` and `cryptomatte`; each states the colours, the rate and the time code. Written by `exr_pack.py`, read by
OpenEXR.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR

from . import cryptomatte
from .exr_header import FrameHeader
from .exr_pack import save_parts
from .paths import reason_of


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
        picture: (4, H, W) float16 of `to_half`: part `rgba`.
        header: Of every part.
        layers: (H, W, C) by name: float32 channels of the part `data`, as they are.
        masks: (H, W) by name, 0..1: the part `cryptomatte`; every part then carries its manifest, as readers look for it in
            different ones.
    """
    attributes = header.attributes() | (cryptomatte.metadata(list(masks)) if masks else {})
    save_parts(path, attributes, {"rgba": dict(zip("RGBA", picture, strict=True))} | data_parts(layers or {}, masks or {}))


def data_parts(layers: Mapping[str, np.ndarray], masks: Mapping[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
    """Channels (H, W) float32 of the parts that are no picture, by name of the part."""
    data: dict[str, np.ndarray] = {}
    for name, values in layers.items():
        data |= layer_channels(name, values)
    return ({"data": data} if data else {}) | ({"cryptomatte": cryptomatte.ranked(masks)} if masks else {})


def write_data(path: Path, data: np.ndarray, fps: Fraction, pixel_aspect: float, words: Mapping[str, str]) -> None:
    """Write values that are no picture, (H, W, 4) float32, as R, G, B and A, just as they are."""
    channels = dict(zip("RGBA", np.moveaxis(data.astype(np.float32, copy=False), -1, 0), strict=True))
    save_parts(path, {"framesPerSecond": fps, "pixelAspectRatio": float(pixel_aspect), **words}, {"rgba": channels})


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
