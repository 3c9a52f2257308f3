"""Does the picture wear the kit's colours?

Two parts that are never merged: `palette` is the symmetric minimum difference in CIEDE2000 (Pan and Westland 2018: of the
measures they tried the one closest to what people say), unweighted by area; `coverage` compares areas with the shares asked for.
"""

from __future__ import annotations

import numpy as np
import torch

from ..image.colour import delta_e_2000, oklab_to_srgb, srgb_to_lab
from ..wires.kit_colours import KitColour
from ..wires.scores import Part
from .cells import Cells, differences, lab_of, membership
from .parts import below, largest_box, measured, not_tested

LIMIT_DELTA_E = 10.0
LIMIT_COVERAGE = 20.0
_EVIDENCE_AREA = 0.005
_SMALL, _LARGE = 0.005, 0.02  # below the first a colour of the picture does not count, above the second it counts whole
_STEP, _REACH = 0.02, 0.08
_OTHER = 15.0


def picture_colours(cells: Cells) -> tuple[torch.Tensor, np.ndarray]:
    """Main colours of a picture: OKLab (m, 3) and area (m), largest density first.

    Cells fall into a fixed grid of OKLab; the densest grid cell takes all that lies within 0.08 of it, then the densest of the
    rest. Nothing is iterated, so the answer does not depend on a start.
    """
    keys = torch.floor(cells.oklab / _STEP).long() + 64
    packed = ((keys[:, 0] * 256 + keys[:, 1]) * 256 + keys[:, 2]).numpy()
    _, number = np.unique(packed, return_inverse=True)
    area = np.bincount(number, cells.share)
    centres = np.stack([np.bincount(number, cells.share * cells.oklab[:, c].numpy()) for c in range(3)], 1) / area[:, None]
    apart = torch.cdist(torch.from_numpy(centres), torch.from_numpy(centres)).numpy()
    density = np.exp(-((apart / (2 * _STEP)) ** 2)) @ area
    free, means, areas = np.ones(len(area), bool), [], []
    for seed in np.argsort(-density, kind="stable"):
        if free[seed]:
            near = free & (apart[seed] <= _REACH)
            free &= ~near
            areas.append(area[near].sum())
            means.append((centres[near] * area[near, None]).sum(0) / areas[-1])
    return torch.from_numpy(np.array(means)), np.array(areas)


def _counting(area: np.ndarray) -> np.ndarray:
    """Weight of a main colour: 0 to 1 over the two thresholds, smooth, so that a colour of 1 % does not flicker in and out."""
    t = np.clip((area - _SMALL) / (_LARGE - _SMALL), 0, 1)
    return np.maximum(t * t * (3 - 2 * t), 1e-4 * area)


def nearest_area(distance: np.ndarray, share: np.ndarray, claimed: np.ndarray) -> float:
    """Mean difference of the nearest 0.5 % of the area; what another kit colour claims comes last."""
    order = np.lexsort((distance, claimed > 0.5))
    taken = np.diff(np.minimum(np.cumsum(share[order]), _EVIDENCE_AREA), prepend=0)
    return float((distance[order] * taken).sum() / taken.sum())


def role_differences(cells: Cells, colours: tuple[KitColour, ...], distance: np.ndarray) -> np.ndarray:
    """For every kit colour how far the nearest 0.5 % of the picture is from it: (K) CIEDE2000.

    An area that is another kit colour, a clearly different one, is no evidence for this one: without that, a primary whose hue
    is turned away comes to rest on the kit's grey.
    """
    member = membership(distance, np.array([c.tolerance for c in colours]))
    lab = lab_of(colours)
    other = (delta_e_2000(lab[:, None], lab[None]).numpy() > _OTHER)
    out = [nearest_area(distance[:, k], cells.share, member[:, other[k]].max(1) if other[k].any() else np.zeros(len(member)))
           for k in range(len(colours))]
    return np.array(out)


