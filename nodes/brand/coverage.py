"""Do the kit's colours fill the picture in the shares asked for?"""

from __future__ import annotations

import numpy as np

from ..wires.kit_colours import KitColour
from ..wires.scores import Part
from .cells import Cells
from .parts import below, largest_box, measured, not_tested

LIMIT = 20.0


def coverage(cells: Cells, colours: tuple[KitColour, ...]) -> Part:
    """Area of the kit's colours against the shares asked for.

    A pixel belongs to its nearest kit colour by exp(−(ΔE/2t)²), t the colour's tolerance. `raw` is half the sum of the
    differences between share and area over the colours with a share and what is left, in per cent of the picture.
    """
    if not colours:
        return not_tested("coverage", "The kit names no palette.")
    distance = cells.differences(colours)
    owner = distance.argmin(1)
    tolerance = np.array([c.tolerance for c in colours])
    belongs = np.exp(-((distance.min(1) / (2 * tolerance[owner])) ** 2)) * cells.share
    area = np.bincount(owner, belongs, len(colours))
    areas = {c.hex: round(float(a), 4) for c, a in zip(colours, area, strict=True)}
    wanted = [(c, float(a)) for c, a in zip(colours, area, strict=True) if c.share]
    if not wanted:
        return not_tested("coverage", "The palette asks for no shares of the picture.", areas=areas, covered=float(area.sum()))
    off = [(a - float(c.share or 0), c, a) for c, a in wanted]
    rest = sum(a for _, a in wanted) - sum(float(c.share or 0) for c, _ in wanted)
    raw = 50 * (sum(abs(d) for d, _, _ in off) + abs(rest))
    _, colour, a = max(off, key=lambda o: abs(o[0]))
    message = (f"{colour.name} covers {a * 100:.0f} % of the picture, {(colour.share or 0) * 100:.0f} % is asked for. "
               f"Areas are off by {raw:.0f} %; limit {LIMIT:g}.")
    k = colours.index(colour)
    box = largest_box(cells.paint((owner == k) & (distance[:, k] <= 2 * colour.tolerance)))
    return measured("coverage", below(raw, LIMIT), message, raw=raw, unit="% of the area", limit=LIMIT, box=box,
                  areas=areas, covered=float(area.sum()))
