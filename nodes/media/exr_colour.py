"""The picture of an EXR frame: encoded sRGB as half floats of a colour space, in planes as the file holds them.

Source of the colour interop ids: ASWF Color Interop Forum, "Color space encodings for texture assets and CG rendering".
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch

from ..image.opencv import cv2
from ..image.primaries import AP0, AP1, REC709, matrix_between

# encoding: primaries, whether light is linear, colour interop id
COLOUR_SPACES = {"linear Rec.709": (REC709, True, "lin_rec709_scene"), "ACEScg": (AP1, True, "lin_ap1_scene"),
                 "ACES2065-1": (AP0, True, "lin_ap0_scene"), "sRGB encoded": (REC709, False, "srgb_rec709_scene")}
_LINES = 16  # at a time: they stay in the cache


def matrix_to(colour_space: str) -> np.ndarray:
    """Linear Rec.709 to linear light of `colour_space` (3 × 3), white adapted by Bradford."""
    return matrix_between(REC709, COLOUR_SPACES[colour_space][0])


def to_half(frame: torch.Tensor, colour_space: str) -> np.ndarray:
    """Turn an encoded sRGB frame into the picture of an EXR.

    Args:
        frame: (H, W, 3|4), encoded sRGB, straight alpha; float 0..1, or uint8 codes (H, W, 3), which give the same.
        colour_space: A key of `COLOUR_SPACES`.

    Returns:
        (4, H, W) float16, premultiplied as EXR asks for; alpha is 1 where there was none.
    """
    primaries, linear, _ = COLOUR_SPACES[colour_space]
    matrix = None if primaries == REC709 else matrix_to(colour_space).astype(np.float32)
    pixels = frame.detach().cpu().numpy()
    out = np.empty((4, *pixels.shape[:2]), np.float16)
    for start in range(0, len(pixels), _LINES):
        rgb, alpha = _light(pixels[start:start + _LINES], linear, matrix)
        for i in range(3):
            cv2.extractChannel(rgb, i, out[i, start:start + _LINES].view(np.uint16))
        out[3, start:start + _LINES] = 1 if alpha is None else alpha
    return out


def _light(pixels: np.ndarray, linear: bool, matrix: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
    """Some lines (h, W, 3|4) as the bits of half floats (h, W, 3), and their alpha."""
    if pixels.dtype == np.uint8 and matrix is None:
        return cv2.LUT(pixels, _shades(linear).astype(np.float16).view(np.uint16)), None  # three times faster than the curve
    if pixels.dtype == np.uint8:
        rgb = cv2.LUT(pixels, _shades(linear))
    else:
        rgb = np.ascontiguousarray(pixels[..., :3], np.float32)
        rgb = decoded(rgb) if linear else rgb
    rgb = rgb if matrix is None else cv2.transform(rgb, matrix)
    alpha = pixels[..., 3] if pixels.shape[-1] == 4 else None
    rgb = rgb if alpha is None else rgb * alpha[..., None].astype(np.float32)
    return torch.from_numpy(rgb).half().numpy().view(np.uint16), alpha  # torch rounds to half twenty times faster than numpy


@cache
def _shades(linear: bool) -> np.ndarray:
    """Value of each of the 256 codes, float32."""
    codes = np.arange(256, dtype=np.float32) / 255
    return decoded(codes) if linear else codes


def decoded(encoded: np.ndarray) -> np.ndarray:
    """Linear light of sRGB values (float32): `image.colour.srgb_to_linear`, three times faster and as exact."""
    size = np.abs(encoded) if encoded.min() < 0 else encoded
    bent = size * np.float32(1 / 1.055)
    bent += np.float32(0.055 / 1.055)
    light = cv2.pow(bent, 2.4).reshape(encoded.shape)
    np.multiply(size, np.float32(1 / 12.92), out=light, where=size <= np.float32(0.04045))
    return light if size is encoded else np.copysign(light, encoded, out=light)
