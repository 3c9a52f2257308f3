"""Letters of the built-in font as masks, kept: sheets write the same words again and again."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

_SPELT = str.maketrans({"Δ": "d", "σ": "s", "×": "x", "√": "root ", "−": "-", "–": "-", "→": "to", "≤": "<=", "≥": ">=",
                        "µ": "u", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE",
                        "đ": "d", "Đ": "D", "ı": "i", "€": "EUR"})


def spelt(text: str) -> str:
    """What the built-in font can show: it lacks signs and accents."""
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text.translate(_SPELT))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def missing(text: str) -> str:
    """Letters of a text that the built-in font has not and shows as boxes, each once."""
    return "".join(letter for letter in dict.fromkeys(spelt(text)) if not letter.isascii() and _is_box(letter))


@lru_cache(maxsize=1024)
def _is_box(letter: str) -> bool:
    return np.array_equal(line_mask(letter, 20), line_mask("\uffff", 20))  # that is no letter of any script


def padding(size: int) -> int:
    """Room in pixels on each side of a line in letters of `size`."""
    return max(2, size // 4)


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


@lru_cache(maxsize=32)
def _line(size: int) -> tuple[float, float]:
    """Top and low end of a line: the same for every text, so that labels in a row share it."""
    _, top, _, low = _font(size).getbbox("Hg")
    return top, low


@lru_cache(maxsize=2048)
def line_mask(text: str, size: int) -> np.ndarray:
    """How much ink a line of spelt `text` in letters of `size` leaves: (h, w) uint8 with `padding`; do not change it."""
    font, pad = _font(size), padding(size)
    left, _, right, _ = font.getbbox(text)
    top, low = _line(size)
    patch = Image.new("L", (int(right - left) + 2 * pad, int(low - top) + 2 * pad))
    ImageDraw.Draw(patch).text((pad - left, pad - top), text, font=font, fill=255)
    return np.asarray(patch)


@lru_cache(maxsize=4096)
def length(text: str, size: int) -> float:
    """Width in pixels of a line of spelt `text` without its padding."""
    return _font(size).getlength(text)
