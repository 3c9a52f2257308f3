"""The rules for a logo that was found: size, distortion, colour, contrast, clear space, ground, and that it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from ..image.colour import delta_e_2000, srgb_to_lab, srgb_to_oklab
from ..image.layout import split_alpha
from ..image.opencv import cv2
from ..image.warp import homography, homography_to_opencv, transform, unit_square
from ..wires.kit import Logo
from ..wires.quad import Quad
from ..wires.scores import Part
from .logo_room import Box, Room, room_of
from .logo_seen import lab_of, main_colours
from .parts import above, below, measured
from .zones import contrast_ratio, luminance

DISTORTION = 0.08
COLOUR_DELTA_E = 10.0
CONTRAST = 3.0
CLEAR = 8.0
CUT_OFF = 0.01
_SIDE = 192
_SAMPLED = 2000
_WEAKEST, _RIM = 0.25, 6
_LEAST_COLOUR, _SAME = 0.03, 12.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what was measured, against what, how well it is kept (0.5 at the limit), the sentence, and a place of its own."""

    name: str
    raw: float
    unit: str
    limit: float
    value: float
    sentence: str
    box: Box | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The logo as the picture shows it, set upright.

    `colour` (h, w, 3) has the clear space around the mark; `alpha` and `ring` (h, w) are the mark and what lies around it, as
    far as the picture shows them; `target` is the file without that room; `soft` is how far a pixel of the picture reaches.
    """

    colour: torch.Tensor
    alpha: np.ndarray
    target: torch.Tensor
    ring: np.ndarray
    soft: int


def upright(picture: torch.Tensor, logo: Logo, quad: Quad) -> Seen:
    """Set the logo in the picture upright, with its clear space around it."""
    lines, columns = logo.rgba.shape[:2]
    scale = _SIDE / max(lines, columns)
    height, width = max(4, round(lines * scale)), max(4, round(columns * scale))
    room = max(3, round(max(logo.clear_space, 0.1) * height))
    shown = _set_upright(picture, quad, unit_square(width, height) + room, height + 2 * room, width + 2 * room)
    flat = cv2.resize(logo.rgba.numpy(), (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    around = np.zeros((height + 2 * room, width + 2 * room), np.float32)
    around[room:-room, room:-room] = flat[..., 3]
    seen = shown[..., 3] > 0.99
    soft = 1 + round(width / max(quad.edge_lengths[0], quad.edge_lengths[2]))
    grown = cv2.dilate((around > 0.02).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return Seen(torch.from_numpy(shown[..., :3]), around * seen, torch.from_numpy(flat[..., :3]), ~grown & seen, soft)


def _set_upright(picture: torch.Tensor, quad: Quad, target: np.ndarray, height: int, width: int) -> np.ndarray:
    """The picture drawn so that `quad` lies on `target`: (height, width, 4), the last 1 where the picture covers it."""
    matrix = homography(target, quad.array)
    corners = transform(matrix, unit_square(width, height))
    corners = corners if np.isfinite(corners).all() else quad.array
    x, y = (max(0, int(v) - 2) for v in corners.min(0))
    right, low = (max(0, int(v) + 3) for v in corners.max(0))
    part = np.ascontiguousarray(split_alpha(picture)[0][y:low, x:right].numpy())
    if not part.size:
        return np.zeros((height, width, 4), np.float32)
    reduce = min(1.0, max(width / max(quad.edge_lengths[0], quad.edge_lengths[2]), 2 / min(part.shape[:2])))
    size = [max(1, round(n * reduce)) for n in part.shape[1::-1]]
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA) if reduce < 1 else part
    shown = np.concatenate((small, np.ones_like(small[..., :1])), -1)
    to_part = np.diag([*(np.array(size) / part.shape[1::-1]), 1.0]) @ np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1.0]])
    back = homography_to_opencv(to_part @ matrix)
    return cv2.warpPerspective(shown, back, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def _shape(logo: Logo, quad: Quad) -> Iterator[Rule]:
    top, right, low, left = quad.edge_lengths
    tl, tr, br, bl = quad.array
    across, down = tr + br - tl - bl, br + bl - tl - tr
    stretch = ((top + low) / (left + right)) / (logo.rgba.shape[1] / logo.rgba.shape[0])
    shear = abs(float(across @ down)) / float(np.linalg.norm(across) * np.linalg.norm(down))
    off = max(max(stretch, 1 / stretch) - 1, shear)
    how = f"{'stretched' if stretch > 1 else 'squeezed'} by {off * 100:.0f} %" if off > shear else f"sheared by {off * 100:.0f} %"
    yield Rule("distortion", off * 100, "%", DISTORTION * 100, below(off, DISTORTION),
               f"it is {how}; limit {DISTORTION * 100:.0f} %")


def _size(picture: torch.Tensor, logo: Logo, quad: Quad) -> Iterator[Rule]:
    width = (quad.edge_lengths[0] + quad.edge_lengths[2]) / 2 * 1080 / picture.shape[0]
    if logo.min_width > 0:
        yield Rule("size", width, "px at 1080 lines", logo.min_width, above(width, logo.min_width),
                   f"it is {width:.0f} px wide at 1080 lines; {logo.min_width:.0f} px is the least")
    frame = unit_square(picture.shape[1], picture.shape[0]).astype(np.float32)
    cut = max(0.0, 1 - cv2.intersectConvexConvex(quad.array.astype(np.float32), frame)[0] / quad.area)
    yield Rule("whole", cut * 100, "% cut off", CUT_OFF * 100, below(cut, CUT_OFF),
               f"{cut * 100:.0f} % of it is cut off by the frame")


def _shrunk(mask: np.ndarray, by: int) -> np.ndarray:
    return cv2.erode(mask.astype(np.uint8), np.ones((2 * by + 1, 2 * by + 1), np.uint8)) > 0


def _sampled(colours: torch.Tensor, mask: np.ndarray) -> torch.Tensor:
    return colours[torch.from_numpy(mask)][::1 + int(mask.sum()) // _SAMPLED]


def _rim(seen: Seen, room: int, solid: np.ndarray) -> np.ndarray:
    """Where the mark borders on its ground: colours within it need no contrast to what is around."""
    near = cv2.dilate(seen.ring.astype(np.uint8), np.ones((2 * _RIM + 1, 2 * _RIM + 1), np.uint8)) > 0
    whole = np.zeros(seen.ring.shape, bool)
    whole[room:-room, room:-room] = solid
    return whole & near if (whole & near).sum() >= 9 else whole


def _off_colour(seen: Seen, shown: torch.Tensor, solid: np.ndarray) -> float:
    """ΔE of the mark's colour that is most off: a median over all of it would let a small part in a wrong colour pass."""
    target = lab_of(seen.target.numpy())
    file = np.dstack((seen.target.numpy(), solid.astype(np.float32)))
    nearest = np.linalg.norm(target[:, :, None] - main_colours(file), axis=-1)
    own, least = nearest.argmin(-1), max(16.0, _LEAST_COLOUR * solid.sum())
    parts = [_shrunk(solid & (own == k) & (nearest.min(-1) < _SAME), seen.soft) for k in range(nearest.shape[-1])]
    kept = [part for part in parts if part.sum() >= least] or [solid]
    pairs = [(_sampled(shown, part), _sampled(seen.target, part)) for part in kept]
    return max(float(delta_e_2000(srgb_to_lab(a.double()), srgb_to_lab(b.double())).median()) for a, b in pairs)


