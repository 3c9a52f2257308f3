"""What in a kit contradicts itself: no reason to refuse it, but to say so before it is shared."""

from __future__ import annotations

from collections import Counter

from ..wires.kit import Kit
from .cells import differences, lab_of


def conflicts(kit: Kit) -> list[str]:
    """A sentence for every banned colour that covers one of the palette, and for every text zone that is there twice."""
    out = []
    near = differences(lab_of(kit.palette), kit.banned)
    for k, banned in enumerate(kit.banned):
        for i, wanted in enumerate(kit.palette):
            if near[i, k] <= banned.tolerance:
                out.append(f"{banned.name} is banned with a tolerance of {banned.tolerance:g} ΔE, and {wanted.name} of the "
                           f"palette lies {near[i, k]:.1f} ΔE from it: between them the nearer one counts. Lower the tolerance, "
                           "or decide on one.")
    named = Counter((zone.name, zone.channel) for zone in kit.text_zones)
    return out + [f"{count} text zones are named {name}{f' @{channel}' if channel else ''}: reports cannot tell them apart. "
                  "Rename one." for (name, channel), count in named.items() if count > 1]
