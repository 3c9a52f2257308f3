"""Files of one delivery beside each other: the same shot must not be warmer in one channel than in the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..image.opencv import cv2
from ..media.paths import relative_to_output
from ..media.stills import read_still
from ..wires.report import Finding
from .overlap import find_part
from .verify import read_back

_LIGHT, _TINT, _EVEN = 140.0, 70.0, 8.0  # code values: least light, most colour, most unevenness of what is white
_NEARLY = 0.93  # as light as the lightest
_FEWEST, _LEAST = 24, 0.002  # pixels and share of them that make a white
_MOST = 24
_SUFFIXES = (".mp4", ".mov", ".mkv", ".webm")
_Pair = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class _Question:
    """What two pictures are asked: a check, its limit in code values, the measure (None: nothing to see), and its words."""

    check: str
    limit: float
    apart: Callable[[_Pair], float | None]
    good: str
    bad: str
    advice: str

    def finding(self, path: Path, apart: float, other: Path) -> Finding:
        """What is said of a file that differs by `apart` from another."""
        holds = apart <= self.limit
        text = f"{self.good}, within {apart:.1f} of 255." if holds else self.bad.format(other.name, f"{apart:.1f} of 255")
        return Finding(self.check, "pass" if holds else "warn", text, value=round(apart, 2), unit="code values", limit=self.limit,
                       file=relative_to_output(path), suggestion="" if holds else self.advice)


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
    found: list[dict[Path, list[tuple[float, Path]]]] = [{} for _ in _QUESTIONS]
    for i, (path, picture, frame) in enumerate(shown[:_MOST]):
        for other, second, other_frame in shown[i + 1:_MOST]:
            pair = find_part(picture, second) if frame == other_frame else None
            if pair is None:
                continue
            for question, answers in zip(_QUESTIONS, found, strict=True):
                if (apart := question.apart(pair)) is None:
                    continue
                answers.setdefault(path, []).append((apart, other))
                answers.setdefault(other, []).append((apart, path))
    return [question.finding(path, *_middle(answers[path])) for question, answers in zip(_QUESTIONS, found, strict=True)
            for path in answers]


def _middle(apart: list[tuple[float, Path]]) -> tuple[float, Path]:
    """The middle difference of a file to the others: one that is off must not accuse the rest."""
    return sorted(apart, key=lambda d: d[0])[(len(apart) - 1) // 2]


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


_QUESTIONS = (
    _Question("publish.consistency", 3.0, _mean_apart, "Its colours are those of the other channels",
              "Its mean colour differs from {} by {} where both show the same.",
              "Export all channels from one graded clip; look at the matrix first."),
    # between red and blue, or green and both
    _Question("publish.white_point", 5.0, _white_apart, "Its white is that of the other channels",
              "What is white in {} has another tint here, by {}.",
              "Export all channels from one graded clip, or give each the same look."))
