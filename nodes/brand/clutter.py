"""How restless the picture is where text will stand.

Local variation of OKLab at three sizes, after the idea of feature congestion (Rosenholtz, Li and Nakano 2007): a place is
cluttered when its neighbourhood is varied in lightness or colour. Only zones count: over a whole picture clutter says little.
A zone may be calm but for one thing: a detail of the size of letters that stands out as they do is named, and warns.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from ..image.colour import srgb_to_oklab
from ..image.layout import split_alpha
from ..image.opencv import cv2
from ..wires.scores import Part
from ..wires.zone import Zone
from .parts import below, largest_box, measured, not_tested
from .zones import RATIO_LARGE, contrast_ratio, letter_height, luminance

LIMIT = 5.0
_STRAY_SHARE = 0.1  # what stands out on more of a zone is its ground
_LINES = 128
_SIZES = (0.004, 0.012, 0.036)  # standard deviation of the neighbourhood, as a share of the picture's height


def restlessness(picture: torch.Tensor, box: tuple[int, int, int, int]) -> np.ndarray:
    """Local variation (h, w) in hundredths of OKLab inside `box` of an encoded picture, mean over the three sizes."""
    x, y, width, height = box
    lines = picture.shape[0]
    margin = int(3 * _SIZES[-1] * lines) + 2
    top, left = max(0, y - margin), max(0, x - margin)
    around = split_alpha(picture)[0][top:y + height + margin, left:x + width + margin]
    pixels, scale = around.detach().cpu().float().numpy(), min(1.0, _LINES / lines)
    full = pixels.shape[1::-1]
    if scale < 1:  # what is finer than a letter's strokes is no clutter, and goes with any resize
        pixels = cv2.resize(pixels, [max(1, round(side * scale)) for side in full], interpolation=cv2.INTER_AREA)
    lab = srgb_to_oklab(torch.from_numpy(pixels).clamp(0, 1)).numpy()
    total = np.mean([_variation(lab, max(0.8, size * lines * scale)) for size in _SIZES], axis=0) * 100
    total = cv2.resize(total, full, interpolation=cv2.INTER_LINEAR) if scale < 1 else total
    return total[y - top:y - top + height, x - left:x - left + width]


def _variation(lab: np.ndarray, sigma: float) -> np.ndarray:
    """Standard deviation of the three channels together under a Gaussian of `sigma` pixels: (h, w)."""
    lines, columns = lab.shape[:2]
    factor = max(1, int(sigma / 3))  # a wide Gaussian needs no fine grid
    small = (max(1, columns // factor), max(1, lines // factor))
    spread = []
    for values in (lab, (lab * lab).sum(-1)):
        less = cv2.resize(values, small, interpolation=cv2.INTER_AREA)
        spread.append(cv2.GaussianBlur(less, (0, 0), sigma / factor).reshape(small[1], small[0], -1))
    variance = np.maximum(spread[1][..., 0] - (spread[0] ** 2).sum(-1), 0)
    return cv2.resize(np.sqrt(variance), (columns, lines), interpolation=cv2.INTER_LINEAR)


def stray_detail(picture: torch.Tensor, zone: Zone) -> tuple[float, tuple[float, float, float, float]] | None:
    """Contrast and box of the largest detail of a zone that could be taken for letters, or None.

    It stands out from what is around it by 3:1 (WCAG 2.2, 1.4.11), is thicker than a stroke and less than two letters wide or
    high, and fills less than a tenth of the zone.
    """
    x, y, width, height = zone.box(picture.shape[1], picture.shape[0])
    letters = letter_height(zone, picture)
    scale = min(1.0, 16 / letters)  # a stroke is an eighth of a letter, here two pixels
    reach = round(2 * letters)  # what goes on outside the zone is as large as it is there
    left, top = max(0, x - reach), max(0, y - reach)
    around = split_alpha(picture)[0][top:y + height + reach, left:x + width + reach].detach().cpu().float().numpy()
    small = cv2.resize(around, [max(1, round(side * scale)) for side in around.shape[1::-1]], interpolation=cv2.INTER_AREA)
    across, down = around.shape[1] / small.shape[1], around.shape[0] / small.shape[0]
    ground = luminance(torch.from_numpy(small)).numpy()
    kernel = np.ones((round(2 * letters * scale) | 1,) * 2, np.uint8)  # an edge between two grounds is no detail
    light, dark = (cv2.morphologyEx(ground, step, kernel) for step in (cv2.MORPH_OPEN, cv2.MORPH_CLOSE))
    ratio = np.maximum(contrast_ratio(ground, light), contrast_ratio(ground, dark))
    rows, columns = ((round((start - first) / step), round((start - first + side) / step))
                     for start, first, side, step in ((y, top, height, down), (x, left, width, across)))
    ratio = ratio[rows[0]:max(rows[1], rows[0] + 1), columns[0]:max(columns[1], columns[0] + 1)]
    stands_out = cv2.morphologyEx((ratio >= RATIO_LARGE).astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    box = largest_box(stands_out) if stands_out.mean() < _STRAY_SHARE else None
    if box is None:
        return None
    column, row, wide, high = (int(v) for v in box)
    most = float(ratio[row:row + high, column:column + wide].max())
    return most, (x + column * across, y + row * down, wide * across, high * down)


def clutter(picture: torch.Tensor, planned: tuple[Zone, ...]) -> Part:
    """Clutter of the worst of the planned zones: `raw` is its mean local variation in hundredths of OKLab.

    Where all are calm, a stray detail in one of them warns, and is what `box` shows; the value stays.
    """
    if not planned:
        return not_tested("clutter", "The kit plans no text zones; clutter is judged only where text will stand.")
    boxes = [zone.box(picture.shape[1], picture.shape[0]) for zone in planned]
    levels = [float(restlessness(picture, box).mean()) for box in boxes]
    worst = int(np.argmax(levels))
    raw, name = levels[worst], planned[worst].name
    x, y, width, height = (float(v) for v in boxes[worst])
    state = "calm enough" if raw <= LIMIT else "cluttered"
    message = f"{name} is {state}: local variation {raw:.1f} hundredths of OKLab; limit {LIMIT:g}."
    part = measured("clutter", below(raw, LIMIT), message, raw=raw, unit="OKLab/100", limit=LIMIT, box=(x, y, width, height),
                    suggestion=f"Ask for plain background in {name}, or blur it there." if raw > LIMIT else "",
                    zones={zone.name: round(level, 3) for zone, level in zip(planned, levels, strict=True)})
    return _with_stray(part, picture, planned) if part.verdict == "pass" else part


def _with_stray(part: Part, picture: torch.Tensor, planned: tuple[Zone, ...]) -> Part:
    found = [(*stray, zone.name) for zone in planned if (stray := stray_detail(picture, zone))]
    if not found:
        return part
    ratio, box, name = max(found)
    return replace(part, verdict="warn", box=box, suggestion=f"Retouch the marked detail in {name}, or move the zone off it.",
                   message=f"{part.message} A detail in {name} stands out {ratio:.1f}:1 as letters would.",
                   details={**part.details, "stray": {"zone": name, "ratio": round(ratio, 3), "box": box}})
