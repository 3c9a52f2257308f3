"""Files of one delivery beside each other: the same shot must not be warmer in one channel than in the next."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..media.paths import relative_to_output
from ..media.stills import read_still
from ..wires.kit import Kit
from ..wires.report import Finding
from ..wires.zone import Zone
from .channels import Channel
from .overlap import find_part
from .verify import read_back

_LIMIT = 3.0  # code values, mean of what both show
_MOST = 24
_FAIR, _LARGE = 4.5, 3.0  # WCAG 2.2: contrast of text; of text of 24 px and more


def first_picture(path: Path, frame: int = 0) -> np.ndarray | None:
    """A frame of a film, or a still (H, W, 3) uint8; None where it cannot be read."""
    try:
        return read_back(path, (frame,))[1].get(frame) if path.suffix.lower() == ".mp4" else read_still(path)[0]
    except ValueError:
        return None  # said by the checks that read it


def check_consistency(shown: list[tuple[Path, np.ndarray, int]]) -> list[Finding]:
    """Compare pictures (path, (H, W, 3) uint8, number of frame) of one delivery, the same frame with the same.

    The one that most others differ from is named.
    """
    found, apart = [], {}
    for i, (path, picture, frame) in enumerate(shown[:_MOST]):
        for other, second, other_frame in shown[i + 1:_MOST]:
            pair = find_part(picture, second) if frame == other_frame else None
            if pair is not None:
                difference = pair[1].astype(float).mean((0, 1)) - pair[0].astype(float).mean((0, 1))
                apart.setdefault(path, []).append((float(np.abs(difference).max()), other))
                apart.setdefault(other, []).append((float(np.abs(difference).max()), path))
    for path, differences in apart.items():
        middle = sorted(differences, key=lambda d: d[0])[(len(differences) - 1) // 2]
        good = middle[0] <= _LIMIT
        text = (f"Its colours are those of the other channels, within {middle[0]:.1f} of 255." if good else
                f"Its mean colour differs from {middle[1].name} by {middle[0]:.1f} of 255 where both show the same.")
        found.append(Finding("publish.consistency", "pass" if good else "warn", text, value=round(middle[0], 2),
                             unit="code values",
                             limit=_LIMIT, file=relative_to_output(path),
                             suggestion="" if good else "Export all channels from one graded clip; look at the matrix first."))
    return found


def check_contrast(path: Path, picture: np.ndarray, channel: Channel | None, kit: Kit) -> list[Finding]:
    """Contrast of the kit's texts with the picture under their zones, at its worst tenth."""
    found, (height, width) = [], picture.shape[:2]
    for zone in kit.text_zones:
        if not zone.colour or zone.channel not in ("", channel.id if channel else ""):
            continue
        ratio = _worst_ratio(picture, zone, width, height)
        limit = _LARGE if (zone.height_px or 48) >= 24 else _FAIR
        good = ratio >= limit
        found.append(Finding("publish.contrast", "pass" if good else "warn",
                             f"Text in {zone.name} has a contrast of {ratio:.1f}.",
                             value=round(ratio, 2), unit="ratio", limit=limit, box=zone.box(width, height),
                             file=relative_to_output(path),
                             suggestion="" if good else "Take the other text colour, or lay a shade under it."))
    return found


def _worst_ratio(picture: np.ndarray, zone: Zone, width: int, height: int) -> float:
    x, y, w, h = zone.box(width, height)
    colour = np.array([int(zone.colour[i:i + 2], 16) for i in (1, 3, 5)], np.float32)
    text, ground = _light(colour[None])[0], _light(picture[y:y + h, x:x + w].reshape(-1, 3).astype(np.float32))
    high, low = np.maximum(text, ground), np.minimum(text, ground)
    return float(np.percentile((high + 0.05) / (low + 0.05), 10))


def _light(codes: np.ndarray) -> np.ndarray:
    value = codes / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])
