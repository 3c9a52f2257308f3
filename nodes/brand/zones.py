"""Can the text be read that will stand in the kit's zones? Judged on the planned zone, before any text exists.

Two numbers: the WCAG 2.2 contrast ratio in the zone's worst part, and how much the background masks the letters. Scharff, Hill
and Ahumada (2000) found reading time to follow text contrast at −0.64, background variation alone at 0.08, but both together
in one masking index at −0.84: so a zone must have both contrast and calm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.colour import srgb_to_linear
from ..image.layout import split_alpha
from ..image.opencv import cv2
from ..wires.kit_colours import KitColour
from ..wires.scores import Part
from ..wires.zone import Zone
from .parts import above, largest_box, measured, not_tested

FLARE = 0.05
RATIO, RATIO_LARGE = 4.5, 3.0
LARGE_PX = 24.0
MASKING_HALF = 0.4  # background variation at which the contrast counts 1/√2; a design constant
INK_SHARE = 0.15  # part of a text zone that letters fill; a design constant
_LUMINANCE = torch.tensor((0.2126, 0.7152, 0.0722))
_LINEAR = srgb_to_linear(torch.arange(1 << 16, dtype=torch.float64) / 65535).float()  # the power took longer than the rest


@dataclass(frozen=True, slots=True)
class Legibility:
    """What was measured in one zone: ratios are WCAG's, `masking` and its limit are contrast over masking; places are boxes."""

    zone: Zone
    box: tuple[float, float, float, float]
    text: str
    ratio: float
    mean_ratio: float
    limit: float
    masking: float
    masking_limit: float
    variation: float
    worst: tuple[float, float, float, float]

    @property
    def quality(self) -> float:
        """Smaller of the two numbers, each as a multiple of its limit."""
        return min(self.ratio / self.limit, self.masking / self.masking_limit)

    def to_json(self) -> dict:
        """Plain values."""
        names = ("box", "text", "ratio", "mean_ratio", "limit", "masking", "masking_limit", "variation", "worst", "quality")
        return {"zone": self.zone.name, **{name: getattr(self, name) for name in names}}


def luminance(picture: torch.Tensor) -> torch.Tensor:
    """Relative luminance (…), 0..1, float32, of an encoded picture (…, 3|4)."""
    codes = (split_alpha(picture)[0].detach().cpu().float().clamp(0, 1) * 65535).add_(0.5).long()
    return _LINEAR.take(codes) @ _LUMINANCE


def letter_height(zone: Zone, picture: torch.Tensor) -> float:
    """Height in pixels of the text to come in a zone of a picture (H, W, …): half of the zone where it is not said."""
    lines, columns = picture.shape[:2]
    return zone.height_px * lines / 1080 if zone.height_px else min(zone.box(columns, lines)[2:]) / 2


def contrast_ratio(one: np.ndarray | float, other: np.ndarray | float) -> np.ndarray:
    """WCAG 2.2 contrast ratio of two relative luminances, 1..21."""
    return (np.maximum(one, other) + FLARE) / (np.minimum(one, other) + FLARE)


def masked_contrast(text: float, ground: float, variation: float) -> float:
    """Masking index: contrast of the text to the mean of text and ground, divided by √(1 + (variation/0.4)²).

    `variation` is the ground's standard deviation over that mean. Luminances carry WCAG's flare of 0.05.
    """
    mean = INK_SHARE * (text + FLARE) + (1 - INK_SHARE) * (ground + FLARE)
    return abs(text + FLARE - mean) / mean / float(np.sqrt(1 + (variation / MASKING_HALF) ** 2))


def _at_ratio(text: float, ground: float, ratio: float) -> float:
    """Luminance of a calm ground at which `text` just has `ratio`, on the side where `ground` lies."""
    lighter = (text + FLARE) * ratio - FLARE
    darker = (text + FLARE) / ratio - FLARE
    return lighter if (ground > text and lighter <= 1) or darker < 0 else darker


def _text_luminance(zone: Zone, ground: float) -> tuple[str, float]:
    options = [zone.colour.upper()] if zone.colour else ["#FFFFFF", "#000000"]
    known = [(code, float(luminance(torch.tensor(KitColour(code).rgb)))) for code in options]
    return max(known, key=lambda option: float(contrast_ratio(option[1], ground)))


def _windows(ground: np.ndarray, side: int) -> np.ndarray:
    """Mean of every place of `side` pixels square, or as much as there is, by its upper-left corner."""
    height, width = (min(side, n) for n in ground.shape)
    means = cv2.blur(ground, (width, height), anchor=(0, 0), borderType=cv2.BORDER_REPLICATE)
    return means[:ground.shape[0] - height + 1, :ground.shape[1] - width + 1]