def palette(cells: Cells, colours: tuple[KitColour, ...]) -> Part:
    """Symmetric minimum colour difference between the picture's main colours and the kit's.

    Returns:
        `raw` is half the mean difference of the kit's colours to the picture plus half that of the picture's main colours to
        the kit, in CIEDE2000. `box` is the largest stray area where the part does not pass, else the area of the first colour.
    """
    if not colours:
        return not_tested("palette", "The kit names no palette.")
    distance = cells.differences(colours)
    to_picture = role_differences(cells, colours, distance)
    main, area = picture_colours(cells)
    main_rgb = oklab_to_srgb(main).clamp(0, 1)
    stray = differences(srgb_to_lab(main_rgb), colours).min(1)
    counting = _counting(area)
    to_kit = float((counting * stray).sum() / counting.sum())
    raw = (float(to_picture.mean()) + to_kit) / 2
    value = below(raw, LIMIT_DELTA_E)
    owner = distance.argmin(1)
    roles = [{"colour": c.hex, "role": c.role, "delta_e": round(float(d), 3), "tolerance": c.tolerance,
              "area": round(float(cells.share[(owner == k) & (distance[:, k] <= 1.5 * c.tolerance)].sum()), 4)}
             for k, (c, d) in enumerate(zip(colours, to_picture, strict=True))]
    worst = int(np.argmax(counting * stray * np.sqrt(area)))
    foreign = {"colour": _hex(main_rgb[worst]), "area": round(float(area[worst]), 4), "delta_e": round(float(stray[worst]), 3)}
    near = (cells.oklab - main[worst]).norm(dim=1).numpy() <= _REACH
    mine = (owner == 0) & (distance[:, 0] <= max(colours[0].tolerance, 1.2 * to_picture[0]))
    box = largest_box(cells.paint(near if value < 0.5 else mine))
    return measured("palette", value, _sentence(colours, to_picture, foreign, raw), raw=raw, unit="ΔE2000", limit=LIMIT_DELTA_E,
                  box=box, suggestion=_advice(colours, to_picture, foreign) if value < 0.5 else "", colours=roles, stray=foreign,
                  to_picture=float(to_picture.mean()), to_kit=to_kit)


def _hex(rgb: torch.Tensor) -> str:
    return "#" + "".join(f"{round(float(v) * 255):02X}" for v in rgb)


def _sentence(colours: tuple[KitColour, ...], to_picture: np.ndarray, foreign: dict, raw: float) -> str:
    beyond = [(d / c.tolerance, c, d) for c, d in zip(colours, to_picture, strict=True) if d > c.tolerance]
    if beyond:
        _, colour, d = max(beyond, key=lambda b: b[0])
        found = f"Nearest to {colour.name} is {d:.1f} ΔE away; tolerance {colour.tolerance:g}."
    else:
        found = f"Every colour of the kit is there within its tolerance ({', '.join(c.name for c in colours[:3])})."
    strange = f" {foreign['colour']} on {foreign['area'] * 100:.0f} % of the picture is {foreign['delta_e']:.0f} ΔE from the kit."
    strange = strange if foreign["delta_e"] > LIMIT_DELTA_E else ""
    return f"{found}{strange} Palette difference {raw:.1f} ΔE; limit {LIMIT_DELTA_E:g}."


def _advice(colours: tuple[KitColour, ...], to_picture: np.ndarray, foreign: dict) -> str:
    missing = [c.name for c, d in zip(colours, to_picture, strict=True) if d > 2 * c.tolerance]
    bring = f"Bring in {' and '.join(missing[:2])}" if missing else ""
    move = f"move {foreign['colour']} towards the kit" if foreign["delta_e"] > LIMIT_DELTA_E else ""
    text = ", or ".join(filter(None, (bring, move))) or "Bring the colours nearer to the kit"
    return text[0].upper() + text[1:] + "."


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
               f"Areas are off by {raw:.0f} %; limit {LIMIT_COVERAGE:g}.")
    k = colours.index(colour)
    box = largest_box(cells.paint((owner == k) & (distance[:, k] <= 2 * colour.tolerance)))
    return measured("coverage", below(raw, LIMIT_COVERAGE), message, raw=raw, unit="% of the area", limit=LIMIT_COVERAGE, box=box,
                  areas=areas, covered=float(area.sum()))
