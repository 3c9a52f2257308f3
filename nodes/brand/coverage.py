"""Do the kit's colours fill the picture in the shares asked for?"""

from __future__ import annotations

import numpy as np
import torch

from ..image.opencv import cv2
from ..wires.kit_colours import KitColour
from ..wires.scores import Part
from .cells import Cells, cells_of
from .parts import below, measured, not_tested

LIMIT = 20.0
ROUND = 3.0  # shares are asked for in round numbers: so much off is what was asked for
_LONGEST = 256


def averaged(picture: torch.Tensor) -> torch.Tensor:
    """A picture (H, W, 3|4) whose long side is at most 256: areas stay, grain and detail average out."""
    scale = _LONGEST / max(picture.shape[:2])
    if scale >= 1:
        return picture
    soft = picture.detach().cpu().float().numpy()
    size = [max(1, round(side * scale)) for side in soft.shape[1::-1]]
    if soft.shape[2] == 3:
        return torch.from_numpy(cv2.resize(soft, size, interpolation=cv2.INTER_AREA))
    small = cv2.resize(np.concatenate((soft[..., :3] * soft[..., 3:], soft[..., 3:]), -1), size, interpolation=cv2.INTER_AREA)
    return torch.from_numpy(np.concatenate((small[..., :3] / np.maximum(small[..., 3:], 1e-6), small[..., 3:]), -1))


def coverage(picture: torch.Tensor, colours: tuple[KitColour, ...], calm: Cells | None = None) -> Part:
    """Area of the kit's colours against the shares asked for.

    Measured on the picture (H, W, 3|4) averaged to 256 px, so that grain takes no area from a colour. A pixel belongs to its
    nearest kit colour by exp(−(ΔE/2t)²), t the colour's tolerance. `raw` is half the sum of the differences between share and
    area over the colours with a share and what is left, in per cent of the picture; the first 3 % cost nothing.

    Args:
        picture: Encoded, 0..1.
        colours: The kit's.
        calm: The cells of the averaged picture, where they are known.
    """
    if not colours:
        return not_tested("coverage", "The kit names no palette.")
    cells = calm or cells_of(averaged(picture))
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
    box = _scaled(cells.box((owner == k) & (distance[:, k] <= 2 * colour.tolerance)), picture, cells.index)
    return measured("coverage", below(raw - ROUND, LIMIT - ROUND), message, raw=raw, unit="% of the area", limit=LIMIT, box=box,
                  areas=areas, covered=float(area.sum()))


def _scaled(box: tuple[float, float, float, float] | None, picture: torch.Tensor,
            small: np.ndarray) -> tuple[float, float, float, float] | None:
    """A box of the averaged picture in pixel areas of the picture."""
    if box is None:
        return None
    across, down = picture.shape[1] / small.shape[1], picture.shape[0] / small.shape[0]
    return box[0] * across, box[1] * down, box[2] * across, box[3] * down
