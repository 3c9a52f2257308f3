"""A graphic made ready for a plane: linear light times coverage, where it goes, and no larger than it needs to be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from ...image.colour import srgb_to_linear
from ...image.layout import split_alpha, to_bchw
from ...image.warp import homography, transform, unit_square
from ...wires.check import one_of
from ...wires.quad import Quad
from ...wires.track import Track

FITS = ("fill", "contain", "cover")


@dataclass(frozen=True, slots=True)
class Layer:
    """A graphic on its plane.

    Attributes:
        picture: (1, 4, h, w), linear light times coverage, then coverage.
        place: Homography (3 × 3) from the picture's pixel areas to the plane's unit square.
    """

    picture: torch.Tensor
    place: np.ndarray

    @property
    def rim(self) -> np.ndarray:
        """Corners (4, 2) of what is shown, on the plane: nothing goes over the plane's edge."""
        height, width = self.picture.shape[2:]
        return transform(self.place, unit_square(width, height)).clip(0, 1)

    def reduced(self, corners: Quad) -> Layer:
        """The same, shrunk where it is much larger than the plane it lands on, so that few samples a pixel are enough."""
        height, width = self.picture.shape[2:]
        top, right, low, left = corners.edge_lengths
        across, down = np.abs(np.diag(self.place)[:2]) * (width, height)
        scale = min(1.0, 2 * max(across * max(top, low) / width, down * max(left, right) / height))
        if scale > 0.6:
            return self
        size = max(1, round(height * scale)), max(1, round(width * scale))
        back = np.diag([width / size[1], height / size[0], 1.0])
        return Layer(F.interpolate(self.picture, size, mode="area"), self.place @ back)

    def lit(self, field: torch.Tensor) -> Layer:
        """The same under a gain field (n, m, 3) over the plane."""
        height, width = self.picture.shape[2:]
        x, y = ((torch.arange(n, device=field.device, dtype=torch.float32) + 0.5) for n in (width, height))
        across = 2 * (self.place[0, 0] * x + self.place[0, 2]) - 1
        down = 2 * (self.place[1, 1] * y + self.place[1, 2]) - 1
        grid = torch.stack(torch.meshgrid(across, down, indexing="xy"), dim=-1)[None]
        gain = F.grid_sample(to_bchw(field[None]), grid, padding_mode="border", align_corners=False)
        return Layer(torch.cat((self.picture[:, :3] * gain.clamp_min(0), self.picture[:, 3:]), dim=1), self.place)


def layer_of(graphic: torch.Tensor, holes: torch.Tensor | None, fit: str, shape: float) -> Layer:
    """Place one picture on a plane that is `shape` times as wide as high.

    Args:
        graphic: (h, w, 3|4), encoded sRGB with straight alpha.
        holes: (h, w), 1 = transparent, or None.
        fit: `fill` stretches, `contain` shows all of it, `cover` fills the plane.
        shape: Width over height of the plane.

    Raises:
        ValueError: `fit` is not one of `FITS`.
    """
    rgb, alpha = split_alpha(graphic.to(torch.float32))
    cover = torch.ones_like(rgb[..., :1]) if alpha is None else alpha.clamp(0, 1)
    if holes is not None:
        cover = cover * (1 - holes.clamp(0, 1))[..., None].to(cover)
    picture = torch.cat((srgb_to_linear(rgb) * cover, cover), dim=-1)
    return Layer(to_bchw(picture[None]), fitted(graphic.shape[1], graphic.shape[0], fit, shape))


def fitted(width: int, height: int, fit: str, shape: float) -> np.ndarray:
    """Homography (3 × 3) from a graphic's pixel areas to the unit square of a plane that is `shape` times as wide as high."""
    one_of(fit, FITS, "fit")
    own, u, v = width / height, 1.0, 1.0
    if fit != "fill":
        if (own > shape) == (fit == "contain"):
            v = shape / own
        else:
            u = own / shape
    return homography(unit_square(width, height), (unit_square() - 0.5) * (u, v) + 0.5)


def plane_shape(track: Track) -> float:
    """Width over height of the plane as the reference frame shows it."""
    corners = track.frames[track.reference_frame].corners if track.frames else None
    corners = corners or next((f.corners for f in track.frames if f.corners), None)
    if corners is None:
        return 1.0
    top, right, low, left = corners.edge_lengths
    return (top + low) / max(left + right, 1e-6)
