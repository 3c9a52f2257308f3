"""The picture of an EXR file of any origin: its default layer, placed in the display window, and the colours it states."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from .exr import read_exr_parts
from .exr_colour import COLOUR_SPACES
from .picture import SPACES, Colour, Picture, check_size, log_word

_IDS = {interop: name for name, (_, _, interop) in COLOUR_SPACES.items()} | {
    "srgb_rec709_display": "sRGB encoded", "lin_rec709_display": "linear Rec.709"}
_NAMES = {"acescg": "ACEScg", "lin_ap1": "ACEScg", "aces2065-1": "ACES2065-1", "lin_ap0": "ACES2065-1",
          "lin_rec709": "linear Rec.709", "lin_srgb": "linear Rec.709"}
_BEAUTY = ("rgba", "rgb", "combined", "beauty")


def read_exr_picture(path: Path) -> Picture:
    """Read R, G, B and A of the default layer; where there is none, of the only one, or of one called rgba or beauty.

    Raises:
        ValueError: It is no EXR file, broken, deep, or has no such layer.
    """
    parts = read_exr_parts(path)
    header = parts[0][0]
    number, layer = _choose(parts, path)
    channels = parts[number][1]
    names = [f"{layer}{c}" for c in "RGB"] if f"{layer}R" in channels else [f"{layer}Y"] * 3
    window, display = _box(parts[number][0]["dataWindow"]), _box(parts[number][0]["displayWindow"])
    check_size(display[2] - display[0], display[3] - display[1], path)
    rgb = _placed([channels[n] for n in names], window, display)
    alpha = channels.get(f"{layer}A")
    extras = [f"{part[0].get('name', '')}.{n}".lstrip(".") if i != number else n
              for i, part in enumerate(parts) for n in part[1] if i != number or n not in (*names, f"{layer}A")]
    rate = header.get("framesPerSecond")
    fps = Fraction(rate) if isinstance(rate, Fraction) and 1 <= rate <= 240 else None
    words = {key.removeprefix("raccord/"): value for key, value in header.items()
             if key.startswith("raccord/") and isinstance(value, str)}
    return Picture(rgb, None if alpha is None else _placed([alpha], window, display)[..., 0], True, _colour(header), fps,
                   tuple(extras), _window_words(window, display), words)


def _choose(parts: list[tuple[dict[str, Any], dict[str, np.ndarray]]], path: Path) -> tuple[int, str]:
    """Part and layer prefix of the picture."""
    layers = [(i, name[:-1]) for i, (_, channels) in enumerate(parts) for name in channels
              if name.endswith("R") and {f"{name[:-1]}G", f"{name[:-1]}B"} <= set(channels)]
    default = [(i, layer) for i, layer in layers if not layer]
    beauty = [(i, layer) for i, layer in layers if layer.rstrip(".").split(".")[-1].lower() in _BEAUTY]
    grey = [(i, "") for i, (_, channels) in enumerate(parts) if "Y" in channels and "RY" not in channels]
    chosen = default or beauty or (layers if len(layers) == 1 else grey if not layers else [])
    if chosen:
        return chosen[0]
    named = ", ".join(sorted({layer.rstrip(".") for _, layer in layers})) or ", ".join(n for _, c in parts for n in c)
    raise ValueError(f"expected channels R, G and B, or one layer of them, in {path.name}, got {named[:200]}: write the layer "
                     "that is wanted as R, G, B")


def _box(window: Any) -> tuple[int, int, int, int]:
    (x0, y0), (x1, y1) = window
    return int(x0), int(y0), int(x1) + 1, int(y1) + 1


def _placed(channels: list[np.ndarray], window: tuple[int, int, int, int], display: tuple[int, int, int, int]) -> np.ndarray:
    """Channels of the data window in the display window: zero where there is no data, cut where there is too much."""
    out = np.zeros((display[3] - display[1], display[2] - display[0], len(channels)), np.float32)
    x0, y0 = max(window[0], display[0]), max(window[1], display[1])
    x1, y1 = min(window[2], display[2]), min(window[3], display[3])
    if x0 < x1 and y0 < y1:
        for i, channel in enumerate(channels):
            part = channel[y0 - window[1]:y1 - window[1], x0 - window[0]:x1 - window[0]]
            out[y0 - display[1]:y1 - display[1], x0 - display[0]:x1 - display[0], i] = part
    return out


def _window_words(window: tuple[int, int, int, int], display: tuple[int, int, int, int]) -> str:
    if window == display:
        return ""
    outside = window[0] < display[0] or window[1] < display[1] or window[2] > display[2] or window[3] > display[3]
    inside = window[0] > display[0] or window[1] > display[1] or window[2] < display[2] or window[3] < display[3]
    size = f"{window[2] - window[0]}×{window[3] - window[1]}"
    does = ["what lies outside is cut"] * outside + ["the rest is black"] * inside
    return f"The data window of {size} is placed in the display window: {' and '.join(does)}."


def _colour(header: Mapping[str, Any]) -> Colour:
    interop = str(header.get("colorInteropID", ""))
    if interop in _IDS:
        return SPACES[_IDS[interop]]
    tags = [v for k, v in header.items() if "colorspace" in k.lower().replace("_", "") and isinstance(v, str)]
    if is_log := next((tag for tag in (interop, *tags) if log_word(tag)), ""):
        return Colour(doubt=f"tagged as {is_log[:40]}, a log encoding")
    if interop:
        return Colour(doubt=f"tagged as {interop[:40]}, which is not one that is read")
    known = next((_NAMES[tag.lower()] for tag in tags if tag.lower() in _NAMES), "")
    if known or header.get("acesImageContainerFlag") == 1:
        return SPACES[known or "ACES2065-1"]
    values = header.get("chromaticities")
    if values is None or len(values) != 8:
        return Colour("linear Rec.709", linear=True, sure=False)  # what the format says of files without
    return _of_chromaticities([float(v) for v in values])


def _of_chromaticities(values: list[float]) -> Colour:
    pairs = tuple(zip(values[::2], values[1::2], strict=True))
    for name in ("linear Rec.709", "ACEScg", "ACES2065-1"):
        if np.abs(np.subtract(pairs, SPACES[name].primaries)).max() < 2e-3:
            return SPACES[name]
    red, green, blue, white = pairs
    area = (green[0] - red[0]) * (blue[1] - red[1]) - (blue[0] - red[0]) * (green[1] - red[1])
    if not all(np.isfinite(values)) or abs(area) < 0.01 or min(y for _, y in (red, green, white)) < 0.01:
        return Colour(doubt="tagged with chromaticities that no display has")
    return Colour("linear light of its chromaticities", (red, green, blue, white), True)
