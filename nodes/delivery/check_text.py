"""Can the kit's texts be read on a delivered file? Where they are burnt in, they are told from the ground they stand on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..image.opencv import cv2
from ..media.paths import relative_to_output
from ..wires.kit import Kit
from ..wires.report import Finding
from ..wires.zone import Zone
from .channels import Channel

_FAIR, _LARGE = 4.5, 3.0  # WCAG 2.2: contrast of text; of text of 24 px and more
_NEAR = 48  # code values: ink of a lossy file is this near to its colour
_INK = 0.01  # of a zone: less is no text


def check_contrast(path: Path, picture: np.ndarray, channel: Channel | None, kit: Kit) -> list[Finding]:
    """Contrast of the kit's texts with the picture in their zones, at its worst tenth.

    Without a colour of its own a text is taken as black or white, whichever is the better.
    """
    found, (height, width) = [], picture.shape[:2]
    for zone in kit.text_zones:
        if zone.channel not in ("", channel.id if channel else ""):
            continue
        x, y, w, h = zone.box(width, height)
        ratio, burnt = contrast_in(picture[y:y + h, x:x + w], zone, height)
        limit = _LARGE if zone.height_px and zone.height_px >= 24 else _FAIR
        good = ratio >= limit
        text = f"Text {'burnt into' if burnt else 'in'} {zone.name} has a contrast of {ratio:.1f}."
        found.append(Finding("publish.contrast", "pass" if good else "warn", text, value=round(ratio, 2), unit="ratio",
                             limit=limit, box=(x, y, w, h), file=relative_to_output(path),
                             suggestion="" if good else "Take the other text colour, or lay a shade under it."))
    return found


def contrast_in(place: np.ndarray, zone: Zone, lines: int) -> tuple[float, bool]:
    """WCAG ratio of a zone's text at the worst tenth of its ground, and whether the text stands there.

    Args:
        place: The zone (h, w, 3) uint8 of a picture of `lines` lines.
        zone: Its colour, and the height of its letters at 1080 lines.
        lines: Of the whole picture.
    """
    if not zone.colour:
        return max(_worst(place.reshape(-1, 3), colour) for colour in ((0, 0, 0), (255, 255, 255))), False
    colour = tuple(int(zone.colour[i:i + 2], 16) for i in (1, 3, 5))
    letters = (zone.height_px or 48) * lines / 1080
    ground = _around_ink(place, colour, letters)
    return (_worst(place.reshape(-1, 3), colour), False) if ground is None else (_worst(ground, colour), True)


def _around_ink(place: np.ndarray, colour: tuple[int, ...], letters: float) -> np.ndarray | None:
    """Pixels (n, 3) that letters of a colour stand on; None where there are no letters.

    Letters are thin: what is of their colour and holds a square of half their height is ground, and a poor one.
    """
    near = (np.abs(place.astype(np.int16) - np.array(colour)).max(-1) <= _NEAR).astype(np.uint8)
    side = max(3, round(letters / 2))
    wide = cv2.morphologyEx(near, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    ink = np.where(wide > 0, 0, near).astype(np.uint8)
    if ink.mean() < _INK:
        return None
    edge = max(1, round(letters / 16))  # what lies between a letter and its ground is neither
    reach = max(3, round(letters / 3))
    not_ink = cv2.dilate(ink, np.ones((2 * edge + 1, 2 * edge + 1), np.uint8)) == 0
    around = cv2.dilate(ink, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0
    chosen = (around & not_ink) | (around & (wide > 0))
    return place[chosen] if chosen.any() else None


def _worst(pixels: np.ndarray, colour: tuple[int, ...]) -> float:
    text, ground = _light(np.array([colour], np.float32))[0], _light(pixels.astype(np.float32))
    high, low = np.maximum(text, ground), np.minimum(text, ground)
    return float(np.percentile((high + 0.05) / (low + 0.05), 10))


def _light(codes: np.ndarray) -> np.ndarray:
    value = codes / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])
