"""The picture with the places that its score speaks of: zones with their heat, the logo with its clear space, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from ..image import draw
from ..image.layout import split_alpha
from ..image.opencv import cv2
from ..image.warp import homography, transform, unit_square
from ..wires.kit import Kit
from ..wires.kit_colours import KitColour
from ..wires.scores import Part, PictureScore
from .cells import codes_of, within
from .zones import contrast_ratio, luminance

_BOXES = ("banned", "palette", "clutter", "continuity")
_LARGE = 0.4  # a box around so much of the picture points nowhere
_HEAT = 0.55


def marked(picture: torch.Tensor, score: PictureScore, size: tuple[int, int], kit: Kit | None = None, *,
           canvas: np.ndarray | None = None, words: bool = True) -> np.ndarray:
    """The picture (H, W, 3|4), or its `canvas`, inside `size` (width, height) with its places marked; labels where `words`."""
    scale = min(size[0] / picture.shape[1], size[1] / picture.shape[0])
    shown = [max(1, round(side * scale)) for side in (picture.shape[1], picture.shape[0])]
    whole = canvas_of(picture) if canvas is None else canvas
    out = draw.scaled(whole, *shown)
    out = out.copy() if out is whole else out
    zones = score.parts.get("zones")
    if zones is not None and zones.tested:
        _zones(out, picture, zones, scale, words)
    for name in _BOXES:
        part = score.parts.get(name)
        if part is None or part.box is None or part.verdict == "pass" or _points_nowhere(part, picture):
            continue
        draw.rectangle(out, [v * scale for v in part.box], draw.COLOURS[part.verdict], _label(part) if words else "")
    logo = score.parts.get("logo")
    if logo is not None and logo.tested:
        _logo(out, logo, scale, kit, words)
    return out


def canvas_of(picture: torch.Tensor) -> np.ndarray:
    """A picture (H, W, 3|4) as a canvas, without its alpha."""
    return codes_of(within(split_alpha(picture)[0].detach().cpu().float()).contiguous())


def _points_nowhere(part: Part, picture: torch.Tensor) -> bool:
    """Whether the box is that of most of the picture, or of a zone that is framed anyway."""
    if part.name == "clutter":
        return "stray" not in part.details
    return part.name == "palette" and part.box is not None and part.box[2] * part.box[3] > _LARGE * picture[..., 0].numel()


def _label(part: Part) -> str:
    stray = part.details.get("stray")
    if isinstance(stray, Mapping):
        return f"stray {stray.get('colour', 'detail')}"
    return "banned colour" if part.name == "banned" else part.name


def _zones(out: np.ndarray, picture: torch.Tensor, part: Part, scale: float, words: bool) -> None:
    """Heat where text would have too little contrast, a frame around each zone and its ratio."""
    zones = part.details.get("zones", [])
    for zone in zones if isinstance(zones, list) else []:
        x, y, width, height = (round(v * scale) for v in zone["box"])
        area = out[y:y + height, x:x + width]
        if not area.size:
            continue
        place = tuple(int(v) for v in zone["box"])
        short = _lack(picture, place, zone, (area.shape[1], area.shape[0]))
        red = np.broadcast_to(np.array(draw.COLOURS["fail"], np.uint8), area.shape)
        area[:] = draw.blend(area, red, short * _HEAT)
        verdict = "pass" if zone["quality"] >= 1 else part.verdict
        draw.rectangle(out, (x, y, width, height), draw.COLOURS[verdict])
        if words:
            _tag(out, f"{zone['zone']} {zone['ratio']:.1f}:1, needs {zone['limit']:g}:1", (x, y), draw.COLOURS[verdict])


def _lack(picture: torch.Tensor, box: tuple[int, ...], zone: Mapping, size: tuple[int, int]) -> np.ndarray:
    """How much contrast text of the zone's colour lacks at each place: 0 at its limit and better, 1 at half of it."""
    x, y, width, height = box
    ground = luminance(split_alpha(picture)[0][y:y + height, x:x + width]).numpy()
    stroke = max(1, min(width, height) // 12)
    ground = cv2.resize(cv2.blur(ground, (stroke, stroke)), size, interpolation=cv2.INTER_AREA)
    ink = float(luminance(torch.tensor(KitColour(zone["text"]).rgb)))
    return np.clip(2 - 2 * contrast_ratio(ground.reshape(size[1], size[0]), ink) / zone["limit"], 0, 1)


def _logo(out: np.ndarray, part: Part, scale: float, kit: Kit | None, words: bool) -> None:
    """The logo's own outline, around it the room that it must have, and a thing that stands there."""
    corners = part.details.get("corners")
    colour = draw.COLOURS[part.verdict]
    if not isinstance(corners, list):
        return
    quad = np.array(corners, float) * scale
    logo = next((one for one in kit.logos if one.variant == part.details.get("variant")), None) if kit else None
    outer = quad
    if logo is not None and logo.clear_space > 0:
        height, width = logo.rgba.shape[:2]
        room = logo.clear_space * height
        around = np.array([[-room, -room], [width + room, -room], [width + room, height + room], [-room, height + room]])
        outer = transform(homography(unit_square(width, height), quad), around)
        _dashes(out, outer, colour)
    draw.outline(out, quad, colour)
    things = [rule["box"] for rule in _rules(part) if rule.get("box") and rule["value"] < 0.5]
    for box in things[:2]:
        draw.rectangle(out, [v * scale for v in box], draw.COLOURS["fail"])
    if words and np.isfinite(outer).all():
        bad = [name for name, rule in part.details.get("rules", {}).items() if rule["value"] < 0.5]  # type: ignore[union-attr]
        _tag(out, f"logo: {', '.join(bad)}" if bad else "logo", tuple(outer.min(0)), colour, above=True)


def _rules(part: Part) -> list[Mapping]:
    rules = part.details.get("rules", {})
    return [rule for rule in rules.values() if isinstance(rule, Mapping)] if isinstance(rules, Mapping) else []


def _dashes(out: np.ndarray, corners: np.ndarray, colour: tuple[int, int, int]) -> None:
    """A dashed line around `corners` (4, 2)."""
    if not np.isfinite(corners).all():
        return
    for one, other in zip(corners, np.roll(corners, -1, 0), strict=True):
        count = int(np.clip(np.hypot(*(other - one)) // 14, 2, 60))
        for at in np.linspace(0, 1, count, endpoint=False):
            ends = np.array([one + (other - one) * share for share in (at, at + 0.55 / count)])
            draw.outline(out, ends, colour, closed=False)


def _tag(out: np.ndarray, text: str, at: tuple[float, float], colour: tuple[int, int, int], *, above: bool = False) -> None:
    """A label inside the upper-left corner at `at`, or above it where there is room."""
    size = draw.text_size(out.shape[0])
    y = at[1] - 1.7 * size if above and at[1] > 2 * size else at[1] + 2
    draw.write(out, text, (at[0] + 2, y), size=size, colour=colour)
