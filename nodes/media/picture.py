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