def _ink(logo: Logo, seen: Seen, around: Room | None) -> Iterator[Rule]:
    room = (seen.alpha.shape[0] - seen.target.shape[0]) // 2
    solid = _shrunk(seen.alpha > 0.98, 1)[room:-room, room:-room]
    if solid.sum() < 9:
        return
    off = _off_colour(seen, seen.colour[room:-room, room:-room], solid)
    yield Rule("colour", off, "ΔE2000", COLOUR_DELTA_E, below(off, COLOUR_DELTA_E),
               f"the most different of its colours is {off:.1f} ΔE from the file; limit {COLOUR_DELTA_E:g}")
    if seen.ring.sum() < 9:
        return
    ground = seen.colour[torch.from_numpy(seen.ring)][::1 + int(seen.ring.sum()) // _SAMPLED]
    light = float(luminance(ground).mean())
    marks = luminance(_sampled(seen.colour, _rim(seen, room, solid)))
    ratio = float(np.quantile(contrast_ratio(marks.numpy(), light), _WEAKEST))
    yield Rule("contrast", ratio, ":1", CONTRAST, above(ratio, CONTRAST),
               f"the weakest quarter of its outline has {ratio:.1f}:1 to its ground; {CONTRAST:g}:1 is needed")
    if logo.clear_space > 0 and around is not None:
        restless = 100 * around.restless
        yield Rule("clear space", restless, "OKLab/100", CLEAR, below(restless, CLEAR),
                   f"{'something stands in its clear space, which' if around.thing else 'its clear space'} is up to "
                   f"{restless:.1f} hundredths of OKLab off one even ground; limit {CLEAR:g}", around.thing)
    if logo.backgrounds != "any":
        lightness = float(srgb_to_oklab(ground)[:, 0].mean())
        kept = lightness if logo.backgrounds == "light" else 1 - lightness
        yield Rule("ground", lightness, "OKLab L", 0.6 if logo.backgrounds == "light" else 0.4, above(kept, 0.6),
                   f"its ground has a lightness of {lightness:.2f}; this variant is for {logo.backgrounds} grounds")


def rules_kept(picture: torch.Tensor, logo: Logo, quad: Quad, evidence: str) -> Part:
    """Judge a found logo: the part's value, raw, unit and limit are those of the rule that is kept worst.

    `box` is what is wrong where that is a thing of its own, such as one in the clear space, else the logo.

    Args:
        picture: Encoded (H, W, 3|4).
        logo: Its file and rules.
        quad: Where it is, in pixel areas.
        evidence: What it was found by, for the sentence.
    """
    rules = [*_shape(logo, quad), *_size(picture, logo, quad),
             *_ink(logo, upright(picture, logo, quad), room_of(picture, logo, quad))]
    worst = min(rules, key=lambda rule: rule.value)
    at = f"The {logo.variant} logo is at {', '.join(f'{v:.0f}' for v in quad.box[:2])} ({evidence})"
    x, y, width, height = quad.box
    right, low = min(x + width, picture.shape[1]), min(y + height, picture.shape[0])
    x, y = max(x, 0.0), max(y, 0.0)
    shown = {rule.name: {"raw": round(rule.raw, 3), "unit": rule.unit, "limit": rule.limit, "value": round(rule.value, 4),
                         "box": list(rule.box) if rule.box else None, "message": f"{at}: {rule.sentence}."} for rule in rules}
    place = worst.box if worst.box and worst.value < 0.5 else (x, y, right - x, low - y)
    return measured("logo", worst.value, f"{at}: {worst.sentence}.", raw=worst.raw, unit=worst.unit, limit=worst.limit,
                    box=place, suggestion=f"Correct the logo's {worst.name}." if worst.value < 0.5 else "",
                    state="found", rules=shown, corners=[list(c) for c in quad.corners], variant=logo.variant)