def _unreadable(ground: np.ndarray, ink: float, limit: float, letters: float) -> tuple[int, int, int, int] | None:
    """Box of the largest place where text of this luminance has too little contrast, or None; gaps under half a letter close."""
    bad = (contrast_ratio(ground, ink) < limit).astype(np.uint8)
    side = round(letters / 4) | 1  # odd, so that nothing moves
    kernel, room = np.ones((side, side), np.uint8), 2 * side
    bad = cv2.copyMakeBorder(bad, room, room, room, room, cv2.BORDER_CONSTANT, value=0)
    for step in (cv2.MORPH_CLOSE, cv2.MORPH_OPEN):
        bad = cv2.morphologyEx(bad, step, kernel)
    box = largest_box(bad[room:-room, room:-room])
    return None if box is None else (int(box[0]), int(box[1]), int(box[2]), int(box[3]))


def legibility(picture: torch.Tensor, zone: Zone) -> Legibility:
    """Measure one zone of an encoded picture (H, W, 3|4).

    The ratio is that of the worst place one text height square, wherever it lies; `worst` is all of the largest place that is
    too low, where the ratio is, else that place. Without a text colour the better of black and white is taken.
    """
    lines, columns = picture.shape[:2]
    x, y, width, height = zone.box(columns, lines)
    ground = luminance(picture[y:y + height, x:x + width]).numpy()
    mean = float(ground.mean())
    text, ink = _text_luminance(zone, mean)
    letters = letter_height(zone, picture)
    side = max(4, round(letters))
    ratios = contrast_ratio(_windows(ground, side), ink)
    limit = RATIO_LARGE if zone.height_px and zone.height_px >= LARGE_PX else RATIO
    average = INK_SHARE * (ink + FLARE) + (1 - INK_SHARE) * (mean + FLARE)
    stroke = max(1, round(letters / 8))  # what is finer does not mask a letter, and goes with any resize
    variation = float(cv2.blur(ground, (stroke, stroke)).std()) / average
    lowest = float(ratios.min())
    down, across = np.unravel_index(int(ratios.argmin()), ratios.shape)
    here = int(across), int(down), min(side, width), min(side, height)
    worst = (_unreadable(ground, ink, limit, letters) if lowest < limit else None) or here
    box = (float(x), float(y), float(width), float(height))
    return Legibility(zone, box, text, lowest, float(contrast_ratio(mean, ink)), limit,
                      masked_contrast(ink, mean, variation), masked_contrast(ink, _at_ratio(ink, mean, limit), 0.0), variation,
                      (float(x + worst[0]), float(y + worst[1]), float(worst[2]), float(worst[3])))


def zones(picture: torch.Tensor, planned: tuple[Zone, ...]) -> Part:
    """Legibility of the worst of the planned zones on an encoded picture (H, W, 3|4).

    Returns:
        `raw` is the WCAG ratio in the zone's worst part; `value` follows the worse of ratio and masking index, each as a
        multiple of its limit (4.5:1, or 3:1 for text of 24 px and more at 1080 lines; the masking index of a calm ground at
        that ratio). `box` is the place that cannot be read, where contrast lacks, else the zone.
    """
    if not planned:
        return not_tested("zones", "The kit plans no text zones.")
    found = [legibility(picture, zone) for zone in planned]
    bad = min(found, key=lambda one: one.quality)
    calm = bad.masking >= bad.masking_limit
    state = "stands out" if calm else "is masked"
    message = (f"{bad.zone.name}: {bad.text} text has {bad.ratio:.1f}:1 in its worst part, {bad.limit:g}:1 is needed; over the "
               f"whole zone it {state} (masking index {bad.masking:.2f}, limit {bad.masking_limit:.2f}).")
    x, y, width, height = bad.worst if bad.ratio < bad.limit else bad.box
    return measured("zones", above(bad.quality, 1.0), message, raw=bad.ratio, unit=":1", limit=bad.limit,
                    box=(x, y, width, height), suggestion=_advice(bad) if bad.quality < 1 else "",
                    zones=[one.to_json() for one in found])


def _advice(bad: Legibility) -> str:
    light_text = KitColour(bad.text).rgb > (0.5, 0.5, 0.5)
    move, veil = ("darken", "dark") if light_text else ("lighten", "light")
    veil = f"{move} the marked zone or lay a {veil} veil under the text"
    if bad.ratio >= bad.limit:
        return f"Blur or flatten the background of {bad.zone.name}, or {veil}."
    return f"{veil[0].upper()}{veil[1:]}, or place {bad.zone.name} elsewhere."
