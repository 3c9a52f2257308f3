"""Is a colour in the picture that the brand must not wear?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..wires.kit_colours import KitColour
from ..wires.scores import Part
from .cells import Cells, membership
from .parts import below, measured, not_tested

LIMIT_AREA = 0.5
PATCH_AREA = 0.05


def banned_map(cells: Cells, banned: tuple[KitColour, ...], palette: tuple[KitColour, ...]) -> np.ndarray:
    """How much each cell is of each banned colour: (n, K) 0..1; what is nearer to an allowed colour is not banned."""
    distance = cells.differences(banned)
    member = membership(distance, np.array([c.tolerance for c in banned]))
    if palette:
        allowed = cells.differences(palette)
        least = allowed.min(1)
        mine = (allowed <= np.array([c.tolerance for c in palette])) & (allowed == least[:, None])
        nearer = np.where(mine.any(1), least, np.inf)
        member = np.where(nearer[:, None] < distance, 0, member)
    return member


def banned(cells: Cells, colours: tuple[KitColour, ...], palette: tuple[KitColour, ...] = ()) -> Part:
    """Share of the picture in banned colours.

    Returns:
        `raw` in per cent of the area: a pixel counts whole within a colour's tolerance, falling to nothing at one and a half
        times it, and not at all where it is within the tolerance of a palette colour that is nearer. `box` is the largest
        connected area of the worst colour. Below the limit, such an area of 0.05 % warns: it is a thing, not stray pixels.
    """
    if not colours:
        return not_tested("banned", "The kit bans no colour.")
    member = banned_map(cells, colours, palette)
    areas = (member * cells.share[:, None]).sum(0) * 100
    raw = float((member.max(1) * cells.share).sum() * 100)
    worst = int(areas.argmax())
    inside = member[:, worst] >= 0.5
    box = cells.box(inside) if areas[worst] > 0 else None
    patch = 0.0 if box is None else _filled(cells, inside, box)
    shown = {c.hex: round(float(a), 4) for c, a in zip(colours, areas, strict=True)}
    name, is_thing = colours[worst].name, raw <= LIMIT_AREA and patch >= PATCH_AREA
    if is_thing:
        message = (f"{name} is banned, and one place of it fills {patch:.2g} % of the picture; all of it {raw:.2g} %, "
                   f"limit {LIMIT_AREA:g} %.")
    elif raw < 0.005:
        message = f"No banned colour in the picture ({', '.join(c.name for c in colours[:4])})."
    else:
        message = f"{name} is banned and fills {areas[worst]:.2g} % of the picture; limit {LIMIT_AREA:g} %."
    advice = f"Recolour the marked area away from {colours[worst].hex}." if is_thing or raw > LIMIT_AREA else ""
    part = measured("banned", below(raw, LIMIT_AREA), message, raw=raw, unit="% of the area", limit=LIMIT_AREA, box=box,
                    suggestion=advice, areas=shown, patch=round(patch, 4))
    return replace(part, verdict="warn") if is_thing else part


def _filled(cells: Cells, inside: np.ndarray, box: tuple[float, float, float, float]) -> float:
    """How much of the picture the chosen cells fill within a box, in per cent."""
    x, y, width, height = (int(v) for v in box)
    return float(inside.take(cells.index[y:y + height, x:x + width]).sum()) / cells.index.size * 100
