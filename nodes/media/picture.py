"""One picture of a sequence as its file holds it, and what the file says about its colours. Nothing is converted or clipped."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from ..image.primaries import AP0, AP1, REC709, Primaries

_LARGEST = 32768
_LOG = re.compile(
    r"(?<![a-z0-9])(aces ?cct?|aces ?proxy|adx1[06]|cineon|protune|bmd ?film|printing density|"
    r"(arri ?|alexa ?)?log ?c[34]?|((canon|red|s|v|c|f|n|d|l) ?)?log ?(\d(g\d+)?|film)?)(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class Colour:
    """How values are meant: primaries (red, green, blue, white as x, y), whether they are light, and a name for sentences.

    `sure` is false where the file does not state it; `doubt` says why it cannot be told at all.
    """

    name: str = "sRGB encoded"
    primaries: Primaries = REC709
    linear: bool = False
    sure: bool = True
    doubt: str = ""


SPACES = {"sRGB encoded": Colour(), "linear Rec.709": Colour("linear Rec.709", REC709, True),
          "ACEScg": Colour("ACEScg", AP1, True), "ACES2065-1": Colour("ACES2065-1", AP0, True)}


@dataclass(frozen=True, slots=True)
class Picture:
    """`rgb` (H, W, 3) and `alpha` (H, W) or None, float32 as the file holds them; `extras` names what it holds beside them."""

    rgb: np.ndarray
    alpha: np.ndarray | None
    premultiplied: bool
    colour: Colour
    fps: Fraction | None = None
    extras: tuple[str, ...] = ()
    window: str = ""
    words: dict[str, str] = field(default_factory=dict)


def log_word(text: str) -> str:
    """The word of a name or tag that says log encoding, or nothing: `sh010_logc.1001.exr` has `logc`."""
    match = _LOG.search(re.sub(r"[^a-z0-9]+", " ", text.lower()))
    return match[0] if match else ""


def check_size(width: int, height: int, path: Path) -> None:
    """Refuse what no picture is.

    Raises:
        ValueError: A side is below 1 or above 32768 pixels.
    """
    if not (1 <= width <= _LARGEST and 1 <= height <= _LARGEST):
        raise ValueError(f"expected a picture of 1 to {_LARGEST} pixels a side in {path.name}, got {width}x{height}")


def read_picture(path: Path) -> Picture:
    """Read an EXR, DPX, PNG or TIFF file.

    Raises:
        ValueError: It is not what its name says, broken, or of a kind that is not read.
    """
    kind = path.suffix.lower()
    try:
        if kind == ".exr":
            return _read_exr(path)
        if kind == ".dpx":
            from .dpx import read_dpx

            return read_dpx(path)
        from .raster import read_png, read_tiff

        return read_png(path) if kind == ".png" else read_tiff(path)
    except OSError as error:
        raise ValueError(f"expected a picture in {path.name}, got none that can be read ({error.strerror or error})") from error


def _read_exr(path: Path) -> Picture:
    try:
        from .exr_picture import read_exr_picture
    except ImportError as error:
        raise ValueError(f"expected OpenEXR for {path.name}, got none that works ({error}): pip install OpenEXR") from error
    return read_exr_picture(path)
