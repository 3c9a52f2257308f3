"""A colour as design tokens write it, as #RRGGBB.

Source: Design Tokens Color Module 2025.10 (designtokens.org) and the conversions of CSS Color Module 4. A colour outside sRGB is
brought inside by its `hex` where the file gives one, else each channel is cut at its end.
"""

from __future__ import annotations

import colorsys
import math
import re
from collections.abc import Callable, Sequence

import numpy as np
import torch

from ..image.colour import XYZ_FROM_LINEAR, linear_to_srgb, oklab_to_srgb
from ..wires.check import quoted

_SEEN = 2 / 255  # components are often rounded
_HEX = re.compile(r"#(?:[0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")
_TO_LINEAR = np.linalg.inv(np.array(XYZ_FROM_LINEAR))
_D50 = np.array((0.9642956764, 1.0, 0.8251046025))
_D65_FROM_D50 = np.array(((0.9555766, -0.0230393, 0.0631636), (-0.0282895, 1.0099416, 0.0210077),
                          (0.0122982, -0.0204830, 1.3299098)))
_XYZ = {"display-p3": ((0.4865709486, 0.2656676932, 0.1982172852), (0.2289745641, 0.6917385218, 0.0792869141),
                       (0.0, 0.0451133819, 1.0439443689)),
        "a98-rgb": ((0.5766690429, 0.1855582379, 0.1882286462), (0.2973449753, 0.6273635663, 0.0752914585),
                    (0.0270313614, 0.0706888525, 0.9913375368)),
        "rec2020": ((0.6369580483, 0.1446169036, 0.1688809752), (0.2627002120, 0.6779980715, 0.0593017165),
                    (0.0, 0.0280726930, 1.0609850577)),
        "prophoto-rgb": ((0.7977604897, 0.1351858352, 0.0313493496), (0.2880711282, 0.7118432178, 0.0000856540),
                         (0.0, 0.0, 0.8251046025))}


def token_hex(value: object, name: str) -> tuple[str | None, bool]:
    """The colour of a token: (`#RRGGBB`, whether it was outside sRGB); None where it lets the ground through.

    Raises:
        ValueError: It is no colour of the format; the token is named.
    """
    if isinstance(value, str) and _HEX.fullmatch(value):
        digits = value[1:].upper()
        digits = digits if len(digits) > 4 else "".join(2 * d for d in digits)
        return (None if digits[6:] not in ("", "FF") else f"#{digits[:6]}"), False
    if not isinstance(value, dict) or "colorSpace" not in value:
        raise ValueError(f"expected a colour as #RRGGBB or with colorSpace and components in token {quoted(name)}, "
                         f"got {quoted(value)}: export it so")
    space, parts, alpha = value["colorSpace"], value.get("components"), value.get("alpha", 1)
    read = _SPACES.get(space) if isinstance(space, str) else None
    if read is None:
        raise ValueError(f"expected a colorSpace of {', '.join(_SPACES)} in token {quoted(name)}, got {quoted(space)}: convert")
    numbers = [0.0 if part == "none" else part for part in parts] if isinstance(parts, list) else []
    if len(numbers) != 3 or not all(map(_is_number, numbers)):
        raise ValueError(f"expected three numbers in components of token {quoted(name)}, got {quoted(str(parts))}: correct it")
    if not _is_number(alpha):
        raise ValueError(f"expected a number of 0 to 1 in alpha of token {quoted(name)}, got {quoted(alpha)}: correct it")
    if alpha < 1:
        return None, False
    rgb = read(numbers)
    outside = bool((rgb < -_SEEN).any() or (rgb > 1 + _SEEN).any())
    spare = value.get("hex")
    if outside and isinstance(spare, str) and re.fullmatch(r"#[0-9A-Fa-f]{6}", spare):
        return spare.upper(), True
    return "#" + "".join(f"{round(v * 255):02X}" for v in rgb.clip(0, 1).tolist()), outside


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and abs(value) < 1e4


def _from_xyz(xyz: np.ndarray) -> np.ndarray:
    return linear_to_srgb(torch.from_numpy(_TO_LINEAR @ xyz)).numpy()


def _rgb(space: str, curve: Callable[[np.ndarray], np.ndarray]) -> Callable[[Sequence[float]], np.ndarray]:
    def read(values: Sequence[float]) -> np.ndarray:
        encoded = np.array(values, float)
        xyz = np.array(_XYZ[space]) @ (np.sign(encoded) * curve(np.abs(encoded)))
        return _from_xyz(_D65_FROM_D50 @ xyz if space == "prophoto-rgb" else xyz)
    return read


def _srgb_curve(v: np.ndarray) -> np.ndarray:
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def _rec2020_curve(v: np.ndarray) -> np.ndarray:
    return np.where(v < 0.08124285829863521, v / 4.5, ((v + 0.09929682680944) / 1.09929682680944) ** (1 / 0.45))


def _lab(values: Sequence[float]) -> np.ndarray:
    light, a, b = values
    y = (light + 16) / 116
    f = np.array((y + a / 500, y, y - b / 200))
    cube = np.where(f**3 > 216 / 24389, f**3, (116 * f - 16) * 27 / 24389)
    return _from_xyz(_D65_FROM_D50 @ (cube * _D50))


def _polar(values: Sequence[float]) -> tuple[float, float, float]:
    light, chroma, hue = values
    return light, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))


def _oklab(values: Sequence[float]) -> np.ndarray:
    return oklab_to_srgb(torch.tensor(values, dtype=torch.float64)).numpy()


def _hsl(values: Sequence[float]) -> np.ndarray:
    hue, saturation, light = values
    return np.array(colorsys.hls_to_rgb(hue % 360 / 360, light / 100, saturation / 100))


def _hwb(values: Sequence[float]) -> np.ndarray:
    hue, white, black = values[0], values[1] / 100, values[2] / 100
    if white + black >= 1:
        return np.full(3, white / (white + black))
    return np.array(colorsys.hsv_to_rgb(hue % 360 / 360, 1, 1)) * (1 - white - black) + white


_SPACES: dict[str, Callable[[Sequence[float]], np.ndarray]] = {
    "srgb": lambda v: np.array(v, float),
    "srgb-linear": lambda v: linear_to_srgb(torch.tensor(v, dtype=torch.float64)).numpy(),
    "hsl": _hsl, "hwb": _hwb, "lab": _lab, "lch": lambda v: _lab(_polar(v)), "oklab": _oklab,
    "oklch": lambda v: _oklab(_polar(v)),
    "display-p3": _rgb("display-p3", _srgb_curve), "a98-rgb": _rgb("a98-rgb", lambda v: v ** (563 / 256)),
    "prophoto-rgb": _rgb("prophoto-rgb", lambda v: np.where(v <= 16 / 512, v / 16, v**1.8)),
    "rec2020": _rgb("rec2020", _rec2020_curve), "xyz-d65": lambda v: _from_xyz(np.array(v, float)),
    "xyz-d50": lambda v: _from_xyz(_D65_FROM_D50 @ np.array(v, float)),
}
