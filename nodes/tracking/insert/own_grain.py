"""The grain that a frame itself has on a surface: what it shows beyond what the surface usually looks like.

It has the true size, colour and blocks of the plate, and changes from frame to frame as they do. A mean of n frames has a share
of 1/n of each one's grain; that share, and all where the rest is no grain, is drawn as measured.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ...image.layout import luma
from ...wires.track import Track
from .grain import Grain
from .masks import Masks
from .typical import Typicals, averaged, light_of, span

_SHIFT = 0.3  # pixels that a track may be off: standard deviation
_ODD = (3.0, 6.0)  # times the grain's variance: a place with more than the first is not all grain, with more than the second none
_WARY = 3.0  # times what texture is found to leave: none of it is to be seen
_WINDOW = 7  # pixels about a place
_RATIO = (0.25, 4.0)


class OwnGrain:
    """Grain for what is drawn over a surface."""

    def __init__(self, images: torch.Tensor, track: Track, visible: Masks, grain: Grain) -> None:
        """Make ready to take grain off frames.

        Args:
            images: (T, H, W, 3|4), encoded sRGB.
            track: The plane.
            visible: Where it is seen.
            grain: As it was measured there.
        """
        self._images, self._track, self._visible, self._grain = images, track, visible, grain
        self._typicals = Typicals(images, track, visible, grain)

    def drawn(self, number: int, part: tuple[slice, slice], under: torch.Tensor, random: torch.Generator) -> torch.Tensor:
        """Grain (h, w, 3) of lines and columns `part` of a frame, for encoded values `under` (h, w, 3) there."""
        matched = self._grain.drawn(under, random)
        quad, typical = self._track.frames[number].corners, self._typicals.near(number)
        if quad is None or typical is None:
            return matched
        plate, count, seen = typical.in_frame(quad.array, part)
        mask = self._visible.frame(number)
        seen = seen if mask is None else seen & (mask[part].to(plate) > 0.99)
        now = self._images[number][part][..., :3]
        plate = plate * light_of(now, plate, seen)
        rest, share = _without_texture(now - plate, plate, seen, self._grain.deviation(plate))
        ratio = (self._grain.by_luma(under) / self._grain.by_luma(plate).clamp_min(1e-6)).clamp(*_RATIO)
        return rest * ratio * share + matched * (1 - share.square() * (1 - 1 / count[..., None])).sqrt()


def _without_texture(rest: torch.Tensor, plate: torch.Tensor, seen: torch.Tensor,
                     sigma: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Take out what texture leaves in the rest (h, w, 3) where the track or the lens is a little off.

    Args:
        rest: What the frame differs from the plate.
        plate: The surface as it should look.
        seen: (h, w).
        sigma: Standard deviation (h, w) of the grain's luma.

    Returns:
        The rest, and how much of it is grain (h, w, 1).
    """
    bright, off = luma(plate), luma(rest)
    busy = span(bright)
    near = seen / (1 + (off / (4 * sigma + 0.5 * busy)).square().square())
    slopes = _slopes(bright)
    y, x = (torch.linspace(-1, 1, n, device=rest.device) for n in off.shape)
    places = torch.stack((torch.ones_like(off), x.expand_as(off), y[:, None].expand_as(off)))
    basis = torch.cat((slopes[0] * places, slopes[1] * places, slopes[2:])).flatten(1)
    weighted = basis * (near / sigma.square()).flatten()
    normal = (weighted @ basis.T).double() + torch.eye(7, dtype=torch.float64, device=rest.device) / _SHIFT**2
    solved = torch.linalg.solve(normal, (weighted @ off.flatten()).double()).to(rest)
    moved = torch.stack((torch.tensordot(solved[:3], places, 1), torch.tensordot(solved[3:6], places, 1),
                         solved[6].expand_as(off)))
    rest = rest - torch.stack([(_slopes(plate[..., k]) * moved).sum(0) for k in range(3)], dim=-1)
    return rest, _share(luma(rest) / sigma, (busy / sigma).square(), near)[..., None]


def _share(off: torch.Tensor, busy: torch.Tensor, near: torch.Tensor) -> torch.Tensor:
    """How much (h, w) of the rest is grain: less the more it grows with the texture, none where something else stands.

    Args:
        off: The rest's luma in the grain's.
        busy: Square of what the surface's luma differs by about a place, in the grain's.
        near: How far the rest is like texture and grain at all.
    """
    square = off.square()
    grows = float((near * (square - 1) * busy).sum() / (near * busy.square()).sum().clamp_min(1e-9))
    odd = ((_ODD[1] - averaged(square, _WINDOW)) / (_ODD[1] - _ODD[0])).clamp(0, 1)
    return (1 - _WARY * max(grows, 0.0) * busy).clamp(0, 1).square() * odd * (near > 0)


def _slopes(picture: torch.Tensor) -> torch.Tensor:
    """Slope across and down, and curvature (3, h, w)."""
    padded = F.pad(picture[None, None], (1, 1, 1, 1), mode="replicate")[0, 0]
    left, right, up, down = padded[1:-1, :-2], padded[1:-1, 2:], padded[:-2, 1:-1], padded[2:, 1:-1]
    return torch.stack(((right - left) / 2, (down - up) / 2, (left + right + up + down) / 4 - picture))
