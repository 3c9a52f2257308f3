"""Files of one delivery beside each other: the same shot must not be warmer in one channel than in the next."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..image.opencv import cv2
from ..media.paths import relative_to_output
from ..media.stills import read_still
from ..wires.report import Finding
from .overlap import find_part
from .verify import read_back

_LIMIT = 3.0  # code values, mean of what both show
_WHITE_LIMIT = 5.0  # code values between red and blue, or green and both, of what is white
_LIGHT, _TINT, _EVEN = 140.0, 70.0, 8.0  # code values: least light, most colour, most unevenness of what is white
_NEARLY = 0.93  # as light as the lightest
_FEWEST, _LEAST = 24, 0.002  # pixels and share of them that make a white
_MOST = 24
_SUFFIXES = (".mp4", ".mov", ".mkv", ".webm")
_Pair = tuple[np.ndarray, np.ndarray]


def first_picture(path: Path, frame: int = 0) -> np.ndarray | None:
    """A frame of a film, or a still (H, W, 3) uint8; None where it cannot be read."""
    try:
        return read_back(path, (frame,))[1].get(frame) if path.suffix.lower() in _SUFFIXES else read_still(path)[0]
    except ValueError:
        return None  # said by the checks that read it


def check_consistency(shown: list[tuple[Path, np.ndarray, int]]) -> list[Finding]:
    """Compare pictures (path, (H, W, 3) uint8, number of frame) of one delivery, the same frame with the same.

    The one that most others differ from is named: in its mean colour, and in the tint of what is white.
    """
    colours: dict[Path, list[tuple[float, Path]]] = {}
    whites: dict[Path, list[tuple[float, Path]]] = {}
    for i, (path, picture, frame) in enumerate(shown[:_MOST]):
        for other, second, other_frame in shown[i + 1:_MOST]:
            pair = find_part(picture, second) if frame == other_frame else None
            if pair is None:
                continue
            for found, measure in ((colours, _mean_apart), (whites, _white_apart)):
                if (apart := measure(pair)) is None:
                    continue
                found.setdefault(path, []).append((apart, other))
                found.setdefault(other, []).append((apart, path))
    return [*_of_all(colours, _colour_finding), *_of_all(whites, _white_finding)]


def _of_all(apart: Mapping[Path, list[tuple[float, Path]]], say: object) -> list[Finding]:
    """A finding a file, of its middle difference to the others: one that is off must not accuse the rest."""
    middles = {path: sorted(found, key=lambda d: d[0])[(len(found) - 1) // 2] for path, found in apart.items()}
    return [say(path, *middle) for path, middle in middles.items()]  # type: ignore[operator]


def _mean_apart(pair: _Pair) -> float:
    one, other = (picture.astype(float).mean((0, 1)) for picture in pair)
    return float(np.abs(one - other).max())


def _white_apart(pair: _Pair) -> float | None:
    """Difference of the tint of what is white, warm against cold and green against magenta; None where nothing is.

    White is what is light, nearly without colour, and even: at a letter's edge another pixel is another colour, and a cut is
    found to the pixel at best.
    """
    both = (pair[0].astype(np.float32) + pair[1]) / 2
    even = np.max([_unevenness(picture) for picture in pair], axis=0) <= _EVEN
    light, tint = both.mean(-1), both.max(-1) - both.min(-1)
    may_be = even & (tint <= _TINT) & (light >= _LIGHT)
    if not may_be.any():
        return None
    white = may_be & (light >= _NEARLY * np.percentile(light[may_be], 95))
    if white.sum() < max(_FEWEST, _LEAST * white.size):
        return None
    red, green, blue = np.stack([picture[white].astype(float).mean(0) for picture in pair], -1)
    warm, leaf = red - blue, green - (red + blue) / 2
    return float(max(abs(warm[1] - warm[0]), abs(leaf[1] - leaf[0])))


def _unevenness(picture: np.ndarray) -> np.ndarray:
    """Standard deviation of light in the 5 × 5 pixels around each, in code values."""
    grey = picture.astype(np.float32).mean(-1)
    return np.sqrt(np.maximum(cv2.blur(grey * grey, (5, 5)) - cv2.blur(grey, (5, 5)) ** 2, 0))


def _colour_finding(path: Path, apart: float, other: Path) -> Finding:
    good = apart <= _LIMIT
    text = (f"Its colours are those of the other channels, within {apart:.1f} of 255." if good else
            f"Its mean colour differs from {other.name} by {apart:.1f} of 255 where both show the same.")
    return Finding("publish.consistency", "pass" if good else "warn", text, value=round(apart, 2), unit="code values",
                   limit=_LIMIT, file=relative_to_output(path),
                   suggestion="" if good else "Export all channels from one graded clip; look at the matrix first.")


def _white_finding(path: Path, apart: float, other: Path) -> Finding:
    good = apart <= _WHITE_LIMIT
    text = (f"Its white is that of the other channels, within {apart:.1f} of 255." if good else
            f"What is white in {other.name} has another tint here, by {apart:.1f} of 255.")
    return Finding("publish.white_point", "pass" if good else "warn", text, value=round(apart, 2), unit="code values",
                   limit=_WHITE_LIMIT, file=relative_to_output(path),
                   suggestion="" if good else "Export all channels from one graded clip, or give each the same look.")
