"""Does the picture wear the kit's colours?

Two parts that are never merged: `coverage` compares areas with the shares asked for, `palette` asks both ways for the nearest
colour in CIEDE2000: from the kit to the picture and from the picture to the kit (Pan and Westland 2018: of the measures they
tried the minimum difference is the one closest to what people say). Vivid colours of the kit count more than greys, black and
white in the picture count little, because most pictures have them, and differences are joined so that one foreign colour does
not drown a close match.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.colour import oklab_to_srgb, srgb_to_lab
from ..wires.kit_colours import TOLERANCE, KitColour
from ..wires.scores import Part
from .cells import Cells, differences, kit_chroma
from .colours import (
    LEAST_CHROMA,
    black_and_white,
    black_and_white_kit,
    counting,
    kit_plainness,
    main_colours,
    near_main,
    not_grey,
    plainness,
    role_differences,
)
from .parts import measured, not_tested

LIMIT = TOLERANCE
_MOST_PICTURE, _MOST_KIT = 3 * LIMIT, 5 * LIMIT  # of black and white: far from a pass, not as far as a wrong colour
_UNSEEN = 1.0  # a difference of 1 ΔE is hardly seen, and a codec makes as much
_STEEPNESS = 1.5
_PLACES = 256


def worth(difference: np.ndarray | float) -> np.ndarray:
    """What a colour at this CIEDE2000 is worth: 1 on the spot, hardly less at 1 ΔE, 0.5 at 5 ΔE, towards 0."""
    past = np.hypot(difference, _UNSEEN) - _UNSEEN
    return 1 / (1 + (past / (np.hypot(LIMIT, _UNSEEN) - _UNSEEN)) ** _STEEPNESS)


def difference_worth(value: float) -> float:
    """The CIEDE2000 that is worth `value`."""
    past = (1 / max(value, 1e-6) - 1) ** (1 / _STEEPNESS) * (np.hypot(LIMIT, _UNSEEN) - _UNSEEN)
    return float(np.sqrt((past + _UNSEEN) ** 2 - _UNSEEN**2))


def joined(difference: np.ndarray, weight: np.ndarray) -> float:
    """Mean worth of differences: near matches weigh more than how far is far."""
    return float((weight * worth(difference)).sum() / weight.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """A picture's colours against a kit's.

    Attributes:
        roles: (K, 3) for every kit colour the nearest in the picture: ΔE2000, the same eased, ΔE for standing back.
        main, area, stray: Main colours of the picture in OKLab (m, 3), their areas (m), and their ΔE2000 to the kit (m).
        weight: (m) how much each main colour counts.
        to_picture, to_kit: The two directions, each joined to one value of 0..1.
    """

    roles: np.ndarray
    main: torch.Tensor
    area: np.ndarray
    stray: np.ndarray
    weight: np.ndarray
    to_picture: float
    to_kit: float

    @property
    def value(self) -> float:
        """Both directions: their geometric mean, so that one cannot make up for the other, as on a card of the kit's white.

        With a single colour in the kit both ask for the same difference, and their mean tells brands apart a little better.
        """
        if len(self.roles) == 1:
            return (self.to_picture + self.to_kit) / 2
        return float(np.sqrt(self.to_picture * self.to_kit))

    @property
    def raw(self) -> float:
        """The one CIEDE2000 that is worth the same."""
        return difference_worth(self.value)


def compare(cells: Cells, colours: tuple[KitColour, ...], calm: Cells | None = None) -> Comparison:
    """Compare the colours of a picture with those of a kit, one at least; main colours are those of `calm`, where it is given."""
    distance = cells.differences(colours)
    roles = role_differences(cells, colours, distance, _eased(distance, cells.oklab, cells, colours))
    calm = calm or cells
    main, lab, area, weight = calm.once("main", lambda: _main(calm))
    apart = calm.once(("main", colours), lambda: differences(lab, colours))
    judged = apart + not_grey(main, colours)
    to_picture = joined(roles[:, 1] + roles[:, 2], kit_chroma(colours) + LEAST_CHROMA)
    to_kit = joined(_eased(judged, main, cells, colours).min(1), weight)
    return Comparison(roles, main, area, apart.min(1), weight, to_picture, to_kit)


def _eased(distance: np.ndarray, oklab: torch.Tensor, cells: Cells, colours: tuple[KitColour, ...]) -> np.ndarray:
    """Differences (n, K) of colours (n, 3) to the kit's; those of black and white are held where there is nothing else."""
    picture, kit = cells.once("plain", lambda: black_and_white(cells)), black_and_white_kit(colours)
    if picture:
        distance = distance - picture * plainness(oklab)[:, None] * np.maximum(distance - _MOST_PICTURE, 0)
    if kit:
        distance = distance - kit * kit_plainness(colours) * np.maximum(distance - _MOST_KIT, 0)
    return distance


def _main(cells: Cells) -> tuple[torch.Tensor, torch.Tensor, np.ndarray, np.ndarray]:
    main, area = main_colours(cells)
    return main, srgb_to_lab(oklab_to_srgb(main).clamp(0, 1)), area, counting(main, area)


def palette(cells: Cells, colours: tuple[KitColour, ...], calm: Cells | None = None) -> Part:
    """Symmetric minimum colour difference between the picture's main colours and the kit's.

    Args:
        cells: Of the picture.
        colours: The kit's.
        calm: Cells of the picture averaged to 256 px, whose main colours count: grain is no colour.

    Returns:
        `raw` in CIEDE2000 joins two directions (see `Comparison.value`): the differences of the kit's colours to the picture
        (more where a colour of the kit is there, but does not stand out as it does in the kit) and of the picture's main colours
        to the kit; a single difference comes out as it is. `box` is the largest stray area where the part does not pass, else
        the area of the first colour. Details: `colours` with their own difference and how much they stand back, and the worst
        `stray` colour.
    """
    if not colours:
        return not_tested("palette", "The kit names no palette.")
    found, distance = compare(cells, colours, calm), cells.differences(colours)
    raw, value = found.raw, found.value
    owner = distance.argmin(1)
    shown = [{"colour": c.hex, "role": c.role, "delta_e": round(float(d), 3), "stands_back": round(float(back), 3),
              "tolerance": c.tolerance,
              "area": round(float(cells.share[(owner == k) & (distance[:, k] <= 1.5 * c.tolerance)].sum()), 4)}
             for k, (c, (d, _, back)) in enumerate(zip(colours, found.roles, strict=True))]
    worst = int(np.argmax(found.weight * found.stray * np.sqrt(found.area)))
    foreign = {"colour": _hex(oklab_to_srgb(found.main[worst])), "area": round(float(found.area[worst]), 4),
               "delta_e": round(float(found.stray[worst]), 3)}
    mine = (owner == 0) & (distance[:, 0] <= max(colours[0].tolerance, 1.2 * found.roles[0, 0]))
    box = cells.box(near_main(cells, found.main[worst]) if value < 0.5 else mine, _PLACES)
    return measured("palette", value, _sentence(colours, found.roles, foreign, raw), raw=raw, unit="ΔE2000", limit=LIMIT,
                    box=box, suggestion=_advice(colours, found.roles[:, 0], foreign) if value < 0.5 else "", colours=shown,
                    stray=foreign, to_picture=difference_worth(found.to_picture),
                    to_kit=difference_worth(found.to_kit))


def _hex(rgb: torch.Tensor) -> str:
    return "#" + "".join(f"{round(float(v) * 255):02X}" for v in rgb.clamp(0, 1))


def _sentence(colours: tuple[KitColour, ...], roles: np.ndarray, foreign: dict, raw: float) -> str:
    (d, _, back), colour = max(zip(roles.tolist(), colours, strict=True), key=lambda pair: sum(pair[0][1:]) / pair[1].tolerance)
    if d > colour.tolerance:
        found = f"Nearest to {colour.name} is {d:.1f} ΔE away; tolerance {colour.tolerance:g}."
    elif back > colour.tolerance:
        found = f"{colour.name} is there, but more vivid colours stand out before it (counted as {back:.1f} ΔE)."
    else:
        found = f"Every colour of the kit is there within its tolerance ({', '.join(c.name for c in colours[:3])})."
    strange = f" {foreign['colour']} on {foreign['area'] * 100:.0f} % of the picture is {foreign['delta_e']:.0f} ΔE from the kit."
    strange = strange if foreign["delta_e"] > LIMIT else ""
    return f"{found}{strange} Palette difference {raw:.1f} ΔE; limit {LIMIT:g}."


def _advice(colours: tuple[KitColour, ...], to_picture: np.ndarray, foreign: dict) -> str:
    missing = [c.name for c, d in zip(colours, to_picture, strict=True) if d > 2 * c.tolerance]
    bring = f"Bring in {' and '.join(missing[:2])}" if missing else ""
    move = f"move {foreign['colour']} towards the kit" if foreign["delta_e"] > LIMIT else ""
    text = ", or ".join(filter(None, (bring, move))) or "Bring the colours nearer to the kit"
    return text[0].upper() + text[1:] + "."
